import type { z } from 'zod';
import type {
  Address,
  Attachment,
  ChannelId,
  ConversationId,
  InboundEvent,
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

/** `response` may name a card to render after accept (a Teams invoke wants it in the same reply). */
export interface Received extends Decoded {
  readonly response: { readonly status: number; readonly body: string } | { readonly card: string };
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
  /** How long a burst of messages may settle before it is read as one, in milliseconds. */
  readonly settleMs: number;
}

/** Status line or text so far of a turn at work. `text` is cumulative. */
export interface Progress {
  readonly status?: string;
  readonly text?: string;
  readonly stream?: string;
}

export interface ChannelAdapter {
  readonly id: ChannelId;
  readonly capabilities: Capabilities;
  /** Verify one delivery and translate it. May look up credentials; calls nothing of ours. */
  receive(delivery: Delivery): Promise<Received>;
  /** Send one message. Expected failures are values; aborts when `signal` does (the delivery lease is ending). */
  send(message: Outbound, signal: AbortSignal): Promise<SendResult>;
  /** Was this already sent? Asked before a half-sent row is sent again. */
  find?(message: Outbound, signal: AbortSignal): Promise<Sent | undefined>;
  /** Status and partial text; best effort. Returns the platform id when the stream becomes the message. */
  present?(conversation: ConversationId, address: Address, progress: Progress): Promise<string | undefined>;
  /** Bytes of an attachment that is still on the platform, within limits. */
  download?(attachment: Attachment, signal: AbortSignal): Promise<Uint8Array>;
  /** Polled or socket channels yield deliveries; asking for the next one acknowledges the last. */
  listen?(signal: AbortSignal): AsyncIterable<Delivery>;
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

/** What adapters may use of the outside; passed in, so that tests replace them. */
export interface ChannelDeps {
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
