import { type ChannelAdapter, type ChannelDeps, defineChannel, type HttpAnswer } from '#core/channel.ts';
import { createBoltReader } from './bolt-app.ts';
import { checkSlack } from './check.ts';
import { createSlackApi } from './client.ts';
import { type SlackConfig, slackConfig } from './config.ts';
import { decodeSlack, inspectSlack } from './decode.ts';
import { createEarlier } from './earlier.ts';
import { createEffects } from './effects.ts';
import { createDownload } from './files.ts';
import { createInstaller, type Installer, installPath, redirectPath } from './install.ts';
import { createLookUp } from './look-up.ts';
import { createReceive, eventsPath } from './receive.ts';
import { createSend } from './send.ts';
import { listenSocket, type SocketOptions } from './socket.ts';
import { statusText } from './status-text.ts';
import { createPresenter } from './stream.ts';
import { createUnfinished } from './unfinished.ts';
import { createWorkspaces } from './workspaces.ts';

/** Waits of the socket listener; tests shorten them. */
export type SlackTiming = Omit<SocketOptions, 'appToken' | 'apiUrl' | 'log'>;

/** Workspaces install the app themselves only where no single one is set: one token would hide all that they grant. */
const installerOf = (config: SlackConfig, deps: ChannelDeps): Installer | undefined => {
  const { clientId, clientSecret, botToken } = config;
  if (clientId === undefined || clientSecret === undefined || botToken !== undefined) return undefined;
  return createInstaller({ ...config, clientId, clientSecret }, deps);
};

const answerStatus = (found: Parameters<typeof statusText>[0]): HttpAnswer => ({
  status: 200,
  body: JSON.stringify({ response_type: 'ephemeral', text: statusText(found) }),
  headers: { 'content-type': 'application/json; charset=utf-8' },
});

/** Slack: customers in shared channels, threads and direct messages, and the desk in a channel. */
export const createSlackAdapter = (
  config: SlackConfig,
  deps: ChannelDeps,
  timing: SlackTiming = {},
): ChannelAdapter => {
  const { log, now, blobs } = deps;
  const { apiUrl, appToken } = config;
  const api = createSlackApi({ apiUrl, log, now });
  const workspaces = createWorkspaces(config, { installations: deps.installations, api, log, now });
  const { lookUp, forget } = createLookUp(config, { api, workspaces, log, now });
  const earlier = createEarlier({ api, workspaces });
  const unfinished = createUnfinished({ api, workspaces });
  const streams = createPresenter({ api, workspaces, log, now });
  const { send, find } = createSend({ api, workspaces, blobs, log, now, homeUrl: config.publicUrl, streams });
  /** Why our socket is refused, while it is. */
  let refused: string | undefined;
  const installer = installerOf(config, deps);
  const read = createBoltReader({
    workspaces,
    log,
    decode: (body, botUserId) =>
      decodeSlack(body, { config, receivedAt: now(), ...(botUserId === undefined ? {} : { botUserId }) }),
  });

  return {
    id: 'slack',
    capabilities: {
      maxChars: 3_500,
      actions: true,
      attachments: true,
      streaming: true,
      edits: true,
      threads: true,
      staffPresent: true,
      settleMs: 1_000,
    },
    routes: [
      ...(config.signingSecret === undefined ? [] : [{ method: 'POST', path: eventsPath } as const]),
      ...(installer === undefined
        ? []
        : [{ method: 'GET', path: installPath } as const, { method: 'GET', path: redirectPath } as const]),
    ],
    receive: createReceive({
      config,
      deps,
      read,
      runEffects: createEffects({ api, workspaces, forgetChannel: forget, log }),
      ...(installer === undefined ? {} : { installer }),
    }),
    answerStatus,
    async lookUp(event, { isFirst }, signal) {
      const [known, before] = await Promise.all([lookUp(event, signal), isFirst ? earlier(event, signal) : undefined]);
      return before === undefined ? known : { ...known, before };
    },
    send,
    find,
    present: streams.present,
    discard: streams.discard,
    unfinished,
    download: createDownload({ api, workspaces, apiUrl }),
    ...(appToken === undefined
      ? {}
      : {
          listen: (signal: AbortSignal) =>
            listenSocket(
              {
                ...{ ...timing, appToken, apiUrl, log },
                onRefusal: (why) => {
                  refused = why;
                },
              },
              signal,
            ),
        }),
    async check(signal) {
      const health = await checkSlack({ config, api, workspaces }, signal);
      return refused === undefined
        ? health
        : { ok: false, detail: `Socket Mode is refused: ${refused}; ${health.detail}` };
    },
  };
};

/** The Slack channel as it is plugged in. */
export const slack = defineChannel({
  id: 'slack',
  config: slackConfig,
  create: (config, deps) => createSlackAdapter(config, deps),
  inspect: inspectSlack,
});
