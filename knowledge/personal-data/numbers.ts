import type { Finder } from './kinds.ts';

/** Digits with single spaces or hyphens between. */
const digitRun = /(?<![\p{L}\d.,#/_-])\d(?:[ -]?\d)*(?![\p{L}\d_])/gu;

/** How the digits of a card are grouped in print: all together, in fours, or as on the cards of American Express and Diners. */
const cardGroups = /^(?:\d{12,19}|(?:\d{4}[ -]){3}\d{1,7}|(?:\d{4}[ -]){4}\d{1,3}|\d{4}[ -]\d{6}[ -]\d{4,5})$/;
const longestCard = 19;

/** Issuers by their first digits, with the lengths that they give out (ISO/IEC 7812). */
const issuers: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^(?:6011|64[4-9]|65|62|81)/, [16, 17, 18, 19]],
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^3(?:0[0-5]|6|8|9)/, [14, 16]],
  [/^(?:50|5[6-9]|6)/, [13, 14, 15, 16, 17, 18, 19]],
];

/** The check digit of payment cards (ISO/IEC 7812-1, annex B). */
const passesLuhn = (digits: string): boolean => {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
};

const isCard = (written: string): boolean => {
  const digits = written.replace(/\D/g, '');
  if (!cardGroups.test(written) || /^(\d)\1+$/.test(digits)) return false;
  const isIssued = issuers.some(([prefix, lengths]) => prefix.test(digits) && lengths.includes(digits.length));
  return isIssued && passesLuhn(digits);
};

/** A card may stand in a row of other numbers: it begins and ends with a group of digits. */
export const findCards: Finder = (text) =>
  [...text.matchAll(digitRun)].flatMap(({ 0: run, index }) => {
    const found = [];
    const groups = [...run.matchAll(/\d+/g)].map((group) => ({
      start: group.index,
      end: group.index + group[0].length,
    }));
    let from = 0;
    for (const [i, { start }] of groups.entries()) {
      if (start < from) continue;
      const end = groups
        .slice(i, i + longestCard)
        .findLast((last) => last.end - start <= longestCard + 4 && isCard(run.slice(start, last.end)))?.end;
      if (end === undefined) continue;
      found.push({ kind: 'card' as const, start: index + start, end: index + end });
      from = end;
    }
    return found;
  });

/** Lengths per country, from the IBAN registry (ISO 13616). */
const ibanLengths = new Map(
  `AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27
  GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24
  ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TN24 TR26 UA29
  VA22 VG24 XK20`
    .split(/\s+/)
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const ibanStart = /(?<![\p{L}\d])[A-Z]{2}\d{2}(?=[ ]?[A-Z0-9])/gu;

/** The check digits of bank accounts (ISO 7064, mod 97-10). */
const passesMod97 = (iban: string): boolean => {
  let rest = 0;
  for (const letter of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(letter, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
};

export const findIbans: Finder = (text) =>
  [...text.matchAll(ibanStart)].flatMap(({ 0: head, index }) => {
    const length = ibanLengths.get(head.slice(0, 2));
    if (length === undefined) return [];
    let iban = '';
    let end = index;
    while (iban.length < length) {
      const letter = text[end] ?? '';
      if (/[A-Z0-9]/.test(letter)) iban += letter;
      else if (letter !== ' ' || text[end - 1] === ' ') return [];
      end += 1;
    }
    if (/[\p{L}\d]/u.test(text[end] ?? '') || !passesMod97(iban)) return [];
    return [{ kind: 'iban' as const, start: index, end }];
  });

/** Never given out: groups of zeros, 666 and 9xx, and two numbers that were printed on sample cards (US Social Security Administration). */
const socialSecurity = /(?<![\p{L}\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\p{L}\d-])/gu;
const printed = new Set(['078-05-1120', '219-09-9999']);

export const findSocialSecurity: Finder = (text) =>
  [...text.matchAll(socialSecurity)]
    .filter(([written]) => !printed.has(written))
    .map(({ 0: written, index }) => ({
      kind: 'social-security' as const,
      start: index,
      end: index + written.length,
    }));

const announced =
  'tel|phone|telephone|mobile|cell|fax|telefon|handy|mobil|téléphone|teléfono|telefono|telefoon|telefone|móvil|portable|cellulare|rufnummer';

/**
 * Written as a phone number and as nothing else: with the country's number, in the North American form, or after a word
 * that announces one. The first group is what stands before the number.
 */
const phoneForms: readonly RegExp[] = [
  /(?<![\p{L}\d+=/])()(?:\+[1-9]|(?<!\d[ ./-])00[1-9]\d{0,2}(?=[ /-]))(?:[ ./-]?(?:\(\d{1,4}\)[ ./-]?\d|\d)){7,14}(?![\p{L}\d])/gu,
  /(?<![\p{L}\d+=/.-])()(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[.-])[2-9]\d{2}[ .-]\d{4}(?![\p{L}\d-])/gu,
  new RegExp(
    `(?<!\\p{L})((?:${announced})(?: number| no| nr)?[.:]{0,2} ?)(?:\\(\\d{1,5}\\)|\\d)(?:[ ./-]?(?:\\(\\d{1,4}\\)[ ./-]?\\d|\\d)){5,14}(?![\\p{L}\\d])`,
    'giu',
  ),
];

/** Numbers that cost the caller nothing belong to companies: by the North American codes, by 0800, and by 800 after a country's number. */
const tollFree =
  /^(?:(?:00)?1?8(?:00|33|44|55|66|77|88)\d{7}|(?:00)?800\d*|0800\d*|(?:00)?44808\d*|(?:00)?(?:3[0-4]|36|39|4[013-9]|6[1-6]|8[1-6]|35[1-9]|42[01])0?800\d*)$/;

export const findPhones: Finder = (text) =>
  phoneForms.flatMap((form) =>
    [...text.matchAll(form)].flatMap(({ 0: matched, 1: before = '', index }) => {
      const digits = matched.slice(before.length).replace(/\D/g, '');
      if (tollFree.test(digits) || /^(\d)\1+$/.test(digits.slice(-7))) return [];
      return [{ kind: 'phone' as const, start: index + before.length, end: index + matched.length }];
    }),
  );
