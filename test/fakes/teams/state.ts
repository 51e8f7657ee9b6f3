import type { Message, Person, Place, RecordedCall, StoredFile, Stream, Team, Token, World } from './types.ts';

/** Where the fake says no. */
export interface Limits {
  /** A message encoded as UTF-16, in bytes (Microsoft Learn, "Format your bot messages": about 100 KB). */
  readonly messageBytes: number;
  /** How long a stream may stay open, in milliseconds. */
  readonly streamMs: number;
  /** The least time between two pieces of a stream, in milliseconds; 0 for no limit. */
  readonly streamPaceMs: number;
  /** How long a token is good for, in seconds. */
  readonly tokenSeconds: number;
}

export const defaultLimits: Limits = {
  messageBytes: 100 * 1_024,
  streamMs: 120_000,
  streamPaceMs: 0,
  tokenSeconds: 3_599,
};

/** A file that somebody agreed to take: bytes for it may be put at `/upload/<id>`. */
export interface Upload {
  readonly id: string;
  readonly name: string;
  readonly place: string;
  bytes: Buffer;
  done: boolean;
}

/** Everything that the fake remembers. */
export interface State {
  /** `http://127.0.0.1:port`, without a slash. */
  readonly url: string;
  readonly appId: string;
  readonly appPassword: string;
  /** `28:…`, the bot as a member. */
  readonly botId: string;
  readonly botName: string;
  readonly issuer: string;
  readonly world: World;
  readonly limits: Limits;
  /** Finals of streams must go on from what was streamed, too. */
  readonly strictFinals: boolean;
  /** By place, oldest first; deleted ones stay. */
  readonly messages: Map<string, Message[]>;
  readonly streams: Stream[];
  readonly typing: { readonly place: string; readonly root?: string; readonly at: number }[];
  readonly calls: RecordedCall[];
  /** What the bot sent that Teams would not take or show as meant, in words. */
  readonly problems: string[];
  readonly tokens: Token[];
  readonly files: Map<string, StoredFile>;
  readonly uploads: Map<string, Upload>;
  /** What is wrong with an Adaptive Card, in words. */
  cardProblems(card: unknown): readonly string[];
  /** Milliseconds since the epoch. */
  now(): number;
  /** The next activity id: unique and increasing. */
  nextMessageId(): string;
  nextId(prefix: string): string;
  /** Tells everybody who waits that something happened. */
  changed(): void;
  /** Calls back after every change, until the returned function is called. */
  onChange(listener: () => void): () => void;
}

type Given = Pick<
  State,
  'url' | 'appId' | 'appPassword' | 'botName' | 'issuer' | 'world' | 'limits' | 'strictFinals' | 'cardProblems' | 'now'
>;

/** Remembers nothing yet. */
export const createState = (given: Given): State => {
  let last = 0;
  let ids = 0;
  const listeners = new Set<() => void>();
  return {
    ...given,
    botId: `28:${given.appId}`,
    messages: new Map(),
    streams: [],
    typing: [],
    calls: [],
    problems: [],
    tokens: [],
    files: new Map(),
    uploads: new Map(),
    nextMessageId: () => {
      last = Math.max(last + 1, Math.floor(given.now()));
      return String(last);
    },
    nextId: (prefix) => {
      ids += 1;
      return `${prefix}${ids.toString(36)}`;
    },
    changed: () => {
      for (const listener of [...listeners]) listener();
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};

/** A person by key, by id or by object id; a test that names an unknown one has a mistake. */
export const personNamed = (state: State, who: string): Person => {
  const found = findPerson(state, who);
  if (found === undefined)
    throw new Error(`No person ${who}. There are: ${state.world.people.map(({ key }) => key).join(', ')}.`);
  return found;
};

export const findPerson = (state: State, who: string): Person | undefined =>
  state.world.people.find(({ key, id, aad }) => [key, id, aad].includes(who));

export const placeNamed = (state: State, id: string): Place => {
  const found = state.world.places.find((place) => place.id === id);
  if (found === undefined)
    throw new Error(`No place ${id}. There are: ${state.world.places.map((place) => place.id).join(', ')}.`);
  return found;
};

export const teamOf = (state: State, place: Place): Team | undefined =>
  state.world.teams.find(({ id }) => id === place.team);

/** Keys of the people there. */
export const membersOf = (state: State, place: Place): readonly string[] =>
  teamOf(state, place)?.members ?? place.members;

export const isInstalled = (state: State, place: Place): boolean => (teamOf(state, place) ?? place).installed;

/** Where the bot is to answer for this tenant's conversations. */
export const serviceUrlOf = (state: State, tenantId: string): string => {
  const region = state.world.tenants.find(({ id }) => id === tenantId)?.region;
  return `${state.url}/connector/${region === undefined ? '' : `${region}/`}`;
};
