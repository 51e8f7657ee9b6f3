import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpuMs } from '#test/cpu-time.ts';
import { segment } from './segment.ts';

const shape = (text: string) => segment(text).map(({ kind, text: unit }) => [kind, unit]);

describe('segment', () => {
  it('cuts paragraphs at sentence ends, not at abbreviations, numbers or addresses', () => {
    expect(
      shape('Refunds, e.g. by card, take 5.5 days. See help.example.org for more! Is that ok? "Yes." Done'),
    ).toEqual([
      ['sentence', 'Refunds, e.g. by card, take 5.5 days.'],
      ['sentence', 'See help.example.org for more!'],
      ['sentence', 'Is that ok?'],
      ['sentence', '"Yes."'],
      ['sentence', 'Done'],
    ]);
  });

  it('keeps a list whole, with the line that introduces it', () => {
    expect(shape('Before. Do this:\n\n1. Open it.\n   Wait.\n\n2. Close it.\n\nAfter.')).toEqual([
      ['sentence', 'Before.'],
      ['list', '1. Open it.\n   Wait.\n2. Close it.'],
      ['sentence', 'After.'],
    ]);
  });

  it('lets long lists fall into items and long tables into rows that know their head', () => {
    const items = Array.from({ length: 40 }, (_, at) => `- item number ${at} has some words`);
    expect(segment(items.join('\n')).map(({ kind }) => kind)).toEqual(items.map(() => 'item'));
    const rows = Array.from({ length: 40 }, (_, at) => `| plan ${at} | some words here |`);
    const table = segment(['| Plan | Price |', '|---|---|', ...rows].join('\n'));
    expect(table).toHaveLength(40);
    expect(table[0]).toMatchObject({ kind: 'row', header: '| Plan | Price |\n|---|---|' });
  });

  it('keeps small tables and code whole, closes an open fence', () => {
    expect(shape('| a | b |\n|---|---|\n| 1 | 2 |\n\nText.\n\n```sh\nnpm i\n\nnpm t')).toEqual([
      ['table', '| a | b |\n|---|---|\n| 1 | 2 |'],
      ['sentence', 'Text.'],
      ['code', '```sh\nnpm i\n\nnpm t\n```'],
    ]);
  });

  it('leaves out headings, rules and images, and counts sections', () => {
    const units = segment('# Title\nOne. ![x](y.png)\n\n---\n## Next\nTwo.');
    expect(units.map(({ text, section }) => [text.trim(), section])).toEqual([
      ['One.', 1],
      ['Two.', 2],
    ]);
  });

  it('takes any text, and quickly', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
        for (const unit of segment(text)) expect(unit.text.trim()).not.toBe('');
      }),
    );
    const started = cpuMs();
    for (const hostile of [
      '.'.repeat(200_000),
      '- '.repeat(100_000),
      '|'.repeat(200_000),
      '!['.repeat(100_000),
      ' .'.repeat(100_000),
    ]) {
      segment(hostile);
    }
    expect(cpuMs() - started).toBeLessThan(3_000);
  });
});
