import type { Segment } from './html-to-markdown.ts';
import {
  asQuote,
  forwardMark,
  isBlank,
  isInterleaved,
  isQuoted,
  quoteBlock,
  restStart,
  signatureStart,
} from './split-quote.ts';

/** The first line of every mail to the desk: in a reply, what stands below it is ours. */
export const answerMark = '##- Write your answer above this line -##';
// However a mail program quotes, wraps in spaces or emphasises it.
const answerLine = /^[\s>|*_#-]*write your answer above this line[\s*_#-]*$/iu;

/** What somebody of the desk says anew; `reason` is a sentence for them when it cannot be told apart or passed on. */
export type DeskText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

const between = 'Words between quoted lines are not passed on: write above the quoted mail.';
const forwarded = 'A forwarded mail is not passed on: write what the customer should read.';

const join = (lines: readonly string[]): string =>
  lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

const withoutSignature = (lines: readonly string[]): readonly string[] => lines.slice(0, signatureStart(lines));
const isRule = (line: string): boolean => /^[\s*_-]*$/.test(line);

/** The words above a quote, without those by which a mail program introduces it. */
const aboveQuote = (lines: readonly string[], isOurs: (line: string) => boolean): readonly string[] => {
  const top = lines.slice(0, lines.findLastIndex((line) => !isRule(line) && !isQuoted(line)) + 1);
  const start = restStart(top);
  if (start !== undefined) return withoutSignature(top.slice(0, start));
  // An introduction in a language that we do not know still ends with a colon and names us.
  if (!/[::]\s*$/.test(top.at(-1) ?? '')) return withoutSignature(top);
  const block = top.findLastIndex(isBlank) + 1;
  const first = top.length - block <= 3 ? block : top.length - 1;
  return withoutSignature(top.slice(first).some(isOurs) ? top.slice(0, first) : top);
};

/** Words below a quote, by people who write there. */
const belowQuote = (lines: readonly string[]): readonly string[] =>
  withoutSignature(lines.slice(lines.findLastIndex(isQuoted) + 1));

const newLines = (lines: readonly string[], isOurs: (line: string) => boolean): readonly string[] | undefined => {
  const at = lines.findIndex((line) => answerLine.test(line));
  if (at >= 0) {
    const isMarked = isQuoted(lines[at] ?? '');
    if (isMarked && isInterleaved(lines.slice(at))) return undefined;
    const above = aboveQuote(lines.slice(0, at), isOurs);
    return join(above) !== '' || !isMarked ? above : belowQuote(lines);
  }
  const fresh = lines.slice(0, restStart(lines));
  const quote = quoteBlock(fresh);
  return withoutSignature(quote === undefined ? fresh : [...fresh.slice(0, quote[0]), ...fresh.slice(quote[1])]);
};

/**
 * What is new in a mail to the desk, possibly nothing. Unlike `splitQuote` this never keeps anything in doubt: below the new
 * words stands a case with all that the customer must not read. `source` is plain text, or the segments of an HTML mail;
 * `isOurs` says whether a line names an address of ours.
 */
export const deskText = (source: string | readonly Segment[], isOurs: (line: string) => boolean): DeskText => {
  const whole =
    typeof source === 'string'
      ? source
      : source
          .filter(({ kind }) => kind !== 'signature')
          .map(({ kind, markdown }) => (kind === 'quote' ? asQuote(markdown) : markdown))
          .join('\n\n');
  const lines = newLines(whole.replaceAll('\r\n', '\n').split('\n'), isOurs);
  if (lines === undefined || lines.some(isQuoted) || lines.some((line) => answerLine.test(line)))
    return { ok: false, reason: between };
  const text = join(lines);
  return forwardMark.test(text) ? { ok: false, reason: forwarded } : { ok: true, text };
};
