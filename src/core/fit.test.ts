import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wellFormedText } from '#test/any-text.ts';
import { cpuMs } from '#test/cpu-time.ts';
import { fit } from './fit.ts';

const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => !/[\s`~]/u.test(text));
const sentence = fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => words.join(' '));
const fence = fc
  .tuple(
    fc.constantFrom('```', '````', '~~~', '~~~~~'),
    fc.constantFrom('', 'js', 'json', 'text'),
    fc.array(sentence, { maxLength: 12 }),
  )
  .map(([marker, info, lines]) => [marker + info, ...lines.map((line) => `    ${line}`), marker].join('\n'));
const markdown = fc.array(fc.oneof(sentence, sentence, fence), { maxLength: 12 }).map((blocks) => blocks.join('\n\n'));
const limit = fc.integer({ min: 64, max: 500 });

const isMarker = (line: string): boolean => /^ {0,3}(?:`{3,}|~{3,})\w*\s*$/.test(line);
/** Everything but white space and the lines that open and close blocks. */
const words = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !isMarker(line))
    .join('')
    .replace(/\s+/g, '');

const isBalanced = (text: string): boolean => {
  let open: string | undefined;
  for (const line of text.split('\n')) {
    const run = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (run === undefined) continue;
    if (open === undefined) open = run;
    else if (line.trim() === run && run.startsWith(open)) open = undefined;
  }
  return open === undefined;
};

describe('fit', () => {
  it('keeps every part within the limit', () => {
    fc.assert(
      fc.property(fc.oneof(markdown, wellFormedText(2_000)), limit, (text, most) => {
        for (const part of fit(text, most)) expect(part.length).toBeLessThanOrEqual(most);
      }),
      { numRuns: 500 },
    );
  });

  it('loses no word and invents none', () => {
    fc.assert(
      fc.property(markdown, limit, (text, most) => {
        expect(fit(text, most).map(words).join('')).toBe(words(text));
      }),
      { numRuns: 500 },
    );
  });

  it('closes every code block in the part that opens it', () => {
    fc.assert(
      fc.property(markdown, limit, (text, most) => {
        for (const part of fit(text, most)) expect(isBalanced(part)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('cuts no character in two', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 60, maxLength: 600 }), limit, (text, most) => {
        for (const part of fit(text, most)) expect(part.isWellFormed()).toBe(true);
      }),
    );
    expect(fit('😀'.repeat(100), 65).every((part) => part.isWellFormed())).toBe(true);
  });

  it('leaves what fits alone, and makes nothing of nothing', () => {
    expect(fit('One.\n\nTwo.', 64)).toEqual(['One.\n\nTwo.']);
    expect(fit(' \n ', 64)).toEqual([]);
  });

  it('cuts between paragraphs first, then lines, then sentences, then words', () => {
    const a = 'a'.repeat(40);
    expect(fit(`${a}\n\n${a}`, 80)).toEqual([a, a]);
    expect(fit(`${a}\n${a}`, 80)).toEqual([a, a]);
    expect(fit(`${a}. ${a} ${a}`, 90)).toEqual([`${a}.`, `${a} ${a}`]);
    expect(fit(`${a} ${a}`, 80)).toEqual([a, a]);
  });

  it('opens a cut block again with its language, and leaves no empty one behind', () => {
    const line = 'x'.repeat(50);
    expect(fit(`\`\`\`js\n${line}\n${line}\n\`\`\`\nAfter.`, 80)).toEqual([
      `\`\`\`js\n${line}\n\`\`\``,
      `\`\`\`js\n${line}\n\`\`\`\nAfter.`,
    ]);
    expect(fit(`\`\`\`\n${line}\n\`\`\`\n\n${line}`, 72)).toEqual([`\`\`\`\n${line}\n\`\`\``, line]);
  });

  it('takes a shorter fence inside a block for code', () => {
    const text = `\`\`\`\`md\n\`\`\`js\n${'code '.repeat(30)}\n\`\`\`\n${'text '.repeat(30)}\n\`\`\`\`\nEnd.`;
    const parts = fit(text, 120);
    expect(parts.every(isBalanced)).toBe(true);
    expect(parts.at(-1)).toMatch(/End\.$/);
  });

  it('refuses a limit that nothing fits in', () => {
    expect(() => fit('text', 10)).toThrow(RangeError);
  });

  it('is quick on long texts', () => {
    const started = cpuMs();
    fit(`\`\`\`\n${'word '.repeat(100_000)}\n\`\`\``, 4_000);
    expect(cpuMs() - started).toBeLessThan(3_000);
  });
});
