/** What is looked for. The last two are secrets: whoever has them can act, so they are never stored as they are. */
export const personalDataKinds = [
  'email',
  'phone',
  'card',
  'iban',
  'social-security',
  'api-key',
  'private-key',
] as const;

export type PersonalDataKind = (typeof personalDataKinds)[number];

/** A place in a text, in UTF-16 code units; `end` is the first one after it. */
export interface PersonalData {
  readonly kind: PersonalDataKind;
  readonly start: number;
  readonly end: number;
}

/** Finds one kind in a text. */
export type Finder = (text: string) => PersonalData[];

/** What stands in the place of a finding. Brackets at both ends: the rest of the text keeps its bounds. */
export const labels: Readonly<Record<PersonalDataKind, string>> = {
  email: '[e-mail address]',
  phone: '[phone number]',
  card: '[card number]',
  iban: '[bank account]',
  'social-security': '[social security number]',
  'api-key': '[API key]',
  'private-key': '[private key]',
};

export const isSecret = ({ kind }: Pick<PersonalData, 'kind'>): boolean => kind === 'api-key' || kind === 'private-key';
