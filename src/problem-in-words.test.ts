import { expect, test } from 'vitest';
import { z } from 'zod';
import { problemInWords } from './problem-in-words.ts';

const schema = z.strictObject({
  from: z.string(),
  share: z.number().min(0).max(1),
  watch: z.boolean(),
  done: z.enum(['mask', 'keep']),
  every: z.string().regex(/^\d+[mhd]$/, 'write a number with m, h or d'),
  list: z.array(z.string()),
});
const right = { from: 'docs', share: 1, watch: true, done: 'mask', every: '6h', list: [] };

test.each([
  [{ wach: true }, 'there is no "wach" here'],
  [{ from: undefined }, 'is missing'],
  [{ from: 3 }, 'must be a text'],
  [{ share: 1.5 }, 'must be 1 at most'],
  [{ share: -1 }, 'must be 0 at least'],
  [{ watch: 'now' }, 'must be true or false'],
  [{ done: 'hide' }, 'write one of mask, keep'],
  [{ every: '6 hours' }, 'write a number with m, h or d'],
  [{ list: 'a' }, 'must be a list'],
])('%j: %s', (wrong, words) => {
  const { error } = schema.safeParse({ ...right, ...wrong });
  expect(error?.issues.map(problemInWords)).toEqual([words]);
});
