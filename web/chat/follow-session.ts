import type { ChatSocketEvent, MessageWire, StateWire } from '#src/http/wire.ts';
import { type LinkState, openLiveSocket, socketUrl } from '../shared/live-socket.ts';
import { type Failure, isRefused, isTemporary } from '../shared/request.ts';
import { type ChatApi, chatSocketPath, type PageQuery, pageSize, type StoredSession } from './chat-api.ts';
import type { Connection } from './chat-state.ts';
import { readChatEvent } from './read-chat-event.ts';
import { laterId, resumeAfter, type Timeline } from './timeline.ts';

export interface FollowOptions {
  readonly session: StoredSession;
  readonly api: ChatApi;
  /** What is on the screen, for reading on from there. */
  readonly timeline: () => Timeline;
  /** The person waits for an answer right now: look more often. */
  readonly isExpecting: () => boolean;
  readonly openSocket?: (url: string) => WebSocket;
  readonly random?: () => number;
  readonly onEvent: (event: ChatSocketEvent) => void;
  /** `before` is given with the first page only, when there is an earlier one. */
  readonly onMessages: (messages: readonly MessageWire[], first: { readonly before?: string } | undefined) => void;
  readonly onConversation: (conversation: StateWire) => void;
  readonly onConnection: (connection: Connection) => void;
  /** The first look at the history failed; `retryNow` tries again. */
  readonly onLoadFailed: (failure: Failure) => void;
  /** The session is not valid any more; nothing is tried again. */
  readonly onRefused: () => void;
}

export interface Following {
  retryNow(): void;
  /** Read the history now. */
  lookNow(): void;
  /** An answer is expected now: the next look comes sooner. */
  expectSoon(): void;
  stop(): void;
}

/** Milliseconds between looks at the history: with a socket they only back it up, without one they replace it. */
const lookEvery = { expecting: 8_000, live: 60_000, withoutSocket: 4_000 };
/** After so many tries that never opened, live updates are considered blocked (a proxy, for example). */
const blockedAfter = 3;

/**
 * Follows a conversation: events come by socket, and after every gap the history fills in what was missed. The rows on
 * the server are the truth and the socket is only faster, so the history is also read now and then while all seems well.
 */
export const followSession = (options: FollowOptions): Following => {
  const { session, api } = options;
  let stopped = false;
  let link: LinkState = { link: 'connecting', failed: 0, wasOpen: false };
  /** Everything up to here is known without a gap. */
  let syncedTo: string | undefined;
  let gapless = false;
  let lastLookWorked = false;
  let looking: Promise<void> | undefined;
  let lookAgain = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let nextLookAt = Number.POSITIVE_INFINITY;

  const tellConnection = () => options.onConnection(connectionOf(link, lastLookWorked));

  const stop = () => {
    stopped = true;
    clearTimeout(timer);
    socket.stop();
  };

  const refuse = () => {
    stop();
    options.onRefused();
  };

  /** Reads pages until there is no more. */
  const readOn = async (): Promise<Failure | undefined> => {
    const first = syncedTo === undefined;
    let after = syncedTo === undefined ? undefined : resumeAfter(options.timeline(), syncedTo);
    for (;;) {
      const query: PageQuery = after === undefined ? {} : { after };
      const page = await api.page(session, query);
      if (stopped) return undefined;
      if (!page.ok) return page.failure;
      const { items, before } = page.value;
      options.onMessages(items, first ? (before === undefined ? {} : { before }) : undefined);
      const last = items.at(-1)?.id;
      syncedTo = laterId(syncedTo, last) ?? '';
      if (after === undefined || items.length < pageSize || last === undefined) return undefined;
      after = last;
    }
  };

  const lookOnce = async (): Promise<void> => {
    const linkBefore = link;
    const first = syncedTo === undefined;
    if (link.link !== 'open') {
      const view = await api.view(session);
      if (stopped) return;
      if (view.ok) options.onConversation(view.value.conversation);
      else if (isGone(view.failure)) return refuse();
    }
    const failure = await readOn();
    if (stopped) return;
    lastLookWorked = failure === undefined;
    if (failure === undefined) {
      // Only a connection that was open from before the look until now has no gap in between.
      if (linkBefore.link === 'open' && linkBefore === link) gapless = true;
    } else if (isGone(failure)) return refuse();
    else if (first) options.onLoadFailed(failure);
    tellConnection();
  };

  /** One look at a time; a wish during a look is granted after it. */
  const look = (): void => {
    if (looking !== undefined) {
      lookAgain = true;
      return;
    }
    clearTimeout(timer);
    nextLookAt = Number.POSITIVE_INFINITY;
    looking = lookOnce().finally(() => {
      looking = undefined;
      if (stopped) return;
      if (lookAgain) {
        lookAgain = false;
        look();
      } else planLook();
    });
  };

  /** Plans the next look. A change of circumstances can bring it forward, never put it off. */
  const planLook = (): void => {
    const waitMs = nextLook();
    if (stopped || looking !== undefined || Date.now() + waitMs >= nextLookAt) return;
    clearTimeout(timer);
    nextLookAt = Date.now() + waitMs;
    timer = setTimeout(look, waitMs);
  };

  const nextLook = (): number => {
    if (link.link !== 'open') return lookEvery.withoutSocket;
    return options.isExpecting() ? lookEvery.expecting : lookEvery.live;
  };

  const socket = openLiveSocket({
    url: () => socketUrl(chatSocketPath(session)),
    ...(options.openSocket ? { open: options.openSocket } : {}),
    ...(options.random ? { random: options.random } : {}),
    onState(next) {
      // Whether the server can be reached is open again.
      if (link.link === 'open') lastLookWorked = false;
      link = next;
      gapless = false;
      tellConnection();
      planLook();
    },
    onData(data) {
      const event = readChatEvent(data);
      if (event === undefined) return;
      options.onEvent(event);
      if (event.type === 'ready') look();
      if (event.type === 'message' && gapless) syncedTo = laterId(syncedTo, event.message.id);
    },
    onRefused: refuse,
  });

  look();
  return {
    retryNow() {
      socket.retryNow();
      look();
    },
    lookNow: look,
    expectSoon: planLook,
    stop,
  };
};

const isGone = (failure: Failure): boolean => !isTemporary(failure) && (isRefused(failure) || failure.status === 404);

const connectionOf = (link: LinkState, lastLookWorked: boolean): Connection => {
  if (link.link === 'open') return 'live';
  if (link.failed >= blockedAfter && lastLookWorked) return 'polling';
  return link.wasOpen || link.failed > 0 ? 'lost' : 'connecting';
};
