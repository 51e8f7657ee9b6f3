import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wellFormedText } from '#test/any-text.ts';
import { type MarkdownNode, type MarkdownTree, parseMarkdown } from '../shared/parse-markdown.ts';
import { toTeamsMarkdown } from './markdown.ts';

const nodesIn = (markdown: string): readonly MarkdownNode[] => {
  const found: MarkdownNode[] = [];
  const visit = (node: MarkdownTree | MarkdownNode): void => {
    if (node.type !== 'root') found.push(node);
    if ('children' in node) for (const child of node.children) visit(child);
  };
  const tree = parseMarkdown(markdown);
  if (tree !== undefined) visit(tree);
  return found;
};
const wordsIn = (markdown: string): string =>
  nodesIn(markdown)
    .map((node) => (node.type === 'break' ? '\n' : 'value' in node ? node.value : ''))
    .join('');
/** Source in which every mark is escaped, so that a reader sees `text`. */
const literally = (text: string): string => text.replace(/[!-/:-@[-`{-~]/g, '\\$&');

describe('Markdown for Teams', () => {
  it('keeps what Teams shows', () => {
    expect(toTeamsMarkdown('**bold** *italic* ~~gone~~ `code` [link](https://acme.example/a)')).toBe(
      '**bold** *italic* ~~gone~~ `code` [link](https://acme.example/a)',
    );
    expect(toTeamsMarkdown('- a\n- b\n  1. c\n  2. d\n- [x] done')).toBe('- a\n- b\n  1. c\n  2. d\n- ☑ done');
    expect(toTeamsMarkdown('3. three\n4. four')).toBe('3. three\n4. four');
    expect(toTeamsMarkdown('> one\n> two')).toBe('> one  \n> two');
    expect(toTeamsMarkdown('```js\nlet a = 1;\n```')).toBe('```\nlet a = 1;\n```');
    expect(toTeamsMarkdown('one\ntwo')).toBe('one  \ntwo');
  });

  it('says the rest in other words: headings, images, rules, tables', () => {
    expect(toTeamsMarkdown('## A **big** title\n\nText')).toBe('**A big title**\n\nText');
    expect(toTeamsMarkdown('![plan](https://acme.example/p.png)')).toBe('[plan](https://acme.example/p.png)');
    expect(toTeamsMarkdown('a\n\n---\n\nb')).toBe('a\n\n──────────\n\nb');
    expect(toTeamsMarkdown('| Size | Time |\n|--|--:|\n| 1 MB | 10 s |')).toBe(
      '```\nSize  Time\n────  ────\n1 MB  10 s\n```',
    );
    const wide = `| Name | What |\n|--|--|\n| a | ${'long words '.repeat(10)}|\n| b | [x](https://acme.example/) |`;
    expect(toTeamsMarkdown(wide)).toBe(
      `Name: a  \nWhat: ${'long words '.repeat(10).trim()}\n\nName: b  \nWhat: [x](https://acme.example/)`,
    );
  });

  it('leaves the marks of sources alone, also where a model defined them', () => {
    expect(toTeamsMarkdown('Five days [1], or ten [2][3].')).toBe('Five days [1], or ten [2][3].');
    expect(toTeamsMarkdown('See [1].\n\n[1]: https://evil.example')).toBe('See [1].');
    expect(toTeamsMarkdown('not [this] one')).toBe('not \\[this] one');
  });

  it('mentions nobody and shows tags as text', () => {
    expect(toTeamsMarkdown('<at>Mira</at> and &lt;at>Tom&lt;/at>')).toBe(
      '&lt;at&gt;Mira&lt;/at&gt; and &lt;at&gt;Tom&lt;/at&gt;',
    );
    expect(toTeamsMarkdown('`<at>Mira</at>`')).not.toMatch(/<\/?at/);
    expect(toTeamsMarkdown('<script>alert(1)</script>')).toBe('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('sends people only where the label says, and to web pages or mail', () => {
    expect(toTeamsMarkdown('[x](javascript:alert(1))')).toBe('x');
    expect(toTeamsMarkdown('[https://bank.example](https://evil.example/)')).toBe(
      'https://bank.example ([https://evil.example/](https://evil.example/))',
    );
    expect(toTeamsMarkdown('wow![x](https://acme.example/)')).not.toContain('![');
    expect(toTeamsMarkdown('[a](<https://acme.example/(b) c>)')).toBe('[a](https://acme.example/%28b%29%20c)');
  });

  it('shows any text as it is', () => {
    const text = fc
      .array(
        fc.oneof(
          fc.constantFrom(...'*_~`[]()<>#-+=.|!&:\\'.split(''), 'word', ' ', '1', '\n', '<at>', '&amp;', '](', '**'),
          fc.stringMatching(/^[a-zäß0-9 ]{0,6}$/),
        ),
        { maxLength: 30 },
      )
      .map((pieces) =>
        pieces
          .join('')
          .replace(/\n+/g, '\n')
          .replace(/^ +| +$/gm, '')
          .trim(),
      )
      // Bare addresses become links: the words stay, their parse differs.
      .filter((value) => !/www\.|https?:|@/.test(value));
    const plain = (value: string) => value.replace(/\s+/g, ' ').trim();
    fc.assert(
      fc.property(text, (value) => {
        const rendered = toTeamsMarkdown(literally(value));
        expect(plain(wordsIn(rendered))).toBe(plain(value));
        const types = new Set(nodesIn(rendered).map(({ type }) => type));
        expect([...types].filter((type) => !['paragraph', 'text', 'break'].includes(type))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('becomes no HTML, no image, no mention and no unsafe link, whatever is written', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...[
          '# ',
          '> ',
          '- ',
          '1. ',
          '\n',
          '\n\n',
          '```\n',
          '`',
          '**',
          '*',
          '~~',
          '---\n',
          '[1]',
          '| a | b |\n|--|--|\n',
        ],
        ...[
          '<at>',
          '</at>',
          '<b>',
          '<!--',
          '&lt;',
          '&#60;',
          '\\',
          '![',
          '[x](http://a.example/<b>)',
          '](',
          '[y]: http://e',
        ],
        ...['javascript:x', '[z](javascript:x)', 'www.a.example', 'word ', '<http://b.example>'],
      ),
      wellFormedText(12),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 1, max: 60 }), (pieces, times) => {
        const rendered = toTeamsMarkdown(pieces.join('').repeat(times).slice(0, 10_000));
        expect(rendered.isWellFormed()).toBe(true);
        expect(rendered).not.toMatch(/<\/?at\b/i);
        for (const node of nodesIn(rendered)) {
          expect(['html', 'image', 'imageReference', 'definition']).not.toContain(node.type);
          if (node.type === 'link') expect(node.url).toMatch(/^(?:https?:|mailto:)/);
        }
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
