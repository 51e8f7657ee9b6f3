import { describe, expect, it } from 'vitest';
import { parseMarkdown } from '../shared/parse-markdown.ts';
import { wordsOf } from './rich-inline.ts';
import { tableText } from './table-pieces.ts';

const rowsOf = (markdown: string): readonly string[] => {
  const [table] = parseMarkdown(markdown)?.children ?? [];
  if (table?.type !== 'table') throw new Error('no table');
  const found = tableText(table, { definitions: new Map(), citations: new Map() });
  return found.kind === 'rows' ? found.rows.map(wordsOf) : [];
};

describe('a table that is wider than a screen', () => {
  it('names the column in every row', () => {
    const wide = 'word '.repeat(20).trim();
    expect(rowsOf(`| Plan | What |\n|--|--|\n| Basic | ${wide} |\n| Pro | x |`)).toEqual([
      `Plan: Basic\nWhat: ${wide}`,
      'Plan: Pro\nWhat: x',
    ]);
  });

  it('repeats no more than the beginning of an endless name', () => {
    const rows = rowsOf(`|${'x'.repeat(50_000)}|\n|-|\n${'|b|\n'.repeat(1_000)}`);
    expect(rows).toHaveLength(1_000);
    for (const row of rows) expect(row).toMatch(/^x{199}…: b$/);
  });
});
