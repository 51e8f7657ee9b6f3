/** Beyond so many cells, rows are not filled up: one row of a hundred thousand cells would make all others as long. */
const mostFilled = 1_000_000;

/** Rows of cells as a Markdown table, the first one its header; every row as wide as the widest. */
export const markdownTable = (rows: readonly (readonly string[])[]): string => {
  const widest = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const width = widest * rows.length > mostFilled ? 0 : widest;
  const line = (row: readonly string[]) =>
    `| ${Array.from({ length: Math.max(width, row.length) }, (_, at) => cellText(row[at] ?? '')).join(' | ')} |`;
  const [header = [], ...body] = rows;
  return [line(header), `|${' --- |'.repeat(Math.max(width, header.length))}`, ...body.map(line)].join('\n');
};

const cellText = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/(?<!\\)\|/g, '\\|')
    .trim();
