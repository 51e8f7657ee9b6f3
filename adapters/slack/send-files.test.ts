import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Attachment, Outbound } from '#core/message.ts';
import { type FakeChannelDeps, fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import { type FakeSlack, startFakeSlack } from '#test/fakes/slack/index.ts';
import { inThread, landed, outboundTo, slackSender } from '#test/slack-sending.ts';
import type { Sender } from './send.ts';

let slack: FakeSlack;
let deps: FakeChannelDeps;
let root: string;
const signal = new AbortController().signal;

const senderOf = (): Sender => slackSender(slack, deps);

/** A file whose bytes are in the blob store. */
const stored = (name: string, text = `the bytes of ${name}`): Attachment => {
  const bytes = Buffer.from(text);
  const ref = `sha256:${Buffer.from(name).toString('hex')}`;
  deps.savedBlobs.set(ref, bytes);
  return { name, mime: 'text/plain', bytes: bytes.length, ref };
};

const withFiles = (markdown: string, attachments: readonly Attachment[], more: Partial<Outbound> = {}): Outbound =>
  outboundTo(inThread(root), markdown, {
    author: { role: 'human', externalId: 'T0HOME:U0MIRA', name: 'Mira' },
    content: { markdown, attachments },
    ...more,
  });

const replies = () => slack.thread('C0ACME', root).slice(1);

beforeEach(async () => {
  slack = await startFakeSlack();
  deps = fakeChannelDeps();
  root = (await slack.say({ user: 'U0ANN', channel: 'C0ACME', text: 'Could you send me the manual?' })).ts;
});
afterEach(() => slack[Symbol.asyncDispose]());

describe('files', () => {
  it('go out in one message with the words, and are found again', async () => {
    const { send, find } = senderOf();
    const message = withFiles('Here: a < b <!channel> 👋 https://tidewater.example/x?a=1&b=2', [stored('manual.txt')]);
    expect(await find(message, signal)).toBeUndefined();
    const sent = landed(await send(message, signal));
    const [only, ...others] = replies();
    expect(others).toEqual([]);
    expect(only?.text).toMatch(/^Mira: Here: a &lt; b &lt;/);
    expect(only?.text).not.toContain('<!');
    expect(only?.files.map(({ name, bytes }) => [name, bytes.toString()])).toEqual([
      ['manual.txt', 'the bytes of manual.txt'],
    ]);
    expect(sent.externalId).toBe(`C0ACME:${only?.ts}`);
    expect(await find(message, signal)).toEqual({ externalId: sent.externalId, address: message.address });
    expect(await find(withFiles('Other words', [stored('manual.txt')]), signal)).toBeUndefined();
  });

  it('whose sharing was taken before the connection broke are not shared twice', async () => {
    const { send, find } = senderOf();
    const message = withFiles('Here', [stored('a.txt'), stored('b.txt')]);
    slack.fail('files.completeUploadExternal', { drop: 'after' });
    expect(await send(message, signal)).toMatchObject({ ok: false, code: 'unknown' });
    expect(await find(message, signal)).toMatchObject({ externalId: `C0ACME:${replies()[0]?.ts}` });
  });

  it('the same file with the same words a second time is another message', async () => {
    const { send, find } = senderOf();
    landed(await send(withFiles('Here', [stored('a.txt')]), signal));
    expect(await find(withFiles('Here', [stored('a.txt')]), signal)).toBeUndefined();
  });

  it('that are gone, empty or not ours to give are named', async () => {
    const { send } = senderOf();
    const gone: Attachment = { name: 'gone.pdf', mime: 'application/pdf', bytes: 3, ref: 'sha256:00' };
    const foreign: Attachment = { name: 'theirs.pdf', mime: 'application/pdf', bytes: 3, ref: 'slack:F0X' };
    landed(await send(withFiles('Look', [stored('here.txt'), gone, foreign, stored('empty.txt', '')]), signal));
    const [only] = replies();
    expect(only?.files.map(({ name }) => name)).toEqual(['here.txt']);
    for (const name of ['gone.pdf', 'theirs.pdf', 'empty.txt']) expect(only?.text).toContain(name);
    landed(await send(withFiles('Only words', [gone]), signal));
    expect(JSON.stringify(replies().at(-1)?.blocks)).toContain('gone.pdf');
  });

  it('more than ten go in several messages, and a repeat sends only what is missing', async () => {
    const { send, find } = senderOf();
    const files = Array.from({ length: 23 }, (_, index) => stored(`${index + 1}.txt`));
    const message = withFiles('All of them', files);
    slack.fail('files.completeUploadExternal', { hangMs: 0 });
    slack.fail('files.completeUploadExternal', { status: 429, retryAfter: 1 });
    expect(await send(message, signal)).toMatchObject({ ok: false, code: 'rate_limited', retryAfterMs: 1_000 });
    expect(await find(message, signal)).toBeUndefined();
    const sent = landed(await send(message, signal));
    expect(replies().map((reply) => reply.files.length)).toEqual([10, 10, 3]);
    expect(replies().map(({ text }) => text)).toEqual(['Mira: All of them', '', '']);
    expect(await find(message, signal)).toEqual({ externalId: sent.externalId, address: message.address });
  });

  it('long words come first, with their layout', async () => {
    const { send, find } = senderOf();
    const message = withFiles(`${'Many words. '.repeat(300)}**The end**`, [stored('a.txt')]);
    slack.fail('files.completeUploadExternal', { status: 429, retryAfter: 1 });
    expect(await send(message, signal)).toMatchObject({ code: 'rate_limited' });
    const sent = landed(await send(message, signal));
    expect(replies()).toHaveLength(2);
    expect(replies()[0]).toMatchObject({ files: [], metadata: { event_payload: { outbox: message.id } } });
    expect(replies()[1]).toMatchObject({ text: '', files: [{ name: 'a.txt' }] });
    expect(sent.externalId).toBe(`C0ACME:${replies()[0]?.ts}`);
    expect(await find(message, signal)).toMatchObject({ externalId: sent.externalId });
  });

  it('open a thread at the desk', async () => {
    const { send, find } = senderOf();
    const message = withFiles('For you', [stored('a.txt')], {
      address: { channel: 'slack', space: 'C0DESK', thread: '' },
    });
    const sent = landed(await send(message, signal));
    expect(sent.address.thread).toBe(slack.messages('C0DESK').at(-1)?.ts);
    expect(await find(message, signal)).toEqual({ externalId: sent.externalId, address: sent.address });
  });

  it('what Slack refuses or breaks is a value, and nothing was shown', async () => {
    const { send } = senderOf();
    slack.setScopes(['chat:write', 'channels:history']);
    expect(await send(withFiles('Here', [stored('a.txt')]), signal)).toMatchObject({
      code: 'missing_scope',
      permanent: true,
    });
    slack.fail('files.getUploadURLExternal', { drop: 'before' });
    expect(await send(withFiles('Here', [stored('a.txt')]), signal)).toMatchObject({
      ...{ code: 'upload-failed', permanent: false },
    });
    expect(replies()).toEqual([]);
  });
});
