import { detectLanguage } from '#core/language.ts';
import { correctionLanguage, correctionWords } from './correction-words.ts';

/** Long enough to know it again: the old text is what the customer shall forget, in UTF-16 code units. */
const oldChars = 300;

/**
 * What a customer reads: what we told them and when, that it is no longer right, and what is. `[1]` is the new text's source. In the
 * customer's language; of at most some 1,200 characters, so that it is one message everywhere. Pure.
 */
export const correctionText = ({
  oldText,
  newText,
  at,
  locale,
  question,
}: {
  readonly oldText: string;
  readonly newText?: string;
  readonly at: Date;
  /** Of the conversation; where it has none, the question's language counts. */
  readonly locale: string;
  readonly question: string;
}): string => {
  const language = correctionLanguage(locale === '' ? (detectLanguage(question) ?? 'en') : locale);
  const words = correctionWords(language);
  const date = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(at);
  const old = [words.told(date), quote(cut(oldText))];
  return [...old, ...(newText === undefined ? [words.gone] : [words.now, `${quote(newText)} [1]`])].join('\n\n');
};

const cut = (text: string): string =>
  text.length > oldChars
    ? `${text
        .slice(0, oldChars - 1)
        .toWellFormed()
        .trimEnd()}…`
    : text;

/** As a quotation; headings in it are no headings of ours, and `[2]` in it is no mark of ours. */
const quote = (text: string): string =>
  text
    .trim()
    .replace(/\[(\d+)\](?!\()/g, '($1)')
    .split('\n')
    .map((line) => `> ${line.replace(/^\s*#+\s+/, '')}`.trimEnd())
    .join('\n');
