import type { ThreadLine } from '#core/knowledge.ts';
import { fold } from '#core/terms.ts';
import { type Leaning, leaningOf } from './leaning.ts';
import { focusOf } from './question-focus.ts';
import { defaultSmallWords, type SmallWords, smallWords } from './small-words.ts';
import { isSameWord, type SubjectRun, type SubjectWord, subjectRuns } from './subject-runs.ts';
import { threadLanguage } from './thread-language.ts';

/** A word that the question leaves out, or that a long message mentions beside its question. */
export interface ContextWord {
  readonly text: string;
  /** 0…1; a word of the question itself weighs 1. */
  readonly weight: number;
}

/** A question with what it means from the conversation around it. */
export interface ContextualQuestion {
  /** What is asked: of a short message everything, of a long one the sentences that ask or say what it is about. */
  readonly question: string;
  /** What else helps to find it, most important first. Says nothing about whether the corpus knows the answer. */
  readonly context: readonly ContextWord[];
  readonly isFollowUp: boolean;
  /** Question and context as one text, for embeddings and rerankers. */
  readonly standalone: string;
}

export interface FollowUpOptions {
  /** Of the conversation: the subject line of a mail. */
  readonly title?: string;
  /** Of the customer, where a text does not tell; two letters or more. */
  readonly locale?: string;
}

/** Lines of the conversation that are looked at, from the end. */
const memory = 24;
const maxContext = 16;
/** Weight of a word from the thread: when nothing else is asked, when the question points back, when it only may. */
const weights = { alone: 1, strong: 0.6, weak: 0.25 } as const;
/** A cited title says the subject in the corpus' own words. */
const titleWeight = { alone: 0.4, strong: 0.3, weak: 0 } as const;
/** What an earlier question loses with each follow-up to it. */
const fading = 0.7;
const faintest = 0.15;

/** What a conversation is about at one moment. */
interface Topic {
  readonly runs: readonly { readonly run: SubjectRun; readonly weight: number }[];
  readonly text: string;
}

/**
 * What a question means after what was said before it, without a model: small words of seven languages tell whether it leans on
 * the thread ("and for the other one?", "how much is that"), and then the subject of the questions before it comes along, without
 * what it replaces ("what about the Pro plan?" after the Growth plan). A question of its own, or an announced change of
 * subject, brings nothing along. Pure.
 */
export const followUp = (
  question: string,
  thread: readonly ThreadLine[] = [],
  options: FollowUpOptions = {},
): ContextualQuestion => {
  const lines = thread.slice(-memory);
  while (lines.at(-1)?.role === 'customer' && lines.at(-1)?.text.trim() === question.trim()) lines.pop();
  const language = threadLanguage(question, lines, options.locale);
  const small = smallWords[language] ?? defaultSmallWords;
  const read = (text: string) => subjectRuns(text, small, language === 'de');

  let topic: Topic = { runs: [], text: '' };
  let titles: readonly string[] = [];
  let isAsked = false;
  let pairs: (readonly [SubjectRun, SubjectRun])[] = [];
  for (const line of lines) {
    const { text } = focusOf(line.text, read);
    const runs = read(text);
    if (line.role === 'customer') {
      const leaning = leaningOf(text, runs, small, topic.runs.length > 0, isAsked);
      if (leaning !== 'none' || runs.length > 0) topic = advance(topic, { text, runs, leaning, small, pairs }).topic;
      titles = [];
    } else if (line.titles && line.titles.length > 0) titles = line.titles.slice(0, 2);
    isAsked = line.role !== 'customer' && /[?？]\s*$/.test(line.text.trimEnd());
    pairs = [...joined(runs), ...pairs].slice(0, 8);
  }

  const { text, beside } = focusOf(question, read);
  const runs = read(text);
  const leaning = leaningOf(text, runs, small, topic.runs.length > 0, isAsked);
  const own = runs.flatMap((run) => run.words);
  const besides = beside.map((one) => ({ text: one, weight: weights.weak }));
  if (leaning === 'none') {
    const title = topic.runs.length === 0 && options.title !== undefined ? read(options.title) : [];
    const context = distinct(own, [...weighted(title, weights.strong), ...besides]);
    const standalone = title.length > 0 ? `${options.title}\n${text}` : text;
    return { question: text, context, isFollowUp: false, standalone };
  }
  const { carried, dropped } = advance(topic, { text, runs, leaning, small, pairs });
  const isDropped = (word: SubjectWord) => dropped.some((one) => isSameWord(one.key, word.key));
  const cited = titles.flatMap(read).map((run) => ({ ...run, words: run.words.filter((word) => !isDropped(word)) }));
  const context = distinct(own, [
    ...carried.flatMap(({ run, weight }) => weighted([run], weight * weights[leaning])),
    ...weighted(cited, titleWeight[leaning]),
    ...besides,
  ]);
  return { question: text, context, isFollowUp: true, standalone: `${without(topic.text, dropped)}\n${text}`.trim() };
};

interface Said {
  readonly text: string;
  readonly runs: readonly SubjectRun[];
  readonly leaning: Leaning;
  readonly small: SmallWords;
  /** Things that were named side by side, the latest first. */
  readonly pairs: readonly (readonly [SubjectRun, SubjectRun])[];
}

/** What the conversation is about after one more message, and what of it came from before. */
const advance = (
  before: Topic,
  { text, runs, leaning, small, pairs }: Said,
): { topic: Topic; carried: Topic['runs']; dropped: readonly SubjectWord[] } => {
  const own = runs.map((run) => ({ run, weight: 1 }));
  if (leaning === 'none') return { topic: { runs: own, text: text.slice(0, 400) }, carried: [], dropped: [] };
  const chosen = theOther(fold(text), before, small, pairs);
  const replacing = leaning === 'weak' ? [] : [...runs, ...(chosen ? [chosen.wanted] : [])];
  const dropped = [
    ...replacing.flatMap((run) =>
      replacedBy(
        run,
        before.runs.map((one) => one.run),
      ),
    ),
    ...(chosen?.unwanted ?? []),
  ].filter((word) => !replacing.some((run) => run.words.some((one) => isSameWord(one.key, word.key))));
  const kept = before.runs.flatMap(({ run, weight }) => {
    const words = run.words.filter((word) => !dropped.includes(word));
    return words.length === 0 ? [] : [{ run: { ...run, words }, weight }];
  });
  const carried = [...(chosen ? [{ run: chosen.wanted, weight: 1 }] : []), ...kept];
  const fade = leaning === 'alone' ? 1 : leaning === 'strong' ? fading : weights.weak;
  const faded = carried
    .map(({ run, weight }) => ({ run, weight: weight * fade }))
    .filter(({ weight }) => weight >= faintest);
  const said = `${without(before.text, dropped)}\n${text}`.trim().slice(-400);
  return { topic: { runs: [...own, ...faded], text: said }, carried, dropped };
};

/**
 * Words of the earlier runs that a new run stands in for: what goes with the same noun ("Growth plan", "Pro plan"), what follows the
 * same preposition ("on iPhone", "on Android"), the one name where the other is a name.
 */
const replacedBy = (run: SubjectRun, earlier: readonly SubjectRun[]): readonly SubjectWord[] => {
  const shares = earlier.flatMap((one) => {
    const at = one.words.findIndex((word) => run.words.some((other) => isSameWord(word.key, other.key)));
    const ownAt = run.words.findIndex((word) => isSameWord(word.key, one.words[at]?.key ?? ''));
    if (at < 0 || ownAt < 0) return [];
    const after = run.words.length - ownAt - 1;
    return [[...one.words.slice(Math.max(0, at - ownAt), at), ...one.words.slice(at + 1, at + 1 + after)]];
  });
  if (shares.length > 0) return shares.flat();
  const alike = earlier.filter((one) => run.preposition !== undefined && one.preposition === run.preposition);
  const [only, ...more] = alike.length > 1 ? alike.filter((one) => one.isName === run.isName) : alike;
  // The only thing that was named is the subject itself, not one of its circumstances.
  if (only && more.length === 0 && earlier.length > 1) return only.words;
  const names = run.isName ? earlier.filter((one) => one.isName) : [];
  return names.length === 1 ? (names[0]?.words ?? []) : [];
};

const joined = (runs: readonly SubjectRun[]): (readonly [SubjectRun, SubjectRun])[] =>
  runs.flatMap((run, i) => {
    const before = runs[i - 1];
    return run.isJoined && before ? [[before, run] as const] : [];
  });

/** Of two things named side by side, the one that "the other one", "the second" or "the former" means. */
const theOther = (
  folded: string,
  topic: Topic,
  small: SmallWords,
  pairs: Said['pairs'],
): { readonly wanted: SubjectRun; readonly unwanted: readonly SubjectWord[] } | undefined => {
  const match = small.other.exec(folded);
  if (!match) return undefined;
  // Not "the other one" but a place in the order they were named in.
  const isByPlace = match[1] !== undefined || /second|latter|zweit|deuxieme|segund|tweede/.test(match[0]);
  for (const [first, second] of pairs) {
    const firstOnly = first.words.filter((word) => !has(second, word));
    const secondOnly = second.words.filter((word) => !has(first, word));
    const last = fold(topic.text.split(/(?<=[.!?])\s+|\n/u).at(-1) ?? '');
    const asked = (words: readonly SubjectWord[]) => words.some((word) => last.includes(word.key));
    if (isByPlace) {
      return match[1] === undefined ? { wanted: second, unwanted: firstOnly } : { wanted: first, unwanted: secondOnly };
    }
    if (asked(firstOnly) && !asked(secondOnly)) return { wanted: second, unwanted: wordsLike(topic, firstOnly) };
    if (asked(secondOnly) && !asked(firstOnly)) return { wanted: first, unwanted: wordsLike(topic, secondOnly) };
  }
  return undefined;
};

const has = (run: SubjectRun, word: SubjectWord): boolean => run.words.some((one) => isSameWord(one.key, word.key));

/** The topic's own words for these. */
const wordsLike = (topic: Topic, words: readonly SubjectWord[]): SubjectWord[] =>
  topic.runs.flatMap(({ run }) => run.words.filter((word) => words.some((one) => isSameWord(one.key, word.key))));

const weighted = (runs: readonly SubjectRun[], weight: number): (ContextWord & { readonly key?: string })[] =>
  runs.flatMap((run) => run.words.map((word) => ({ ...word, weight })));

/** Each word once with its highest weight, none that the question has itself, heaviest first. */
const distinct = (own: readonly SubjectWord[], words: readonly ContextWord[]): ContextWord[] => {
  const found = new Map<string, ContextWord>();
  for (const { text, weight } of words) {
    const key = fold(text);
    if (weight <= 0 || own.some((one) => isSameWord(one.key, key))) continue;
    const known = found.get(key);
    if (known === undefined || known.weight < weight) found.set(key, { text, weight: Math.round(weight * 100) / 100 });
  }
  return [...found.values()].sort((one, other) => other.weight - one.weight).slice(0, maxContext);
};

/** A text without some of its words. */
const without = (text: string, words: readonly SubjectWord[]): string =>
  words.length === 0
    ? text
    : text
        .replace(/[\p{L}\p{N}\p{M}]+/gu, (one) => (words.some((word) => word.key === fold(one)) ? '' : one))
        .replace(/ {2,}/g, ' ');
