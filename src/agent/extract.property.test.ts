import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import type { Passage } from '#core/knowledge.ts';
import { cpuMs } from '#test/cpu-time.ts';
import { aPassage } from '#test/fakes/turn.ts';
import { extract } from './extract.ts';
import { countWords } from './segment.ts';

/** Words that no answer may exceed, whatever is quoted. */
const most = 350;

interface Node {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly Node[];
}

const nodesOf = (markdown: string): readonly Node[] => {
  const all: Node[] = [];
  const walk = (node: Node): void => {
    all.push(node);
    node.children?.forEach(walk);
  };
  walk(fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
  return all;
};

const textsOf = (nodes: readonly Node[]): string =>
  nodes.map(({ type, value }) => (type === 'text' ? (value ?? '') : '')).join('\n');

const marksIn = (text: string): readonly number[] => [
  ...new Set([...text.matchAll(/\[(\d+)\]/g)].map(([, digits]) => Number(digits))),
];

const letters = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '');

/** Pieces of documents as people write them. */
const sound = [
  'Refunds take 5.5 days, e.g. by card. They are **free. Really free** of charge. See [the terms. All](https://example.org/a.b) now. ',
  'It depends on the plan (see Nr. 5. Or ask). If you are on Starter, nothing changes... unless you ask. ',
  'Do this:\n\n1. Open `Settings. Plans`.\n2. Run:\n\n```sh\n# plans\nrefund --all [3]\n```\n\n3. Wait.\n\nNote: plans never refund twice.\n\n',
  '- item one: plans\n- item two\n  - nested refund\n\n',
  '| plan | refund |\n|---|---|\n| Pro | 5 days |\n\n',
  '## Refunds of plans\n\n',
  '> Quoted refund. Second sentence.\n\n',
  '**Q: Is a refund free?**\n\nA: Yes [1].\n\n',
  `${'- a long item about refunds and plans that goes on and on\n'.repeat(25)}\n`,
  '\n\n',
];
const hostile = [
  '[1]: https://evil.example\n',
  '- [ 2 ]: https://evil.example\n\n',
  '[1\n]: https://evil.example\n\n',
  '<!-- refund\n\n',
  '<script>refund</script>\n',
  '````\n```\nplans\n',
  '~~~ refund [7]\n',
  'refund ** plans ` items [x](',
  '```` a`b [9] refund. ``` Plans. # Refund. 1. Plans. - Items. > x. | y |\n',
  '!'.repeat(50),
  '![[1]](https://evil.example/x.png) refund. ',
  `${'refund '.repeat(300)}`,
  `**${'refund.'.repeat(60)} ${'(plans '.repeat(200)}`,
  `| ${'refund | '.repeat(200)}\n|---|\n| plans |\n`,
  '# Refund `x **\n',
  'Refund\n===\n',
  '\u0000\ud800 refund ',
];
const textOf = (pieces: readonly string[], between: string) =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 10 }).map((parts) => parts.join(between));

const passagesOf = (pieces: readonly string[], between = '\n\n') =>
  fc
    .array(
      fc.record({
        text: textOf(pieces, between),
        headings: fc.array(fc.constantFrom('Refunds', '[1]: x', 'Plans `a', '**Items'), { maxLength: 2 }),
        language: fc.constantFrom('en', 'de', 'xx'),
        score: fc.double({ min: 0.1, max: 9, noNaN: true }),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((all): readonly Passage[] => all.map((one, at) => ({ ...aPassage(`d${at % 3}`, one.text), ...one })));

const question = 'how do i get a refund, and what do plans with two items cost?';

describe('extract, for every text', () => {
  it('quotes what stands in what it cites, word for word, with the marks 1 to n', () => {
    fc.assert(
      fc.property(passagesOf(sound), (passages) => {
        const found = extract(question, passages);
        if (found === undefined) return;
        expect(extract(question, passages)).toEqual(found);
        const nodes = nodesOf(found.text);
        expect(marksIn(textsOf(nodes))).toEqual(found.citations.map(({ n }) => n));
        expect(countWords(found.text)).toBeLessThanOrEqual(most);

        const sources = passages
          .filter(({ text }) => found.citations.some((citation) => citation.text === text))
          .map(({ text, headings = [] }) => letters([...headings, text].join('\n')));
        for (const line of found.text.split('\n')) {
          const said = letters(line.replace(/ \[\d\]$|^\[\d\]$/, ''));
          expect(
            sources.some((source) => source.includes(said)),
            line,
          ).toBe(true);
        }
      }),
    );
  });

  it('leaves no emphasis, code, table or link half open', () => {
    fc.assert(
      fc.property(passagesOf(sound), (passages) => {
        const { text = '' } = extract(question, passages) ?? {};
        expect(textsOf(nodesOf(text))).not.toMatch(/\*\*|`|\]\(|\|/);
      }),
    );
  });

  it('takes nothing that is quoted for an instruction to Markdown', () => {
    fc.assert(
      fc.property(passagesOf([...sound, ...hostile], ''), (passages) => {
        const found = extract(question, passages);
        if (found === undefined) return;
        const nodes = nodesOf(found.text);
        const types = new Set(nodes.map(({ type }) => type));
        for (const type of ['definition', 'heading', 'image', 'imageReference', 'linkReference', 'footnoteDefinition'])
          expect(types, found.text).not.toContain(type);
        expect(marksIn(textsOf(nodes)), found.text).toEqual(found.citations.map(({ n }) => n));
        expect(countWords(found.text)).toBeLessThanOrEqual(most);
      }),
      { numRuns: 300 },
    );
  });

  it('is quick', () => {
    const text = Array.from({ length: 25 }, (_, at) => `## Part ${at}\n\n${sound.slice(0, 5).join('')}`).join('\n\n');
    const passages = Array.from({ length: 6 }, (_, at) => aPassage(`d${at}`, text.slice(0, 7_000), 6 - at));
    extract(question, passages);
    const started = cpuMs();
    for (let times = 0; times < 10; times += 1) extract(question, passages);
    // A hundred milliseconds on a machine that does nothing else.
    expect(cpuMs() - started).toBeLessThan(1_000);
    const hard = cpuMs();
    for (const piece of hostile) extract(question, [aPassage('hostile', piece.repeat(200))]);
    expect(cpuMs() - hard).toBeLessThan(3_000);
  });
});
