import type { webApi } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeSlack, startFakeSlack, visibleText } from './index.ts';
import { clientOf, refusal } from './real-client.ts';

let slack: FakeSlack;
let client: webApi.WebClient;

beforeEach(async () => {
  slack = await startFakeSlack();
  client = clientOf(slack);
});
afterEach(() => slack[Symbol.asyncDispose]());

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });

describe('authentication', () => {
  it('tells who a token is and what it may do', async () => {
    const me = await client.auth.test();
    expect(me).toMatchObject({ team_id: 'T0HOME', user_id: 'U0BOT', bot_id: 'B0BOT', app_id: 'A0APP' });
    expect(me.response_metadata?.scopes).toContain('chat:write');
  });

  it('refuses missing, wrong, revoked and too weak tokens, and unknown methods', async () => {
    expect(await refusal(clientOf(slack, '').auth.test())).toBe('not_authed');
    expect(await refusal(clientOf(slack, 'xoxb-other').auth.test())).toBe('invalid_auth');
    expect(await refusal(client.apiCall('chat.unheardOf'))).toBe('unknown_method');
    slack.setScopes(['chat:write']);
    const weak = client.users.info({ user: 'U0ANN' });
    await expect(weak).rejects.toMatchObject({
      data: { error: 'missing_scope', needed: 'users:read', provided: 'chat:write' },
    });
    slack.revoke();
    expect(await refusal(client.auth.test())).toBe('token_revoked');
    slack.revoke('T0HOME', 'account_inactive');
    expect(await refusal(client.auth.test())).toBe('account_inactive');
  });
});

describe('messages', () => {
  it('posts into a thread, reads it back page by page, and keeps metadata for those who ask', async () => {
    const { ts } = await slack.say({ user: 'U0ANN', channel: 'C0ACME', text: 'How do I export invoices?' });
    const metadata = { event_type: 'frontdesk', event_payload: { outbox: '7' } };
    await client.chat.postMessage({ channel: 'C0ACME', thread_ts: ts, text: 'First', metadata });
    const second = await client.chat.postMessage({
      channel: 'C0ACME',
      thread_ts: ts,
      text: 'Second',
      blocks: [section('*Second*')],
    });
    expect(second.ts).toMatch(/^\d{10}\.\d{6}$/);
    expect(slack.thread('C0ACME', ts).map(visibleText)).toEqual(['How do I export invoices?', 'First', '*Second*']);

    const one = await client.conversations.replies({ channel: 'C0ACME', ts, limit: 2, include_all_metadata: true });
    expect(one.messages?.map((message) => message.text)).toEqual(['How do I export invoices?', 'First']);
    expect(one.messages?.at(1)).toMatchObject({ metadata, parent_user_id: 'U0ANN', bot_id: 'B0BOT' });
    const cursor = one.response_metadata?.next_cursor ?? '';
    const two = await client.conversations.replies({ channel: 'C0ACME', ts, limit: 2, cursor });
    expect(two.messages?.map((message) => message.text)).toEqual(['Second']);
    expect(two.has_more).toBe(false);

    const history = await client.conversations.history({ channel: 'C0ACME' });
    expect(history.messages?.map((message) => message.reply_count)).toEqual([2]);
    expect(history.messages?.at(0)?.metadata).toBeUndefined();
  });

  it('refuses what Slack refuses', async () => {
    const post = (more: object) => refusal(client.apiCall('chat.postMessage', { channel: 'C0ACME', ...more }));
    const blocks = (...list: object[]) => post({ text: 'x', blocks: list });
    expect(await post({})).toBe('no_text');
    expect(await post({ text: 'x'.repeat(40_001) })).toBe('msg_too_long');
    expect(await post({ markdown_text: 'x', text: 'y' })).toBe('markdown_text_conflict');
    expect(await post({ text: 'x', thread_ts: '1700000000.000100' })).toBe('thread_not_found');
    expect(await post({ text: 'x', metadata: { event_type: 'a' } })).toBe('invalid_metadata_format');
    expect(await blocks(section(''))).toBe('invalid_blocks');
    expect(await blocks(section('x'.repeat(3_001)))).toBe('invalid_blocks');
    expect(await blocks({ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } })).toBe(
      'invalid_blocks',
    );
    expect(await blocks(...Array.from({ length: 51 }, () => ({ type: 'divider' })))).toBe('invalid_blocks');
    expect(await blocks(...Array.from({ length: 5 }, () => section('x'.repeat(2_900))))).toBe('msg_blocks_too_long');
    expect(await post({ channel: 'C0NONE', text: 'x' })).toBe('channel_not_found');
    expect(await post({ channel: 'C0QUIET', text: 'x' })).toBe('not_in_channel');
    await slack.archive('C0ACME');
    expect(await post({ text: 'x' })).toBe('is_archived');
    expect(slack.messages('C0ACME')).toEqual([]);
  });

  it('changes and deletes only its own', async () => {
    const theirs = await slack.say({ user: 'U0ANN', channel: 'C0ACME', text: 'Hello' });
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0ACME', text: 'one', blocks: [section('one')] });
    await client.chat.update({ channel: 'C0ACME', ts, text: 'two' });
    expect(slack.message('C0ACME', ts)).toMatchObject({ text: 'two', blocks: [], edits: 1 });
    expect(await refusal(client.chat.update({ channel: 'C0ACME', ts: theirs.ts, text: 'x' }))).toBe(
      'cant_update_message',
    );
    expect(await refusal(client.chat.update({ channel: 'C0ACME', ts: '1.2', text: 'x' }))).toBe('message_not_found');
    expect(await refusal(client.chat.update({ channel: 'C0ACME', ts, text: 'x'.repeat(4_001) }))).toBe('msg_too_long');
    await client.chat.delete({ channel: 'C0ACME', ts });
    expect(slack.messages('C0ACME').map(({ text }) => text)).toEqual(['Hello']);
    expect(slack.messages('C0ACME', { withDeleted: true }).map(({ deleted }) => deleted)).toEqual([false, true]);
  });

  it('gives every message of a channel a later timestamp', async () => {
    const posts = Array.from({ length: 20 }, (_, n) => client.chat.postMessage({ channel: 'C0ACME', text: String(n) }));
    await Promise.all(posts);
    const order = slack.messages('C0ACME').map(({ ts }) => ts);
    expect(new Set(order).size).toBe(20);
    expect(order.toSorted()).toEqual(order);
  });
});

describe('streams', () => {
  const start = async (more: object = {}) => {
    const { ts: thread } = await slack.say({ user: 'U0ANN', channel: 'C0ACME', text: 'Question' });
    return client.chat.startStream({
      channel: 'C0ACME',
      thread_ts: thread,
      recipient_user_id: 'U0ANN',
      recipient_team_id: 'T0ACME',
      markdown_text: 'Open ',
      ...more,
    });
  };

  it('grow while people watch, and end with blocks', async () => {
    const { ts = '' } = await start();
    await client.chat.appendStream({ channel: 'C0ACME', ts, markdown_text: '**Billing**' });
    expect(slack.message('C0ACME', ts)).toMatchObject({ text: 'Open **Billing**', streaming: 'in_progress' });
    expect(await refusal(client.chat.update({ channel: 'C0ACME', ts, text: 'x' }))).toBe('streaming_state_conflict');
    await client.chat.stopStream({ channel: 'C0ACME', ts, markdown_text: '.', blocks: [section('Sources')] });
    const message = slack.message('C0ACME', ts);
    expect(message).toMatchObject({ streaming: 'completed', edits: 0 });
    expect(message && visibleText(message)).toBe('Open **Billing**.\nSources');
  });

  it('work with the streaming helper of the real client', async () => {
    const { ts: thread } = await slack.say({ user: 'U0ANN', channel: 'C0ACME', text: 'Question' });
    const to = { recipient_user_id: 'U0ANN', recipient_team_id: 'T0ACME' };
    const stream = client.chatStream({ channel: 'C0ACME', thread_ts: thread, buffer_size: 4, ...to });
    await stream.append({ markdown_text: 'Hello ' });
    await stream.append({ markdown_text: 'world' });
    await stream.stop();
    expect(slack.thread('C0ACME', thread).map(visibleText)).toEqual(['Question', 'Hello world']);
  });

  it('name their reader outside direct messages, and keep the form they were opened with', async () => {
    expect(await refusal(start({ recipient_user_id: undefined }))).toBe('missing_recipient_user_id');
    expect(await refusal(start({ recipient_team_id: undefined }))).toBe('missing_recipient_team_id');
    expect(await refusal(start({ recipient_team_id: 'T0HOME' }))).toBe('user_not_found');
    const { ts = '' } = await start();
    const chunks = [{ type: 'markdown_text', text: 'x' } as const];
    expect(await refusal(client.chat.appendStream({ channel: 'C0ACME', ts, chunks }))).toBe('streaming_mode_mismatch');
  });

  it('die after a while; the message can be changed then', async () => {
    const { ts = '' } = await start();
    slack.expireStreams();
    for (const call of [client.chat.appendStream, client.chat.stopStream])
      expect(await refusal(call({ channel: 'C0ACME', ts, markdown_text: 'x' }))).toBe('message_not_in_streaming_state');
    await client.chat.update({ channel: 'C0ACME', ts, text: 'The whole answer' });
    expect(slack.message('C0ACME', ts)).toMatchObject({ text: 'The whole answer', blocks: [], streaming: 'completed' });
  });
});

describe('files', () => {
  it('go up in three steps and come down with a token only', async () => {
    const { ts } = await slack.say({ user: 'U0MIRA', channel: 'C0DESK', text: 'Case' });
    const file = Buffer.from('a,b\n1,2\n');
    await client.files.uploadV2({
      channel_id: 'C0DESK',
      thread_ts: ts,
      file,
      filename: 'invoice.csv',
      initial_comment: 'Here',
    });
    const [, reply] = slack.thread('C0DESK', ts);
    expect(reply).toMatchObject({
      text: 'Here',
      subtype: 'file_share',
      files: [{ name: 'invoice.csv', mimetype: 'text/csv' }],
    });
    const info = await client.files.info({ file: reply?.files.at(0)?.id ?? '' });
    expect(info.file?.shares?.public?.C0DESK?.at(0)?.ts).toBe(reply?.ts);

    const url = info.file?.url_private_download ?? '';
    const stranger = await fetch(url);
    expect([stranger.status, stranger.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const good = await fetch(url, { headers: { authorization: 'Bearer xoxb-home' } });
    expect(Buffer.from(await good.arrayBuffer())).toEqual(file);
  });

  it('are refused when bytes are missing or blocks hold markdown', async () => {
    const { upload_url = '', file_id = '' } = await client.files.getUploadURLExternal({ filename: 'a.txt', length: 3 });
    expect(await refusal(client.files.completeUploadExternal({ files: [{ id: file_id }] }))).toBe('file_not_found');
    expect((await fetch(upload_url, { method: 'POST', body: 'four' })).status).toBe(400);
    expect((await fetch(upload_url, { method: 'POST', body: 'abc' })).status).toBe(200);
    const blocks = [{ type: 'markdown', text: '*x*' }];
    const where = { channel_id: 'C0DESK' };
    expect(await refusal(client.files.completeUploadExternal({ files: [{ id: file_id }], blocks, ...where }))).toBe(
      'internal_error',
    );
    await client.files.completeUploadExternal({ files: [{ id: file_id, title: 'A' }], ...where });
    expect(slack.messages('C0DESK').map(({ files }) => files.map(({ title }) => title))).toEqual([['A']]);
  });
});

describe('people and channels', () => {
  it('show who is from outside, and what a channel is shared with', async () => {
    const ann = await client.users.info({ user: 'U0ANN' });
    expect(ann.user).toMatchObject({ team_id: 'T0ACME', real_name: 'Ann Lee', profile: { email: 'ann@acme.example' } });
    const ben = await client.users.info({ user: 'U0BEN' });
    expect(ben.user?.profile?.email).toBeUndefined();
    expect((await client.team.info({ team: 'T0ACME' })).team?.name).toBe('Acme');
    const { channel } = await client.conversations.info({ channel: 'C0MANY' });
    expect(channel).toMatchObject({
      is_ext_shared: true,
      conversation_host_id: 'T0HOME',
      shared_team_ids: ['T0HOME', 'T0ACME', 'T0GLOBEX'],
      connected_team_ids: ['T0ACME', 'T0GLOBEX'],
    });
    const { members } = await client.conversations.members({ channel: 'C0MANY' });
    expect(members).toEqual(['U0BOT', 'U0TOM', 'U0ANN', 'U0GUS']);
    const direct = await client.conversations.open({ users: 'U0MIRA' });
    await client.chat.postMessage({ channel: 'U0MIRA', text: 'Hi' });
    expect(slack.messages(direct.channel?.id ?? '').map(({ text }) => text)).toEqual(['Hi']);
  });

  it('keeps statuses, prompts, reactions and ephemeral messages', async () => {
    const { channel, thread } = await slack.openAssistant({ user: 'U0MIRA' });
    await client.assistant.threads.setStatus({ channel_id: channel, thread_ts: thread, status: 'is looking…' });
    expect(slack.status(channel, thread)).toBe('is looking…');
    const prompts = [{ title: 'Invoices', message: 'How do I export invoices?' }];
    await client.assistant.threads.setSuggestedPrompts({
      channel_id: channel,
      thread_ts: thread,
      prompts: [...prompts] as never,
    });
    expect(slack.prompts).toMatchObject([{ channel, prompts }]);
    const { ts = '' } = await client.chat.postMessage({ channel, thread_ts: thread, text: 'Done' });
    expect(slack.status(channel, thread)).toBe('');
    await client.reactions.add({ channel, timestamp: ts, name: 'eyes' });
    expect(await refusal(client.reactions.add({ channel, timestamp: ts, name: 'eyes' }))).toBe('already_reacted');
    expect(slack.reactions).toEqual([{ channel, ts, name: 'eyes', user: 'U0BOT' }]);
    await client.chat.postEphemeral({ channel: 'C0ACME', user: 'U0ANN', text: 'Only you' });
    expect(slack.ephemerals).toMatchObject([{ user: 'U0ANN', text: 'Only you' }]);
  });
});

describe('faults', () => {
  const post = (text: string) => client.chat.postMessage({ channel: 'C0ACME', text });
  const texts = () => slack.messages('C0ACME').map(({ text }) => text);

  it('answer 429 with Retry-After, 500, or an error, as often as told', async () => {
    slack.fail('chat.postMessage', { status: 429, retryAfter: 30 });
    await expect(post('a')).rejects.toMatchObject({ retryAfter: 30 });
    slack.fail('chat.postMessage', { times: 2, status: 503 });
    await expect(post('b')).rejects.toMatchObject({ statusCode: 503 });
    await expect(post('c')).rejects.toMatchObject({ statusCode: 503 });
    slack.fail('chat.postMessage', { error: 'token_revoked', channel: 'C0ACME' });
    expect(await refusal(post('d'))).toBe('token_revoked');
    await post('e');
    expect(texts()).toEqual(['e']);
    expect(slack.callsOf('chat.postMessage').map(({ answer }) => answer?.ok)).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  it('cut the connection before or after the message is there', async () => {
    slack.fail('chat.postMessage', { drop: 'before' });
    await expect(post('lost')).rejects.toThrow();
    slack.fail('chat.postMessage', { drop: 'after' });
    await expect(post('there')).rejects.toThrow();
    slack.fail('chat.postMessage', { status: 500, takesEffect: true });
    await expect(post('there too')).rejects.toThrow();
    expect(texts()).toEqual(['there', 'there too']);
  });

  it('hang, delay and keep the pace of a channel', async () => {
    slack.fail('chat.postMessage', { hangMs: 80 });
    const start = performance.now();
    await post('late');
    expect(performance.now() - start).toBeGreaterThan(75);
    slack.rateLimit('C0ACME', 1);
    await post('one');
    await expect(post('two')).rejects.toMatchObject({ retryAfter: 1 });
    await client.chat.postMessage({ channel: 'C0DESK', text: 'elsewhere' });
    slack.heal();
    await post('three');
    expect(texts()).toEqual(['late', 'one', 'three']);
  });

  it('meet downloads too', async () => {
    await slack.say({ user: 'U0MIRA', channel: 'C0DESK', text: '', files: [{ name: 'a.txt', bytes: 'abc' }] });
    const { file } = await client.files.info({ file: slack.messages('C0DESK').at(0)?.files.at(0)?.id ?? '' });
    const download = () => fetch(file?.url_private ?? '', { headers: { authorization: 'Bearer xoxb-home' } });
    slack.fail('download', { status: 503 });
    expect((await download()).status).toBe(503);
    slack.fail('download', { drop: 'before' });
    await expect(download()).rejects.toThrow();
    expect(await (await download()).text()).toBe('abc');
  });
});
