import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Card } from '#core/escalation.ts';
import type { Address, Outbound } from '#core/message.ts';
import { type FakeChannelDeps, fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import { type FakeSlack, startFakeSlack, visibleText } from '#test/fakes/slack/index.ts';
import { inThread, landed, outboundTo, slackSender } from '#test/slack-sending.ts';
import { messageId } from './api.ts';
import { createSlackApi } from './client.ts';
import type { SendDeps, Sender } from './send.ts';
import { createWorkspaces } from './workspaces.ts';

let slack: FakeSlack;
let deps: FakeChannelDeps;
let root: string;
const signal = new AbortController().signal;

const senderOf = (more: Partial<SendDeps> = {}): Sender => slackSender(slack, deps, more);
const outbound = (markdown: string, more: Partial<Outbound> = {}): Outbound =>
  outboundTo(inThread(root), markdown, more);

/** What our bot has said in a thread, as people see it. */
const said = (channel = 'C0ACME', thread = root): string[] =>
  slack.thread(channel, thread).flatMap((message) => (message.user === 'U0BOT' ? [visibleText(message)] : []));

beforeEach(async () => {
  slack = await startFakeSlack();
  deps = fakeChannelDeps();
  root = (await slack.say({ user: 'U0ANN', channel: 'C0ACME', text: 'How do I reset it?' })).ts;
});
afterEach(() => slack[Symbol.asyncDispose]());

describe('a message', () => {
  it('lands in its thread and is found again', async () => {
    const { send, find } = senderOf();
    const message = outbound('Press **reset** for 5 s.');
    expect(await find(message, signal)).toBeUndefined();
    const sent = landed(await send(message, signal));
    expect(sent.address).toEqual(message.address);
    expect(said()).toEqual([expect.stringContaining('Press reset for 5 s.')]);
    expect(await find(message, signal)).toEqual({ externalId: sent.externalId, address: message.address });
    expect(await find(outbound('Another'), signal)).toBeUndefined();
    expect(slack.callsOf('chat.postMessage').at(-1)?.args).not.toHaveProperty('reply_broadcast');
  });

  it('opens a thread of its own at the desk, which its receipt names', async () => {
    const { send, find } = senderOf();
    const message = outbound('A case', { address: { channel: 'slack', space: 'C0DESK', thread: '' } });
    const sent = landed(await send(message, signal));
    const ts = slack.messages('C0DESK').at(-1)?.ts;
    expect(sent).toMatchObject({
      externalId: `C0DESK:${ts}`,
      address: { space: 'C0DESK', thread: ts, state: { team: 'T0HOME', user: '', userTeam: '' } },
    });
    expect(await find(message, signal)).toEqual({ externalId: sent.externalId, address: sent.address });
  });

  it('that was taken before the connection broke is found, not sent twice', async () => {
    const { send, find } = senderOf();
    const message = outbound('Once');
    slack.fail('chat.postMessage', { drop: 'after' });
    expect(await send(message, signal)).toMatchObject({ ok: false, code: 'unknown', permanent: false });
    expect(await find(message, signal)).toMatchObject({ externalId: expect.stringMatching(/^C0ACME:\d/) });
    expect(said()).toHaveLength(1);
  });

  it('is not taken for missing when Slack cannot be searched now', async () => {
    const { find } = senderOf();
    slack.fail('conversations.replies', { status: 503 });
    await expect(find(outbound('Where?'), signal)).rejects.toThrow('conversations.replies');
    slack.revoke();
    expect(await find(outbound('Where?'), signal)).toBeUndefined();
  });

  it('somebody else cannot pass for ours', async () => {
    const { find } = senderOf();
    const message = outbound('Mine');
    const { token, user } = slack.install({ team: 'T0ACME' });
    slack.workspaces.channels.find(({ id }) => id === 'C0ACME')?.members.push(user);
    const other = createSlackApi({ apiUrl: slack.apiUrl, log: deps.log, now: deps.now });
    const metadata = { event_type: 'frontdesk_message', event_payload: { outbox: message.id } };
    const args = { channel: 'C0ACME', thread_ts: root, text: 'Mine', metadata };
    expect(await other.call({ key: 'T0ACME', token, name: 'Acme' }, 'chat.postMessage', args)).toMatchObject({
      ok: true,
    });
    expect(await find(message, signal)).toBeUndefined();
  });
});

describe('what Slack refuses', () => {
  it('is a value that says what to do', async () => {
    const { send } = senderOf();
    const away = outbound('Hi', { address: { ...inThread('1.1'), space: 'C0NOWHERE' } });
    expect(await send(away, signal)).toMatchObject({ code: 'channel_not_found', permanent: true });
    await slack.archive('C0ACME');
    expect(await send(outbound('Hi'), signal)).toMatchObject({ code: 'is_archived', permanent: true });
    slack.revoke();
    expect(await send(outbound('Hi'), signal)).toMatchObject({ code: 'token_revoked', permanent: true });
    expect(JSON.stringify(deps.log.lines)).not.toContain('xoxb-');
  });

  it('a workspace without an installation too', async () => {
    const api = createSlackApi({ apiUrl: slack.apiUrl, log: deps.log, now: deps.now });
    const { send } = senderOf({
      workspaces: createWorkspaces({}, { installations: deps.installations, api, log: deps.log }),
    });
    expect(await send(outbound('Hi'), signal)).toMatchObject({ code: 'unknown-workspace', permanent: true });
  });

  it('a 429 holds everything in that channel', async () => {
    const { send } = senderOf();
    slack.fail('chat.postMessage', { status: 429, retryAfter: 30 });
    expect(await send(outbound('One'), signal)).toMatchObject({ code: 'rate_limited', retryAfterMs: 30_000 });
    const held = await send(outbound('Two'), signal);
    expect(held).toMatchObject({ code: 'rate_limited', permanent: false });
    expect(held.ok || held.retryAfterMs).toBeGreaterThan(28_000);
    expect(slack.callsOf('chat.postMessage')).toHaveLength(1);
    landed(await send(outbound('Desk', { address: { channel: 'slack', space: 'C0DESK', thread: '' } }), signal));
  });

  it('nothing is sent after an abort', async () => {
    const result = await senderOf().send(outbound('Late'), AbortSignal.abort());
    expect(result).toMatchObject({ ok: false, code: 'aborted', permanent: false });
    expect(said()).toEqual([]);
  });
});

describe('what takes the place of something', () => {
  const stream = async (): Promise<string> => {
    const api = createSlackApi({ apiUrl: slack.apiUrl, log: deps.log, now: deps.now });
    const home = { key: 'T0HOME', token: slack.botToken, name: 'Tidewater' };
    const recipient = { recipient_user_id: 'U0ANN', recipient_team_id: 'T0ACME' };
    const args = { channel: 'C0ACME', thread_ts: root, markdown_text: 'Pre', ...recipient };
    const started = await api.call<{ ts: string }>(home, 'chat.startStream', args);
    if (!started.ok) throw new Error(started.message);
    return messageId('C0ACME', started.data.ts);
  };

  it.each(['open', 'expired'])('an answer completes its %s stream', async (condition) => {
    const ended: string[] = [];
    const { send, find } = senderOf({ streams: { end: async (id) => void ended.push(id), over: () => undefined } });
    const replaces = await stream();
    if (condition === 'expired') slack.expireStreams();
    const message = outbound('Press reset.', { replaces });
    expect(landed(await send(message, signal)).externalId).toBe(replaces);
    expect(ended).toEqual([replaces]);
    expect(said()).toEqual([expect.stringContaining('Press reset.')]);
    expect(said()[0]).not.toContain('PrePress');
    expect(await find(message, signal)).toMatchObject({ externalId: replaces });
    landed(await send(message, signal));
    expect(said()).toHaveLength(1);
  });

  it.each(['message_not_found', 'cant_update_message', 'edit_window_closed', 'streaming_state_conflict'])(
    'is posted anew when the update fails with %s, once',
    async (error) => {
      const replaces = await stream();
      slack.fail('chat.update', { error });
      const message = outbound('Press reset.', { replaces });
      const sent = landed(await senderOf().send(message, signal));
      expect(sent.externalId).not.toBe(replaces);
      expect(said().filter((text) => text.includes('Press reset.'))).toHaveLength(1);
      if (error !== 'message_not_found') expect(said()).toHaveLength(1);
    },
  );

  it('an answer that is too long for its stream continues below it', async () => {
    const replaces = await stream();
    const text = Array.from({ length: 300 }, (_, index) => `Line ${index + 1} of many, many words.`).join('\n\n');
    landed(await senderOf().send(outbound(text, { replaces }), signal));
    const parts = slack.thread('C0ACME', root).slice(1);
    expect(messageId('C0ACME', parts[0]?.ts ?? '')).toBe(replaces);
    const lines = said().flatMap((part) => [...part.matchAll(/Line (\d+) of/g)].map(([, line]) => Number(line)));
    expect(lines).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
  });

  it('waits when Slack has trouble', async () => {
    const replaces = await stream();
    slack.fail('chat.stopStream', { status: 503 });
    expect(await senderOf().send(outbound('Reset.', { replaces }), signal)).toMatchObject({
      ok: false,
      permanent: false,
    });
    slack.fail('chat.update', { status: 429, retryAfter: 3 });
    const { send } = senderOf();
    expect(await send(outbound('Reset.', { replaces }), signal)).toMatchObject({ code: 'rate_limited' });
  });

  it('a card is redrawn in place, or posted anew when it is gone', async () => {
    const { send } = senderOf();
    const card: Card = {
      ...{ code: '7F3K', title: 'Reset', customer: 'Ann', channel: 'slack', why: 'asked', tried: [], transcript: [] },
      ...{ waitingSince: '2030-01-01T00:00:00.000Z', status: 'open', actions: [] },
    };
    const address: Address = { channel: 'slack', space: 'C0DESK', thread: '' };
    const first = landed(await send(outbound('Case 7F3K', { address, meta: { card } }), signal));
    const redraw = (id: string, at: Address) =>
      send(
        outbound('Case 7F3K, claimed', { address: at, replaces: id, meta: { card: { ...card, status: 'claimed' } } }),
        signal,
      );
    const second = landed(await redraw(first.externalId, first.address));
    expect(second).toMatchObject({ externalId: first.externalId, address: { thread: first.address.thread } });
    expect(slack.messages('C0DESK')).toHaveLength(1);
    expect(slack.callsOf('chat.stopStream')).toHaveLength(0);
    await slack.remove({ channel: 'C0DESK', ts: first.address.thread });
    const third = landed(await redraw(first.externalId, first.address));
    expect(slack.messages('C0DESK').map(({ ts }) => ts)).toEqual([third.address.thread]);
  });
});

describe('what became of a reply', () => {
  const reply = async () => (await slack.say({ user: 'U0MIRA', channel: 'C0ACME', thread: root, text: 'Done' })).ts;
  const receipt = (of: string, ok: boolean) =>
    outbound(ok ? 'Delivered.' : 'Not delivered.', { meta: { receipt: { of, ok } } });

  it('is a mark when it arrived, also the second time', async () => {
    const { send } = senderOf();
    const of = messageId('C0ACME', await reply());
    for (let count = 0; count < 2; count += 1)
      expect(await send(receipt(of, true), signal)).toMatchObject({ ok: true, externalId: `${of}:receipt` });
    expect(slack.reactions).toMatchObject([{ name: 'white_check_mark', user: 'U0BOT' }]);
    expect(said()).toEqual([]);
  });

  it('is said in words when it did not, or when no mark is possible', async () => {
    const { send } = senderOf();
    const of = messageId('C0ACME', await reply());
    landed(await send(receipt(of, false), signal));
    expect(said()).toEqual(['Not delivered.']);
    expect(slack.reactions).toMatchObject([{ name: 'warning' }]);
    for (const elsewhere of ['form:17', 'C0ACME:1.000100']) landed(await send(receipt(elsewhere, true), signal));
    expect(said()).toEqual(['Not delivered.', 'Delivered.', 'Delivered.']);
    slack.fail('reactions.add', { error: 'missing_scope' });
    landed(await send(receipt(of, true), signal));
    expect(said()).toHaveLength(4);
  });

  it('waits when Slack has trouble', async () => {
    slack.fail('reactions.add', { status: 429, retryAfter: 2 });
    const of = messageId('C0ACME', await reply());
    expect(await senderOf().send(receipt(of, true), signal)).toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 2_000,
    });
  });
});
