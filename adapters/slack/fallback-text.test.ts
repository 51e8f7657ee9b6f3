import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wellFormedText } from '#test/any-text.ts';
import { textFieldProblems } from '#test/slack-block-problems.ts';
import { fallbackText } from './fallback-text.ts';

const citations = [
  { n: 1, documentId: 'd1', title: 'Refunds & returns', url: 'https://acme.example/refunds?a=1&b=2', text: '' },
  { n: 2, documentId: 'd2', title: 'Notes', url: 'javascript:x', text: '' },
];

describe('the text of a message', () => {
  it('says the answer and its sources in plain words', () => {
    expect(fallbackText('It takes **five** days [1].\n\n- a < b', { citations })).toBe(
      'It takes five days [1].\n\n- a &lt; b\n\nSources:\n[1] Refunds &amp; returns https://acme.example/refunds?a=1&amp;b=2\n[2] Notes',
    );
  });

  it('begins with the name of who speaks', () => {
    expect(fallbackText('Hello.', { speaker: 'Mira' })).toBe('Mira: Hello.');
    expect(fallbackText('Hello.', { speaker: '' })).toBe('Hello.');
    expect(fallbackText('', { speaker: 'Mira' })).toBe('');
  });

  it('names files', () => {
    const file = { name: '<a>.pdf', mime: 'application/pdf', bytes: 1, ref: 'sha256:0' };
    expect(fallbackText('', { speaker: 'Mira', files: [file] })).toBe('Mira: Files: &lt;a&gt;.pdf');
  });

  it('ends at a word with an ellipsis when it is too long', () => {
    const text = fallbackText('word '.repeat(2_000));
    expect(text.length).toBeLessThanOrEqual(3_900);
    expect(text).toMatch(/word…$/);
    const entities = fallbackText('<'.repeat(5_000));
    expect(entities).toMatch(/^(?:&lt;)+…$/);
    expect(entities.length).toBeGreaterThan(3_890);
  });

  it('calls nobody, whatever is written', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '<!channel>',
        '@channel',
        '@here ',
        '@everyone',
        '<@U0BOT>',
        '&lt;!here&gt;',
        '&',
        ' ',
        '\n',
        '*',
        '`',
      ),
      wellFormedText(20),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 1, max: 100 }), (pieces, times) => {
        const words = pieces.join('');
        expect(textFieldProblems(fallbackText(words.repeat(times), { speaker: words, citations }))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
