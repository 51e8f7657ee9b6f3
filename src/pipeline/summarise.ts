import type { Message } from '#core/message.ts';

/** Longest line of a summary, and longest summary, in UTF-16 code units. */
const lineChars = 120;
const summaryChars = 800;

/**
 * What the customer asked before the recent window, one line each, the newest kept. Their own words cut short: without a
 * model nothing is rephrased, and with one it is background, framed as data. Pure.
 */
export const summarise = (summary: string | undefined, left: readonly Message[]): string | undefined => {
  const asked = left
    .filter((message) => message.author.role === 'customer')
    .map((message) => message.content.markdown.replace(/\s+/g, ' ').trim())
    .filter((text) => text !== '')
    .map((text) => `Asked earlier: ${text.length > lineChars ? `${text.slice(0, lineChars)}…` : text}`.toWellFormed());
  const lines = [...(summary?.split('\n') ?? []), ...asked];
  while (lines.length > 1 && lines.join('\n').length > summaryChars) lines.shift();
  return lines.length === 0 ? undefined : lines.join('\n');
};
