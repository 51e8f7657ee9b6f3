import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../servers/free-port.ts';
import { type FakeSlack, startFakeSlack, visibleText } from './index.ts';

/** A Bolt app of Slack's own making that answers mentions, offers a form, and counts what it hears. */
const wire = (slack: FakeSlack, receiver: HTTPReceiver | SocketModeReceiver) => {
  const app = new App({
    token: slack.botToken,
    receiver,
    clientOptions: { slackApiUrl: slack.apiUrl },
    logLevel: LogLevel.ERROR,
  });
  const heard: Record<string, unknown>[] = [];
  app.use(async ({ body, next }) => {
    heard.push({ ...body });
    await next();
  });
  app.event('app_mention', async ({ event, say }) => {
    const button = {
      type: 'button',
      action_id: 'claim',
      text: { type: 'plain_text', text: 'Claim' },
      value: '7',
    } as const;
    const blocks = [{ type: 'actions', elements: [button] } as const];
    await say({ thread_ts: event.thread_ts ?? event.ts, text: `You said: ${event.text}`, blocks });
  });
  app.message(async () => undefined);
  app.event('app_uninstalled', async () => undefined);
  app.event('tokens_revoked', async () => undefined);
  app.action('claim', async ({ ack, body, client }) => {
    await ack();
    if (!('trigger_id' in body)) return;
    const element = { type: 'plain_text_input', action_id: 'text' } as const;
    const input = {
      type: 'input',
      block_id: 'reply',
      label: { type: 'plain_text', text: 'Your reply' },
      element,
    } as const;
    const view = {
      type: 'modal',
      callback_id: 'reply',
      title: { type: 'plain_text', text: 'Reply' },
      blocks: [input],
    } as const;
    await client.views.open({ trigger_id: body.trigger_id, view: { ...view, blocks: [input] } });
  });
  app.view('reply', async ({ ack, view }) => {
    const said = view.state.values.reply?.text?.value;
    if (said === 'too short') await ack({ response_action: 'errors', errors: { reply: 'Say more.' } });
    else await ack();
  });
  app.command('/frontdesk', async ({ ack, command, respond }) => {
    await ack(`You typed ${command.text}`);
    await respond({ text: 'And later this' });
  });
  return { app, heard };
};

const overHttp = async (slack: FakeSlack) => {
  const port = await freePort();
  const receiver = new HTTPReceiver({
    signingSecret: slack.signingSecret,
    endpoints: '/slack/events',
    logLevel: LogLevel.ERROR,
  });
  const bolt = wire(slack, receiver);
  await receiver.start(port);
  slack.connectHttp(`http://127.0.0.1:${port}/slack/events`);
  return { ...bolt, [Symbol.asyncDispose]: async () => void (await receiver.stop()) };
};

/** Socket Mode with quick reconnects. */
const overSocket = async (slack: FakeSlack) => {
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    clientPingTimeout: 200,
    installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl } },
    logLevel: LogLevel.ERROR,
  });
  const bolt = wire(slack, receiver);
  await receiver.start();
  await slack.waitFor(() => slack.sockets > 0);
  return { ...bolt, receiver, [Symbol.asyncDispose]: async () => void (await receiver.client.disconnect()) };
};

/** A server that answers as told, one answer after the other, and keeps what came. */
const answering = async (...statuses: number[]) => {
  const seen: { readonly headers: IncomingMessage['headers']; readonly body: string }[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      seen.push({ headers: request.headers, body });
      const status = statuses.shift() ?? 200;
      if (status > 0) response.writeHead(status).end();
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { seen, url: `http://127.0.0.1:${port}/`, [Symbol.dispose]: close };
};

describe.each([
  ['HTTP', overHttp],
  ['Socket Mode', overSocket],
])('a Bolt app over %s', (_, connect) => {
  it('answers a mention in its thread, and hears the message, the mention and its own answer', async () => {
    await using slack = await startFakeSlack();
    await using bolt = await connect(slack);
    const said = await slack.say({ user: 'U0ANN', channel: 'C0ACME', text: '<@U0BOT> where are my invoices?' });
    expect(said.events.map(({ ok }) => ok)).toEqual([true, true]);
    const [, answer] = await slack.waitFor(() => {
      const thread = slack.thread('C0ACME', said.ts);
      return thread.length > 1 && thread;
    });
    expect(answer && visibleText(answer)).toBe('[Claim]');
    await slack.waitFor(() => slack.deliveries.length === 3);
    const message = bolt.heard
      .map(({ event }) => event)
      .find((event) => JSON.stringify(event).includes('"channel_type"'));
    expect(message).toMatchObject({
      type: 'message',
      team: 'T0ACME',
      user_team: 'T0ACME',
      client_msg_id: expect.any(String),
    });
    expect(bolt.heard.at(0)).toMatchObject({
      team_id: 'T0ACME',
      context_team_id: 'T0HOME',
      is_ext_shared_channel: true,
      authorizations: [{ team_id: 'T0HOME', user_id: 'U0BOT', is_bot: true }],
    });
  });

  it('opens a form for a pressed button, and takes what is filled in', async () => {
    await using slack = await startFakeSlack();
    await using _app = await connect(slack);
    const { ts } = await slack.say({ user: 'U0MIRA', channel: 'C0DESK', text: '<@U0BOT> card' });
    const card = await slack.waitFor(() => slack.thread('C0DESK', ts).at(1));
    await expect(slack.press({ user: 'U0MIRA', channel: 'C0DESK', ts: card.ts, label: 'Resolve' })).rejects.toThrow(
      'there is claim "Claim"',
    );
    await slack.press({ user: 'U0MIRA', channel: 'C0DESK', ts: card.ts, label: 'Claim' });
    const view = await slack.waitFor(() => slack.views.at(0));
    await expect(slack.submitView(view, {})).rejects.toThrow('"Your reply" must be filled in');
    await slack.submitView(view, { 'Your reply': 'too short' });
    expect(view.open).toBe(true);
    await slack.submitView(view, { text: 'You find them under Billing.' });
    expect(view.open).toBe(false);
  });

  it('answers a slash command, at once and later', async () => {
    await using slack = await startFakeSlack();
    await using _app = await connect(slack);
    await slack.command('/frontdesk', 'status', { user: 'U0MIRA', channel: 'C0HOME' });
    await slack.waitFor(() => slack.ephemerals.length === 2);
    expect(slack.ephemerals.map(({ text }) => text).toSorted()).toEqual(['And later this', 'You typed status']);
  });
});

describe('sockets', () => {
  it('come back after a goodbye and after a cut, and nothing is lost in between', async () => {
    await using slack = await startFakeSlack();
    await using bolt = await overSocket(slack);
    for (const reason of ['refresh_requested', 'cut'] as const) {
      slack.disconnectSockets(reason);
      expect(slack.sockets).toBe(0);
      const { events } = await slack.say({ user: 'U0ANN', channel: 'C0ACME', text: reason });
      expect(events).toMatchObject([{ via: 'socket', ok: true }]);
    }
    const texts = bolt.heard.map(({ event }) => Object(event).text);
    expect(texts).toEqual(['refresh_requested', 'cut']);
  });

  it('take turns', async () => {
    await using slack = await startFakeSlack({ echoes: false });
    await using one = await overSocket(slack);
    await using two = await overSocket(slack);
    await slack.waitFor(() => slack.sockets === 2);
    for (const text of ['a', 'b', 'c', 'd']) await slack.say({ user: 'U0ANN', channel: 'C0ACME', text });
    expect([one.heard.length, two.heard.length]).toEqual([2, 2]);
  });
});

describe('delivering over HTTP', () => {
  const question = { user: 'U0ANN', channel: 'C0ACME', text: 'Hello' } as const;

  it('signs, and tries again with a number and a reason', async () => {
    await using slack = await startFakeSlack({ patience: { answerMs: 100, retriesMs: [1, 1, 1] } });
    using server = await answering(500, 0, 200);
    slack.connectHttp(server.url);
    const { events } = await slack.say(question);
    expect(events.at(0)?.attempts.map(({ status, retry }) => [status, retry])).toEqual([
      [500, 0],
      [0, 1],
      [200, 2],
    ]);
    expect(server.seen.map(({ headers }) => [headers['x-slack-retry-num'], headers['x-slack-retry-reason']])).toEqual([
      [undefined, undefined],
      ['1', 'http_error'],
      ['2', 'http_timeout'],
    ]);
    for (const { headers, body } of server.seen) {
      const sent = createHmac('sha256', slack.signingSecret).update(
        `v0:${headers['x-slack-request-timestamp']}:${body}`,
      );
      expect(headers['x-slack-signature']).toBe(`v0=${sent.digest('hex')}`);
    }
  });

  it('gives up after the third retry, and never repeats a pressed button', async () => {
    await using slack = await startFakeSlack({ patience: { retriesMs: [1, 1, 1] } });
    using server = await answering(...Array.from({ length: 9 }, () => 500));
    slack.connectHttp(server.url);
    expect((await slack.say(question)).events.at(0)).toMatchObject({ ok: false, attempts: { length: 4 } });
    const { events } = await slack.command('/frontdesk', 'help', { user: 'U0MIRA', channel: 'C0HOME' });
    expect(events.at(0)?.attempts).toHaveLength(1);
  });

  it('repeats one message with its own or with other event ids, unsigned, stale or badly signed', async () => {
    await using slack = await startFakeSlack();
    using server = await answering();
    slack.connectHttp(server.url);
    const eventIds = Array.from({ length: 11 }, (_, n) => `Ev${n}`);
    await slack.say({ ...question, delivery: { times: 3 } });
    await slack.say({ ...question, delivery: { eventIds, together: true } });
    const ids = server.seen.map(({ body }) => String(JSON.parse(body).event_id));
    expect([new Set(ids.slice(0, 3)).size, new Set(ids.slice(3)).size]).toEqual([1, 11]);
    const [first] = slack.deliveries;
    await slack.deliver(first?.payload ?? {}, { unsigned: true });
    await slack.deliver(first?.payload ?? {}, { staleBy: 600 });
    expect(server.seen.at(-2)?.headers['x-slack-signature']).toBeUndefined();
    const age = Date.now() / 1_000 - Number(server.seen.at(-1)?.headers['x-slack-request-timestamp']);
    expect(age).toBeGreaterThan(599);
    await using bolt = await overHttp(slack);
    expect(await slack.verifyUrl({ badSignature: true })).toMatchObject({ attempts: [{ status: 401 }] });
    expect(await slack.verifyUrl()).toMatchObject({ ok: true });
    expect(bolt.heard).toEqual([]);
  });
});

describe('what happens to messages', () => {
  it('arrives as Slack says it: edits, previews, tombstones, deletions, files of others', async () => {
    await using slack = await startFakeSlack();
    using server = await answering();
    slack.connectHttp(server.url);
    const last = () => JSON.parse(server.seen.at(-1)?.body ?? '{}').event;
    const { ts } = await slack.say({ user: 'U0ANN', channel: 'C0ACME', text: 'one' });
    await slack.edit({ channel: 'C0ACME', ts, text: 'two' });
    expect(last()).toMatchObject({
      subtype: 'message_changed',
      message: { text: 'two', edited: { user: 'U0ANN' } },
      previous_message: { text: 'one' },
    });
    await slack.unfurl({ channel: 'C0ACME', ts });
    expect(last()).toMatchObject({ message: { text: 'two' }, previous_message: { text: 'two' } });
    const reply = await slack.say({ user: 'U0BEN', channel: 'C0ACME', text: 'me too', thread: ts });
    expect(last()).toMatchObject({ thread_ts: ts, parent_user_id: 'U0ANN' });
    await slack.remove({ channel: 'C0ACME', ts });
    expect(last()).toMatchObject({ subtype: 'message_changed', message: { subtype: 'tombstone', ts } });
    await slack.remove({ channel: 'C0ACME', ts: reply.ts });
    expect(last()).toMatchObject({
      subtype: 'message_deleted',
      deleted_ts: reply.ts,
      previous_message: { text: 'me too' },
    });

    const files = [{ name: 'log.txt', bytes: 'boom' }];
    await slack.say({ user: 'U0ANN', channel: 'C0ACME', text: 'see <@U0BOT>', files });
    const types = server.seen.slice(-2).map(({ body }) => JSON.parse(body).event);
    expect(types.map(({ type, subtype }) => `${type} ${subtype}`).toSorted()).toEqual([
      'app_mention undefined',
      'message file_share',
    ]);
    expect(types.at(0).files).toMatchObject([{ file_access: 'check_file_info' }]);
    const own = await slack.say({ user: 'U0MIRA', channel: 'C0DESK', text: '', files });
    expect(last().files).toMatchObject([
      { name: 'log.txt', size: 4, url_private: expect.stringContaining('/files-pri/T0HOME-') },
    ]);
    await slack.react({ channel: 'C0DESK', ts: own.ts, user: 'U0TOM', name: 'eyes' });
    expect(last()).toMatchObject({
      type: 'reaction_added',
      item: { channel: 'C0DESK', ts: own.ts },
      item_user: 'U0MIRA',
    });
  });

  it('says nothing of channels that the app is not in', async () => {
    await using slack = await startFakeSlack();
    using server = await answering();
    slack.connectHttp(server.url);
    const { events } = await slack.say({ user: 'U0MIRA', channel: 'C0QUIET', text: 'psst' });
    expect([events, server.seen]).toEqual([[], []]);
    await slack.joinChannel({ user: 'U0BOT', channel: 'C0QUIET' });
    await slack.rename('C0QUIET', 'loud');
    expect(server.seen.map(({ body }) => JSON.parse(body).event.type)).toEqual([
      'member_joined_channel',
      'message',
      'channel_rename',
    ]);
  });

  it('tells that the app was thrown out, and lets it do nothing any more', async () => {
    await using slack = await startFakeSlack();
    using server = await answering();
    slack.connectHttp(server.url);
    await slack.uninstall();
    expect(server.seen.map(({ body }) => JSON.parse(body).event.type)).toEqual(['tokens_revoked', 'app_uninstalled']);
    const call = await fetch(`${slack.apiUrl}auth.test`, {
      method: 'POST',
      headers: { authorization: 'Bearer xoxb-home' },
    });
    expect(await call.json()).toEqual({ ok: false, error: 'account_inactive' });
  });

  it('of a whole organisation comes through its own installation', async () => {
    const enterprise = { id: 'E0BIG', name: 'Big' };
    await using slack = await startFakeSlack({
      workspaces: (world) => ({
        ...world,
        teams: [...world.teams, { id: 'T0ONE', name: 'One', domain: 'one', enterprise }],
        users: [...world.users, { id: 'U0EVE', team: 'T0ONE', name: 'eve', real_name: 'Eve', is_bot: false }],
      }),
    });
    using server = await answering();
    slack.connectHttp(server.url);
    const { token } = slack.install({ enterprise: 'E0BIG' });
    const body = new URLSearchParams({ token, users: 'U0EVE', team_id: 'T0ONE' });
    const opened = await fetch(`${slack.apiUrl}conversations.open`, { method: 'POST', body });
    const { channel } = Object(await opened.json());
    await slack.say({ user: 'U0EVE', channel: channel.id, text: 'Hello' });
    expect(JSON.parse(server.seen.at(-1)?.body ?? '{}')).toMatchObject({
      context_enterprise_id: 'E0BIG',
      context_team_id: 'T0ONE',
      authorizations: [{ enterprise_id: 'E0BIG', team_id: null, is_enterprise_install: true }],
    });
  });
});
