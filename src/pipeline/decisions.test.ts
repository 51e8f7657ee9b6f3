import { expect, it } from 'vitest';
import { says } from '#test/fakes/pipeline.ts';
import { decisionsOn } from './decisions.ts';

it('keeps why for every event of channels where that is a question, and for no other', () => {
  const decision = { speaks: false, reason: 'not a question' };
  const pending = [says('hi', { attention: 'open' }), says('mail'), says('psst', { attention: 'overheard' })];
  expect(decisionsOn(pending, decision)).toEqual(
    [pending[0], pending[2]].map((entry) => ({
      key: entry?.event.dedupeKey,
      address: entry?.event.address,
      ...decision,
    })),
  );
  expect(decisionsOn([], decision)).toEqual([]);
});
