import { expect, it } from 'vitest';
import { createLoopGuard } from './loop-guard.ts';

it('takes many mails in one thread for a loop, and forgets them after a while', () => {
  let now = 0;
  const isLoop = createLoopGuard(() => new Date(now), 3, 1_000);
  expect([1, 2, 3].map(() => isLoop('a'))).toEqual([false, false, false]);
  expect(isLoop('b')).toBe(false);
  expect(isLoop('a')).toBe(true);
  now = 1_500;
  expect(isLoop('a')).toBe(false);
});
