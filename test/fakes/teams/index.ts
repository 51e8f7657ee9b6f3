import { adaptiveCardProblems } from '../../adaptive-card-problems.ts';
import { freePort } from '../../servers/free-port.ts';
import { buttons } from './buttons.ts';
import { createDelivery, type Delivered, type Delivery, type Patience } from './delivery.ts';
import { createFaults, type Faults } from './faults.ts';
import { createInteractions, type Interactions } from './interactions.ts';
import { createKeys } from './keys.ts';
import { looking } from './looking.ts';
import { createPace, type Pace } from './pace.ts';
import { createPeople, type People } from './people.ts';
import { serve } from './server.ts';
import { createState, defaultLimits, type Limits, personNamed, type State } from './state.ts';
import { settle } from './streams.ts';
import type { Message, Person, Stream, World } from './types.ts';
import { visibleText } from './visible-text.ts';
import { defaultWorld, tenants } from './world.ts';

export { buttons } from './buttons.ts';
export type { Delivered } from './delivery.ts';
export type { Pressed } from './interactions.ts';
export type { TokenVariant } from './keys.ts';
export type { Said } from './people.ts';
export type * from './types.ts';
export { allText, canBeVotedOn, citationsOf, isLabelledAi, visibleText } from './visible-text.ts';
export { desk, tenants } from './world.ts';

export interface FakeTeamsOptions {
  readonly port?: number;
  /** Changes the world that everything starts from. */
  readonly world?: (defaults: World) => World;
  readonly limits?: Partial<Limits>;
  /** How long an activity waits for an answer, and before each next try. */
  readonly patience?: Partial<Patience>;
  /** The final of a stream must go on from what was streamed, as the pieces must. Default: no. */
  readonly strictFinals?: boolean;
  /** Milliseconds since the epoch: ids, tokens and streams follow it. */
  readonly now?: () => number;
}

/** A Teams with several tenants in this process, for one bot. See `defaultWorld` for who and what is in it. */
export interface FakeTeams
  extends AsyncDisposable,
    People,
    Interactions,
    Pick<Faults, 'fail' | 'latency'>,
    Pick<Pace, 'throttle' | 'busiest'>,
    Pick<Delivery, 'connect'>,
    Pick<
      State,
      'appId' | 'appPassword' | 'botId' | 'botName' | 'calls' | 'problems' | 'tokens' | 'typing' | 'uploads'
    > {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  /** The connector for tenants without a region, ends in a slash. */
  readonly serviceUrl: string;
  readonly openidUrl: string;
  readonly tokenUrl: string;
  readonly world: World;
  /** Settings of a product that is this bot, in our own tenant; acme's people may write too. */
  env(): Readonly<Record<string, string>>;

  /** What is visible in a place, threads included, oldest first. */
  messages(place: string, options?: { readonly withDeleted?: boolean }): readonly Message[];
  /** What is visible in a thread of a channel, its first message included. */
  thread(place: string, root: string): readonly Message[];
  message(place: string, id: string): Message | undefined;
  /** The bot's own messages in a place, oldest first. */
  bots(place: string, root?: string): readonly Message[];
  person(who: string): Person;
  isTyping(place: string, root?: string): boolean;
  readonly streams: readonly Stream[];
  /** How often the bot changed a message of its own. */
  edits(place: string, id: string): number;
  callsOf(operation: string): FakeTeams['calls'];
  visibleText: typeof visibleText;
  buttons: typeof buttons;
  /** Everything handed to the app so far. */
  readonly deliveries: readonly Delivered[];
  /** Waits until `look` gives something; fails with `what` after `ms`. Looks again after every change, so it adds no delay. */
  waitFor<T>(look: () => T | undefined | false, ms?: number, what?: string): Promise<T>;
  /** How many sends were refused because they came too fast. */
  readonly throttled: number;

  /** Ends scripted faults and latency, and takes limits of pace away. */
  heal(): void;
  /** Tokens that were issued so far stop working. */
  revokeTokens(): void;
  /** Streams that are open become what Teams makes of them after two minutes. */
  expireStreams(): void;
}

/** Starts a fake Teams on a port of 127.0.0.1. */
export const startFakeTeams = async (options: FakeTeamsOptions = {}): Promise<FakeTeams> => {
  const port = options.port ?? (await freePort());
  const defaults = defaultWorld();
  const now = options.now ?? Date.now;
  const issuer = 'https://api.botframework.com';
  const appId = '0000b07a-5afe-4fa6-8fa6-7ea250000b07';
  const state = createState({
    url: `http://127.0.0.1:${port}`,
    appId,
    appPassword: 'a client secret for tests',
    botName: 'Frontdesk',
    issuer,
    world: options.world?.(defaults) ?? defaults,
    limits: { ...defaultLimits, ...options.limits },
    strictFinals: options.strictFinals ?? false,
    cardProblems: (card) => adaptiveCardProblems(card),
    now,
  });
  const ending = new AbortController();
  const keys = await createKeys({ issuer, appId, now });
  const faults = createFaults();
  const pace = createPace(now);
  const patience = { answerMs: 15_000, retriesMs: [50, 200, 500], ...options.patience };
  const delivery = createDelivery(state, keys, patience, ending.signal);
  const server = await serve(state, { keys, faults, pace, port, signal: ending.signal });
  const serviceUrl = `${state.url}/connector/`;
  const openidUrl = `${state.url}/openid`;
  const tokenUrl = `${state.url}/${tenants.home.id}/oauth2/v2.0/token`;
  const looks = looking(state);

  return {
    ...createPeople(state, delivery),
    ...createInteractions(state, delivery),
    ...looks,
    visibleText,
    buttons,
    url: state.url,
    appId,
    appPassword: state.appPassword,
    botId: state.botId,
    botName: state.botName,
    world: state.world,
    serviceUrl,
    openidUrl,
    tokenUrl,
    env: () => ({
      TEAMS_APP_ID: appId,
      TEAMS_APP_PASSWORD: state.appPassword,
      TEAMS_TENANT_ID: tenants.home.id,
      TEAMS_TENANTS: tenants.acme.id,
      TEAMS_SERVICE_URLS: serviceUrl,
      TEAMS_OPENID_URL: openidUrl,
      TEAMS_TOKEN_URL: tokenUrl,
    }),
    deliveries: delivery.log,
    connect: delivery.connect,
    bots: (place, root) =>
      (root === undefined ? looks.messages(place) : looks.thread(place, root)).filter(({ from }) => from === undefined),
    person: (who) => personNamed(state, who),
    edits: (place, id) => looks.message(place, id)?.earlier.length ?? 0,
    get streams() {
      return state.streams.map((stream) => settle(state, stream));
    },
    fail: faults.fail,
    latency: faults.latency,
    throttle: pace.throttle,
    busiest: pace.busiest,
    get throttled() {
      return pace.throttled;
    },
    heal: () => {
      faults.clear();
      pace.throttle([]);
    },
    revokeTokens: () => {
      for (const token of state.tokens) token.revoked = true;
    },
    expireStreams: () => {
      for (const stream of state.streams) if (stream.state === 'open') stream.state = 'expired';
      state.changed();
    },
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
