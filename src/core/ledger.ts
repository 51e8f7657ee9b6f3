import type { ArticleDecision } from './article-draft.ts';
import type { Conversation, ConversationStatus, Priority } from './conversation.ts';
import type { Brief, Card, Escalation, EscalationReason, EscalationStatus } from './escalation.ts';
import type {
  Action,
  Address,
  Attachment,
  Author,
  AuthorRole,
  ChannelId,
  ConversationId,
  EscalationId,
  Identity,
  InboundEvent,
  Json,
  Message,
  MessageId,
  MessageMeta,
  Outbound,
  Visibility,
} from './message.ts';
import type { Memory, Pending } from './turn.ts';

/** An event on its way into the inbox, with what the pipeline adds to it. */
export interface InboxEntry {
  readonly event: InboundEvent;
  /** How long a burst may settle before it is read, in milliseconds. */
  readonly settleMs: number;
  readonly priority: Priority;
  /** W3C traceparent, so that turn and delivery continue the request's trace. */
  readonly trace?: string;
}

/** `overheard`: not meant for us, nothing was opened for it. `held`: it waits for its desk thread to become known. */
export interface AcceptedEvent {
  readonly kind: 'accepted' | 'duplicate' | 'overheard' | 'held';
  readonly conversationId?: ConversationId;
  readonly messageId?: MessageId;
  /** The event's place in its conversation; the outcome is there once `consumed` has reached it. */
  readonly seq: number;
}

/** A conversation under our reading lease, with everything unread in it. */
export interface Claim {
  readonly conversation: Conversation;
  readonly personId?: string;
  readonly organization?: string;
  readonly identity: Identity['level'];
  readonly pending: readonly (Pending & { readonly trace?: string; readonly acceptedAt: Date })[];
  /** Everything up to here has its outcome. */
  readonly consumed: number;
  /** Times that this batch was tried before and did not commit. */
  readonly attempts: number;
  readonly receiptHash: string;
  /** The newest escalation of this conversation, or the one that this desk thread is about. */
  readonly escalation?: Escalation & { readonly epoch: number };
  /** The other side: the desk of a customer's conversation, the customer of a desk's. */
  readonly counterpart?: Conversation;
  /** A partial message of ours that an earlier try of this turn left on the platform. */
  readonly stream?: string;
}

export interface NewMessage {
  readonly conversation: ConversationId;
  readonly role: AuthorRole;
  readonly authorId: string;
  readonly authorName?: string;
  readonly visibility: Visibility;
  readonly markdown: string;
  readonly attachments: readonly Attachment[];
  readonly meta: MessageMeta;
}

/** What the platform is asked to show; one row for each part that `fit` made. */
export interface OutboundPayload {
  readonly markdown: string;
  readonly attachments: readonly Attachment[];
  readonly meta: MessageMeta;
  readonly actions: readonly Action[];
  readonly author: Author;
  readonly replaces?: string;
  /** Takes the place of what the platform shows of this row's message: a card in its new state. */
  readonly redraws?: true;
}

export interface NewOutboxRow {
  /** Index into `messages` of the same commit, or the id of an older message that is passed on. */
  readonly message: number | MessageId;
  readonly conversation: ConversationId;
  /** `bot`: withdrawn if a person takes the conversation before the first attempt. `system`: cards and notices. */
  readonly by: 'bot' | 'human' | 'system';
  /** With the state as the turn saw it: who wrote meanwhile does not change whom the answer goes to. */
  readonly address: Address;
  readonly payload: OutboundPayload;
}

export interface Receipt {
  readonly previous: string;
  readonly hash: string;
  readonly payload: Json;
}

/** Everything one turn changes, committed in one transaction that fails when an expected version has moved. */
export interface Commit {
  readonly conversation: ConversationId;
  readonly version: number;
  readonly consumed: number;
  readonly changes: readonly {
    readonly conversation: ConversationId;
    readonly version: number;
    readonly status?: ConversationStatus;
    /** `null` takes the owner away. */
    readonly owner?: string | null;
    readonly newEpoch?: boolean;
    readonly locale?: string;
    readonly title?: string;
  }[];
  readonly messages: readonly NewMessage[];
  readonly outbox: readonly NewOutboxRow[];
  readonly escalation?: {
    readonly code: string;
    readonly conversation: ConversationId;
    readonly reason: EscalationReason;
    readonly brief: Brief;
    /** Set when a person already has it: the case starts claimed. */
    readonly claimedBy?: string;
    readonly claimedById?: string;
    readonly desk: Pick<Address, 'channel' | 'space'> & {
      /** The desk lets us name threads (the web console); elsewhere the card's receipt brings the address. */
      readonly ownThreads: boolean;
    };
    readonly card: { readonly markdown: string; readonly meta: MessageMeta; readonly payload: OutboundPayload };
  };
  readonly escalationUpdate?: {
    readonly id: EscalationId;
    readonly status: EscalationStatus;
    readonly claimedBy?: string;
    readonly claimedById?: string;
    /** How the card looks from now on. */
    readonly card?: Card;
  };
  /** The card as it shows the article that was drafted from its case, and what somebody decided on that. */
  readonly article?: {
    readonly escalationId: EscalationId;
    readonly card?: Card;
    readonly decision?: ArticleDecision;
  };
  /** What people are called, learnt from the platform. */
  readonly names?: readonly {
    readonly conversation: ConversationId;
    readonly channel: ChannelId;
    readonly id: string;
    readonly name: string;
    readonly email?: string;
  }[];
  /** Files of messages that have been fetched from the platform. */
  readonly files?: readonly { readonly messageId: MessageId; readonly attachments: readonly Attachment[] }[];
  /** Why we spoke or stayed silent, for each event of a channel where that is a question. */
  readonly decisions?: readonly {
    readonly key: string;
    readonly address: Address;
    readonly speaks: boolean;
    readonly reason: string;
  }[];
  readonly refusals?: readonly {
    readonly escalationId: EscalationId;
    readonly actionId: string;
    readonly reason: string;
  }[];
  /**
   * Nothing may be sent to `recipient` any more: a participant besides the customer leaves the conversation, for anybody else
   * its addresses are blocked.
   */
  readonly block?: { readonly conversation: ConversationId; readonly reason: string; readonly recipient: string };
  readonly memories?: readonly (Memory & { readonly personId: string; readonly hash: string })[];
  readonly receipt?: Receipt;
  readonly trace?: string;
}

/** A row of the outbox in our hands, its attempt recorded. */
export interface Dispatch {
  readonly outbound: Outbound;
  readonly by: NewOutboxRow['by'];
  readonly attempt: number;
  /** It takes the place of what its message is shown as, once that is known. */
  readonly redraws?: true;
  /** An earlier attempt may have arrived: look before sending again. */
  readonly halfSent: boolean;
  /** Why nothing may be sent to this address. */
  readonly blocked?: string;
  readonly trace?: string;
  readonly queuedAt: Date;
}

/** What one delivering lane holds for us. */
export interface DeliveryClaim {
  readonly conversationId: ConversationId;
  readonly status: ConversationStatus;
  readonly dispatches: readonly Dispatch[];
  /** When `status` was asked for, on the clock of `performance.now()`. */
  readonly askedAt: number;
}

/**
 * Text of the bot starts to be sent within half of this after its row was marked, else it is marked anew; whoever takes the
 * conversation waits for marks that are younger. In milliseconds.
 */
export const sendGraceMs = 1_000;

export type Committed = {
  readonly messages: readonly MessageId[];
  /** Rows to send at once, already under our delivering lease. The rest waits for its lane. */
  readonly deliveries: readonly DeliveryClaim[];
  readonly escalationId?: EscalationId;
};

export type DispatchResult =
  | { readonly id: string; readonly ok: true; readonly externalId?: string; readonly address?: Address }
  /** Never tried: give the row back as it was. */
  | {
      readonly id: string;
      readonly ok: false;
      readonly unsent: true;
      readonly halfSent: boolean;
      readonly pauseMs: number;
    }
  /** `withdrawn`: we changed our mind, nobody needs to be told. */
  | {
      readonly id: string;
      readonly ok: false;
      readonly permanent: true;
      readonly withdrawn?: true;
      readonly error: string;
    }
  /** `refused`: the platform said no, so it is certain that nothing arrived. */
  | {
      readonly id: string;
      readonly ok: false;
      readonly permanent: false;
      readonly refused: boolean;
      readonly error: string;
      readonly pauseMs: number;
      /** The platform wants a pause in this whole space, whichever conversation is next there. */
      readonly paceMs?: number;
    };

/** The message path in Postgres. Every method is one statement; leases are fenced by worker and version. */
export interface Ledger {
  accept(entries: readonly InboxEntry[]): Promise<readonly AcceptedEvent[]>;
  claimReading(limit: number): Promise<readonly Claim[]>;
  /** Versions of the conversations still leased to us; one that is absent is lost. */
  renewReading(ids: readonly ConversationId[]): Promise<ReadonlyMap<ConversationId, number>>;
  /** Remembers a partial message that the platform shows, so that whoever takes this turn over can finish it. */
  keepStream(id: ConversationId, stream: string): Promise<void>;
  /**
   * May partial text of the turn at `version` be shown? If so it starts within half of `sendGraceMs`: a person who takes the
   * conversation waits that long.
   */
  beginShowing(id: ConversationId, version: number): Promise<boolean>;
  releaseReading(id: ConversationId, options: { readonly pauseMs: number; readonly failed: boolean }): Promise<void>;
  commit(commit: Commit): Promise<Committed | 'stale'>;
  /**
   * A commit by which a person takes a conversation. `busy`: text of the bot is about to be sent there, nothing was written; try
   * again in a moment, so that nothing of the bot starts once this is through.
   */
  commitTaking(commit: Commit): Promise<Committed | 'stale' | 'busy'>;
  claimDelivering(limit: number): Promise<readonly DeliveryClaim[]>;
  /** Who has the conversations whose lanes are still leased to us; one that is absent is lost. */
  renewDelivering(ids: readonly ConversationId[]): Promise<ReadonlyMap<ConversationId, ConversationStatus>>;
  /**
   * Marks what is left of a lane anew, so that it may start to be sent; who has the conversation, nothing when the lane is lost
   * or a person is taking the conversation.
   */
  holdDelivering(id: ConversationId): Promise<ConversationStatus | undefined>;
  finishDelivering(
    deliveries: readonly { readonly conversation: ConversationId; readonly results: readonly DispatchResult[] }[],
  ): Promise<void>;
  /** Due conversations in both lanes, for the queue limit and the metrics. */
  depth(): Promise<{ readonly reading: number; readonly delivering: number }>;
  /** Has everything up to `seq` its outcome? */
  isSettled(id: ConversationId, seq: number): Promise<boolean>;
  /** Recent messages that the customer can see, oldest first, and what is remembered of the person. */
  loadContext(
    id: ConversationId,
    limit: number,
  ): Promise<{
    readonly window: readonly Message[];
    readonly memories: readonly Memory[];
    readonly answersInEpoch: number;
  }>;
  quarantine(item: {
    readonly channel: ChannelId;
    readonly source: string;
    readonly reason: string;
    readonly blobRef?: string;
  }): Promise<void>;
}
