import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import type { MessageWire } from '#src/http/wire.ts';
import { runsOf } from '../shared/runs.ts';
import { MessageRun } from './message-run.tsx';
import { wireMessage } from './wire-message.ts';

const shown = (overrides: Partial<MessageWire>, vote?: 1 | -1): string => {
  const [run] = runsOf([wireMessage({ id: '7', author: { role: 'bot' }, markdown: 'Did that help?', ...overrides })]);
  if (run === undefined) throw new Error('A message makes a run.');
  return renderToStaticMarkup(
    <MessageRun
      run={run}
      votes={vote === undefined ? {} : { 7: vote }}
      status="resolved"
      offeringId={undefined}
      load={() => Promise.reject(new Error('no file here'))}
      onVote={() => undefined}
      onPress={() => undefined}
    />,
  );
};
const buttons = (markup: string): readonly string[] =>
  [...markup.matchAll(/<button[^>]*>(.*?)<\/button>/g)].map(([, label]) => label ?? '');

describe('a question whether it is solved', () => {
  test.each(['message', 'notice', 'answer'] as const)('has two answers below its words, as %s', (kind) => {
    const markup = shown({ kind, asks: 'satisfaction' });
    expect(markup).toContain('Did that help?');
    expect(buttons(markup)).toEqual(['Yes, solved', 'Not yet']);
    expect(markup).toMatch(/<p[^>]*role="status"[^>]*><\/p>/);
  });

  test.each([
    [1, 'Thanks, good to know.'],
    [-1, 'Thanks for telling us. Write below what is still open.'],
  ] as const)('thanks for %i', (vote, thanks) => {
    const markup = shown({ asks: 'satisfaction' }, vote);
    expect(buttons(markup)).toEqual([]);
    expect(markup).toMatch(new RegExp(`role="status"[^>]*>${thanks}</p>`));
  });

  test('is no other message', () => {
    expect(shown({})).not.toContain('satisfaction');
    expect(buttons(shown({ kind: 'answer' }))).toHaveLength(2);
    expect(shown({ kind: 'answer' })).toContain('aria-label="Helpful"');
  });
});
