import { type CellObject, read, type WorkSheet } from '@e965/xlsx';
import { zipSync } from 'fflate';
import { type Reading, readable, unreadable } from '../document.ts';
import { markdownTable } from './markdown-table.ts';
import { propertiesOf, readParts } from './office-package.ts';
import { refuseEntities } from './xml.ts';

/** More rows with something in them are data, not a text that answers questions. */
const mostRows = 20_000;
/** After so many rows a table's header comes again, so that a piece of it still says what its columns are. */
const rowsPerTable = 40;

/**
 * Excel (ECMA-376, SpreadsheetML): every sheet that is shown is a section with its tables, cells as they are displayed,
 * formulas as their last result.
 */
export const readXlsx = (bytes: Uint8Array): Promise<Reading> =>
  readParts(bytes, (parts) => {
    for (const part of Object.values(parts)) refuseEntities(part);
    const workbook = read(zipSync({ ...parts }, { level: 0 }), {
      type: 'array',
      dense: true,
      cellFormula: false,
      cellHTML: false,
      // For widths of rows and columns: hidden ones have none.
      cellStyles: true,
      // The one date format that looks different in every country.
      dateNF: 'yyyy-mm-dd',
    });
    const sheets = workbook.SheetNames.flatMap((name, at) => {
      const sheet = workbook.Sheets[name];
      const isHidden = (workbook.Workbook?.Sheets?.[at]?.Hidden ?? 0) !== 0;
      return sheet && !isHidden ? [{ name, rows: rowsOf(sheet) }] : [];
    });
    const count = sheets.reduce((sum, { rows }) => sum + rows.filter((row) => row.length > 0).length, 0);
    if (count > mostRows) {
      return unreadable(
        `has ${count} rows, more than the ${mostRows} that are read as text; keep what answers questions, or split it`,
      );
    }
    const sections = sheets
      .map(({ name, rows }) => ({ name, text: tables(rows).join('\n\n') }))
      .filter(({ text }) => text !== '')
      .map(({ name, text }) => `## ${name}\n\n${text}`);
    return readable({ ...propertiesOf(parts), text: sections.join('\n\n') });
  });

/** Rows of texts without hidden rows and columns; an empty row is `[]`, and counts once however many there are. */
const rowsOf = (sheet: WorkSheet): string[][] => {
  const rows: string[][] = [];
  // Sparse: the range that a sheet claims may be a million rows, of which a few are there.
  const data: (CellObject | undefined)[][] = sheet['!data'] ?? [];
  let before = -1;
  data.forEach((cells, at) => {
    if (!cells || sheet['!rows']?.[at]?.hidden) return;
    if (at > before + 1 && before >= 0) rows.push([]);
    before = at;
    const texts: string[] = [];
    cells.forEach((cell, column) => {
      const text = cell ? cellText(cell) : '';
      if (text !== '') texts[column] = text;
    });
    const row = Array.from(texts, (text) => text ?? '').filter((_, column) => !sheet['!cols']?.[column]?.hidden);
    while (row.at(-1) === '') row.pop();
    if (row.length > 0 || (rows.at(-1)?.length ?? 0) > 0) rows.push(row);
  });
  return rows;
};

/** Without the values that say that a formula failed. */
const cellText = (cell: CellObject): string => (cell.t === 'e' ? '' : String(cell.w ?? cell.v ?? '').trim());

/** Tables stand apart by empty rows; a row of one cell above a table is a line of text. */
const tables = (rows: readonly (readonly string[])[]): string[] => {
  const texts: string[] = [];
  let table: (readonly string[])[] = [];
  const finish = () => {
    const first = Math.min(...table.map((row) => row.findIndex((cell) => cell !== '')));
    const [header, ...body] = table.map((row) => row.slice(first));
    table = [];
    if (!header) return;
    for (let at = 0; at === 0 || at < body.length; at += rowsPerTable) {
      texts.push(markdownTable([header, ...body.slice(at, at + rowsPerTable)]));
    }
  };
  for (const row of rows) {
    const filled = row.filter((cell) => cell !== '');
    if (filled.length === 0) finish();
    else if (filled.length === 1 && table.length === 0) texts.push(filled.join(''));
    else table.push(row);
  }
  finish();
  return texts;
};
