/** A stretch of text, or a mark that stands for these sources. */
export type TextPart = { readonly text: string } | { readonly marks: readonly number[] };

const bracket = /(\s?)\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]/g;

/**
 * Finds `[1]` and `[1, 2]` in running text. Only numbers for which `known` is true become marks; an array index or a
 * year in brackets stays what it was. The space before a mark goes, so that it sits on its word.
 */
export const splitCitations = (text: string, known: (n: number) => boolean): readonly TextPart[] => {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(bracket)) {
    const marks = (match[2] ?? '').split(',').map(Number);
    if (!marks.every(known)) continue;
    if (match.index > from) parts.push({ text: text.slice(from, match.index) });
    parts.push({ marks });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
};
