import { createBatcher } from '#core/batch.ts';
import type { Decoded } from '#core/channel.ts';
import { AppError, errorMessage } from '#core/errors.ts';
import type { AcceptedEvent, InboxEntry, Ledger } from '#core/ledger.ts';
import type { ChannelId } from '#core/message.ts';
import type { PipelineDeps } from './ports.ts';
import { type PriorityRule, prioritise } from './prioritise.ts';
import type { Signal } from './signal.ts';

export interface AcceptSettings {
  readonly priorityRules: readonly PriorityRule[];
  /** Due conversations beyond which new work is refused with `overloaded`; the sender is told, mail stays in its mailbox. */
  readonly queueLimit: number;
}

/**
 * Stores what a channel decoded; resolves once it is safe to acknowledge, with what was stored: an event that the database
 * can never take is in quarantine then and missing from the answer. Rejects with `overloaded` when the queue is full.
 */
export type Accept = (channel: ChannelId, decoded: Decoded, source?: string) => Promise<readonly AcceptedEvent[]>;

/** Station one: from a decoded delivery to inbox rows. */
export const createAccept = (
  ledger: Ledger,
  { adapters, blobs, log, meter, tracer }: Pick<PipelineDeps, 'adapters' | 'blobs' | 'log' | 'meter' | 'tracer'>,
  reading: Signal,
  queue: { readonly depth: () => number },
  settings: AcceptSettings,
): Accept => {
  const store = createBatcher<InboxEntry, AcceptedEvent>((entries) => ledger.accept(entries), 50, isRefusedContent);

  /** One event, or nothing when the database can never take it: then a person finds it in quarantine and the next goes on. */
  const take = async (channel: ChannelId, entry: InboxEntry, source: string, blobRef: string | undefined) => {
    try {
      const accepted = await store(entry);
      meter.inbound({ channel, kind: entry.event.body.kind, result: accepted.kind });
      if (accepted.kind === 'accepted' && entry.event.body.kind === 'feedback')
        meter.feedback({ channel, score: entry.event.body.score });
      return [accepted];
    } catch (error) {
      if (!isRefusedContent(error)) throw error;
      meter.inbound({ channel, kind: entry.event.body.kind, result: 'quarantined' });
      log.warn({ channel, source, reason: errorMessage(error) }, 'cannot be stored, put into quarantine');
      const reason = `cannot be stored: ${errorMessage(error)}`;
      await ledger.quarantine({ channel, source, reason, ...(blobRef === undefined ? {} : { blobRef }) });
      return [];
    }
  };

  return (channel, decoded, source = channel) =>
    tracer.span('accept', { channel, events: decoded.events.length }, async () => {
      if (decoded.unsupported !== undefined) {
        meter.inbound({ channel, kind: 'unknown', result: 'unsupported' });
        log.info({ channel, source, reason: decoded.unsupported }, 'not taken in');
      }
      if (queue.depth() >= settings.queueLimit && decoded.events.length > 0) {
        for (const event of decoded.events) meter.inbound({ channel, kind: event.body.kind, result: 'full' });
        throw new AppError(
          'overloaded',
          'We have more messages than we can answer right now. Please try again in a minute.',
        );
      }
      for (const blob of decoded.blobs ?? []) await blobs.put(blob.ref, blob.bytes);
      const blobRef = decoded.blobs?.[0]?.ref;
      if (decoded.quarantine !== undefined) {
        meter.inbound({ channel, kind: 'unknown', result: 'quarantined' });
        log.warn({ channel, source, reason: decoded.quarantine }, 'put into quarantine');
        await ledger.quarantine({
          channel,
          source,
          reason: decoded.quarantine,
          ...(blobRef === undefined ? {} : { blobRef }),
        });
      }
      const settleMs = adapters.get(channel)?.capabilities.settleMs ?? 0;
      const trace = tracer.inject();
      const taken = await Promise.all(
        decoded.events.map((event) => {
          const entry: InboxEntry = {
            event: { ...event, author: withoutUndefined(event.author) },
            settleMs,
            priority: prioritise(event, settings.priorityRules),
            ...(trace === undefined ? {} : { trace }),
          };
          return take(channel, entry, source === channel ? event.dedupeKey : source, blobRef);
        }),
      );
      const accepted = taken.flat();
      if (accepted.some((event) => event.kind === 'accepted')) reading.raise(settleMs);
      return accepted;
    });
};

/** What the ledger answers to content that it can never store; anything else may pass. */
const isRefusedContent = (error: unknown): boolean => error instanceof AppError && error.code === 'bad-request';

const withoutUndefined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T;
