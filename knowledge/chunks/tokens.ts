/** East Asian scripts, whose letters are about one token each. */
const wide = /[\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]/g;

/**
 * Tokens of a text as common models count them, to within about a fifth: four characters each, or one wide one. Not
 * rounded, so that the parts of a text add up to the whole.
 */
export const tokenWeight = (text: string): number => {
  const wideCount = text.match(wide)?.length ?? 0;
  return (text.length - wideCount) / 4 + wideCount;
};

/** `tokenWeight` as a whole number. */
export const approximateTokens = (text: string): number => Math.ceil(tokenWeight(text));
