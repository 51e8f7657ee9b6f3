import type { StatementDifference } from '#core/article-draft.ts';
import { fold, normalise, subjectTerms } from '#core/terms.ts';
import { type Quantity, quantitiesIn } from './quantities.ts';
import { sentencesOf } from './sentences.ts';

/** One text about a question: an article with its title, an answer with what was asked. */
export interface Statement {
  readonly about: string;
  /** Markdown. */
  readonly text: string;
}

export interface Comparison {
  /** `other`: nothing in one contradicts the other, but the article does not say all of it. */
  readonly kind: 'same' | 'differs' | 'other';
  /** How much of the answer the article says in its own words, 0…1. */
  readonly overlap: number;
  readonly differences: readonly StatementDifference[];
}

/** So much of an answer is in an article that says the same. */
const enough = 0.75;
/** Two sentences are about one thing from here on; about the very same for a yes against a no. */
const related = 0.5;
const alike = 0.7;

/**
 * Does an article say what somebody answered? Finds durations, prices, shares and numbers that differ in sentences about the same
 * thing, a yes against a no, other menus and other steps. Words and numbers decide, not meaning: what it finds is for a person to
 * look at. Pure.
 */
export const compareStatements = (article: Statement, answer: Statement): Comparison => {
  const theirs = claimsOf(article);
  const ours = claimsOf(answer);
  const checks = ours.flatMap((claim) => [
    ...claim.quantities.map((quantity) => findQuantity(theirs, claim, quantity)),
    findOpposite(theirs, claim),
    findOtherPath(theirs, claim),
  ]);
  const differences = [...checks, findOtherSteps(theirs, ours)].flatMap((check) =>
    typeof check === 'object' ? [check] : [],
  );
  const said = new Set([...subjectTerms(article.about), ...theirs.flatMap(({ words }) => [...words])]);
  const wanted = new Set(ours.flatMap(({ words }) => [...words]));
  const overlap = wanted.size === 0 ? 1 : [...wanted].filter((term) => said.has(term)).length / wanted.size;
  if (differences.length > 0) return { kind: 'differs', overlap, differences: onePerArticleLine(differences) };
  return { kind: overlap >= enough && !checks.includes('unknown') ? 'same' : 'other', overlap, differences };
};

interface Claim {
  readonly sentence: string;
  /** Its words without what is compared as numbers. */
  readonly words: ReadonlySet<string>;
  /** What it is about: the same, or the whole text's subject where it says hardly any. */
  readonly topic: ReadonlySet<string>;
  readonly quantities: readonly Quantity[];
  readonly negated: boolean;
  /** Menus to go through: `Settings › Billing`. */
  readonly path: string | undefined;
  readonly isStep: boolean;
}

/** What came of looking for a claim: the article says so, says nothing of it, or something else. */
type Check = 'agreed' | 'unknown' | StatementDifference;

const step = /^\s*\d{1,2}[.)]\s+/;
const negation =
  /(?<!\p{L})(?:no|not|never|cannot|unable|impossible|neither|without|unsupported|unavailable|\p{L}+n't|(?:ca|do|does|is|are|wo|was|did|has|have)nt|nicht|kein\p{L}*|nie|niemals|ohne|pas|jamais|aucune?|sans|nunca|ningun\p{L}*|sin|non|mai|senza|niet|geen|nooit|zonder|nao|nenhum\p{L}*|sem)(?!\p{L})/u;
const yesOrNo = /^\W*(yes|no|ja|nein|oui|non|si|no|nee|sim|nao)(?!\p{L})[\s,.:;–—-]/u;
/** Under which condition something holds is not what is claimed: `If the label does not print, …` */
const condition = /^(?:if|when|unless|wenn|falls|si|quand|cuando|se|quando|als|wanneer)\s[^,]{1,160},\s*/u;

const claimsOf = ({ about, text }: Statement): Claim[] => {
  const subject = new Set(subjectTerms(about));
  return text.split('\n').flatMap((line) => {
    const words = line.replace(step, '').replace(/^[\s>#*+-]+/, '');
    return sentencesOf(words.replace(/\*\*|__|`/g, '')).map((sentence) => {
      const folded = fold(sentence).replace(condition, '');
      const own = new Set(subjectTerms(sentence).filter((term) => !isMeasure(term)));
      const replies = yesOrNo.test(folded);
      return {
        sentence,
        words: own,
        topic: replies && subject.size > 0 ? subject : own.size < 2 ? new Set([...own, ...subject]) : own,
        quantities: quantitiesIn(sentence),
        negated: negation.test(folded),
        path: pathIn(sentence),
        isStep: step.test(line),
      };
    });
  });
};

const isMeasure = (term: string): boolean =>
  /^[\d.,]+$|^(?:minut|hour|dai|day|week|month|year|percent|eur|usd|gbp|two|three|four|five|six|seven|eight|nine|ten|eleven|twelv)/.test(
    term,
  );

const pathIn = (sentence: string): string | undefined => {
  const match = /[\p{L}\p{N}][\p{L}\p{N} &/-]{0,40}(?:\s*(?:›|→|➔|>|»)\s*[\p{L}\p{N}][\p{L}\p{N} &/-]{0,40})+/u.exec(
    sentence,
  );
  if (match === null) return undefined;
  const parts = match[0].split(/›|→|➔|>|»/u).map((part) => normalise(part));
  // The words before a menu's name belong to the sentence: `Open Settings › Billing`.
  return [parts[0]?.split(' ').at(-1) ?? '', ...parts.slice(1)].join(' > ');
};

/** How much two sentences are about one thing, 0…1: the share of the shorter one's words. */
const nearness = (one: ReadonlySet<string>, other: ReadonlySet<string>): number => {
  if (one.size === 0 || other.size === 0) return one.size === other.size ? 1 : 0;
  return [...one].filter((term) => other.has(term)).length / Math.min(one.size, other.size);
};

const nearest = (claims: readonly Claim[], { topic }: Claim, least: number): Claim[] =>
  claims
    .map((claim) => ({ claim, near: nearness(claim.topic, topic) }))
    .filter(({ near }) => near >= least)
    .sort((a, b) => b.near - a.near)
    .map(({ claim }) => claim);

const findQuantity = (theirs: readonly Claim[], claim: Claim, quantity: Quantity): Check => {
  const isSame = (other: Quantity): boolean => other.value === quantity.value && other.unit === quantity.unit;
  const comparable = (other: Quantity): boolean =>
    other.what === quantity.what && (quantity.what !== 'number' || other.unit === quantity.unit);
  const candidates = nearest(theirs, claim, related).filter(({ quantities }) => quantities.some(comparable));
  if (candidates.some(({ quantities }) => quantities.some((other) => comparable(other) && isSame(other))))
    return 'agreed';
  const [best] = candidates;
  return best === undefined ? 'unknown' : { what: quantity.what, article: best.sentence, answer: claim.sentence };
};

const findOpposite = (theirs: readonly Claim[], claim: Claim): Check => {
  if (claim.topic.size < 2) return 'agreed';
  const about = nearest(theirs, claim, alike).filter(({ topic }) => topic.size >= 2);
  const [best] = about;
  if (best === undefined || about.some(({ negated }) => negated === claim.negated)) return 'agreed';
  return { what: 'yes or no', article: best.sentence, answer: claim.sentence };
};

const findOtherPath = (theirs: readonly Claim[], claim: Claim): Check => {
  if (claim.path === undefined) return 'agreed';
  if (theirs.some(({ path }) => path === claim.path)) return 'agreed';
  const last = (path: string): string => path.split(' > ').at(-1) ?? '';
  const other =
    nearest(theirs, claim, related).find(({ path }) => path !== undefined) ??
    theirs.find(({ path }) => path !== undefined && last(path) === last(claim.path ?? ''));
  return other === undefined ? 'unknown' : { what: 'steps', article: other.sentence, answer: claim.sentence };
};

/** Both give steps, and they have little in common. */
const findOtherSteps = (theirs: readonly Claim[], ours: readonly Claim[]): Check => {
  const [article, answer] = [theirs, ours].map((claims) => claims.filter(({ isStep }) => isStep));
  if (article === undefined || answer === undefined || article.length < 2 || answer.length < 2) return 'agreed';
  const known = answer.filter((claim) => nearest(article, claim, related).length > 0);
  if (known.length * 2 >= answer.length) return 'agreed';
  const list = (claims: readonly Claim[]): string =>
    claims.map(({ sentence }, n) => `${n + 1}. ${sentence}`).join('\n');
  return { what: 'steps', article: list(article), answer: list(answer) };
};

/** A sentence with two numbers is shown once. */
const onePerArticleLine = (differences: readonly StatementDifference[]): StatementDifference[] => [
  ...new Map(differences.map((difference) => [`${difference.article}\n${difference.answer}`, difference])).values(),
];
