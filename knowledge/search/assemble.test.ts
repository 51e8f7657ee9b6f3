import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunk } from '../chunks/chunk.ts';
import { assemble, type FoundPiece, wantedNeighbours } from './assemble.ts';

const piece = (documentId: string, ordinal: number, body: string, parts: Partial<FoundPiece> = {}): FoundPiece => ({
  documentId,
  ordinal,
  body,
  headings: ['Setup'],
  tokens: Math.ceil(body.length / 4),
  visibility: 'public',
  ...parts,
});

const limits = { target: 60, max: 80, small: 10 };
const cut = (markdown: string): FoundPiece[] =>
  chunk(markdown, '', limits).map(({ text, headings, tokens }, i) => piece('a', i, text, { headings, tokens }));
const sentences = Array.from({ length: 24 }, (_, i) => `Sentence number ${i} of this long paragraph.`);

describe('wantedNeighbours', () => {
  it('asks for what goes on where a list, a table, code or a sentence breaks off', () => {
    const next = (body: string) => wantedNeighbours([piece('a', 0, body)]).map(({ ordinal }) => ordinal);
    expect(next('1. Open it.\n2. Close it.')).toEqual([1]);
    expect(next('| a | b |\n| - | - |\n| 1 | 2 |')).toEqual([1]);
    expect(next('```\ncode\n```')).toEqual([1]);
    expect(next('These cost extra:')).toEqual([1]);
    expect(next('All is said.')).toEqual([]);
    expect(wantedNeighbours([piece('a', 4, '3. Turn it on.\n\nDone.')])).toEqual([{ documentId: 'a', ordinal: 3 }]);
  });

  it('asks for both sides of a long one, each once, never for what is there', () => {
    const long = { tokens: 300 };
    expect(wantedNeighbours([piece('a', 3, 'X.', long), piece('a', 5, 'Y.', long), piece('b', 0, 'Z.', long)])).toEqual(
      [
        { documentId: 'a', ordinal: 4 },
        { documentId: 'a', ordinal: 2 },
        { documentId: 'a', ordinal: 6 },
        { documentId: 'b', ordinal: 1 },
      ],
    );
    expect(wantedNeighbours([piece('a', 3, 'X.', long), piece('a', 4, 'Y.', long), piece('a', 2, 'W.', long)])).toEqual(
      [
        { documentId: 'a', ordinal: 5 },
        { documentId: 'a', ordinal: 1 },
      ],
    );
  });
});

describe('assemble', () => {
  it('puts a cut paragraph together without repeating its overlap', () => {
    const all = cut(sentences.join(' '));
    expect(all.length).toBeGreaterThan(2);
    const [passage, ...others] = assemble([...all].reverse(), []);
    expect(others).toEqual([]);
    expect(passage?.body).toBe(sentences.join(' '));
    expect(passage?.ordinals).toEqual(all.map(({ ordinal }) => ordinal));
  });

  it('puts lists, tables and code together again', () => {
    const list = Array.from({ length: 40 }, (_, i) => `${i + 1}. Do the step with number ${i + 1}.`).join('\n');
    const rows = Array.from({ length: 50 }, (_, i) => `| model ${i} | ${i} euros |`).join('\n');
    const table = `| model | price |\n| --- | --- |\n${rows}`;
    const code = `\`\`\`sh\n${Array.from({ length: 60 }, (_, i) => `echo "line ${i}"`).join('\n')}\n\`\`\``;
    for (const text of [list, table, code]) {
      const all = cut(text);
      expect(all.length).toBeGreaterThan(2);
      expect(assemble(all, []).map(({ body }) => body)).toEqual([text]);
    }
  });

  it('adds the neighbours of a cut hit, but not what only stands beside it', () => {
    const steps = [piece('a', 1, '1. One.\n2. Two.'), piece('a', 2, '3. Three.'), piece('a', 3, 'An end.')];
    const [hit, next] = steps;
    if (!hit || !next) throw new Error('no steps');
    expect(assemble([hit], [next, piece('a', 0, 'Something done before.')])).toMatchObject([
      { body: '1. One.\n2. Two.\n3. Three.', ordinals: [1, 2] },
    ]);
    expect(assemble([hit], [{ ...next, headings: ['Other'] }])[0]?.ordinals).toEqual([1]);
    expect(assemble([hit], [{ ...next, documentId: 'b' }])[0]?.ordinals).toEqual([1]);
  });

  it('spends what is left after the hits on neighbours, and always gives the best hit', () => {
    const hits = [piece('a', 0, '1. One.', { tokens: 50 }), piece('b', 0, 'Beta.', { tokens: 30 })];
    const next = piece('a', 1, '2. Two.', { tokens: 30 });
    const ordinals = (budget: number) => assemble(hits, [next], budget).map((one) => [one.documentId, ...one.ordinals]);
    expect(ordinals(110)).toEqual([
      ['a', 0, 1],
      ['b', 0],
    ]);
    expect(ordinals(100)).toEqual([
      ['a', 0],
      ['b', 0],
    ]);
    expect(ordinals(60)).toEqual([['a', 0]]);
    expect(ordinals(10)).toEqual([['a', 0]]);
    expect(assemble([], [], 100)).toEqual([]);
  });

  it('keeps the better hit of two that it joins, and its place', () => {
    const hits = [
      { ...piece('b', 0, 'Beta.'), score: 3 },
      { ...piece('a', 1, 'second half.'), score: 2 },
      { ...piece('a', 0, 'The first half and the'), score: 1 },
    ];
    expect(assemble(hits, []).map(({ documentId, score, body }) => ({ documentId, score, body }))).toEqual([
      { documentId: 'b', score: 3, body: 'Beta.' },
      { documentId: 'a', score: 2, body: 'The first half and the\n\nsecond half.' },
    ]);
  });

  it('never joins two visibilities', () => {
    const hits = [piece('a', 0, '1. One.'), piece('a', 1, '2. Two.', { visibility: 'internal' })];
    expect(assemble(hits, [])).toHaveLength(2);
  });

  it('holds the budget, mixes no documents, and says nothing twice', () => {
    const any = fc.record({
      documentId: fc.constantFrom('a', 'b'),
      ordinal: fc.integer({ min: 0, max: 5 }),
      body: fc.constantFrom('1. One.', '2. Two.', 'Text.', 'and so', '| a |\n| - |\n| 1 |', '```\nx\n```'),
      headings: fc.constantFrom(['S'], ['T'], []),
      tokens: fc.integer({ min: 1, max: 200 }),
      visibility: fc.constantFrom('public', 'internal'),
    });
    fc.assert(
      fc.property(
        fc.array(any, { maxLength: 8 }),
        fc.array(any),
        fc.integer({ min: 0, max: 500 }),
        (found, beside, budget) => {
          const hits = found.map((hit) => ({ ...hit, body: `${hit.body} ${hit.documentId}` }));
          const passages = assemble(hits, beside, budget);
          const total = passages.reduce((sum, one) => sum + one.tokens, 0);
          expect(total <= budget || (passages.length === 1 && total === hits[0]?.tokens)).toBe(true);
          const places = passages.flatMap((one) => one.ordinals.map((ordinal) => `${one.documentId} ${ordinal}`));
          expect(new Set(places).size).toBe(places.length);
          for (const { documentId, body } of passages) {
            expect(body).toContain(` ${documentId}`);
            expect(body).not.toContain(documentId === 'a' ? '. b' : '. a');
          }
          expect(passages.length > 0).toBe(hits.length > 0);
        },
      ),
    );
  });
});
