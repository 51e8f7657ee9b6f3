import { type ChannelAdapter, type ChannelDeps, defineChannel } from '#core/channel.ts';
import { answerCard } from './answer-card.ts';
import { createAuthenticate } from './auth.ts';
import { checkTeams } from './check.ts';
import { type TeamsConfig, teamsConfig } from './config.ts';
import { createConnector } from './connector.ts';
import { inspectTeams } from './decode.ts';
import { createEffects } from './effects.ts';
import { createFinishConsent } from './file-consent.ts';
import { createMayReach } from './file-hosts.ts';
import { createDownload } from './files.ts';
import { createLearnServiceUrl } from './learn-service-url.ts';
import { createLookUp } from './look-up.ts';
import { createReach } from './reach.ts';
import { createReceive, messagesPath } from './receive.ts';
import { createSend } from './send.ts';
import { createServiceUrlPolicy } from './service-url.ts';
import { createPresenter } from './stream.ts';
import { streamText } from './stream-text.ts';
import { createTenantPolicy } from './tenant-policy.ts';
import { createThrottle } from './throttle.ts';
import { createTokenSource } from './token.ts';
import { createWelcome } from './welcome.ts';

/** Teams: customers in channels, group chats and chats of their own, and the desk in a channel. */
export const createTeamsAdapter = (config: TeamsConfig, deps: ChannelDeps): ChannelAdapter => {
  const { log, now, blobs, installations } = deps;
  const policy = createServiceUrlPolicy(config);
  const mayReach = createMayReach(config);
  const token = createTokenSource({ config, now });
  const connector = createConnector({ config, token, policy, now });
  const reach = createReach({ config, policy, installations });
  const throttle = createThrottle({ now });
  const people = createLookUp({ config, connector, reach, log, now });
  const streams = createPresenter({ connector, reach, throttle, log, now, render: streamText });
  const { send, find } = createSend({
    ...{ config, connector, reach, throttle, blobs, log, streams },
    membersAt: people.membersAt,
  });

  return {
    id: 'teams',
    capabilities: {
      maxChars: 20_000,
      actions: true,
      attachments: true,
      streaming: true,
      edits: true,
      threads: true,
      staffPresent: true,
      settleMs: 500,
    },
    routes: [{ method: 'POST', path: messagesPath }],
    receive: createReceive({
      config,
      deps,
      authenticate: createAuthenticate({ config }),
      serviceUrls: policy,
      allowsTenants: createTenantPolicy(config),
      learnServiceUrl: createLearnServiceUrl(deps),
      runEffects: createEffects({
        welcome: createWelcome({ config, deps, connector }),
        forgetPlace: people.forget,
        connector,
        finishConsent: createFinishConsent({ connector, blobs, mayReach, log, now }),
        log,
      }),
    }),
    answerCard: (found) => answerCard(found, people.lastMembers()),
    lookUp: (event, _options, signal) => people.lookUp(event, signal),
    send,
    find,
    present: streams.present,
    discard: streams.discard,
    download: createDownload({ token, policy, mayReach }),
    check: (signal) => checkTeams({ config, token, reach, connector }, signal),
  };
};

/** The Teams channel as it is plugged in. */
export const teams = defineChannel({
  id: 'teams',
  config: teamsConfig,
  create: createTeamsAdapter,
  inspect: inspectTeams,
});
