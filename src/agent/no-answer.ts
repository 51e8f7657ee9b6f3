/**
 * The form in which a model says that the passages do not answer: this word alone on the first line, then at most one
 * short paragraph for the customer.
 */
export const noAnswerMark = 'NO_ANSWER';

const maxSaidChars = 300;

/** Uncited words reach a customer only when they can hardly state or lead anywhere: one short paragraph, no address. */
const harmless = (said: string): boolean =>
  said.length > 0 && said.length <= maxSaidChars && !/\n\s*\n|https?:|www\.|\S@\S|[[\]<>`|]/i.test(said);

/** `undefined`: the text is meant as an answer. `said` is missing when our own words are better than the model's. */
export const readNoAnswer = (text: string): { readonly said?: string } | undefined => {
  const trimmed = text.trim();
  if (!trimmed.startsWith(noAnswerMark)) return undefined;
  const said = trimmed.slice(noAnswerMark.length).replace(/^[\s:.–—-]+/, '');
  return harmless(said) ? { said } : {};
};

/** Is this the beginning of a text that is, or may yet turn out to be, the "no answer" form? Never shown while it streams. */
export const mayBeNoAnswer = (textSoFar: string): boolean => {
  const trimmed = textSoFar.trimStart();
  return trimmed.startsWith(noAnswerMark) || noAnswerMark.startsWith(trimmed);
};
