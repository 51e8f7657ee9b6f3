import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Scalar } from 'yaml';
import { normalise } from '#core/terms.ts';
import { analysisLanguage, type KnownLanguage } from '#core/words/analysis-language.ts';

/** Who asks for one phrase also means the others; phrases as normalised words. */
export interface SynonymRule {
  readonly from: readonly string[];
  readonly to: readonly (readonly string[])[];
  /** Of the words in `from`; without one they are taken in every language that the documents are in. */
  readonly language?: KnownLanguage;
  /** What the phrases in `to` count for against what was said; as synonyms do where missing. */
  readonly weight?: number;
}

export type ParsedSynonyms =
  | { readonly ok: true; readonly rules: readonly SynonymRule[] }
  /** Every problem with its line and what to do about it. */
  | { readonly ok: false; readonly problems: readonly string[] };

const maxGroup = 50;
const maxWords = 8;

const wordsOf = (phrase: string): readonly string[] => normalise(phrase).split(' ');
const inLanguage = (language: KnownLanguage | undefined) => (language === undefined ? {} : { language });

/** Phrases that mean the same. */
export const equalPhrases = (
  phrases: readonly string[],
  language?: KnownLanguage,
  weight?: number,
): readonly SynonymRule[] =>
  phrases.map((phrase) => ({
    from: wordsOf(phrase),
    to: phrases.filter((other) => other !== phrase).map(wordsOf),
    ...inLanguage(language),
    ...(weight === undefined ? {} : { weight }),
  }));

/** Who says the phrase may mean the others, not the other way round. */
export const mayMean = (phrase: string, meant: readonly string[], language?: KnownLanguage): SynonymRule => ({
  from: wordsOf(phrase),
  to: meant.map(wordsOf),
  ...inLanguage(language),
});

const form =
  'write [word, other phrase], { from: word, to: [phrase] } or { words: [word, other phrase], language: de }';
const keys: ReadonlySet<string> = new Set(['from', 'to', 'words', 'language']);

/**
 * Reads a list of synonyms. An entry is a group of phrases that mean the same (`- [refund, money back]`), or goes one way
 * (`- { from: 2fa, to: [two-factor authentication] }`); as `{ words: […], language: de }` or with `language` beside `from` it
 * holds for questions in that language alone.
 */
export const parseSynonyms = (yaml: string): ParsedSynonyms => {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: false });
  const problems: { readonly line: number; readonly problem: string }[] = document.errors.map(({ pos, message }) => ({
    line: lines.linePos(pos[0]).line,
    problem: message,
  }));
  const lineOf = (node: unknown): number => {
    const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : undefined;
    return range ? lines.linePos(range[0]).line : 1;
  };
  const complain = (node: unknown, problem: string): undefined => {
    problems.push({ line: lineOf(node), problem });
  };

  const textOf = (node: Scalar): string => node.source ?? String(node.value ?? '');
  const phrase = (node: unknown): string | undefined => {
    if (!isScalar(node)) return complain(node, 'a phrase is plain text');
    const words = wordsOf(textOf(node));
    if (words[0] === '') return complain(node, `"${textOf(node)}" has no letter or digit`);
    if (words.length > maxWords) return complain(node, `a phrase has at most ${maxWords} words: "${textOf(node)}"`);
    return textOf(node);
  };
  const phrases = (node: unknown, least: number): readonly string[] => {
    const items = isSeq(node) ? node.items : [node];
    const found = items.flatMap((item) => phrase(item) ?? []);
    if (items.length < least) complain(node, `a group needs at least ${least} phrases`);
    if (items.length > maxGroup) complain(node, `a group has at most ${maxGroup} phrases`);
    return [...new Map(found.map((text) => [normalise(text), text])).values()];
  };
  const language = (node: unknown): KnownLanguage | undefined => {
    if (node === undefined) return undefined;
    const tag = isScalar(node) ? textOf(node).trim() : '';
    const known = tag === '' ? 'simple' : analysisLanguage(tag);
    return known === 'simple' ? complain(node, 'language is one of en, de, fr, es, it, nl, pt') : known;
  };

  const entry = (node: unknown): readonly SynonymRule[] => {
    if (isSeq(node)) return equalPhrases(phrases(node, 2));
    if (!isMap(node)) return complain(node, form) ?? [];
    for (const { key } of node.items)
      if (!(isScalar(key) && keys.has(textOf(key)))) complain(key, `"${String(key)}" is not understood: ${form}`);
    const said = language(node.get('language', true));
    const [group, from, to] = ['words', 'from', 'to'].map((key) => node.get(key, true));
    if (group !== undefined && from === undefined && to === undefined) return equalPhrases(phrases(group, 2), said);
    if (group !== undefined || from === undefined || to === undefined) return complain(node, form) ?? [];
    const targets = phrases(to, 1).map(wordsOf);
    return phrases(from, 1).map((text) => ({ from: wordsOf(text), to: targets, ...inLanguage(said) }));
  };

  const { contents } = document;
  let rules: readonly SynonymRule[] = [];
  if (isSeq(contents)) rules = contents.items.flatMap(entry);
  else if (contents !== null && !(isScalar(contents) && contents.value === null))
    complain(contents, `not a list: ${form}`);
  if (problems.length === 0) return { ok: true, rules };
  const sorted = problems.toSorted((one, other) => one.line - other.line);
  return { ok: false, problems: sorted.map(({ line, problem }) => `line ${line}: ${problem}`) };
};
