/** What the HTTP server needs from the rest, as small ports: a test passes plain objects. */

import type { z } from 'zod';
import type { BlobStore, Delivery, Fanout, Log } from '#core/channel.ts';
import type { DeskAction } from '#core/escalation.ts';
import type { Attachment, ConversationId } from '#core/message.ts';
import type {
  ArticleChange,
  ArticleWire,
  articlePage,
  EscalationDetail,
  escalationPage,
  MessageWire,
  StateWire,
} from './wire.ts';

export interface HttpSettings {
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string;
  readonly profile: 'development' | 'staging' | 'production';
  /** Origins other than our own that may call the chat API; empty: none. */
  readonly corsOrigins: readonly string[];
  /** Trust X-Forwarded-For from these proxies (Fastify `trustProxy`). */
  readonly trustProxy: boolean | string;
  /** Requests per minute; 0 lifts a limit. `perSession` counts what a customer sends, `perAddress` every API request. */
  readonly rateLimits: {
    readonly perSession: number;
    readonly perAddress: number;
    readonly newSessionsPerAddress: number;
  };
  readonly uploads: { readonly maxBytes: number; readonly types: readonly string[] };
  /** Signs the console's cookie; the first signs, all verify. */
  readonly secrets: readonly [string, ...string[]];
  /** What agents sign in with; without one (development only) a name is enough, from this machine alone. */
  readonly consoleToken?: string;
}

export interface WebSession {
  readonly id: string;
  readonly expiresAt: Date;
  /** Absent until the first message. */
  readonly conversationId?: ConversationId;
}

/** Web-chat sessions and what their owners may read. */
export interface ChatStore {
  createSession(): Promise<{ readonly id: string; readonly token: string; readonly expiresAt: Date }>;
  /** The session when the token is its own and neither is expired. Tokens are stored hashed. */
  authenticate(id: string, token: string): Promise<WebSession | 'unknown' | 'forbidden' | 'expired'>;
  state(conversationId: ConversationId): Promise<StateWire>;
  /** Messages the customer may see, oldest first; `before` and `after` are message ids. */
  history(
    conversationId: ConversationId,
    page: { readonly before?: string; readonly after?: string; readonly limit: number },
  ): Promise<{ readonly items: MessageWire[]; readonly before?: string }>;
  /** Is `ref` attached to a message of this conversation, or uploaded in this session? */
  ownsAttachment(session: WebSession, ref: string): Promise<boolean>;
  recordUpload(session: WebSession, attachment: Attachment): Promise<void>;
}

export type Accepted =
  | {
      readonly kind: 'accepted';
      readonly conversationId: ConversationId;
      readonly messageId?: string;
      readonly seq: number;
    }
  | {
      readonly kind: 'duplicate';
      readonly conversationId?: ConversationId;
      readonly messageId?: string;
      readonly seq: number;
    };

/** The way into the pipeline for what people do on our own pages. */
export interface Intake {
  /**
   * A customer's message or button in the web chat. The first one of a session makes its conversation and says so on
   * `sessionTopic`, so that sockets which are open already can follow it.
   */
  chat(
    session: WebSession,
    input: {
      readonly id: string;
      readonly text: string;
      readonly attachments: readonly Attachment[];
      readonly action?: string;
    },
  ): Promise<Accepted>;
  feedback(session: WebSession, input: { readonly messageId: string; readonly score: -1 | 1 }): Promise<Accepted>;
  /** What an agent does in the console. */
  desk(
    escalationId: string,
    agent: string,
    input: {
      readonly id: string;
      readonly action: DeskAction;
      readonly markdown: string;
      readonly attachments: readonly Attachment[];
      /** With `reassign`: the name of the colleague who is to have it. */
      readonly to?: string;
    },
  ): Promise<Accepted | 'unknown'>;
  /** Resolves true once everything up to `seq` has its outcome committed, false when `timeoutMs` ran out. */
  settled(conversationId: ConversationId, seq: number, timeoutMs: number): Promise<boolean>;
}

export interface DeskStore {
  list(filter: {
    readonly status: 'open' | 'claimed' | 'resolved' | 'all';
    readonly before?: string;
    readonly limit: number;
  }): Promise<z.infer<typeof escalationPage>>;
  /** By its id, or by its reference as `case-7F3K`: of cases that had the same one, the newest. */
  get(escalation: string): Promise<EscalationDetail | undefined>;
  /** Refused desk actions leave a reason: why the newest action with this id had no effect. */
  refusal(escalationId: string, actionId: string): Promise<string | undefined>;
  ownsAttachment(escalationId: string, ref: string): Promise<boolean>;
}

/** Articles drafted from cases. What becomes of one is an action on its case. */
export interface ArticleStore {
  list(filter: {
    readonly status: ArticleWire['status'];
    readonly before?: string;
    readonly limit: number;
  }): Promise<z.infer<typeof articlePage>>;
  get(id: string): Promise<ArticleWire | undefined>;
  /** False when somebody has decided on it, or there is none. */
  change(id: string, change: ArticleChange): Promise<boolean>;
}

export interface HealthReport {
  /** False while starting, draining or without a database: the load balancer should look elsewhere. */
  readonly ready: boolean;
  readonly dependencies: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly detail: string;
    readonly required: boolean;
  }[];
}

/**
 * The public address of a channel that is called over HTTP (Slack, Teams). The body arrives untouched, because
 * signatures are made over its bytes; the answer goes out as it is given.
 */
export interface WebhookRoute {
  readonly method: 'GET' | 'POST';
  /** Path, as in `/slack/events`. */
  readonly url: string;
  handle(delivery: Extract<Delivery, { kind: 'http' }>): Promise<{
    readonly status: number;
    readonly body: string;
    readonly headers?: Readonly<Record<string, string>>;
  }>;
}

export interface HttpDeps {
  readonly settings: HttpSettings;
  readonly chat: ChatStore;
  readonly intake: Intake;
  readonly desk: DeskStore;
  /** Absent where nothing is learnt from cases. */
  readonly articles?: ArticleStore;
  readonly blobs: BlobStore;
  readonly fanout: Fanout;
  readonly health: () => Promise<HealthReport>;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly body: string }>;
  readonly log: Log;
  /** What the chat page says of the company; an empty name is left out. */
  readonly page?: { readonly company: string; readonly suggestions: readonly string[] };
  /** Built pages (`web/dist`); absent when the page was not built. */
  readonly webRoot?: string;
  /** ioredis connection for shared rate limits; in process without. */
  readonly redis?: unknown;
  /** Channels that platforms call over HTTP. */
  readonly webhooks?: readonly WebhookRoute[];
}

/** Fan-out topics: `chat:<conversationId>` carries `ChatSocketEvent`s, `desk` carries `consoleSocketEvent`s. */
export const chatTopic = (id: ConversationId): string => `chat:${id}`;
/** Carries `{conversationId}` once, when the first message of a web session makes its conversation. */
export const sessionTopic = (sessionId: string): string => `session:${sessionId}`;
export { deskTopic } from '#core/channel.ts';
