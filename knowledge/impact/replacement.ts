import { type Statement, stands, statementsOf } from './statements.ts';

/** Share of what the words of the old text are worth that a passage needs to be about the same. */
const aboutTheSame = 0.34;
/** A statement that is new is more likely the one that took the old one's place. */
const isNewWorth = 1.5;
/** A passage grows to this many words, and no further than that many characters. */
const enoughWords = 40;
const maxChars = 600;

/**
 * The passage of a document that took the place of a text which is no longer in it; `undefined` when it says nothing of it any more. `chunks` are
 * the document's texts in order, `told` the statements that fell, `passage` the whole old text. Pure.
 */
export const replacementFor = (
  told: readonly Pick<Statement, 'words'>[],
  passage: string,
  chunks: readonly string[],
): string | undefined => {
  const before = statementsOf(passage);
  const texts = chunks.map((text) => ({ text, statements: statementsOf(text) }));
  const weights = rarity(texts.flatMap(({ statements }) => statements));
  const old = new Set(told.flatMap(({ words }) => words));
  const worth = (words: Iterable<string>): number => {
    let sum = 0;
    for (const word of new Set(words)) sum += weights(word);
    return sum;
  };
  const total = worth(old);
  let best:
    | { readonly text: string; readonly statements: readonly Statement[]; readonly at: number; readonly score: number }
    | undefined;
  for (const { text, statements } of texts) {
    for (const [at, statement] of statements.entries()) {
      const share = worth(statement.words.filter((word) => old.has(word))) / total;
      if (share < aboutTheSame) continue;
      const score = share * (stands(statement, before) ? 1 : isNewWorth);
      if (best === undefined || score > best.score) best = { text, statements, at, score };
    }
  }
  return best === undefined ? undefined : grow(best.text, best.statements, best.at);
};

/** How telling a word is within this document; one that it does not have at all most of all. */
const rarity = (statements: readonly Statement[]): ((word: string) => number) => {
  const counts = new Map<string, number>();
  for (const { words } of statements) for (const word of new Set(words)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return (word) => Math.log(1 + (statements.length + 1) / ((counts.get(word) ?? 0) + 0.5));
};

/** The statement with those after it, and then those before it, of the same paragraph or list, until there is enough to read. */
const grow = (text: string, statements: readonly Statement[], at: number): string => {
  let [from, to] = [at, at];
  const count = (): number => statements.slice(from, to + 1).reduce((sum, { words }) => sum + words.length, 0);
  const fits = (first: number, last: number): boolean => {
    const [one, other] = [statements[first], statements[last]];
    if (one === undefined || other === undefined || other.end - one.start > maxChars) return false;
    return !/\n\s*\n|\n\s*#/.test(text.slice(one.start, other.end));
  };
  while (count() < enoughWords) {
    if (fits(from, to + 1)) to += 1;
    else if (fits(from - 1, to)) from -= 1;
    else break;
  }
  const passage = text.slice(statements[from]?.start, statements[to]?.end).trim();
  return passage.length > maxChars ? `${passage.slice(0, maxChars - 1).toWellFormed()}…` : passage;
};
