import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wellFormedText } from '#test/any-text.ts';
import { toTeamsMarkdown } from './markdown.ts';
import { streamText } from './stream-text.ts';

const answer = `You can **export** it in two ways [1]:

1. Open *Settings* and choose [Exports](https://help.acme.example/exports).
2. Press \`Export\`, then wait:
   - small ones take a minute
   - large_ones take 2 * 3 minutes

## And then

| Size | Time |
|------|------|
| 1 MB | 1 s  |

\`\`\`sh
curl https://api.acme.example
\`\`\`

See ~5 more in the docs [2]. Bye!`;

describe('a text that is still being written', () => {
  it('only ever grows, and ends as the whole', () => {
    let before = '';
    for (let length = 0; length <= answer.length; length += 1) {
      const shown = streamText(answer.slice(0, length));
      expect(shown.startsWith(before)).toBe(true);
      before = shown;
    }
    expect(toTeamsMarkdown(answer).startsWith(before)).toBe(true);
    expect(before).toContain('**export** it in two ways [1]');
    expect(before).toContain('See ~5 more');
  });

  it('shows plain words as they come', () => {
    expect(streamText('The export takes about five min')).toBe('The export takes about five');
    expect(streamText('One.\n\nTwo **thr')).toBe('One.\n\nTwo');
    expect(streamText('')).toBe('');
  });

  it('never fails and never shows a tag', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '**',
        '*',
        '`',
        '[',
        '](',
        ')',
        '<at>',
        '- ',
        '1. ',
        '\n',
        '\n\n',
        '> ',
        'word ',
        '# ',
        '|',
        '![',
      ),
      wellFormedText(8),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(streamText(pieces.join(''))).not.toMatch(/<\/?at\b/i);
      }),
    );
  });
});
