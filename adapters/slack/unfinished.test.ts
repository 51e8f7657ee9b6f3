import { describe, expect, it } from 'vitest';
import type { Address } from '#core/message.ts';
import type { CallResult, SlackApi, Workspace } from './api.ts';
import { createUnfinished } from './unfinished.ts';

const workspace: Workspace = { key: 'T0HOME', token: 'xoxb-home', name: 'Tidewater', botUserId: 'U0BOT' };
const address: Address = {
  channel: 'slack',
  space: 'C0ACME',
  thread: '1.0',
  state: { team: 'T0HOME', user: 'U0ANN', userTeam: 'T0ACME' },
};
const question = { ts: '1.0', user: 'U0ANN', text: 'How?' };
const partial = { ts: '2.0', user: 'U0BOT', bot_id: 'B0BOT', text: 'Choose' };
const finished = { ...partial, metadata: { event_type: 'frontdesk_message', event_payload: { outbox: '7' } } };

const ask = (messages: unknown, result: Partial<CallResult<unknown>> = {}) => {
  const api: SlackApi = { call: async () => ({ ok: true, data: { messages }, ...result }) as never };
  const workspaces = { find: async () => ({ ok: true, workspace }) as const };
  return createUnfinished({ api, workspaces })(address, new AbortController().signal);
};

describe('a partial message that nobody remembers', () => {
  it('is the newest of the thread, ours, and without the mark of a finished one', async () => {
    expect(await ask([question, partial])).toBe('C0ACME:2.0');
  });

  it.each([
    ['an answer that is complete', [question, finished]],
    ['a message of somebody else after it', [question, partial, { ...question, ts: '3.0' }]],
    ['a file of ours', [question, { ...partial, files: [{ id: 'F1' }] }]],
    ['another app', [question, { ...partial, user: 'U0OTHER' }]],
    ['nothing that we understand', 'what?'],
    ['an empty thread', []],
  ])('is not %s', async (_, messages) => {
    expect(await ask(messages)).toBeUndefined();
  });
});
