import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wellFormedText } from '#test/any-text.ts';
import { cpuMs } from '#test/cpu-time.ts';
import { chunk } from './chunk.ts';
import { approximateTokens } from './tokens.ts';

const words = (text: string): string[] => text.match(/[\p{L}\p{N}]+/gu) ?? [];

const sentence = (n: number): string => `Sentence number ${n} says something about refunds and invoices.`;
const paragraph = (sentences: number): string => Array.from({ length: sentences }, (_, i) => sentence(i)).join(' ');

describe('chunk', () => {
  it('keeps the path of headings and leaves out the title', () => {
    const chunks = chunk(`# Billing\n\n## Refunds\n\n${paragraph(8)}\n\n### Late\n\n${paragraph(8)}\n`, 'Billing');
    expect(chunks.map(({ headings }) => headings)).toEqual([['Refunds'], ['Refunds', 'Late']]);
    expect(chunks[0]?.text).toBe(paragraph(8));
  });

  it('joins small neighbours under their common heading, with their own headings in the text', () => {
    const [only, ...more] = chunk('# Plans\n\nThree plans.\n\n## Free\n\nOne seat.\n\n## Team\n\nTen seats.\n');
    expect(more).toEqual([]);
    expect(only?.headings).toEqual(['Plans']);
    expect(only?.text).toBe('Three plans.\n\n## Free\n\nOne seat.\n\n## Team\n\nTen seats.');
  });

  it('gives every question heading its own chunk', () => {
    const chunks = chunk('# FAQ\n\n## Can I pay by card?\n\nYes.\n\n## Can I pay by invoice?\n\nFrom 500 euros.\n');
    expect(chunks.map(({ headings, text }) => [headings.at(-1), text])).toEqual([
      ['Can I pay by card?', 'Yes.'],
      ['Can I pay by invoice?', 'From 500 euros.'],
    ]);
  });

  it('keeps question and answer paragraphs together', () => {
    const chunks = chunk('**Is it free?**\n\nFor one seat.\n\nQ: How long?\n\nA: For ever.\n');
    expect(chunks.map(({ text }) => text)).toEqual([
      '**Is it free?**\n\nFor one seat.',
      'Q: How long?\n\nA: For ever.',
    ]);
  });

  it.each([
    ['list', Array.from({ length: 24 }, (_, i) => `${i + 1}. Step ${i} of the long way to a refund`).join('\n')],
    [
      'table',
      `| Plan | Seats |\n|---|---|\n${Array.from({ length: 40 }, (_, i) => `| plan ${i} | ${i} |`).join('\n')}`,
    ],
    ['code', `\`\`\`sh\n${Array.from({ length: 30 }, (_, i) => `curl example.org/${i}\n\n`).join('')}\`\`\``],
  ])('keeps a %s whole, together with the line that introduces it', (_, block) => {
    const lead = 'Do it like this:';
    const chunks = chunk(`${paragraph(9)}\n\n${lead}\n\n${block}\n\n${paragraph(9)}`);
    expect(chunks.map(({ text }) => text)).toContain(`${lead}\n\n${block}`);
  });

  it('repeats the header when a long table is cut', () => {
    const rows = Array.from({ length: 300 }, (_, i) => `| plan ${i} | ${i} |`);
    const chunks = chunk(`| Plan | Seats |\n|---|---|\n${rows.join('\n')}`);
    expect(chunks.length).toBeGreaterThan(1);
    for (const { text } of chunks) expect(text).toMatch(/^\| Plan \| Seats \|\n\|---\|---\|\n\| plan/);
  });

  it.each([
    ['as written', (i: number) => i + 1],
    ['as counted', () => 1],
  ])('keeps the numbers of a long list, %s', (_, number) => {
    const steps = Array.from(
      { length: 120 },
      (_, i) => `${number(i)}. Step ${i + 1} of the way to a refund\n   - with care`,
    );
    const chunks = chunk(`Do this:\n\n${steps.join('\n')}`);
    expect(chunks.length).toBeGreaterThan(2);
    expect(chunks[0]?.text).toMatch(/^Do this:\n\n1\. Step 1 of/);
    for (const { text } of chunks)
      for (const [, marked, said] of text.matchAll(/^(\d+)\. Step (\d+)/gm)) expect(marked).toBe(said);
  });

  it('keeps what introduces a long block with its first piece', () => {
    const rows = Array.from({ length: 200 }, (_, i) => `| plan ${i} | ${i} |`).join('\n');
    const table = chunk(`${paragraph(5)}\n\nOur plans are:\n\n| Plan | Seats |\n|---|---|\n${rows}`);
    expect(table.map(({ text }) => text.slice(0, 40))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Our plans are:\n\n\| Plan \| Seats \|/)]),
    );
    const [answer] = chunk(`**Is it free?**\n\n${paragraph(60)}`);
    expect(answer?.text.startsWith('**Is it free?**\n\nSentence number 0')).toBe(true);
  });

  it('fences every piece of a long code block', () => {
    const chunks = chunk(`\`\`\`ts\n${'const x = 1;\n'.repeat(400)}\`\`\``);
    expect(chunks.length).toBeGreaterThan(1);
    for (const { text } of chunks) expect(text).toMatch(/^```ts\nconst[\s\S]*;\n```$/);
  });

  it('overlaps by a sentence only where a long paragraph is cut', () => {
    const [first, second] = chunk(paragraph(60));
    const last = first?.text.match(/Sentence number \d+/g)?.at(-1);
    expect(second?.text.startsWith(String(last))).toBe(true);
    const apart = chunk(`${paragraph(12)}\n\n${paragraph(13)}`);
    expect(apart.map(({ text }) => text)).toEqual([paragraph(12), paragraph(13)]);
  });

  it('does not take signs inside code for structure', () => {
    expect(chunk('```\n# not a heading\n- not a list\n```')).toEqual([
      { headings: [], text: '```\n# not a heading\n- not a list\n```', tokens: 9 },
    ]);
  });

  it('reads both heading forms and keeps the sign of C#', () => {
    const text = paragraph(7);
    const chunks = chunk(`Top\n===\n\n${text}\n\nSub\n---\n\n${text}\n\n## C#\n\n${text}\n\n## Closed ##\n\n${text}`);
    expect(chunks.map(({ headings }) => headings)).toEqual([['Top'], ['Top', 'Sub'], ['Top', 'C#'], ['Top', 'Closed']]);
  });

  it('keeps a heading that nothing follows', () => {
    expect(chunk('# Contact').map(({ text }) => text)).toEqual(['# Contact']);
  });

  it('has nothing to say about nothing', () => {
    expect(chunk('')).toEqual([]);
    expect(chunk(' \n\n---\n')).toEqual([]);
  });

  it('stays linear on hostile input', { timeout: 300_000 }, () => {
    const hostile = [
      '> '.repeat(100_000),
      '- '.repeat(100_000),
      `|${' '.repeat(200_000)}`,
      '#'.repeat(200_000),
      '`'.repeat(200_000),
    ];
    const started = cpuMs();
    for (const text of [...hostile, '\n'.repeat(200_000), '- a\n\n'.repeat(40_000), `${'-'.repeat(200_000)}|x\n`])
      chunk(`a|b\n${text}`);
    expect(cpuMs() - started).toBeLessThan(5_000);
  });

  const word = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
    fc.constantFrom('refund', 'invoice.', 'Why?', '返金', '*b*'),
  );
  const prose = fc.array(word, { minLength: 1, maxLength: 400 }).map((parts) => parts.join(' '));
  const block = fc.oneof(
    prose,
    fc
      .tuple(fc.integer({ min: 1, max: 6 }), fc.array(word, { maxLength: 6 }))
      .map(([level, text]) => `${'#'.repeat(level)} ${text.join(' ')}`),
    fc.array(prose, { minLength: 1, maxLength: 5 }).map((items) => items.map((item) => `- ${item}`).join('\n')),
    fc
      .array(prose, { minLength: 1, maxLength: 5 })
      .map((rows) => `| a | b |\n|---|---|\n${rows.map((row) => `| ${row} | x |`).join('\n')}`),
    prose.map((code) => `\`\`\`\n${code}\n\`\`\``),
    wellFormedText(3_000),
    fc.constantFrom('```', '>', '- ', '---', '===', '1. ', '|', '|-|', '    code'),
  );
  const document = fc.array(block, { maxLength: 12 }).map((blocks) => blocks.join('\n\n'));

  it('loses no word and keeps to its limits, whatever comes', () => {
    fc.assert(
      fc.property(document, (markdown) => {
        const chunks = chunk(markdown);
        for (const { text, tokens } of chunks) {
          expect(text.trim()).not.toBe('');
          expect(tokens).toBe(approximateTokens(text));
          expect(tokens).toBeLessThanOrEqual(400);
        }
        // Long words may be cut, so compare letters: each must occur at least as often as in the input.
        const letters = (texts: readonly string[]) => {
          const counts = new Map<string, number>();
          for (const letter of texts.flatMap((text) => words(text).join('').split('')))
            counts.set(letter, (counts.get(letter) ?? 0) + 1);
          return counts;
        };
        const kept = letters(chunks.flatMap(({ text, headings }) => [text, ...headings]));
        for (const [letter, count] of letters([markdown])) expect(kept.get(letter) ?? 0).toBeGreaterThanOrEqual(count);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps the words of prose in their order', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,10}$/), { minLength: 1, maxLength: 800 }), (list) => {
        expect(chunk(list.join(' ')).flatMap(({ text }) => words(text))).toEqual(list);
      }),
      { numRuns: 50 },
    );
  });
});
