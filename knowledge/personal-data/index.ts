import { findEmails } from './email.ts';
import { type Finder, isSecret, labels, type PersonalData } from './kinds.ts';
import { findCards, findIbans, findPhones, findSocialSecurity } from './numbers.ts';
import { findApiKeys, findPrivateKeys } from './secrets.ts';

export { isSecret, type PersonalData, type PersonalDataKind } from './kinds.ts';

/** The surest first: what one has found, the next does not see. */
const finders: readonly Finder[] = [
  findPrivateKeys,
  findApiKeys,
  findIbans,
  findCards,
  findSocialSecurity,
  findEmails,
  findPhones,
];

/** Takes the place of what was found while the others look; like the labels, neither letter nor digit. */
const blank = '[';

/**
 * Personal data and secrets in a text, in order, without overlaps: e-mail addresses of persons, phone numbers, payment cards, bank accounts, US social
 * security numbers, API keys, private keys. Patterns with checks, on the side of silence: a wrong alarm costs an operator's time.
 */
export const findPersonalData = (text: string): PersonalData[] => {
  const found: PersonalData[] = [];
  let rest = text;
  // What stood beside a finding has new bounds once that is masked: look until nothing more shows.
  for (let more = true; more; ) {
    more = false;
    for (const find of finders) {
      const apart = withoutOverlaps(find(rest));
      if (apart.length === 0) continue;
      more = true;
      found.push(...apart);
      rest = replace(rest, apart, ({ start, end }) => blank.repeat(end - start));
    }
  }
  return found.toSorted((one, other) => one.start - other.start);
};

const withoutOverlaps = (found: readonly PersonalData[]): PersonalData[] => {
  let end = 0;
  return found
    .toSorted((one, other) => one.start - other.start || other.end - one.end)
    .filter((item) => {
      if (item.start < end) return false;
      end = item.end;
      return true;
    });
};

/** `text` with a label in the place of each finding: "[e-mail address]". */
export const maskPersonalData = (text: string, found: readonly PersonalData[]): string =>
  replace(text, found, ({ kind }) => labels[kind]);

/** `text` with a label in the place of everything that is personal or secret in it. */
export const withoutPersonalData = (text: string): string => maskPersonalData(text, findPersonalData(text));

/** `text` without its secrets, whatever else it holds. */
export const maskSecrets = (text: string, found: readonly PersonalData[]): string =>
  maskPersonalData(text, found.filter(isSecret));

const replace = (text: string, found: readonly PersonalData[], by: (item: PersonalData) => string): string => {
  let at = 0;
  const parts: string[] = [];
  for (const item of found) {
    parts.push(text.slice(at, item.start), by(item));
    at = item.end;
  }
  return [...parts, text.slice(at)].join('');
};
