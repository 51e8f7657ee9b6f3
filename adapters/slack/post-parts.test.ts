import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outbound } from '#core/message.ts';
import { type FakeChannelDeps, fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import { type FakeSlack, type FakeSlackOptions, startFakeSlack, visibleText } from '#test/fakes/slack/index.ts';
import { inThread, landed, outboundTo, slackSender } from '#test/slack-sending.ts';
import { messageId } from './api.ts';
import type { SendDeps, Sender } from './send.ts';

let slack: FakeSlack;
let deps: FakeChannelDeps;
let root: string;
const signal = new AbortController().signal;

const start = async (options: FakeSlackOptions = {}): Promise<void> => {
  slack = await startFakeSlack(options);
  deps = fakeChannelDeps();
};

const senderOf = (more: Partial<SendDeps> = {}): Sender => slackSender(slack, deps, more);
const outbound = (markdown: string, more: Partial<Outbound> = {}): Outbound =>
  outboundTo(inThread(root), markdown, more);

/** What our bot has said in a thread, as people see it. */
const said = (channel = 'C0ACME', thread = root): string[] =>
  slack.thread(channel, thread).flatMap((message) => (message.user === 'U0BOT' ? [visibleText(message)] : []));

beforeEach(async () => {
  await start();
  root = (await slack.say({ user: 'U0ANN', channel: 'C0ACME', text: 'How do I reset it?' })).ts;
});
afterEach(() => slack[Symbol.asyncDispose]());

describe('what is too long for Slack', () => {
  const paragraphs = (count: number) =>
    Array.from({ length: count }, (_, index) => `Paragraph ${index + 1}. ${'word '.repeat(60).trim()}.`).join('\n\n');
  const numbers = (texts: readonly string[]) =>
    texts.flatMap((text) => [...text.matchAll(/Paragraph (\d+)\./g)].map(([, number]) => Number(number)));
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  it('goes out in parts, in order, with nothing lost and the buttons at the end', async () => {
    const { send, find } = senderOf();
    const citations = [{ n: 1, documentId: '1', title: 'Manual', text: 'x' }];
    const message = outbound(paragraphs(60), { meta: { kind: 'answer', citations } });
    const sent = landed(await send(message, signal));
    const parts = slack.thread('C0ACME', root).slice(1);
    expect(parts.length).toBeGreaterThan(2);
    expect(numbers(said())).toEqual(upTo(60));
    const withSources = parts.filter((part) => visibleText(part).includes('Manual'));
    expect(withSources.map(({ ts }) => messageId('C0ACME', ts))).toEqual([sent.externalId]);
    expect(await find(message, signal)).toEqual({ externalId: sent.externalId, address: message.address });
  });

  it('Slack decides what that is', async () => {
    await slack[Symbol.asyncDispose]();
    await start({ limits: { blocksText: 900 } });
    root = (await slack.say({ user: 'U0ANN', channel: 'C0ACME', text: 'Long?' })).ts;
    landed(await senderOf().send(outbound(paragraphs(12)), signal));
    expect(numbers(said())).toEqual(upTo(12));
  });

  it('a repeat posts only what is missing', async () => {
    const { send, find } = senderOf();
    const message = outbound(paragraphs(60));
    slack.fail('chat.postMessage', { hangMs: 0 });
    slack.fail('chat.postMessage', { drop: 'after' });
    expect(await send(message, signal)).toMatchObject({ ok: false, code: 'unknown' });
    expect(said()).toHaveLength(2);
    expect(await find(message, signal)).toBeUndefined();
    landed(await send(message, signal));
    expect(numbers(said())).toEqual(upTo(60));
    expect(await find(message, signal)).toBeDefined();
  });

  it('a card-like root keeps its parts together in the thread that it opens', async () => {
    const { send, find } = senderOf();
    const message = outbound(paragraphs(60), { address: { channel: 'slack', space: 'C0DESK', thread: '' } });
    const sent = landed(await send(message, signal));
    expect(slack.messages('C0DESK').filter(({ thread_ts }) => thread_ts === undefined)).toHaveLength(1);
    expect(numbers(said('C0DESK', sent.address.thread))).toEqual(upTo(60));
    expect(await find(message, signal)).toEqual({ externalId: sent.externalId, address: sent.address });
  });

  it.each(['invalid_blocks', 'invalid_blocks_format'])('a layout that is refused (%s) loses no word', async (error) => {
    const { send } = senderOf();
    slack.fail('chat.postMessage', { error });
    landed(await send(outbound(paragraphs(10)), signal));
    expect(numbers(said())).toEqual(upTo(10));
    expect(deps.log.lines).toContainEqual(expect.objectContaining({ level: 'warn' }));
  });

  it('a repeat goes on where words alone broke off', async () => {
    const { send } = senderOf();
    const message = outbound(paragraphs(60));
    const faults = [{ hangMs: 0 }, { error: 'invalid_blocks' }, { hangMs: 0 }, { status: 503 }] as const;
    for (const fault of faults) slack.fail('chat.postMessage', fault);
    expect(await send(message, signal)).toMatchObject({ ok: false, permanent: false });
    expect(said()).toHaveLength(2);
    landed(await send(message, signal));
    expect(numbers(said())).toEqual(upTo(60));
  });

  it('is posted also where Slack never lets us look', async () => {
    const { send } = senderOf();
    slack.setScopes(['chat:write']);
    landed(await send(outbound(paragraphs(60)), signal));
    expect(numbers(said())).toEqual(upTo(60));
  });

  it('even when every layout is refused', async () => {
    const { send } = senderOf({
      encode: (message) => ({
        ...{ text: message.content.markdown, blocks: [{ type: 'nonsense' } as never] },
        metadata: { event_type: 'frontdesk_message', event_payload: { outbox: message.id } },
        ...{ unfurl_links: false, unfurl_media: false, link_names: false, parse: 'none' },
      }),
    });
    landed(await send(outbound(paragraphs(30)), signal));
    expect(numbers(said())).toEqual(upTo(30));
  });
});
