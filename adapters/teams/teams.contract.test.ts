import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Delivery } from '#core/channel.ts';
import type { ConversationId, MessageId } from '#core/message.ts';
import { describeChannelContract } from '#test/contract/channel.ts';
import { fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import { type FakeTeams, startFakeTeams, tenants } from '#test/fakes/teams/index.ts';
import { teams } from './index.ts';

/** A request as the fake makes it, signature and all. */
const captured = async (fake: FakeTeams, act: () => Promise<unknown>): Promise<Delivery> => {
  let caught: Delivery | undefined;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    caught = { kind: 'http', method: 'POST', url: request.url ?? '', headers, body: Buffer.concat(chunks) };
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  fake.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/messages`);
  await act();
  server.closeAllConnections();
  server.close();
  if (caught === undefined) throw new Error('the fake delivered nothing');
  return caught;
};

for (const place of ['a:ann', '19:acme-chat@thread.v2', '19:acme@thread.tacv2']) {
  describeChannelContract(`teams in ${place}`, async () => {
    const fake = await startFakeTeams();
    const adapter = teams.create(
      teams.config.parse({
        appId: fake.appId,
        appPassword: fake.appPassword,
        tenantId: tenants.home.id,
        tenants: [tenants.acme.id],
        serviceUrls: [fake.serviceUrl],
        openidUrl: fake.openidUrl,
        tokenUrl: fake.tokenUrl,
      }),
      fakeChannelDeps(),
    );
    const inbound = await captured(fake, () =>
      fake.say({ user: 'ann', place, text: 'where is my order?', mention: place !== 'a:ann' }),
    );
    const [event] = (await adapter.receive(inbound)).events;
    if (event === undefined) throw new Error('the sample message gives no event');
    return {
      // Teams takes no id of ours for a message: as in the pipeline, a second try looks first.
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
      delivery: (bytes) => ({ ...inbound, body: bytes }),
      [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose](),
    };
  });
}
