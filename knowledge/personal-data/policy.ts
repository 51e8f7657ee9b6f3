import type { SourceDocument } from '../document.ts';
import { findPersonalData, isSecret, maskPersonalData, maskSecrets, type PersonalDataKind } from './index.ts';

/**
 * What happens to a document with personal data in it: stored as it is, stored with labels in its place, stored and
 * reported, or not stored at all. Keys are never stored, whatever the policy.
 */
export type PersonalDataPolicy = 'keep' | 'mask' | 'flag' | 'refuse';

/** How often each kind occurs. */
export type PersonalDataCounts = Readonly<Partial<Record<PersonalDataKind, number>>>;

export type Screened =
  | {
      readonly ok: true;
      readonly document: SourceDocument;
      readonly personalData: 'none' | 'flagged' | 'masked';
      readonly counts: PersonalDataCounts;
    }
  | { readonly ok: false; readonly counts: PersonalDataCounts; readonly reason: string };

/** Applies a collection's policy to everything of a document that people can read. */
export const screen = (document: SourceDocument, policy: PersonalDataPolicy): Screened => {
  const counts: Partial<Record<PersonalDataKind, number>> = {};
  let masked = false;
  const treat = (text: string): string => {
    const found = findPersonalData(text);
    for (const { kind } of found) counts[kind] = (counts[kind] ?? 0) + 1;
    masked ||= policy === 'mask' ? found.length > 0 : found.some(isSecret);
    if (found.length === 0) return text;
    return policy === 'mask' ? maskPersonalData(text, found) : maskSecrets(text, found);
  };
  const treated: SourceDocument = {
    ...document,
    text: treat(document.text),
    ...(document.title === undefined ? {} : { title: treat(document.title) }),
    ...(document.path === undefined ? {} : { path: document.path.map(treat) }),
  };
  const hasAny = Object.keys(counts).length > 0;
  if (policy === 'refuse' && hasAny)
    return {
      ok: false,
      counts,
      reason: `it holds personal data (${describeCounts(counts)}), which its collection refuses`,
    };
  const open = policy === 'flag' && Object.keys(counts).some((kind) => !isSecret({ kind: kind as PersonalDataKind }));
  return { ok: true, document: treated, counts, personalData: open ? 'flagged' : masked ? 'masked' : 'none' };
};

const names: Readonly<Record<PersonalDataKind, readonly [one: string, several: string]>> = {
  email: ['e-mail address', 'e-mail addresses'],
  phone: ['phone number', 'phone numbers'],
  card: ['card number', 'card numbers'],
  iban: ['bank account', 'bank accounts'],
  'social-security': ['social security number', 'social security numbers'],
  'api-key': ['API key', 'API keys'],
  'private-key': ['private key', 'private keys'],
};

/** "2 e-mail addresses, 1 API key". */
export const describeCounts = (counts: PersonalDataCounts): string =>
  Object.entries(names)
    .flatMap(([kind, [one, several]]) => {
      const count = counts[kind as PersonalDataKind];
      return count === undefined ? [] : [`${count} ${count === 1 ? one : several}`];
    })
    .join(', ');
