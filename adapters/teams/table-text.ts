import type { MarkdownNode } from '../shared/parse-markdown.ts';

type Table = Extract<MarkdownNode, { type: 'table' }>;
type Rows = readonly (readonly string[])[];

/** A table either as aligned columns of plain words, or, when those would not fit on a screen, row by row as Markdown. */
export type TableText =
  | { readonly kind: 'columns'; readonly text: string }
  | { readonly kind: 'rows'; readonly rows: readonly string[] };

/** Columns of a fixed-width font that fit beside an avatar without wrapping. */
const maxWidth = 60;
const gap = '  ';

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;
const widthOf = (text: string): number =>
  Array.from(text, (character) => (wide.test(character) ? 2 : 1)).reduce((sum, width) => sum + width, 0);

const padded = (cell: string, width: number, align: string | null | undefined): string => {
  const room = Math.max(0, width - widthOf(cell));
  const before = align === 'right' ? room : align === 'center' ? Math.floor(room / 2) : 0;
  return ' '.repeat(before) + cell + ' '.repeat(room - before);
};

const widthsOf = (rows: Rows): number[] => {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 1, widthOf(cell));
  return widths;
};

const asColumns = (rows: Rows, widths: readonly number[], align: Table['align']): string =>
  rows
    .flatMap((row, index) => [
      widths
        .map((width, column) => padded(row[column] ?? '', width, align?.[column]))
        .join(gap)
        .trimEnd(),
      ...(index === 0 && rows.length > 1 ? [widths.map((width) => '─'.repeat(width)).join(gap)] : []),
    ])
    .join('\n');

const asRow = (header: readonly string[], row: readonly string[]): string =>
  row
    .flatMap((cell, column) => {
      const name = header[column]?.trim() ?? '';
      return cell.trim() === '' ? [] : [name === '' ? cell : `${name}: ${cell}`];
    })
    .join('  \n');

/** `cells` are Markdown (for rows), `plainCells` the same without mark-up (for columns). A table with links comes as rows. */
export const tableText = (table: Table, cells: Rows, plainCells: Rows): TableText => {
  const flat = plainCells.map((row) => row.map((cell) => cell.replace(/\s+/g, ' ').trim()));
  const widths = widthsOf(flat);
  const width = widths.reduce((sum, column) => sum + column, 0) + gap.length * (widths.length - 1);
  const [header = [], ...body] = cells;
  const linked = cells.some((row) => row.some((cell) => /\]\(|\[\d/.test(cell)));
  if (body.length === 0 || (width <= maxWidth && !linked))
    return { kind: 'columns', text: asColumns(flat, widths, table.align) };
  return { kind: 'rows', rows: body.map((row) => asRow(header, row)).filter((row) => row !== '') };
};
