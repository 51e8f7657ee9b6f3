import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readAhead } from './read-ahead.ts';

async function* from<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

it('gives everything in order, with no more under way than it may', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.boolean(), { maxLength: 20 }),
      fc.integer({ min: 1, max: 4 }),
      async (scheduler, slow, width) => {
        let underWay = 0;
        let most = 0;
        const begin = (item: number): number | Promise<number> => {
          if (slow[item] !== true) return item;
          underWay += 1;
          most = Math.max(most, underWay);
          return scheduler.schedule(Promise.resolve(item)).finally(() => {
            underWay -= 1;
          });
        };
        const given: number[] = [];
        const reading = (async () => {
          for await (const item of readAhead(from([...slow.keys()]), width, begin)) given.push(item);
        })();
        await scheduler.waitFor(reading);
        expect(given).toEqual([...slow.keys()]);
        expect(most).toBeLessThanOrEqual(width);
      },
    ),
  );
});

it('begins the next ones while the first is still read', async () => {
  const first = Promise.withResolvers<string>();
  const begun: string[] = [];
  const reading = readAhead(from(['a', 'b', 'c']), 3, (item) => {
    begun.push(item);
    return item === 'a' ? first.promise : Promise.resolve(item);
  });
  const next = reading.next();
  await new Promise(setImmediate);
  expect(begun).toEqual(['a', 'b', 'c']);
  first.resolve('a');
  expect(await next).toEqual({ done: false, value: 'a' });
});
