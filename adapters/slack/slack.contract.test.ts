import type { Delivery } from '#core/channel.ts';
import type { ConversationId, MessageId } from '#core/message.ts';
import { describeChannelContract } from '#test/contract/channel.ts';
import { fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import { startFakeSlack } from '#test/fakes/slack/index.ts';
import { slack } from './index.ts';
import { signRequest } from './verify.ts';

for (const mode of ['http', 'socket'] as const) {
  describeChannelContract(`slack over ${mode}`, async () => {
    const fake = await startFakeSlack({ echoes: false });
    const deps = fakeChannelDeps();
    const adapter = slack.create(
      slack.config.parse({
        botToken: fake.botToken,
        apiUrl: fake.apiUrl,
        ...(mode === 'http' ? { signingSecret: fake.signingSecret } : { appToken: fake.appToken }),
      }),
      deps,
    );
    const said = await fake.say({ user: 'U0ANN', channel: 'C0ACME', text: '<@U0BOT> where is my order?' });
    const mention = {
      type: 'event_callback',
      team_id: 'T0HOME',
      context_team_id: 'T0HOME',
      api_app_id: fake.appId,
      event_id: 'Ev1',
      event_time: Math.floor(Number(said.ts)),
      is_ext_shared_channel: true,
      authorizations: [{ team_id: 'T0HOME', user_id: 'U0BOT', is_bot: true, is_enterprise_install: false }],
      event: {
        type: 'app_mention',
        channel: 'C0ACME',
        user: 'U0ANN',
        user_team: 'T0ACME',
        team: 'T0ACME',
        text: '<@U0BOT> where is my order?',
        ts: said.ts,
      },
    };
    const overHttp = (body: Uint8Array): Delivery => {
      const seconds = String(Math.floor(Date.now() / 1_000));
      return {
        kind: 'http',
        method: 'POST',
        url: '/slack/events',
        headers: {
          'content-type': 'application/json',
          'x-slack-request-timestamp': seconds,
          'x-slack-signature': signRequest(fake.signingSecret, seconds, body),
        },
        body,
      };
    };
    const inbound: Delivery =
      mode === 'http'
        ? overHttp(Buffer.from(JSON.stringify(mention)))
        : { kind: 'socket', payload: { envelope_id: 'e1', type: 'events_api', payload: mention } };
    const [event] = (await adapter.receive(inbound)).events;
    if (event === undefined) throw new Error('the sample message gives no event');
    return {
      // Slack takes no id of ours for a message: as in the pipeline, a second try looks first.
      adapter: {
        ...adapter,
        async send(message, signal) {
          const found = await adapter.find?.(message, signal);
          return found === undefined ? adapter.send(message, signal) : { ok: true, ...found };
        },
      },
      inbound,
      outbound: {
        id: '41',
        conversationId: '7' as ConversationId,
        messageId: '9' as MessageId,
        address: event.address,
        author: { role: 'bot', externalId: 'bot' },
        content: { markdown: 'It arrives **tomorrow**.', attachments: [] },
        meta: {},
        actions: [],
      },
      delivery: (bytes) =>
        mode === 'http' ? overHttp(bytes) : { kind: 'socket', payload: Buffer.from(bytes).toString('utf8') },
      [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose](),
    };
  });
}
