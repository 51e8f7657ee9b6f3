import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Address, ConversationId } from '#core/message.ts';
import { type FakeChannelDeps, fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import { type FakeSlack, startFakeSlack } from '#test/fakes/slack/index.ts';
import { placeOf } from './api.ts';
import { createSlackApi } from './client.ts';
import { createPresenter, type Presenter } from './stream.ts';
import { createWorkspaces } from './workspaces.ts';

let slack: FakeSlack;
let deps: FakeChannelDeps;
let root: string;
let later = 0;
const started = Date.now();
/** Stands still unless moved. */
const now = () => new Date(started + later);
const signal = new AbortController().signal;
const conversation = '7' as ConversationId;

const presenterOf = (appendMs = 20): Presenter => {
  const api = createSlackApi({ apiUrl: slack.apiUrl, log: deps.log, now });
  const config = { botToken: slack.botToken };
  const workspaces = createWorkspaces(config, { installations: deps.installations, api, log: deps.log });
  return createPresenter({ api, workspaces, log: deps.log, now, appendMs, statusMs: 100 });
};
const address = (more: Partial<Address> = {}): Address => ({
  ...{ channel: 'slack', space: 'C0ACME', thread: root },
  state: { team: 'T0HOME', user: 'U0ANN', userTeam: 'T0ACME' },
  ...more,
});
const shown = (id: string) => {
  const { channel, ts } = placeOf(id);
  return slack.message(channel, ts)?.text;
};
const expectId = (id: string | undefined): string => {
  if (id === undefined) throw new Error('There is no stream.');
  return id;
};

beforeEach(async () => {
  slack = await startFakeSlack();
  deps = fakeChannelDeps(now);
  later = 0;
  root = (await slack.say({ user: 'U0ANN', channel: 'C0ACME', text: 'How?' })).ts;
});
afterEach(() => slack[Symbol.asyncDispose]());

describe('a status', () => {
  it('shows in the thread, not too often, and can be taken away', async () => {
    const { present } = presenterOf();
    expect(await present(conversation, address(), { status: 'is looking that up…' })).toBeUndefined();
    await slack.waitFor(() => slack.status('C0ACME', root) === 'is looking that up…');
    await present(conversation, address(), { status: 'is looking that up…' });
    await present(conversation, address(), { status: 'is writing…' });
    await present(conversation, address(), { status: '' });
    await slack.waitFor(() => slack.status('C0ACME', root) === '');
    expect(slack.statuses).toHaveLength(2);
    later = 200;
    await present(conversation, address(), { status: 'is writing…' });
    await slack.waitFor(() => slack.status('C0ACME', root) === 'is writing…');
  });

  it('is not tried again for a while where it is refused, and never matters', async () => {
    const { present } = presenterOf();
    slack.fail('assistant.threads.setStatus', { error: 'unknown_method' });
    await present(conversation, address(), { status: 'is thinking…' });
    await slack.waitFor(() => deps.log.lines.some(({ message }) => message.includes('no status line')));
    later = 60_000;
    await present(conversation, address(), { status: 'is writing…' });
    expect(slack.callsOf('assistant.threads.setStatus')).toHaveLength(1);
    later = 700_000;
    await present(conversation, address(), { status: 'is writing…' });
    await slack.waitFor(() => slack.status('C0ACME', root) === 'is writing…');
  });
});

describe('a stream', () => {
  it('starts for its reader, grows by what is new, and mentions nobody', async () => {
    const { present } = presenterOf();
    const id = expectId(await present(conversation, address(), { text: 'Press' }));
    expect(slack.callsOf('chat.startStream').at(-1)?.args).toMatchObject({
      ...{ thread_ts: root, recipient_user_id: 'U0ANN', recipient_team_id: 'T0ACME' },
    });
    for (const text of ['Press re', 'Press reset, @chan', 'Press reset, @channel <!here> now'])
      expect(await present(conversation, address(), { text, stream: id })).toBe(id);
    await slack.waitFor(() => shown(id)?.endsWith('now'));
    expect(shown(id)).toBe('Press reset, @\u200bchannel <\u200b!here> now');
  });

  it('gathers what comes quickly', async () => {
    const { present } = presenterOf(150);
    const id = expectId(await present(conversation, address(), { text: 'A' }));
    let text = 'A';
    for (let count = 0; count < 40; count += 1) {
      text += ` ${count}`;
      await present(conversation, address(), { text, stream: id });
    }
    await slack.waitFor(() => shown(id) === text);
    expect(slack.callsOf('chat.appendStream').length).toBeLessThanOrEqual(2);
  });

  it('needs no reader in a direct message, and is left out without one elsewhere', async () => {
    const { present } = presenterOf();
    const ann = (await slack.say({ user: 'U0ANN', channel: 'D0ANN', text: 'Hi' })).ts;
    const direct = address({ space: 'D0ANN', thread: ann });
    expectId(await present('8' as ConversationId, direct, { text: 'Hello' }));
    expect(slack.callsOf('chat.startStream').at(-1)?.args).not.toHaveProperty('recipient_user_id');
    const nobody = address({ state: { team: 'T0HOME', user: '', userTeam: '' } });
    expect(await present(conversation, nobody, { text: 'Hello' })).toBeUndefined();
  });

  it('that Slack gave up, or that says something else now, goes no further but keeps its id', async () => {
    const { present } = presenterOf();
    const id = expectId(await present(conversation, address(), { text: 'One' }));
    slack.expireStreams();
    for (const text of ['One two', 'One two three']) {
      expect(await present(conversation, address(), { text, stream: id })).toBe(id);
      await slack.waitFor(() => slack.callsOf('chat.appendStream').length === 1);
    }
    const other = '9' as ConversationId;
    const second = expectId(await present(other, address(), { text: 'Yes' }));
    expect(await present(other, address(), { text: 'No', stream: second })).toBe(second);
    expect(await present(other, address(), { text: 'Still no' })).toBe(second);
    expect(shown(second)).toBe('Yes');
  });

  it('that was answered by another process is not written over by the next turn', async () => {
    const { present } = presenterOf();
    const id = expectId(await present(conversation, address(), { text: 'The first answer' }));
    const { channel, ts } = placeOf(id);
    const api = createSlackApi({ apiUrl: slack.apiUrl, log: deps.log, now });
    const home = { key: 'T0HOME', token: slack.botToken, name: 'Tidewater' };
    await api.call(home, 'chat.stopStream', { channel, ts });
    const metadata = { event_type: 'frontdesk_message', event_payload: { outbox: '1' } };
    await api.call(home, 'chat.update', { channel, ts, text: 'The first answer.', metadata });
    const next = expectId(await present(conversation, address(), { text: 'Second' }));
    expect(next).not.toBe(id);
    expect(shown(next)).toBe('Second');
  });

  it('of a turn that another process began is left as it is', async () => {
    const { present } = presenterOf();
    expect(await present(conversation, address(), { text: 'On', stream: 'C0ACME:1.000100' })).toBe('C0ACME:1.000100');
    expect(slack.callsOf('chat.startStream')).toEqual([]);
  });

  it('that could not be started is tried again with the next turn only', async () => {
    const { present } = presenterOf();
    slack.fail('chat.startStream', { error: 'channel_type_not_supported' });
    for (const text of ['A', 'A b', 'A b c']) expect(await present(conversation, address(), { text })).toBeUndefined();
    expect(slack.callsOf('chat.startStream')).toHaveLength(1);
    expectId(await present(conversation, address(), { text: 'Next' }));
  });

  it('gets nothing more once it has ended', async () => {
    const { present, end } = presenterOf(100);
    const id = expectId(await present(conversation, address(), { text: 'One' }));
    await present(conversation, address(), { text: 'One two', stream: id });
    await end(id);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(slack.callsOf('chat.appendStream')).toEqual([]);
    expect(expectId(await present(conversation, address(), { text: 'Two' }))).not.toBe(id);
  });

  it('is taken back, whatever Slack says', async () => {
    const { present, discard } = presenterOf();
    const id = expectId(await present(conversation, address(), { text: 'One' }));
    await discard(address(), id, signal);
    expect(shown(id)).toBeUndefined();
    await discard(address(), id, signal);
    slack.fail('chat.stopStream', { drop: 'before' });
    slack.revoke();
    await discard(address(), 'C0ACME:1.000100', signal);
    await discard(address(), id, AbortSignal.abort());
    expect(await present(conversation, address(), { text: 'Two' })).toBeUndefined();
  });
});
