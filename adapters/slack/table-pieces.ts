import type { MarkdownNode } from '../shared/parse-markdown.ts';
import { shorten } from '../shared/shorten.ts';
import type { RichInline } from './block-types.ts';
import { inlineElements, isBlank, joined, type References, textElements, wordsOf } from './rich-inline.ts';

type Table = Extract<MarkdownNode, { type: 'table' }>;
type Cell = readonly RichInline[];

/** A table either as aligned columns, or, when those would not fit on a screen, row by row as `Header: value`. */
export type TableText =
  | { readonly kind: 'columns'; readonly elements: RichInline[] }
  | { readonly kind: 'rows'; readonly rows: readonly RichInline[][] };

/** Columns of a fixed-width font that fit beside an avatar without wrapping. */
const maxWidth = 70;
const gap = '  ';
/** Each row repeats the names of its columns: with endless ones the message would grow with the square of the text. */
const maxName = 200;

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;
const widthOf = (text: string): number =>
  Array.from(text, (character) => (wide.test(character) ? 2 : 1)).reduce(sum, 0);
const sum = (a: number, b: number): number => a + b;

/** A cell for the fixed-width form: one line, no styles (Slack takes text and links there). */
const flat = (cell: Cell): RichInline[] =>
  cell.map((element) => {
    const text = element.text?.replace(/\s+/g, ' ');
    if (element.type === 'text') return { type: 'text', text: text ?? '' };
    return { type: 'link', url: element.url, ...(text === undefined ? {} : { text }) };
  });

const padded = (cell: Cell, width: number, align: string | null | undefined): RichInline[] => {
  const room = Math.max(0, width - widthOf(wordsOf(cell)));
  const before = align === 'right' ? room : align === 'center' ? Math.floor(room / 2) : 0;
  return [...textElements(' '.repeat(before)), ...cell, ...textElements(' '.repeat(room - before))];
};

/** The widest cell of each column. */
const widthsOf = (rows: readonly (readonly Cell[])[]): number[] => {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 1, widthOf(wordsOf(cell)));
  return widths;
};

const asColumns = (
  rows: readonly (readonly Cell[])[],
  widths: readonly number[],
  align: Table['align'],
): RichInline[] => {
  const rule = widths.map((width) => '─'.repeat(Math.min(width, maxWidth))).join(gap);
  return joined(
    rows.flatMap((row, index) => [
      ...textElements(index === 0 ? '' : index === 1 ? `\n${rule}\n` : '\n'),
      ...widths.flatMap((width, column) => [
        ...textElements(column === 0 ? '' : gap),
        ...padded(row[column] ?? [], width, align?.[column]),
      ]),
    ]),
  );
};

const asRow = (names: readonly string[], row: readonly Cell[]): RichInline[] => {
  const fields = row.flatMap((cell, column) => (isBlank(cell) ? [] : [{ cell, name: names[column] ?? '' }]));
  return fields.flatMap(({ cell, name }, index) => [
    ...textElements(index === 0 ? '' : '\n'),
    ...(name === '' ? [] : [...textElements(name, { bold: true }), ...textElements(': ')]),
    ...cell,
  ]);
};

/** The text of a table in the form that can be read. Cells keep their links in both. */
export const tableText = (table: Table, references: References): TableText => {
  const rows = table.children.map((row) => row.children.map((cell) => inlineElements(cell.children, references)));
  const [header = [], ...body] = rows;
  const flatRows = rows.map((row) => row.map(flat));
  const widths = widthsOf(flatRows);
  const width = widths.reduce(sum, 0) + gap.length * (widths.length - 1);
  if (width <= maxWidth || body.length === 0)
    return { kind: 'columns', elements: asColumns(flatRows, widths, table.align) };
  const names = header.map((cell) => shorten(wordsOf(cell).trim(), maxName));
  return { kind: 'rows', rows: body.map((row) => asRow(names, row)).filter((row) => !isBlank(row)) };
};
