import type { ThreadLine } from '#core/knowledge.ts';
import { detectLanguage } from '#core/language.ts';
import { fold } from '#core/terms.ts';
import { smallWords } from './small-words.ts';

/** The language of a question, or else of what the customer said before it, or of their locale; two letters. */
export const threadLanguage = (question: string, lines: readonly ThreadLine[], locale: string | undefined): string => {
  const said = lines.flatMap((line) => (line.role === 'customer' ? [line.text.slice(0, 300)] : [])).slice(-3);
  const together = [...said, question].join('\n');
  return (
    detectLanguage(question) ??
    detectLanguage(together) ??
    mostSmallWords(together) ??
    locale?.slice(0, 2).toLowerCase() ??
    'en'
  );
};

/** The language with the most small words in a text that is too short to be sure; undefined where two have equally many. */
const mostSmallWords = (text: string): string | undefined => {
  const said = [...new Set(fold(text.slice(0, 1_000)).match(/[\p{L}\p{M}]+/gu) ?? [])];
  const counts = Object.entries(smallWords)
    .map(([language, { common }]) => ({ language, count: said.filter((word) => common.has(word)).length }))
    .sort((one, other) => other.count - one.count);
  const [best, second] = counts;
  return best && best.count > (second?.count ?? 0) ? best.language : undefined;
};
