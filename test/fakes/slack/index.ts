import { freePort } from '../../servers/free-port.ts';
import type { Delivered, DeliverOptions, Delivery, Patience } from './delivery.ts';
import { createDelivery } from './delivery.ts';
import { changeEvent, channelNamed, envelope, installationFor, messageEvent, type Payload } from './events.ts';
import { createFaults, type Fault, type Faults } from './faults.ts';
import { createHappenings, type Happenings } from './happenings.ts';
import { looking, reactionsOf } from './looking.ts';
import { everyMessage } from './messages.ts';
import type { Announce } from './methods/method.ts';
import { grantCode, install } from './oauth.ts';
import { createPeople, type People } from './people.ts';
import { serve } from './server.ts';
import { createSockets, type DisconnectReason } from './socket.ts';
import { createState, defaultLimits, type Limits, type State } from './state.ts';
import type { Message, Token, Workspaces } from './types.ts';
import { createWebApi } from './web-api.ts';
import { defaultWorkspaces } from './workspaces.ts';

export type { Delivered, DeliverOptions } from './delivery.ts';
export type * from './types.ts';
export { visibleText } from './visible-text.ts';

export interface FakeSlackOptions {
  readonly port?: number;
  /** Changes the world that everything starts from. */
  readonly workspaces?: (defaults: Workspaces) => Workspaces;
  readonly limits?: Partial<Limits>;
  /** How long an event waits for an answer, and before each next try. */
  readonly patience?: Partial<Patience>;
  /** The app hears of its own messages, as from the real Slack. Default: yes. */
  readonly echoes?: boolean;
  /** Milliseconds since the epoch: message timestamps and signatures follow it. */
  readonly now?: () => number;
}

/** A Slack with several workspaces in this process, for one app. See `defaultWorkspaces` for who and what is in it. */
export interface FakeSlack
  extends AsyncDisposable,
    People,
    Happenings,
    Pick<Faults, 'fail' | 'rateLimit' | 'latency'>,
    Pick<Delivery, 'connectHttp' | 'deliver'>,
    Pick<
      State,
      | 'appId'
      | 'signingSecret'
      | 'clientId'
      | 'clientSecret'
      | 'calls'
      | 'statuses'
      | 'prompts'
      | 'titles'
      | 'ephemerals'
      | 'views'
    > {
  /** Base address of the Web API; ends in `/api/`. */
  readonly apiUrl: string;
  /** Where OAuth sends browsers. */
  readonly authorizeUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly workspaces: Workspaces;

  /** What is visible in a channel, threads included, oldest first. */
  messages(channel: string, options?: { readonly withDeleted?: boolean }): readonly Message[];
  /** What is visible in a thread, its first message included. */
  thread(channel: string, ts: string): readonly Message[];
  message(channel: string, ts: string): Message | undefined;
  /** Reactions on all messages that are still there. */
  readonly reactions: readonly {
    readonly channel: string;
    readonly ts: string;
    readonly name: string;
    readonly user: string;
  }[];
  /** The status that a thread shows now; empty for none. */
  status(channel: string, thread: string): string;
  callsOf(method: string): FakeSlack['calls'];
  /** Everything handed to the app so far. */
  readonly deliveries: readonly Delivered[];
  /** Waits until `look` gives something; fails with `what` after `ms`. Looks again after every change, so it adds no delay. */
  waitFor<T>(look: () => T | undefined | false, ms?: number, what?: string): Promise<T>;

  /** Ends scripted faults, pace and latency. */
  heal(): void;
  /** The tokens of a workspace stop working. */
  revoke(team?: string, error?: Exclude<Token['state'], 'live'>): void;
  setScopes(scopes: readonly string[], team?: string): void;
  /** Streams that are open become what Slack makes of them after five minutes. */
  expireStreams(): void;

  /** A workspace, or a whole organisation, installs the app without a browser. */
  install(where: { readonly team?: string; readonly enterprise?: string }): Token;
  /** A code for `oauth.v2.access`. */
  grantCode(where: { readonly team?: string; readonly enterprise?: string; readonly user?: string }): string;
  /** Asks the app to repeat a challenge, as when its address is entered. */
  verifyUrl(options?: DeliverOptions): Promise<Delivered | undefined>;
  /** How many Socket Mode connections are open. */
  readonly sockets: number;
  disconnectSockets(reason: DisconnectReason): void;
}

/** Starts a fake Slack on a port of 127.0.0.1. */
export const startFakeSlack = async (options: FakeSlackOptions = {}): Promise<FakeSlack> => {
  const port = options.port ?? (await freePort());
  const defaults = defaultWorkspaces();
  const state = createState({
    url: `http://127.0.0.1:${port}`,
    workspaces: options.workspaces?.(defaults) ?? defaults,
    appId: 'A0APP',
    signingSecret: 'a signing secret for tests',
    clientId: '1000.2000',
    clientSecret: 'a client secret for tests',
    limits: { ...defaultLimits, ...options.limits },
    now: options.now ?? Date.now,
  });
  const ending = new AbortController();
  const faults = createFaults(Date.now);
  const sockets = createSockets(state.url, state.appId, () => state.changed());
  const patience = { answerMs: 3_000, retriesMs: [50, 200, 500], reconnectMs: 15_000, ...options.patience };
  const delivery = createDelivery(state, sockets, patience, ending.signal);
  const announce = options.echoes === false ? () => undefined : announceTo(state, delivery);
  const api = createWebApi(state, faults, { announce, openSocket: () => sockets.open(), signal: ending.signal });
  const server = await serve(state, api, sockets, port);

  return {
    ...createPeople(state, delivery),
    ...createHappenings(state, delivery),
    ...looking(state),
    ...scripting(state, faults),
    appId: state.appId,
    signingSecret: state.signingSecret,
    clientId: state.clientId,
    clientSecret: state.clientSecret,
    apiUrl: `${state.url}/api/`,
    authorizeUrl: `${state.url}/oauth/v2/authorize`,
    botToken: 'xoxb-home',
    appToken: 'xapp-home',
    workspaces: state.workspaces,
    deliveries: delivery.log,
    connectHttp: delivery.connectHttp,
    deliver: delivery.deliver,
    verifyUrl: async (how) => {
      const challenge = { type: 'url_verification', token: 'verification', challenge: state.nextId('ch') };
      return (await delivery.deliver(challenge, how)).at(0);
    },
    get sockets() {
      return sockets.count;
    },
    get reactions() {
      return reactionsOf(state);
    },
    disconnectSockets: sockets.disconnect,
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** Tells the app of its own messages in the background, as it happens. */
const announceTo =
  (state: State, delivery: Delivery): Announce =>
  (what, message, before = {}) => {
    const channel = channelNamed(state, message.channel);
    const token = installationFor(state, channel);
    if (token === undefined) return;
    const event: Payload =
      what === 'posted' ? messageEvent(state, message, channel, false) : changeEvent(state, message, channel, before);
    const payload = envelope(state, event, { token, team: message.team, channel });
    // After the answer to the call itself, as a rule; and nothing depends on it.
    setImmediate(() => void delivery.deliver(payload));
  };

const scripting = (state: State, faults: Faults) => {
  const tokensOf = (team: string) => state.workspaces.tokens.filter((token) => token.team === team);
  return {
    fail: (method: string, fault: Fault) => faults.fail(method, fault),
    rateLimit: faults.rateLimit,
    latency: faults.latency,
    heal: () => faults.clear(),
    revoke: (team = 'T0HOME', error: Exclude<Token['state'], 'live'> = 'token_revoked') => {
      for (const token of tokensOf(team)) token.state = error;
    },
    setScopes: (scopes: readonly string[], team = 'T0HOME') => {
      for (const token of tokensOf(team)) token.scopes = [...scopes];
    },
    expireStreams: () => {
      for (const message of everyMessage(state)) if (message.streaming === 'in_progress') message.streaming = 'errored';
      state.changed();
    },
    install: (where: { readonly team?: string; readonly enterprise?: string }) => install(state, where),
    grantCode: (where: { readonly team?: string; readonly enterprise?: string; readonly user?: string }) =>
      grantCode(state, where),
  };
};
