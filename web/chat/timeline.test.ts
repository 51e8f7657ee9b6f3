import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareIds, laterId, mergeMessages, resumeAfter, unknownOf } from './timeline.ts';
import { wireMessage } from './wire-message.ts';

const ids = fc.uniqueArray(fc.bigInt({ min: 1n, max: 10n ** 19n }).map(String), { maxLength: 40 });

describe('mergeMessages', () => {
  test('each message once, in the order of the ids, however they arrive', () => {
    const scenario = ids.chain((all) =>
      fc.record({
        all: fc.constant(all),
        batches: fc.array(fc.array(all.length === 0 ? fc.constant('1') : fc.constantFrom(...all)), { maxLength: 8 }),
      }),
    );
    fc.assert(
      fc.property(scenario, ({ all, batches }) => {
        const timeline = [...batches, all].reduce(
          (merged, batch) =>
            mergeMessages(
              merged,
              batch.map((id) => wireMessage({ id })),
            ),
          mergeMessages([], []),
        );
        const expected = [...new Set([...all, ...batches.flat()])].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
        expect(timeline.map(({ id }) => id)).toEqual(expected);
      }),
    );
  });

  test('a message read again changes nothing, an edited one is replaced', () => {
    const before = [wireMessage({ id: '1', markdown: 'a' }), wireMessage({ id: '2' })];
    expect(mergeMessages(before, [wireMessage({ id: '1', markdown: 'a' })])).toBe(before);
    const after = mergeMessages(before, [wireMessage({ id: '1', markdown: 'b' })]);
    expect(after.map(({ markdown }) => markdown)).toEqual(['b', 'text']);
  });
});

test('ids compare as numbers', () => {
  expect(compareIds('9', '10')).toBeLessThan(0);
  expect(laterId('9', '10')).toBe('10');
  expect(laterId(undefined, '10')).toBe('10');
  expect(laterId('9', undefined)).toBe('9');
});

test('unknownOf', () => {
  const timeline = [wireMessage({ id: '1' })];
  expect(unknownOf(timeline, [wireMessage({ id: '1' }), wireMessage({ id: '2' })]).map(({ id }) => id)).toEqual(['2']);
});

describe('resumeAfter', () => {
  test('goes back a little, never beyond what is known without a gap', () => {
    const timeline = Array.from({ length: 20 }, (_, index) => wireMessage({ id: `${index + 1}` }));
    expect(resumeAfter(timeline, '20')).toBe('15');
    // 14 to 20 came from elsewhere (a confirmation): reading goes on from 13.
    expect(resumeAfter(timeline, '13')).toBe('8');
    expect(resumeAfter(timeline, '3')).toBe('1');
    expect(resumeAfter([], '3')).toBeUndefined();
  });
});
