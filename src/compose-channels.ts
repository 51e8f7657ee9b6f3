/** Opens the channels that the settings switch on, and joins those that platforms call over HTTP to the pipeline. */
import { channels } from '#adapters/index.ts';
import type { BlobStore, ChannelAdapter, ChannelDeps, Fanout } from '#core/channel.ts';
import type { ChannelId } from '#core/message.ts';
import { channelInput } from './channel-settings.ts';
import type { Config } from './config.ts';
import type { WebhookRoute } from './http/ports.ts';
import type { Logger } from './observe/log.ts';
import type { Accept } from './pipeline/accept.ts';
import { type Answers, answerDelivery } from './pipeline/answer-delivery.ts';
import type { Database } from './store/database.ts';
import { createInstallations } from './store/installations.ts';
import { createCursors } from './store/listening.ts';
import { createSealer } from './store/seal.ts';

/** Every channel that is on: those of CHANNELS, the web chat, and the one where the desk is. */
export const openChannels = (
  config: Config,
  {
    database,
    blobs,
    fanout,
    log,
  }: { readonly database: Database; readonly blobs: BlobStore; readonly fanout: Fanout; readonly log: Logger },
): ReadonlyMap<ChannelId, ChannelAdapter> => {
  const { on, desk } = config.channels;
  const sealer = createSealer(config.server.secrets);
  const cursors = createCursors(database.db);
  const depsOf = (channel: ChannelId): ChannelDeps => ({
    cursors,
    installations: createInstallations(database.db, channel, sealer),
    blobs,
    fanout,
    now: () => new Date(),
    log,
    secrets: config.server.secrets,
  });
  const isOn = (channel: ChannelId): boolean => on.includes(channel) || desk.channel === channel;
  const adapters = [
    channels.web.create({}, depsOf('web')),
    ...(isOn('email')
      ? [channels.email.create(channels.email.config.parse(channelInput('email', config)), depsOf('email'))]
      : []),
    ...(isOn('slack')
      ? [channels.slack.create(channels.slack.config.parse(channelInput('slack', config)), depsOf('slack'))]
      : []),
    ...(isOn('teams')
      ? [channels.teams.create(channels.teams.config.parse(channelInput('teams', config)), depsOf('teams'))]
      : []),
  ];
  return new Map(adapters.map((adapter) => [adapter.id, adapter]));
};

/** The addresses that platforms call: verified and decoded by the adapter, stored, and only then answered. */
export const openWebhooks = (
  adapters: ReadonlyMap<ChannelId, ChannelAdapter>,
  accept: Accept,
  answers: Answers,
): readonly WebhookRoute[] =>
  [...adapters.values()].flatMap((adapter) =>
    (adapter.routes ?? []).map(({ method, path }) => ({
      method,
      url: path,
      handle: async (delivery) => {
        const received = await adapter.receive(delivery);
        const taken = await accept(adapter.id, received);
        return await answerDelivery(adapter, received, taken, answers);
      },
    })),
  );
