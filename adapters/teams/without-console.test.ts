import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { withoutConsole } from './without-console.ts';

afterEach(() => vi.restoreAllMocks());

it('drops what the work says, also later, and nothing of others', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const before = console.error;
  const speak = async (words: string) => {
    console.error(words);
    await setImmediate();
    console.error(words);
    return words;
  };
  const works = [withoutConsole(() => speak('one')), withoutConsole(() => speak('two')), speak('ours')];
  expect(await Promise.all(works)).toEqual(['one', 'two', 'ours']);
  expect(said.mock.calls).toEqual([['ours'], ['ours']]);
  expect(console.error).toBe(before);
});

it('passes on what the work throws', async () => {
  const before = console.error;
  await expect(withoutConsole(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(console.error).toBe(before);
});
