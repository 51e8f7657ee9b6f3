/** What the pipeline needs beside the ledger; everything arrives as parameters. */
import type { BlobStore, ChannelAdapter, Fanout, Log } from '#core/channel.ts';
import type { EscalationReason } from '#core/escalation.ts';
import type { AcceptedEvent } from '#core/ledger.ts';
import type { ChannelId, InboundBody } from '#core/message.ts';
import type { TurnOutcome } from '#core/turn.ts';

/** Names what happened, for counters and durations (milliseconds); the pipeline does not know who counts. */
export interface Meter {
  inbound(event: {
    readonly channel: ChannelId;
    readonly kind: InboundBody['kind'] | 'unknown';
    readonly result: AcceptedEvent['kind'] | 'unsupported' | 'full' | 'quarantined';
  }): void;
  feedback(vote: { readonly channel: ChannelId; readonly score: -1 | 1 }): void;
  turn(turn: { readonly outcome: TurnOutcome['kind'] | 'relayed' | 'discarded'; readonly ms: number }): void;
  session(result: 'hit' | 'miss'): void;
  /** `code`: why not, in the platform's short word. */
  send(send: {
    readonly channel: ChannelId;
    readonly result: 'sent' | 'found' | 'retry' | 'failed';
    readonly code?: string;
  }): void;
  delivered(delivery: { readonly channel: ChannelId; readonly ms: number }): void;
  deadLetter(channel: ChannelId): void;
  escalation(event: { readonly event: 'opened' | 'claimed' | 'resolved'; readonly reason: EscalationReason }): void;
}

/** Spans around the stations; `continueFrom` joins a stored traceparent. */
export interface Tracer {
  span<T>(name: string, attributes: Readonly<Record<string, string | number>>, run: () => Promise<T>): Promise<T>;
  inject(): string | undefined;
  continueFrom<T>(traceparent: string | undefined, run: () => Promise<T>): Promise<T>;
}

export interface PipelineDeps {
  readonly adapters: ReadonlyMap<ChannelId, ChannelAdapter>;
  readonly blobs: BlobStore;
  readonly fanout: Fanout;
  readonly log: Log;
  readonly meter: Meter;
  readonly tracer: Tracer;
}
