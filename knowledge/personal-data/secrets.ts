import type { Finder } from './kinds.ts';

/**
 * Keys as their makers write them, by their prefix: OpenAI and Anthropic, Stripe, GitHub, GitLab, Slack, AWS, Google, npm,
 * SendGrid, Hugging Face, signed web tokens. Each part is bounded, so that a run of letters is read once.
 */
const keyForms: readonly RegExp[] = [
  /(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{20,200}/g,
  /(?<![A-Za-z0-9])[sr]k_(?:live|test)_[A-Za-z0-9]{16,200}/g,
  /(?<![A-Za-z0-9])whsec_[A-Za-z0-9+/=]{24,100}/g,
  /(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{20,255}/g,
  /(?<![A-Za-z0-9])github_pat_[A-Za-z0-9_]{22,255}/g,
  /(?<![A-Za-z0-9])glpat-[A-Za-z0-9_-]{20,100}/g,
  /(?<![A-Za-z0-9])(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10,255}/g,
  /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g,
  /(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9])/g,
  /(?<![A-Za-z0-9])(?:npm|hf)_[A-Za-z0-9]{30,100}/g,
  /(?<![A-Za-z0-9])SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,100}/g,
  /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,1000}/g,
];

/** `sk-your-secret-key-goes-here` and `ghp_xxxxxxxx…` stand for a key and are none: a key has digits and many different characters. */
const isRandom = (key: string): boolean => /\d/.test(key) && new Set(key).size >= 12;

export const findApiKeys: Finder = (text) =>
  keyForms.flatMap((form) =>
    [...text.matchAll(form)]
      .filter(([key]) => isRandom(key))
      .map(({ 0: key, index }) => ({ kind: 'api-key' as const, start: index, end: index + key.length })),
  );

const keyStart = /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;
const keyEnd = /-----END [A-Z0-9 ]{0,60}-----/g;
const keyBody = /[A-Za-z0-9+/=\s:,\\-]*/y;

/** Longest key block that is looked for an end, in characters. */
const longestKey = 16_384;

/** PEM and OpenPGP blocks; one without an end goes as far as its letters. */
export const findPrivateKeys: Finder = (text) => {
  const found = [];
  let from = 0;
  for (const { 0: head, index } of text.matchAll(keyStart)) {
    if (index < from) continue;
    const body = text.slice(index + head.length, index + longestKey);
    keyEnd.lastIndex = 0;
    const closing = keyEnd.exec(body);
    keyBody.lastIndex = 0;
    const length = closing ? keyEnd.lastIndex : (keyBody.exec(body)?.[0].trimEnd().length ?? 0);
    from = index + head.length + length;
    found.push({ kind: 'private-key' as const, start: index, end: from });
  }
  return found;
};
