import { teamsConfig } from '#adapters/teams/config.ts';
import { createConnector } from '#adapters/teams/connector.ts';
import { createReach } from '#adapters/teams/reach.ts';
import { createSend, type SendDeps, type Sender } from '#adapters/teams/send.ts';
import { createServiceUrlPolicy } from '#adapters/teams/service-url.ts';
import { createPresenter, type Presenter, type PresenterDeps } from '#adapters/teams/stream.ts';
import { streamText } from '#adapters/teams/stream-text.ts';
import { createThrottle } from '#adapters/teams/throttle.ts';
import { createTokenSource } from '#adapters/teams/token.ts';
import type { Address, ConversationId, MessageId, Outbound } from '#core/message.ts';
import type { FakeChannelDeps } from './fakes/channel-deps.ts';
import { desk, type FakeTeams, tenants } from './fakes/teams/index.ts';

/** What sends to the fake Teams, put together as the adapter does it. */
export const teamsParts = (teams: FakeTeams, deps: FakeChannelDeps) => {
  const config = teamsConfig.parse({
    ...{ appId: teams.appId, appPassword: teams.appPassword, tenantId: tenants.home.id, deskChannel: desk },
    ...{ serviceUrls: [teams.serviceUrl], tokenUrl: teams.tokenUrl },
  });
  const { log, now, installations } = deps;
  const policy = createServiceUrlPolicy(config);
  const token = createTokenSource({ config, now });
  const connector = createConnector({ config, token, policy, now, timeoutMs: 3_000 });
  const reach = createReach({ config, policy, installations });
  const throttle = createThrottle({ now, patienceMs: 0 });
  return { config, policy, token, connector, reach, throttle, log };
};

/** A sender and the streams that it finishes, in a hurry. */
export const teamsSender = (
  teams: FakeTeams,
  deps: FakeChannelDeps,
  more: Partial<SendDeps & PresenterDeps> = {},
): Sender & { readonly streams: Presenter } => {
  const parts = { ...teamsParts(teams, deps), now: deps.now, ...more };
  const streams = createPresenter({ ...parts, render: streamText, paceMs: 1, ...more });
  return { ...createSend({ ...parts, blobs: deps.blobs, streams, ...more }), streams };
};

/** The address of a place of the fake, as an activity from there gives it. */
export const addressIn = (teams: FakeTeams, place: string, thread = 'chat'): Address => {
  const found = teams.world.places.find(({ id }) => id === place);
  const region = found?.tenant === tenants.acme.id ? 'amer/' : '';
  const isChannel = found?.kind === 'channel';
  return {
    channel: 'teams',
    space: place,
    thread,
    state: {
      serviceUrl: `${teams.serviceUrl}${region}`,
      conversationId: isChannel ? `${place};messageid=${thread}` : place,
      type: found?.kind ?? 'personal',
      tenantId: found?.tenant ?? '',
      botId: teams.botId,
      ...(found?.team === undefined ? {} : { teamId: found.team }),
    },
  };
};

let ids = 0;
/** A message of the bot, with an id of its own. */
export const teamsMessage = (address: Address, markdown: string, more: Partial<Outbound> = {}): Outbound => {
  ids += 1;
  return {
    id: String(ids),
    conversationId: '1' as ConversationId,
    messageId: '1' as MessageId,
    address,
    author: { role: 'bot', externalId: 'bot' },
    content: { markdown, attachments: [] },
    meta: {},
    actions: [],
    ...more,
  };
};
