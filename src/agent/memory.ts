import { createHash } from 'node:crypto';
import type { Memory } from '#core/turn.ts';

/** A memory with the hash under which it is stored once: equal facts of a person have equal hashes. */
export interface Remembered extends Memory {
  /** SHA-256 of kind and value, hex. */
  readonly hash: string;
}

const days = 24 * 60 * 60 * 1_000;

interface Pattern {
  readonly kind: 'name' | 'plan' | 'product' | 'language';
  readonly statement: RegExp;
  readonly text: (value: string) => string;
  readonly importance: number;
  readonly days: number;
}

/** A proper name: capitalised words. Nothing else passes, so no memory can carry an instruction. */
const name = String.raw`\p{Lu}[\p{L}'’-]{1,24}(?: \p{Lu}[\p{L}'’-]{1,24}){0,2}`;
const product = String.raw`\p{Lu}[\p{L}\p{N}.+-]{1,24}(?: \p{Lu}[\p{L}\p{N}.+-]{1,24}){0,2}`;
const language =
  'English|German|French|Spanish|Italian|Portuguese|Dutch|Polish|Swedish|Danish|Norwegian|Finnish|Czech|Turkish|Japanese|Chinese|Korean';

/** Only what customers say of themselves, plainly, in the first person; questions and hear-say do not match. */
const patterns: readonly Pattern[] = [
  {
    kind: 'name',
    statement: new RegExp(
      String.raw`(?:^|[.!,;:\n]\s*)(?:[Hh]i,? |[Hh]ello,? )?(?:[Mm]y name is|[Tt]his is|[Mm]ein Name ist|[Jj]e m['’]appelle|[Mm]e llamo) (${name})(?= (?:from|von|de|at)\b|[\s,.;!]*(?:$|[.,;!\n]))`,
      'u',
    ),
    text: (value) => `The customer's name is ${value}.`,
    importance: 0.6,
    days: 365,
  },
  {
    kind: 'plan',
    statement: new RegExp(
      String.raw`\b(?:[Ww]e|I)(?: a|['’])(?:re|m) (?:currently )?on (?:the|your) ["“]?(${product})["”]? (?:plan|tier|subscription)\b`,
      'u',
    ),
    text: (value) => `The customer is on the ${value} plan.`,
    importance: 0.7,
    days: 180,
  },
  {
    kind: 'product',
    statement: new RegExp(
      String.raw`\b(?:[Ww]e|I)(?: use|['’]re using|['’]m using| are using| am using) (?:the |your )?["“]?(${product})["”]?(?: (?:integration|app|plugin|connector|add-on|API|SDK))\b`,
      'u',
    ),
    text: (value) => `The customer uses the ${value} integration.`,
    importance: 0.5,
    days: 180,
  },
  {
    kind: 'language',
    statement: new RegExp(
      String.raw`\b(?:[Pp]lease (?:answer|reply|write|respond)(?: to me| me)? in|[Ii] (?:only )?speak|[Ww]e (?:only )?speak) (${language})\b`,
      'u',
    ),
    text: (value) => `The customer wants to be answered in ${value}.`,
    importance: 0.8,
    days: 365,
  },
];

/** Longer texts are mails with quotes and logs, where first-person sentences may be anybody's. */
const maxChars = 2_000;

/**
 * Stable facts that the customer states in these words: name, plan, product, language. Deliberately few and literal:
 * forgetting costs one question, remembering wrongly costs trust. At most one of each kind, and each expires.
 */
export const remember = (customerText: string, now: Date): readonly Remembered[] => {
  if (customerText.length > maxChars) return [];
  return patterns.flatMap(({ kind, statement, text, importance, days: kept }) => {
    const value = statement.exec(customerText)?.[1]?.trim();
    if (value === undefined) return [];
    const hash = createHash('sha256').update(`${kind}\n${value.toLowerCase()}`).digest('hex');
    return [{ kind, text: text(value), importance, expiresAt: new Date(now.getTime() + kept * days), hash }];
  });
};
