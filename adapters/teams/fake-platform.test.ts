import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Activity,
  CardFactory,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  MessageFactory,
  TeamsActivityHandler,
  TeamsInfo,
  TurnContext,
} from 'botbuilder';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { askForToken } from '#test/fakes/teams/bare-client.ts';
import { desk, type FakeTeams, startFakeTeams, type TokenVariant } from '#test/fakes/teams/index.ts';

/**
 * The fake Teams against the SDK itself, as server (its validation of tokens) and as client (its connector), so that what we
 * test ourselves with is what the SDK takes for the real thing.
 */
let teams: FakeTeams;
let adapter: CloudAdapter;
let closeApp: () => Promise<void>;
const heard: Partial<Activity>[] = [];

type Credentials = NonNullable<ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>[1]>;
const credentials = (): Credentials =>
  ({
    isValidAppId: async (id: string) => id === teams.appId,
    isAuthenticationDisabled: async () => false,
    createCredentials: async () => ({
      signRequest: async (request: { headers: { set(name: string, value: string): void } }) => {
        const { access_token: token } = (await askForToken(teams)).body;
        request.headers.set('authorization', `Bearer ${token}`);
        return request;
      },
    }),
  }) as unknown as Credentials;

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return JSON.parse(Buffer.concat(chunks).toString());
};

/** Answers as the SDK wants to, with Node's own server. */
const responseFor = (response: ServerResponse) => {
  let body: unknown;
  const shim = {
    socket: response.socket,
    header: (name: string, value: string) => {
      response.setHeader(name, value);
      return shim;
    },
    status: (code: number) => {
      response.statusCode = code;
      return shim;
    },
    send: (given: unknown) => {
      body = given;
      return shim;
    },
    end: () => {
      if (body !== undefined) response.setHeader('content-type', 'application/json');
      response.end(body === undefined ? undefined : JSON.stringify(body));
      return shim;
    },
  };
  return shim;
};

const card = (text: string) =>
  CardFactory.adaptiveCard({ type: 'AdaptiveCard', version: '1.4', body: [{ type: 'TextBlock', text }] });

class Echo extends TeamsActivityHandler {
  constructor() {
    super();
    this.onMessage(async (context, next) => {
      heard.push(context.activity);
      await context.sendActivity(MessageFactory.text(`echo ${TurnContext.removeRecipientMention(context.activity)}`));
      await next();
    });
  }
  protected override async onAdaptiveCardInvoke() {
    const value: Record<string, unknown> = card('yours').content;
    return { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value };
  }
}

beforeEach(async () => {
  heard.length = 0;
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  teams = await startFakeTeams({ patience: { retriesMs: [] } });
  const issuer = 'https://api.botframework.com';
  const authentication = new ConfigurationBotFrameworkAuthentication(
    {
      MicrosoftAppId: teams.appId,
      ValidateAuthority: 'true',
      ToChannelFromBotLoginUrl: teams.url,
      ToChannelFromBotOAuthScope: issuer,
      ToBotFromChannelTokenIssuer: issuer,
      OAuthUrl: teams.url,
      ToBotFromChannelOpenIdMetadataUrl: teams.openidUrl,
      ToBotFromEmulatorOpenIdMetadataUrl: teams.openidUrl,
      CallerId: 'urn:botframework:azure',
    },
    credentials(),
  );
  adapter = new CloudAdapter(authentication);
  const bot = new Echo();
  const server = createServer(async (request, response) => {
    const given = { method: request.method ?? '', headers: request.headers, body: await bodyOf(request) };
    try {
      await adapter.process(given as never, responseFor(response) as never, (context) => bot.run(context));
    } catch {
      response.writeHead(500).end();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  teams.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/messages`);
  closeApp = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
});
afterEach(async () => {
  await closeApp();
  await teams[Symbol.asyncDispose]();
  vi.restoreAllMocks();
});

const texts = (place: string, root?: string) =>
  teams.bots(place, root).map(({ activity }) => teams.visibleText(activity));

describe('the SDK as a server', () => {
  it('takes what the fake sends, and answers where it was asked', async () => {
    const place = '19:acme-help@thread.tacv2';
    const first = await teams.say({ user: 'ann', place, text: 'hello', mention: true });
    expect(first.events[0]?.attempts.map(({ status }) => status)).toEqual([200]);
    expect(texts(place, first.id)).toEqual(['echo hello']);
    await teams.say({ user: 'ann', place: 'a:ann', text: 'alone' });
    expect(texts('a:ann')).toEqual(['echo alone']);
    expect(heard.map(({ from }) => from?.aadObjectId)).toEqual(Array(2).fill(teams.person('ann').aad));
  });

  it.each<[string, TokenVariant]>([
    ['none', { none: true }],
    ['nonsense', { header: 'Bearer a.b.c' }],
    ['by a stranger', { key: 'rogue' }],
    ['of another channel', { key: 'unendorsed' }],
    ['of an unknown key', { kid: 'nobody' }],
    ['for another app', { audience: '11111111-1111-4111-8111-111111111111' }],
    ['from another issuer', { issuer: 'https://sts.example/' }],
    ['for another address', { serviceUrl: 'https://smba.trafficmanager.net/teams/' }],
    ['that has ended', { expiresIn: -3_600, notBefore: -7_200 }],
  ])('takes nothing with a token %s', async (_, token) => {
    const { events } = await teams.say({ user: 'ann', place: 'a:ann', text: 'forged', delivery: { token } });
    expect(events[0]?.status).toBeGreaterThanOrEqual(400);
    expect(heard).toEqual([]);
    expect(texts('a:ann')).toEqual([]);
  });

  it('answers a pressed button with a card', async () => {
    const said = await teams.say({ user: 'ann', place: 'a:ann', text: 'hello' });
    expect(said.events[0]?.ok).toBe(true);
    const reference = TurnContext.getConversationReference(heard[0] ?? {});
    const action = { type: 'Action.Execute', title: 'Claim', verb: 'claim', data: { code: '7F3K' } };
    let id = '';
    await adapter.continueConversationAsync(teams.appId, reference, async (context) => {
      const content = { ...card('open').content, actions: [action] };
      id = (await context.sendActivity({ attachments: [CardFactory.adaptiveCard(content)] }))?.id ?? '';
    });
    const pressed = await teams.press({ user: 'ann', place: 'a:ann', activityId: id, label: 'Claim' });
    expect(pressed).toMatchObject({ status: 200, statusCode: 200, card: card('yours').content });
  });
});

describe('the SDK as a client', () => {
  it('posts, threads, changes, deletes and looks people up', async () => {
    const first = await teams.say({ user: 'mira', place: desk, text: 'hello' });
    const reference = TurnContext.getConversationReference(heard[0] ?? {});
    await adapter.continueConversationAsync(teams.appId, reference, async (context) => {
      const sent = await context.sendActivity('one');
      await context.updateActivity({ ...MessageFactory.text('two'), id: sent?.id ?? '' });
      const gone = await context.sendActivity('three');
      await context.deleteActivity(gone?.id ?? '');
      const member = await TeamsInfo.getMember(context, teams.person('otto').aad);
      expect(member).toMatchObject({
        name: 'Otto Berg',
        email: 'otto@home.example',
        tenantId: teams.person('otto').tenant,
      });
      expect((await TeamsInfo.getPagedMembers(context, 50)).members).toHaveLength(3);
    });
    expect(texts(desk, first.id)).toEqual(['echo hello', 'two']);
  });

  it('begins a new thread in a channel', async () => {
    const channelData = { channel: { id: desk } };
    const root = { isGroup: true, channelData, activity: { attachments: [card('A case')] } };
    let id = '';
    await adapter.createConversationAsync(
      teams.appId,
      'msteams',
      teams.serviceUrl,
      'https://api.botframework.com',
      root as never,
      async (context) => {
        id = context.activity.conversation.id;
        await context.sendActivity('below it');
      },
    );
    const [message] = teams.bots(desk);
    expect(id).toBe(`${desk};messageid=${message?.id}`);
    expect(texts(desk, message?.id)).toEqual(['A case', 'below it']);
  });

  it('is told why something was refused', async () => {
    await teams.say({ user: 'mira', place: 'a:mira', text: 'hello' });
    const reference = TurnContext.getConversationReference(heard[0] ?? {});
    await teams.uninstall({ place: 'a:mira', user: 'mira' });
    await adapter.continueConversationAsync(teams.appId, reference, async (context) => {
      await expect(context.sendActivity('anybody?')).rejects.toMatchObject({
        statusCode: 403,
        code: 'BotNotInConversationRoster',
      });
    });
  });
});
