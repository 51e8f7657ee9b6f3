import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldDuplicates, spread } from './diversify.ts';

const text = 'Press and hold the button on the back of the router until the light turns green, then wait a minute';
const hit = (documentId: string, body: string, fingerprint: string | null, textHash = `${documentId} ${body}`) => ({
  documentId,
  body,
  fingerprint,
  textHash,
});
const ids = (hits: readonly { readonly documentId: string }[]) => hits.map((one) => one.documentId).join('');

describe('foldDuplicates', () => {
  it('keeps the better of two near-duplicates and remembers where else it stands', () => {
    const folded = foldDuplicates([
      hit('a', text, '-1'),
      hit('b', `${text}!`, '-4'),
      hit('c', text.replace('a minute', 'some minutes'), '-16'),
      hit('d', 'Something else.', '-1'),
    ]);
    expect(folded.map(({ documentId, alsoIn }) => [documentId, alsoIn])).toEqual([
      ['a', ['b', 'c']],
      ['d', []],
    ]);
  });

  it('folds the very same text whatever its fingerprint, within a document without a word', () => {
    expect(foldDuplicates([hit('a', 'x', null, 'h'), hit('a', 'x', null, 'h'), hit('b', 'x', '7', 'h')])).toEqual([
      { ...hit('a', 'x', null, 'h'), alsoIn: ['b'] },
    ]);
  });

  it('never folds what differs in a number, in many bits or in many words', () => {
    const prices = [hit('a', `${text} for 10 euros`, '0'), hit('b', `${text} for 12 euros`, '0')];
    const far = [hit('a', text, '0'), hit('b', `${text} now`, '31')];
    const short = [hit('a', 'Turn it on.', '0'), hit('b', 'Turn it off.', '0')];
    for (const pair of [prices, far, short]) expect(ids(foldDuplicates(pair))).toBe('ab');
  });

  it('loses no text: every hit is kept or stands in alsoIn of a kept one', () => {
    const any = fc.record({
      documentId: fc.constantFrom('a', 'b', 'c', 'd'),
      body: fc.constantFrom(text, `${text} today`, 'Short.'),
      textHash: fc.constantFrom('1', '2', '3', '4', '5'),
      fingerprint: fc.constantFrom(null, '0', '1', '-9223372036854775808', '9223372036854775807'),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 20 }), (hits) => {
        const folded = foldDuplicates(hits.map((one, place) => ({ ...one, place })));
        const named = new Set(folded.flatMap((one) => [one.documentId, ...one.alsoIn]));
        expect(named).toEqual(new Set(hits.map((one) => one.documentId)));
        const places = folded.map((one) => one.place);
        expect(places).toEqual([...places].sort((x, y) => x - y));
        expect(places[0] ?? 0).toBe(0);
      }),
    );
  });
});

describe('spread', () => {
  const order = (documents: string, limit: number) =>
    ids(
      spread(
        [...documents].map((id) => hit(id, '', null)),
        limit,
      ),
    );

  it('gives the others a place before a third hit of the same document', () => {
    expect(order('aaaaab', 5)).toBe('aabaaa');
    expect(order('aaabbbccc', 5)).toBe('aabbcabcc');
  });

  it('leaves alone what is mixed, and a single document', () => {
    expect(order('abcabc', 5)).toBe('abcabc');
    expect(order('aaaa', 5)).toBe('aaaa');
  });

  it('keeps every hit, the best first, and the order of documents', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c', 'd')),
        fc.integer({ min: 0, max: 12 }),
        (documents, limit) => {
          const hits = documents.map((documentId, place) => ({ documentId, place }));
          const found = spread(hits, limit);
          expect(new Set(found)).toEqual(new Set(hits));
          expect(found).toHaveLength(hits.length);
          const firsts = (all: typeof hits) => [...new Set(all.map((one) => one.documentId))];
          expect(firsts(found)).toEqual(firsts(hits));
          for (const id of 'abcd') {
            const places = found.filter((one) => one.documentId === id).map((one) => one.place);
            expect(places).toEqual([...places].sort((x, y) => x - y));
          }
        },
      ),
    );
  });
});
