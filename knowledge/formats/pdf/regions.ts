import type { Segment } from './page-text.ts';
import { baselines } from './page-text.ts';

/** What a page has that is read as one: a column, or what goes across columns. */
export interface Region {
  readonly x0: number;
  readonly x1: number;
  /** Its lines from the top down, each in pieces from left to right. */
  readonly lines: readonly (readonly Segment[])[];
}

/** Lines that a column has at least, before it counts as one. */
const fewestLines = 4;

/** Parts of a page in reading order: left column before right, and each band of columns before what is below it. */
export const regionsOf = (segments: readonly Segment[], depth = 0): Region[] => {
  const lines = baselines(segments);
  const whole = (part: readonly (readonly Segment[])[]): Region[] => {
    const pieces = part.flat();
    if (pieces.length === 0) return [];
    return [{ x0: Math.min(...pieces.map(({ x0 }) => x0)), x1: Math.max(...pieces.map(({ x1 }) => x1)), lines: part }];
  };
  const edge = depth < 3 ? columnEdge(segments) : undefined;
  if (edge === undefined) return whole(lines);

  const regions: Region[] = [];
  let across: (readonly Segment[])[] = [];
  let band: (readonly Segment[])[] = [];
  const finishBand = () => {
    const columns = fromTopOfColumns(band, edge);
    const left = columns.flat().filter(({ x0 }) => x0 < edge);
    const right = columns.flat().filter(({ x0 }) => x0 >= edge);
    if (isColumns(left, right)) {
      across.push(...band.slice(0, band.length - columns.length));
      regions.push(...whole(across), ...regionsOf(left, depth + 1), ...regionsOf(right, depth + 1));
      across = [];
    } else across.push(...band);
    band = [];
  };
  for (const line of lines) {
    if (line.some(({ x0, x1 }) => x0 < edge && x1 > edge + 1)) {
      finishBand();
      across.push(line);
    } else band.push(line);
  }
  finishBand();
  return [...regions, ...whole(across)];
};

/** Where a second column begins: the place, away from the left edge, at which most pieces begin. */
const columnEdge = (segments: readonly Segment[]): number | undefined => {
  if (segments.length < 2 * fewestLines) return undefined;
  const left = Math.min(...segments.map(({ x0 }) => x0));
  const width = Math.max(...segments.map(({ x1 }) => x1)) - left;
  const counts = new Map<number, number>();
  for (const { x0 } of segments) {
    if (x0 > left + 0.2 * width) counts.set(Math.round(x0), (counts.get(Math.round(x0)) ?? 0) + 1);
  }
  const [best] = [...counts].toSorted((one, other) => other[1] - one[1]);
  return best && best[1] >= fewestLines ? best[0] - 1.5 : undefined;
};

/** Both columns begin at about the same height: what stands clearly above the right one is a heading across both. */
const fromTopOfColumns = (band: readonly (readonly Segment[])[], edge: number): (readonly Segment[])[] => {
  const firstRight = band.flat().find(({ x0 }) => x0 >= edge && x0 < edge + 4);
  const top = firstRight ? firstRight.y + 2 * firstRight.size : 0;
  return band.filter(([first]) => first !== undefined && first.y < top);
};

/**
 * Columns of text are filled with it, and were written one after the other; the cells of a table were written row by row.
 */
const isColumns = (left: readonly Segment[], right: readonly Segment[]): boolean => {
  const sides = [left, right];
  if (sides.some((side) => baselines(side).length < fewestLines)) return false;
  const isFilled = sides.every((side) => {
    const widths = baselines(side).map((line) => (line.at(-1)?.x1 ?? 0) - (line[0]?.x0 ?? 0));
    return median(widths) > 0.5 * Math.max(...widths) && Math.max(...widths) > 8 * median(side.map(({ size }) => size));
  });
  const written = [...left.map(({ order }) => ({ order, side: 0 })), ...right.map(({ order }) => ({ order, side: 1 }))]
    .toSorted((one, other) => one.order - other.order)
    .filter(({ side }, at, all) => at > 0 && side !== all[at - 1]?.side);
  return isFilled && written.length <= Math.max(1, Math.min(left.length, right.length) / 4);
};

export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;
