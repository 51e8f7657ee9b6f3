import { markdownTable } from '../markdown-table.ts';
import { listMarker } from './list-marker.ts';
import type { Segment } from './page-text.ts';

type Line = readonly Segment[];

/** A gap between cells that needs no third row to be believed, in letter heights. */
const wideGap = 1.5;

/**
 * The table that begins at line `from`, as Markdown, and the line after it; nothing when there is none. A table is a run of
 * lines whose pieces stand in columns that no piece crosses.
 */
export const tableAt = (
  lines: readonly Line[],
  from: number,
): { readonly text: string; readonly end: number } | undefined => {
  let end = from;
  if ((lines[from]?.length ?? 0) < 2) return undefined;
  // Of the first lines, the one with most cells tells the columns best: a header may run them together.
  let columns = withLine(
    [],
    lines.slice(from, from + 4).reduce((most, line) => (line.length > most.length ? line : most), []),
  );
  const run: Line[] = [];
  for (; end < lines.length; end += 1) {
    const whole = lines[end] ?? [];
    const line = whole.length > 1 ? whole.flatMap((piece) => divided(piece, columns)) : whole;
    const previous = lines[end - 1];
    const size = line[0]?.size ?? 0;
    if (end > from && previous) {
      const gap = (previous[0]?.y ?? 0) - (line[0]?.y ?? 0);
      const isNear =
        gap < (line.length > 1 ? 3.5 : 1.6) * size && Math.abs(size - (previous[0]?.size ?? 0)) < 0.15 * size;
      if (!isNear) break;
    }
    const grown = withLine(columns, line);
    if (grown.length < 2 || grown.length < columns.length - 1) break;
    columns = grown;
    run.push(line);
  }
  const rows = run.filter((line) => line.length > 1);
  const isWide = rows.every((line) =>
    line.every(({ x0, size }, at) => at === 0 || x0 - (line[at - 1]?.x1 ?? 0) > wideGap * size),
  );
  if (rows.length < 2 || (rows.length < 3 && !isWide) || rows.length * 2 < run.length) return undefined;
  if (rows.filter(([first]) => first && listMarker.test(`${first.text.trim()} x`)).length > rows.length / 2)
    return undefined;
  return { text: markdownTable(cellsOf(run, columns)), end };
};

interface Interval {
  readonly x0: number;
  readonly x1: number;
}

/** A piece that reaches from one column into the next, cut at the space that stands between them: narrow tables have no gap. */
const divided = (piece: Segment, columns: readonly Interval[]): Segment[] => {
  const next = columns.findIndex(
    ({ x0, x1 }, at) => at > 0 && piece.x0 < (columns[at - 1]?.x1 ?? 0) && piece.x1 > x0 && x1 > x0,
  );
  const gap = { from: columns[next - 1]?.x1 ?? 0, to: columns[next]?.x0 ?? 0 };
  if (next === -1) return [piece];
  const perLetter = (piece.x1 - piece.x0) / piece.text.length;
  const spaces = [...piece.text.matchAll(/\s+/g)].map(({ index, 0: space }) => ({
    index,
    x: piece.x0 + perLetter * (index + space.length / 2),
  }));
  const [space] = spaces
    .filter(({ x }) => x > gap.from - 0.8 * piece.size && x < gap.to + 0.8 * piece.size)
    .toSorted((one, other) => Math.abs(one.x - gap.to) - Math.abs(other.x - gap.to));
  if (!space) return [piece];
  return [
    { ...piece, x1: Math.min(space.x, gap.to - 0.1), text: piece.text.slice(0, space.index) },
    { ...piece, x0: Math.max(space.x, gap.from + 0.1, gap.to), text: piece.text.slice(space.index) },
  ];
};

/** Columns so far, and what a line adds to them: pieces that overlap stand in one column. */
const withLine = (columns: readonly Interval[], line: Line): Interval[] => {
  const merged: Interval[] = [];
  for (const { x0, x1 } of [...columns, ...line].toSorted((one, other) => one.x0 - other.x0)) {
    const last = merged.at(-1);
    if (last && x0 < last.x1) merged[merged.length - 1] = { x0: last.x0, x1: Math.max(last.x1, x1) };
    else merged.push({ x0, x1 });
  }
  return merged;
};

/** Rows of cells. A line that follows closer than rows do, or that says nothing in the first column, goes on the row above. */
const cellsOf = (run: readonly Line[], columns: readonly Interval[]): string[][] => {
  const y = run.map(([first]) => first?.y ?? 0);
  const widest = Math.max(0, ...y.slice(1).map((at, index) => (y[index] ?? 0) - at));
  const rows: string[][] = [];
  for (const [at, line] of run.entries()) {
    const cells = columns.map(({ x0, x1 }) =>
      line
        .filter((piece) => (piece.x0 + piece.x1) / 2 >= x0 && (piece.x0 + piece.x1) / 2 <= x1)
        .map(({ text }) => text.trim())
        .join(' '),
    );
    const gap = (y[at - 1] ?? Number.POSITIVE_INFINITY) - (y[at] ?? 0);
    const above = rows.at(-1);
    const size = line[0]?.size ?? 0;
    if (above && (gap < 0.85 * widest || (cells[0] === '' && gap < 1.6 * size))) {
      for (const [column, cell] of cells.entries()) above[column] = [above[column], cell].filter(Boolean).join(' ');
    } else rows.push(cells);
  }
  return rows;
};
