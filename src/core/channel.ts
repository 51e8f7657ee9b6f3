import type { z } from 'zod';
import type { ConversationStatus } from './conversation.ts';
import type { Card } from './escalation.ts';
import type {
  Address,
  Attachment,
  ChannelId,
  ConversationId,
  InboundEvent,
  Json,
  Outbound,
  SendResult,
  Sent,
} from './message.ts';

/** Raw input of a channel, before anything is verified. */
export type Delivery =
  | {
      readonly kind: 'http';
      readonly method: string;
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array;
    }
  | { readonly kind: 'socket'; readonly payload: unknown }
  | { readonly kind: 'mail'; readonly mailbox: string; readonly uid: number; readonly raw: Uint8Array };

export interface Decoded {
  readonly events: readonly InboundEvent[];
  /** Why nothing (more) came of the payload; goes to the log, never dropped in silence. */
  readonly unsupported?: string;
  /** Bytes that the events refer to by `sha256:<hex>`; `accept` stores them before the events. */
  readonly blobs?: readonly { readonly ref: string; readonly bytes: Uint8Array }[];
  /** Set when a person should look at the raw payload: it could not be understood at all. */
  readonly quarantine?: string;
}

/** What goes back over the connection that brought a delivery. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks, in the same response, how somebody's newest conversation in a place stands; answered after accept. */
export interface StatusQuery {
  readonly statusOf: { readonly channel: ChannelId; readonly space: string; readonly externalId: string };
}

/** How a conversation stands, for whoever asks about it. */
export interface ConversationState {
  readonly status: ConversationStatus;
  readonly owner?: string;
  /** The reference of its newest case. */
  readonly code?: string;
}

/**
 * Asks, in the same response, for the card of a desk thread as it is once this delivery's events have been worked off (a card
 * that was pressed wants its new state back). `actionId` is the `externalId` of the event that may have been refused, else its
 * `dedupeKey`; without events (somebody only looks) it is left out.
 */
export interface CardQuery {
  readonly cardOf: Pick<Address, 'channel' | 'space' | 'thread'>;
  readonly actionId?: string;
}

/** What a `CardQuery` finds. */
export interface CardState {
  /** Missing when no case is known there. */
  readonly card?: Card;
  /** Why the action had no effect, in words for whoever tried. */
  readonly refusal?: string;
  /** False when the action was stored and is still being worked on: the card will be redrawn by itself. */
  readonly settled: boolean;
}

export interface Received extends Decoded {
  readonly response: HttpAnswer | StatusQuery | CardQuery;
}

/** What a platform knows of who wrote and who reads along. */
export interface Particulars {
  /** What people call the author. */
  readonly name?: string;
  /** From the author's profile: evidence of who they are, never the key. */
  readonly email?: string;
  readonly organizationName?: string;
  /** What people would call the place: `#acme-support`. */
  readonly place?: string;
  /**
   * Outside organisations whose people read what is written there, where more than the author do. Unknown readers: `shared`
   * with no organisation, so that only public knowledge is used.
   */
  readonly readers?: { readonly organizations: readonly string[]; readonly shared: boolean };
  /** What was said in this thread before we were asked into it, as Markdown: the question is often there. */
  readonly before?: string;
}

/** What a platform can show. The core asks these, never the channel's name. */
export interface Capabilities {
  /** Longest text of one message, in UTF-16 code units. */
  readonly maxChars: number;
  readonly actions: boolean;
  readonly attachments: boolean;
  readonly streaming: boolean;
  readonly edits: boolean;
  readonly threads: boolean;
  /** Notices such as "Mira from support has joined" are welcome as messages of their own (not in mail). Default: yes. */
  readonly notices?: boolean;
  /** Machines may answer what we send here (mail), so a conversation that goes too fast is suspected to be a loop. */
  readonly machinesAnswer?: boolean;
  /**
   * Our own people read and write where the customers do (a connected Slack channel): when one of them answers there, the
   * conversation is theirs and nothing needs to be shown to them elsewhere.
   */
  readonly staffPresent?: boolean;
  /** The desk there shows the rows themselves (our console): nothing needs to be posted into its threads. */
  readonly showsRows?: boolean;
  /** How long a burst of messages may settle before it is read as one, in milliseconds. */
  readonly settleMs: number;
}

/**
 * Asked right before text of the bot begins to go out, by whoever has made it wait for its turn: false once a person has the
 * conversation, then it is not sent.
 */
export type GoAhead = () => Promise<boolean>;

/** Status line or text so far of a turn at work. `text` is cumulative. */
export interface Progress {
  readonly status?: string;
  readonly text?: string;
  readonly stream?: string;
  readonly goAhead?: GoAhead;
}

/** A file as the platform keeps it. */
export interface Downloaded {
  readonly bytes: Uint8Array;
  readonly name?: string;
  readonly mime?: string;
}

export interface ChannelAdapter {
  readonly id: ChannelId;
  readonly capabilities: Capabilities;
  /** Where the platform calls us over HTTP; each call goes to `receive`. */
  readonly routes?: readonly { readonly method: 'GET' | 'POST'; readonly path: string }[];
  /** Verify one delivery and translate it. May look up credentials; calls nothing of ours. */
  receive(delivery: Delivery): Promise<Received>;
  /** Words for a `StatusQuery`: what was found, or that there is nothing. */
  answerStatus?(found: ConversationState | undefined): HttpAnswer;
  /** The answer to a `CardQuery`. */
  answerCard?(found: CardState): HttpAnswer;
  /** Who wrote and who reads along; cached by the adapter, best effort, called with every turn. */
  lookUp?(
    event: Pick<InboundEvent, 'address' | 'author' | 'externalId'>,
    /** `isFirst`: the first that we hear in this conversation, so that what came before in the thread matters. */
    options: { readonly isFirst: boolean },
    signal: AbortSignal,
  ): Promise<Particulars>;
  /**
   * Send one message. Expected failures are values; aborts when `signal` does (the delivery lease is ending). With a no from
   * `goAhead` it answers `heldBack` and sends nothing.
   */
  send(message: Outbound, signal: AbortSignal, goAhead?: GoAhead): Promise<SendResult>;
  /** Was this already sent? Asked before a half-sent row is sent again. */
  find?(message: Outbound, signal: AbortSignal): Promise<Sent | undefined>;
  /**
   * Status and partial text; best effort. Returns the platform's id of the message that the stream becomes, so that the answer
   * takes its place (`Outbound.replaces`).
   */
  present?(conversation: ConversationId, address: Address, progress: Progress): Promise<string | undefined>;
  /**
   * A partial message of ours that hangs in this place though nobody remembers it; asked when a turn is taken over after a
   * crash. Best effort.
   */
  unfinished?(address: Address, signal: AbortSignal): Promise<string | undefined>;
  /** Takes a partial message back whose turn came to nothing. Best effort. */
  discard?(address: Address, stream: string, signal: AbortSignal): Promise<void>;
  /** An attachment that is still on the platform, within limits; its name and type where the event did not say them. */
  download?(attachment: Attachment, signal: AbortSignal): Promise<Downloaded>;
  /** Polled or socket channels yield deliveries; asking for the next one acknowledges the last, with the answer to it. */
  listen?(signal: AbortSignal): AsyncGenerator<Delivery, void, HttpAnswer | undefined>;
  /** Check credentials and reachability; says what to fix. Used by `doctor` and `/health`. */
  check?(signal: AbortSignal): Promise<{ readonly ok: boolean; readonly detail: string }>;
}

/** Where a polled channel remembers how far it has read; one JSON value per name. */
export interface Cursors {
  load(name: string): Promise<unknown>;
  save(name: string, value: unknown): Promise<void>;
}

/** Bytes by content: `ref` is `sha256:<hex>`. `put` is idempotent. */
export interface BlobStore {
  put(ref: string, bytes: Uint8Array): Promise<void>;
  get(ref: string): Promise<Uint8Array | undefined>;
}

/** One live event on a topic; fan-out is best effort, the rows remain the truth. */
export interface Fanout {
  publish(topic: string, event: unknown): void;
  subscribe(topic: string, listener: (event: unknown) => void): () => void;
}

/** Access that a platform granted to us for one of its workspaces; `data` holds secrets and is sealed at rest. */
export interface Installation {
  /** The platform's id of the workspace or organisation. */
  readonly key: string;
  readonly name: string;
  readonly data: { readonly [key: string]: Json };
  /** Why it cannot be used any more. */
  readonly revoked?: string;
}

/** The installations of one channel. */
export interface Installations {
  find(key: string): Promise<Installation | undefined>;
  list(): Promise<readonly Installation[]>;
  save(installation: Installation): Promise<void>;
  /** Forgets the secrets and keeps why. */
  revoke(key: string, reason: string): Promise<void>;
}

/** What adapters may use of the outside; passed in, so that tests replace them. */
export interface ChannelDeps {
  readonly installations: Installations;
  readonly cursors: Cursors;
  readonly blobs: BlobStore;
  readonly fanout: Fanout;
  readonly now: () => Date;
  readonly log: Log;
  /** Signs what goes out and comes back (plus-addresses); the first secret signs, all verify. */
  readonly secrets: readonly [string, ...string[]];
}

/** Structured log. `fields` first, as in pino; secrets and message texts never go in. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A channel as it is plugged in: its settings and its two makers. */
export interface ChannelModule<C extends z.ZodType = z.ZodType> {
  readonly id: ChannelId;
  readonly config: C;
  create(config: z.output<C>, deps: ChannelDeps): ChannelAdapter;
  /**
   * Translation alone, for `inspect`: no credentials, no signature, pure. `payload` is the recorded bytes; `config` is
   * whatever of the channel's settings happens to be known (whose Authentication-Results to trust, for example).
   */
  inspect?(payload: Uint8Array, config?: Partial<z.output<C>>): Promise<Decoded>;
}

export const defineChannel = <C extends z.ZodType>(module: ChannelModule<C>): ChannelModule<C> => module;

/** Fan-out topic of the console: something at the desk changed, read it again. */
export const deskTopic = 'desk';
