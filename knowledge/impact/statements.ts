import { stem } from '#core/stem.ts';
import { normalise } from '#core/terms.ts';

/** One sentence, line or table row of a text, with what it says. */
export interface Statement {
  /** Where it stands in the text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** Its words as stems, in order; articles and the like left out. */
  readonly words: readonly string[];
}

const set = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/));

/** Words that may come and go without changing what a sentence says. All other small words may change everything: `before`, `only`, `not`. */
const empty = set(`
  a an the this that these those is are was were be been it its you your we our us i my please and then also just will
  der die das den dem des ein eine einen einem einer ist sind war sie ihr ihre ihren wir unser unsere bitte und dann auch
  le la les l un une des du de est sont vous votre vos nous notre nos et alors aussi
  el los las un una unos unas del es son su sus usted nuestro nuestra y tambien
  il lo gli i uno della dello dei degli delle e sono suo sua nostro nostra anche
  het een zijn u uw ons onze en dan ook
  o os as um uma uns umas do da dos das sao seu sua nosso nossa tambem`);

/** Words that turn a sentence round, or narrow it; as stems. */
const turning: ReadonlySet<string> = new Set(
  [
    ...set(`
  not no never none nothing without neither nor cannot cant dont doesnt didnt isnt arent wasnt werent wont wouldnt shouldnt except unless only until before after instead
  longer less more most least over under above below
  nicht kein keine keinen keinem keiner nie niemals ohne weder ausser nur bis vor nach statt mehr weniger uber unter
  pas ne jamais sans aucun aucune non sauf seulement avant apres plus moins
  no nunca sin ningun ninguna tampoco excepto salvo solo antes despues mas menos
  non mai senza nessun nessuna tranne eccetto prima dopo meno
  niet geen nooit zonder behalve alleen voor na meer minder
  nao nunca sem nenhum nenhuma exceto apenas antes depois mais menos`),
  ].map((word) => stem(word)),
);

const breaks = /\n+|(?<=[.!?。！？]["'”’)\]]?)\s+(?=[\p{Lu}\p{N}"'“‘([*_`])/gu;
/** Marks of Markdown and of citations around words. */
const marks = /^[\s>#*+|-]+|\[\d+(?:\s*,\s*\d+)*\]|\]\([^)\s]*\)|[*_`~|]+/g;

const wordsOf = (text: string): readonly string[] =>
  normalise(text.replace(marks, ' '))
    .split(' ')
    .filter((word) => word !== '' && !empty.has(word))
    .map((word) => stem(word));

/** A Markdown text as its sentences, lines and table rows; what has no words is left out. Pure. */
export const statementsOf = (text: string): readonly Statement[] => {
  const statements: Statement[] = [];
  let start = 0;
  const take = (end: number): void => {
    const words = wordsOf(text.slice(start, end));
    if (words.length > 0) statements.push({ start, end, words });
  };
  for (const found of text.matchAll(breaks)) {
    take(found.index);
    start = found.index + found[0].length;
  }
  take(text.length);
  return statements;
};

/** How many more words than it had a sentence may have and still say the same. */
const extraWords = 2;
const extraShare = 1 / 3;

/** Every word of `old` is in `now`, and what `now` has beyond that neither turns it round nor outweighs it. */
const says = (now: readonly string[], old: readonly string[]): boolean => {
  const left = new Map<string, number>();
  for (const word of now) left.set(word, (left.get(word) ?? 0) + 1);
  for (const word of old) {
    const count = left.get(word) ?? 0;
    if (count === 0) return false;
    left.set(word, count - 1);
  }
  let extra = 0;
  for (const [word, count] of left) {
    if (count > 0 && (turning.has(word) || /\d/.test(word))) return false;
    extra += count;
  }
  return extra <= Math.max(extraWords, old.length * extraShare);
};

/**
 * Does one of `statements`, or two that follow each other, still say this (nearly)? Other inflections, an added article or aside do not matter; a changed
 * number, a new "not" or "only", or any other word that is missing does. Pure.
 */
export const stands = (statement: Pick<Statement, 'words'>, statements: readonly Statement[]): boolean =>
  statements.some(({ words }, at) => {
    if (says(words, statement.words)) return true;
    const next = statements[at + 1];
    return next !== undefined && says([...words, ...next.words], statement.words);
  });

/** Shorter ones are headings and labels: they tell nobody anything by themselves. */
const fewestWords = 3;

/**
 * What an answer told of a passage that it cites: the passage's statements that the answer repeats; of one in other words (a model's), those that it
 * shares most words with; if there are none, the whole passage. Pure.
 */
export const toldBy = (answer: string, passage: string): readonly Statement[] => {
  const all = statementsOf(passage);
  const long = all.filter(({ words }) => words.length >= fewestWords);
  const candidates = long.length > 0 ? long : all;
  const said = statementsOf(answer);
  const quoted = candidates.filter((statement) => stands(statement, said));
  if (quoted.length > 0) return quoted;
  const spoken = new Set(said.flatMap(({ words }) => words));
  const near = candidates.filter(({ words }) => words.filter((word) => spoken.has(word)).length * 2 >= words.length);
  return near.length > 0 ? near : candidates;
};
