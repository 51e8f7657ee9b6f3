import { type Reading, readable, unreadable } from '../document.ts';
import { markdownTable } from './markdown-table.ts';

/** A table of comma- or semicolon-separated values (RFC 4180) as a Markdown table; the first row is its header. */
export const readCsv = (text: string): Reading => {
  const firstLine = text.slice(0, text.search(/[\r\n]|$/));
  const separator = firstLine.includes(';') && !firstLine.includes(',') ? ';' : firstLine.includes('\t') ? '\t' : ',';
  const rows = parseRows(text, separator);
  if (!rows) return unreadable('a quoted field is not closed; check the quotation marks');
  const filled = rows.filter((row) => row.some((cell) => cell.trim() !== ''));
  return filled.length === 0 ? unreadable('it is empty') : readable({ text: markdownTable(filled) });
};

/** Rows of fields; nothing when the last quoted field never ends. */
const parseRows = (text: string, separator: string): string[][] | undefined => {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let field = '';
    if (text[at] === '"') {
      const end = closingQuote(text, at + 1);
      if (end === -1) return undefined;
      field = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    }
    const start = at;
    while (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') at += 1;
    row.push(field + text.slice(start, at));
    if (text[at] === separator) {
      at += 1;
      if (at < text.length) continue;
      row.push('');
    }
    rows.push(row);
    row = [];
    at += text.startsWith('\r\n', at) ? 2 : 1;
  }
  return rows;
};

const closingQuote = (text: string, from: number): number => {
  let at = text.indexOf('"', from);
  while (at !== -1 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
};
