import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runsOf } from './runs.ts';

const message = (id: number, role: 'customer' | 'bot' | 'human', extra: object = {}) => ({
  id: `${id}`,
  author: { role },
  at: new Date(2026, 2, 3, 12, id).toISOString(),
  visibility: 'customer' as const,
  kind: 'message' as const,
  ...extra,
});

test('names an author once per run', () => {
  const runs = runsOf([message(1, 'customer'), message(2, 'customer'), message(3, 'bot'), message(4, 'customer')]);
  expect(runs.map((run) => [run.author.role, run.messages.length])).toEqual([
    ['customer', 2],
    ['bot', 1],
    ['customer', 1],
  ]);
});

test('a note, a notice, another name and another day begin a new run', () => {
  const runs = runsOf([
    message(1, 'human', { author: { role: 'human', name: 'Mira' } }),
    message(2, 'human', { author: { role: 'human', name: 'Jonas' } }),
    message(3, 'human', { author: { role: 'human', name: 'Jonas' }, visibility: 'internal' }),
    message(4, 'bot', { kind: 'notice' }),
    message(5, 'bot', { kind: 'notice' }),
    message(6, 'bot'),
    message(7, 'bot', { at: new Date(2026, 2, 4).toISOString() }),
  ]);
  expect(runs.map((run) => run.id)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  expect(runs.map((run) => run.day !== undefined)).toEqual([true, false, false, false, false, false, true]);
  expect(runs[2]?.internal).toBe(true);
});

test('a note is a note, even when it is called a notice', () => {
  const [note] = runsOf([message(1, 'human', { visibility: 'internal', kind: 'notice' })]);
  expect(note).toMatchObject({ internal: true, notice: false });
});

test('keeps every message, in order', () => {
  const roles = fc.array(fc.constantFrom('customer' as const, 'bot' as const, 'human' as const));
  fc.assert(
    fc.property(roles, (list) => {
      const messages = list.map((role, index) => message(index, role));
      expect(runsOf(messages).flatMap((run) => run.messages)).toEqual(messages);
    }),
  );
});
