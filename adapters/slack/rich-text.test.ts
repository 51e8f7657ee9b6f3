import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wellFormedText } from '#test/any-text.ts';
import { cpuMs } from '#test/cpu-time.ts';
import { blocksProblems } from '#test/slack-block-problems.ts';
import { toBlocks } from './rich-text.ts';

const text = (value: string, style?: object) => ({
  type: 'text',
  text: value,
  ...(style === undefined ? {} : { style }),
});
const section = (...elements: object[]) => ({ type: 'rich_text_section', elements });
const list = (more: object, ...items: string[]) => ({
  type: 'rich_text_list',
  style: 'bullet',
  indent: 0,
  elements: items.map((item) => section(text(item))),
  ...more,
});
const rich = (...elements: object[]) => ({ type: 'rich_text', elements });

describe('Markdown as blocks', () => {
  it('keeps paragraphs, emphasis and code in one section', () => {
    expect(toBlocks('Press **Save** and *wait*.\nThen ~~not~~ `run`.\n\nDone.')).toEqual([
      rich(
        section(
          text('Press '),
          text('Save', { bold: true }),
          text(' and '),
          text('wait', { italic: true }),
          text('.\nThen '),
          text('not', { strike: true }),
          text(' '),
          text('run', { code: true }),
          text('.\n\nDone.'),
        ),
      ),
    ]);
  });

  it('shows headings as headers and rules as dividers', () => {
    expect(toBlocks('# One\n\na\n\n---\n\n## Two *three*\n\nb')).toEqual([
      { type: 'header', text: { type: 'plain_text', text: 'One' } },
      rich(section(text('a'))),
      { type: 'divider' },
      { type: 'header', text: { type: 'plain_text', text: 'Two three' } },
      rich(section(text('b'))),
    ]);
  });

  it('shows a heading that is too long for a header, or holds a link, in bold', () => {
    const long = 'long '.repeat(40).trim();
    expect(toBlocks(`# ${long}\n\na`)).toEqual([rich(section(text(long, { bold: true }), text('\na')))]);
    expect(toBlocks('# [Docs](https://acme.example/docs)')).toEqual([
      rich(section({ type: 'link', url: 'https://acme.example/docs', text: 'Docs', style: { bold: true } })),
    ]);
  });

  it('nests lists by indent and goes on counting after an interruption', () => {
    expect(toBlocks('3. a\n   - b\n     - c\n4. d\n\n   ```\n   code\n   ```\n5. e')).toEqual([
      rich(
        list({ style: 'ordered', offset: 2 }, 'a'),
        list({ indent: 1 }, 'b'),
        list({ indent: 2 }, 'c'),
        list({ style: 'ordered', offset: 3 }, 'd'),
        { type: 'rich_text_preformatted', elements: [text('code')] },
        list({ style: 'ordered', offset: 4 }, 'e'),
      ),
    ]);
  });

  it('shows tasks as boxes and leaves empty items out', () => {
    expect(toBlocks('- [ ] open\n- [x] done\n-\n- last\n\nAfter.')).toEqual([
      rich(list({}, '☐ open', '☑ done', 'last'), section(text('\nAfter.'))),
    ]);
  });

  it('marks what is quoted, whatever it is', () => {
    expect(toBlocks('> one\n>\n> two\n>\n> - three\n>\n> ```\n> four\n> ```')).toEqual([
      rich({ type: 'rich_text_quote', elements: [text('one\n\ntwo')] }, list({ border: 1 }, 'three'), {
        type: 'rich_text_preformatted',
        elements: [text('four')],
        border: 1,
      }),
    ]);
    expect(toBlocks('one\n\n# two', { quoted: true })).toEqual([
      rich({ type: 'rich_text_quote', elements: [text('one\n\n'), text('two', { bold: true })] }),
    ]);
  });

  it('aligns the columns of a narrow table and lists the rows of a wide one', () => {
    expect(toBlocks('| Plan | Price |\n|:--|--:|\n| Basic | 5 |\n| 大きい | 120 |')).toEqual([
      rich({
        type: 'rich_text_preformatted',
        elements: [text('Plan    Price\n──────  ─────\nBasic       5\n大きい    120')],
      }),
    ]);
    const wide = 'word '.repeat(15).trim();
    expect(toBlocks(`| Plan | What |\n|--|--|\n| Basic | ${wide} |\n| Pro | |`)).toEqual([
      rich({
        type: 'rich_text_list',
        style: 'bullet',
        indent: 0,
        elements: [
          section(text('Plan', { bold: true }), text(': Basic\n'), text('What', { bold: true }), text(`: ${wide}`)),
          section(text('Plan', { bold: true }), text(': Pro')),
        ],
      }),
    ]);
  });

  it('keeps footnotes readable and HTML literal', () => {
    expect(toBlocks('See[^a].\n\n<b>x</b> <!channel>\n\n[^a]: The note.')).toEqual([
      rich(section(text('See[a].\n\n<b>x</b> <!channel>\n\n[a] The note.'))),
    ]);
  });
});

describe('links', () => {
  const elements = (markdown: string, citations?: ReadonlyMap<number, string>) => {
    const [block] = toBlocks(markdown, citations === undefined ? {} : { citations });
    return block?.type === 'rich_text' && block.elements[0]?.type === 'rich_text_section'
      ? block.elements[0].elements
      : [];
  };
  const link = (url: string, words?: string) => ({
    type: 'link',
    url,
    ...(words === undefined ? {} : { text: words }),
  });

  it('lead where they say, with references and images resolved', () => {
    expect(elements('[Docs][d] ![Plan](https://acme.example/p.png)\n\n[d]: https://acme.example/d')).toEqual([
      link('https://acme.example/d', 'Docs'),
      text(' '),
      link('https://acme.example/p.png', 'Plan'),
    ]);
  });

  it('are words alone when the address is not harmless', () => {
    expect(elements('[a](javascript:alert) ![b](data:x) [c](/relative)')).toEqual([text('a b c')]);
  });

  it('show where they lead when the label claims another place', () => {
    expect(elements('[https://bank.example/login](https://evil.example)')).toEqual([
      text('https://bank.example/login ('),
      link('https://evil.example/'),
      text(')'),
    ]);
    expect(elements('[Node.js](https://acme.example) [www.acme.example](https://acme.example/x)')).toEqual([
      link('https://acme.example/', 'Node.js'),
      text(' '),
      link('https://acme.example/x', 'www.acme.example'),
    ]);
  });

  it('stand behind citations that have an address, but not in code', () => {
    expect(elements('Yes [1][2] `[1]`.', new Map([[1, 'https://acme.example/a']]))).toEqual([
      text('Yes '),
      link('https://acme.example/a', '[1]'),
      text('[2] '),
      text('[1]', { code: true }),
      text('.'),
    ]);
  });
});

describe('limits', () => {
  it('gives up headers and dividers before anything else', () => {
    const blocks = toBlocks(Array.from({ length: 60 }, (_, at) => `# H${at}\n\ntext`).join('\n\n'));
    expect(blocks).toHaveLength(1);
    expect(JSON.stringify(blocks)).toContain('H59');
    expect(toBlocks('# a\n\nb', { maxBlocks: 1 })).toHaveLength(1);
  });

  it('keeps the structure of a well-filled answer', () => {
    const step = (at: number) =>
      `## Step ${at}\n\nOpen **Settings**, then *Security*, then press \`Save\`.\n\n- do **this**\n- not that\n`;
    const markdown = Array.from({ length: 40 }, (_, at) => step(at)).join('\n');
    const blocks = toBlocks(markdown);
    expect(markdown.length).toBeGreaterThan(3_400);
    expect(blocksProblems(blocks)).toEqual([]);
    expect(JSON.stringify(blocks)).toContain('rich_text_list');
    expect(JSON.stringify(toBlocks(markdown, { plain: true }))).not.toContain('rich_text_list');
  });

  it('then gives up structure, and only then the end of the text', () => {
    const dense = toBlocks(Array.from({ length: 200 }, (_, at) => `- **item** ${at} \`x\``).join('\n'));
    expect(blocksProblems(dense)).toEqual([]);
    expect(JSON.stringify(dense)).not.toContain('rich_text_list');
    expect(JSON.stringify(dense)).toContain('item 199');
    const endless = toBlocks('word '.repeat(40_000));
    expect(blocksProblems(endless)).toEqual([]);
    expect(JSON.stringify(endless)).toMatch(/word…"/);
  });

  it('has nothing to show for nothing', () => {
    for (const nothing of ['', '  \n', '-', '```\n```', '#', '> ', '[a]: https://acme.example', '&nbsp;'])
      expect(toBlocks(nothing)).toEqual([]);
  });

  it.each([
    ['nested quotes', '> '.repeat(20_000)],
    ['nested lists', '- '.repeat(5_000)],
    ['emphasis', '*a_ '.repeat(20_000)],
    ['deep lists', Array.from({ length: 60 }, (_, at) => `${'  '.repeat(at)}- a`).join('\n')],
    ['a wide table', `|${'a|'.repeat(5_000)}\n|${'-|'.repeat(5_000)}\n${'|b|\n'.repeat(5_000)}`],
    ['many paragraphs', '[a](https://b.example)\n\n'.repeat(5_000)],
    ['control characters', '\u0001\u0000'.repeat(5_000)],
    ['one word', 'x'.repeat(50_000)],
  ])('holds against %s, and soon', { timeout: 300_000 }, (_, markdown) => {
    const started = cpuMs();
    expect(blocksProblems(toBlocks(markdown))).toEqual([]);
    expect(cpuMs() - started).toBeLessThan(5_000);
  });
});

describe('whatever is written', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...[
        '# ',
        '> ',
        '- ',
        '1. ',
        '- [ ] ',
        '\n',
        '\n\n',
        '```\n',
        '`',
        '**',
        '_',
        '~~',
        '---\n',
        '  ',
        '\\\n',
        '|',
        '|--|',
      ],
      ...[
        '<!channel>',
        '<@U0BOT>',
        '<#C0HOME>',
        '<!subteam^S1>',
        '<https://evil.example|x>',
        '@channel',
        '&amp;',
        '[1]',
      ],
      ...[
        '[a](https://acme.example)',
        '[a](javascript:x)',
        '![](https://acme.example/i.png)',
        '[^1]',
        '\n\n[^1]: x',
        '\ud800',
      ],
      ...['| a | b |\n|--|--|\n| c | |\n', '\u0000', '\u200b', '\u202e', '😀', 'word '],
    ),
    wellFormedText(20),
  );
  it('stays within the limits and mentions nobody', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 60 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 200 }),
        (pieces, quoted, times) => {
          const markdown = pieces.join('').repeat(times).slice(0, 20_000);
          const citations = new Map([[1, 'https://acme.example/1']]);
          expect(blocksProblems(toBlocks(markdown, { quoted, citations }))).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);
});
