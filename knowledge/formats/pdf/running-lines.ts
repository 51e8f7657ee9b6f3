import { baselines, type PageText, type Segment } from './page-text.ts';

/** The share of a page's height, at its top and at its bottom, where headers and footers are. */
const margin = 0.12;

const pageNumber =
  /^[\s–—|-]*(?:(?:page|seite|página|pagina|pag\.?|p\.|s\.)\s*)?(\d{1,4}|[ivxlc]{1,7})(?:\s*(?:\/|of|von|de|di|van|sur|aus)\s*\d{1,4})?[\s–—|.-]*$/i;

/** Pages without what repeats on them: headers, footers and page numbers. Of a heading that repeats, the first is kept. */
export const withoutRunningLines = (pages: readonly PageText[]): PageText[] => withoutNumbers(withoutRepeats(pages));

/** The same words in the same place, whatever the numbers in them, on three pages (or all two). */
const withoutRepeats = (pages: readonly PageText[]): PageText[] => {
  const seen = new Map<string, number>();
  for (const page of pages) {
    const keys = page.segments.filter((segment) => isInMargin(segment, page)).map(keyOf);
    for (const key of new Set(keys)) seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  const fewest = Math.min(3, Math.max(2, pages.length));
  const kept = new Set<string>();
  return pages.map((page) => ({
    ...page,
    segments: page.segments.filter((segment) => {
      const key = keyOf(segment);
      if (!isInMargin(segment, page) || !/\p{L}/u.test(segment.text) || (seen.get(key) ?? 0) < fewest) return true;
      const isFirst = !kept.has(key);
      kept.add(key);
      return isFirst && isLarge(segment, page);
    }),
  }));
};

/**
 * The outermost line of a page goes when it is a page number; with all that is on it, when its number counts the pages. Any
 * other number in a margin may be a cell of a table.
 */
const withoutNumbers = (pages: readonly PageText[]): PageText[] => {
  const outer = pages.map((page) => outermostLines(page));
  const offsets = new Map<number, number>();
  for (const [index, lines] of outer.entries()) {
    for (const offset of new Set(lines.flatMap((line) => numbersOf(line).map((number) => number - index)))) {
      offsets.set(offset, (offsets.get(offset) ?? 0) + 1);
    }
  }
  return pages.map((page, index) => {
    const dropped = (outer[index] ?? []).filter(
      (line) =>
        (line.length === 1 && pageNumber.test(line[0]?.text ?? '')) ||
        numbersOf(line).some((number) => (offsets.get(number - index) ?? 0) > 1),
    );
    return { ...page, segments: page.segments.filter((segment) => !dropped.flat().includes(segment)) };
  });
};

const outermostLines = (page: PageText): Segment[][] => {
  const lines = baselines(page.segments);
  return [...new Set([lines[0], lines.at(-1)])]
    .filter((line) => line?.every((segment) => isInMargin(segment, page)))
    .map((line) => line ?? []);
};

/** Arabic page numbers at either end of a line. */
const numbersOf = (line: readonly Segment[]): number[] =>
  [line[0], line.at(-1)].map((piece) => Number(pageNumber.exec(piece?.text ?? '')?.[1])).filter(Number.isInteger);

const isInMargin = ({ y }: Segment, { height }: PageText): boolean => y > height * (1 - margin) || y < height * margin;

const keyOf = ({ text, y }: Segment): string =>
  `${Math.round(y / 4)} ${text.replace(/\d+/g, '#').replace(/\s+/g, ' ').trim()}`;

const isLarge = ({ size }: Segment, { segments }: PageText): boolean => {
  const sizes = segments.map((segment) => segment.size).toSorted((one, other) => one - other);
  return size > 1.3 * (sizes[Math.floor(sizes.length / 2)] ?? size);
};
