import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpuMs } from '#test/cpu-time.ts';
import { aPassage } from '#test/fakes/turn.ts';
import { cite, settled, withoutMarks } from './cite.ts';

const passages = [aPassage('a', 'alpha'), aPassage('b', 'beta'), aPassage('c', 'gamma')];
const marksOf = (text: string): number[] => [...text.matchAll(/\[(\d+)\]/g)].map((match) => Number(match[1]));

describe('cite', () => {
  it('renumbers in order of first use and lists what is cited', () => {
    const { text, citations } = cite('Gamma says so [3]. Alpha too [1][3].', passages);
    expect(text).toBe('Gamma says so [1]. Alpha too [2][1].');
    expect(citations.map(({ n, documentId }) => [n, documentId])).toEqual([
      [1, 'c'],
      [2, 'a'],
    ]);
  });

  it('removes marks that point nowhere, with the gap before them', () => {
    expect(cite('True [2], made up [7], and [0] worse [99999999999].', passages).text).toBe(
      'True [1], made up, and worse.',
    );
  });

  it('understands lists, footnotes and wide brackets', () => {
    expect(cite('One [1, 2]. Two [^3]. Three【2†lines 1-3】.', passages).text).toBe('One [1][2]. Two [3]. Three[2].');
  });

  it('drops a link target that hangs on a mark', () => {
    expect(cite('See [1](https://evil.example/x).', passages).text).toBe('See [1].');
  });

  it('leaves code alone', () => {
    const code = 'Use `rows[1]` [2]:\n```js\nconst x = y[3];\n```';
    const { text, citations } = cite(code, passages);
    expect(text).toBe('Use `rows[1]` [1]:\n```js\nconst x = y[3];\n```');
    expect(citations).toHaveLength(1);
  });

  it('counts the same text of the same document once', () => {
    expect(cite('X [1]. Y [2].', [aPassage('a', 'same'), aPassage('a', 'same')]).citations).toHaveLength(1);
  });

  it('keeps links and other brackets', () => {
    const text = 'Open [Settings](https://x.example) and tick [x] or [ ] [1].';
    expect(cite(text, passages).text).toBe(text);
  });
});

const piece = fc.oneof(
  fc.constantFrom(
    '[1]',
    '[2]',
    '[3]',
    '[4]',
    '[0]',
    '[1, 3]',
    ' [2]',
    '[^1]',
    '[12',
    '[',
    ']',
    '(x)',
    '【1】',
    ' ',
    '\n',
    '.',
  ),
  fc.string({ maxLength: 8 }).map((text) => text.replaceAll(/[`~]/g, '')),
);
const modelText = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));

describe('cite, for every text', () => {
  it('leaves only marks that have a citation, numbered 1…k in order of first use', () => {
    fc.assert(
      fc.property(modelText, (text) => {
        const cited = cite(text, passages);
        const firstUses = [...new Set(marksOf(cited.text))];
        expect(firstUses).toEqual(cited.citations.map(({ n }) => n));
        expect(firstUses).toEqual(firstUses.map((_, at) => at + 1));
      }),
    );
  });

  it('cites nothing when nothing was found', () => {
    fc.assert(
      fc.property(modelText, (text) => {
        expect(marksOf(cite(text, []).text)).toEqual([]);
      }),
    );
  });

  it('shows beginnings that stay: what is settled never changes when more text arrives', () => {
    fc.assert(
      fc.property(modelText, fc.nat(), (text, cutAt) => {
        const before = cite(settled(text.slice(0, cutAt % (text.length + 1))), passages).text;
        expect(cite(text, passages).text.startsWith(before)).toBe(true);
      }),
    );
  });
});

it('takes hostile texts in linear time', { timeout: 300_000 }, () => {
  const started = cpuMs();
  for (const part of [' ', '[1,', '【1', '`', '[1](', '~~~', '[^', '![', '\n```']) {
    const hostile = part.repeat(100_000);
    settled(hostile);
    cite(hostile, passages);
    cite(`${hostile}[1]`, passages);
  }
  expect(cpuMs() - started).toBeLessThan(5_000);
});

describe('withoutMarks', () => {
  it('takes marks out of quoted text, not out of code', () => {
    expect(withoutMarks('As said [2], `a[1]` is [1, 2].')).toBe('As said (2), `a[1]` is (1, 2).');
  });
});
