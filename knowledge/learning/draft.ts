import { detectLanguage } from '#core/language.ts';
import { plainLine } from '#core/plain-line.ts';
import { isAcknowledgement, isQuestion } from '#core/questions.ts';
import { subjectTerms } from '#core/terms.ts';
import { isCourtesy, isDeed, isFarewell, withoutNames, withoutOpening } from './courtesy.ts';
import { flagsIn } from './flags.ts';
import { sentencesOf } from './sentences.ts';

/** What was said in a case that people have closed. */
export interface Transcript {
  /** What the case is called: the customer's question, as it was understood when the case was opened. */
  readonly question: string;
  /** Whoever takes part, as people call them: they are left out. */
  readonly names: readonly string[];
  /** BCP 47 tag, where known. */
  readonly language?: string;
  /** Oldest first; what the customer wrote, and what people answered for the customer to read. */
  readonly messages: readonly { readonly role: 'customer' | 'human'; readonly markdown: string }[];
}

export type Drafting =
  | {
      readonly ok: true;
      /** In one line. */
      readonly question: string;
      /** Markdown. */
      readonly answer: string;
      readonly language?: string;
      /** Words that may concern this customer alone. */
      readonly flags: readonly string[];
    }
  /** Why this case teaches nothing, as the log says it. */
  | { readonly ok: false; readonly reason: string };

/** Words about something that an answer has at least. */
const leastTerms = 3;
/** Enough for the longest instructions that people type; what is longer belongs into a document of its own. */
const mostChars = 8_000;

/**
 * An article from what a person answered: the question in the customer's own words, and the replies in order, both without
 * greetings, promises to look, thanks, names, and reports of what was done for this one customer. `mask` takes personal data
 * out. Pure.
 */
export const draftArticle = (transcript: Transcript, mask: (text: string) => string): Drafting => {
  const { messages, names } = transcript;
  const replies = messages.filter(({ role }) => role === 'human');
  if (replies.length === 0) return nothing('nobody replied to the customer');
  const question = questionOf(transcript);
  if (question === undefined) return nothing('the transcript does not say what was asked');
  const kept = replies.map(({ markdown }) => cleanReply(markdown, names)).filter((text) => text !== '');
  const answer = [...new Set(kept)].join('\n\n');
  const words = withoutLinks(answer);
  if (answer === '') return nothing('the replies hold nothing but courtesies and what was done for this customer');
  if (subjectTerms(words).length < leastTerms)
    return nothing(
      /https?:\/\//.test(answer)
        ? 'the reply is hardly more than a link'
        : 'the reply is too short to help anybody else',
    );
  if (answer.length > mostChars) return nothing('the replies are too long for an article');
  const masked = mask(answer);
  const language = transcript.language ?? detectLanguage(words);
  return {
    ok: true,
    question: mask(question),
    answer: masked,
    ...(language === undefined ? {} : { language }),
    flags: flagsIn(masked),
  };
};

const nothing = (reason: string): Drafting => ({ ok: false, reason });

const withoutLinks = (text: string): string =>
  text.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/https?:\/\/\S+/g, ' ');

/** The best line that the customer wrote: a question about something, else the title of the case, else any request. */
const questionOf = ({ question, names, messages }: Transcript): string | undefined => {
  const lines = messages
    .slice(
      0,
      Math.max(
        1,
        messages.findIndex(({ role }) => role === 'human'),
      ),
    )
    .filter(({ role }) => role === 'customer')
    .flatMap(({ markdown }) => asked(markdown, names));
  const title = asked(question, names);
  // A question may be about one thing; anything else that short is chatter.
  const telling = [...title, ...lines].filter((line) => subjectTerms(line).length >= (isQuestion(line) ? 1 : 2));
  const best = telling.find(isQuestion) ?? telling[0];
  return best === undefined ? undefined : plainLine(best);
};

/** Sentences of a customer that may be their question. */
const asked = (markdown: string, names: readonly string[]): string[] =>
  proseOf(markdown)
    .flatMap(sentencesOf)
    .map((sentence) => capitalised(withoutNames(withoutOpening(sentence), names)))
    .filter((sentence) => !isCourtesy(sentence) && !isAcknowledgement(sentence));

/** Lines of a text that somebody wrote themselves: no code, no quotes of others. */
const proseOf = (markdown: string): string[] =>
  markdown
    .replace(/^(`{3,}|~{3,})[\s\S]*?^\1/gm, '')
    .split('\n')
    .filter((line) => !/^\s*>/.test(line));

const cleanReply = (markdown: string, names: readonly string[]): string => {
  const lines = markdown.replaceAll('\r\n', '\n').trim().split('\n');
  const kept: string[] = [];
  let fence: string | undefined;
  let quietBefore = true;
  for (const line of lines) {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence !== undefined || mark !== undefined) {
      kept.push(line);
      if (fence === undefined) fence = mark;
      else if (mark?.startsWith(fence) === true) fence = undefined;
      continue;
    }
    // A signature: what follows a farewell is who wrote.
    if (isFarewell(line) && line.trim() !== '') break;
    if (/^--\s*$/.test(line)) break;
    const isStep = /^\s*(?:[-*+•]|\d{1,2}[.)])\s|^\s*\||^#{1,6}\s|^\s*>/.test(line);
    const cleaned = line.trim() === '' || isStep ? line : cleanLine(line, names, quietBefore);
    if (cleaned === undefined) continue;
    if (cleaned.trim() !== '') quietBefore = false;
    kept.push(cleaned);
  }
  return withoutSigner(kept, names)
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
};

/** What a line tells; undefined for nothing. `first`: nothing was told before it, so it may begin with a greeting. */
const cleanLine = (line: string, names: readonly string[], first: boolean): string | undefined => {
  const said = sentencesOf(first ? withoutOpening(line) : line)
    .map((sentence) => withoutNames(sentence, names))
    .filter((sentence) => !isCourtesy(sentence) && !isDeed(sentence) && !isAcknowledgement(sentence));
  return said.length === 0 ? undefined : capitalised(said.join(' '));
};

/** Without the name under a letter. */
const withoutSigner = (lines: readonly string[], names: readonly string[]): readonly string[] => {
  const known = new Set(names.flatMap((name) => [name, name.split(/\s+/)[0] ?? '']).map((name) => name.toLowerCase()));
  const end = lines.findLastIndex((line) => line.trim() !== '');
  const last = (lines[end] ?? '').replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '').toLowerCase();
  return end >= 0 && known.has(last) ? lines.slice(0, end) : lines;
};

const capitalised = (text: string): string => text.replace(/^\p{Ll}(?!\w*:\/\/)/u, (letter) => letter.toUpperCase());
