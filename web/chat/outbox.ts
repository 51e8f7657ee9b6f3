import type { AttachmentWire, MessageWire } from '#src/http/wire.ts';
import { backoff } from '../shared/backoff.ts';
import { type Failure, isTemporary } from '../shared/request.ts';

/**
 * Something the person did that the server has not confirmed. `queued` waits for its turn or its next try, `failed`
 * was turned down for good and waits for the person.
 */
export interface OutboxEntry {
  /** Made here; the server stores a message of one id once, so repeating is harmless. */
  readonly id: string;
  readonly text: string;
  readonly attachments: readonly AttachmentWire[];
  /** A pressed button instead of words. */
  readonly action?: { readonly id: string; readonly label: string };
  /** Milliseconds since 1970, by this machine's clock; also the order of sending. */
  readonly createdAt: number;
  readonly state: 'queued' | 'sending' | 'failed';
  readonly attempts: number;
  /** Not to be tried before this moment. */
  readonly notBefore: number;
  readonly error?: string;
  /** The stored message, seen before the confirmation arrived: shown instead of this, until confirmed. */
  readonly echo?: string;
}

export type Outbox = readonly OutboxEntry[];

/** Clocks of browser and server may differ by this much when a message is recognised as our own. */
const clockToleranceMs = 120_000;

export const newEntry = (
  input: Pick<OutboxEntry, 'id' | 'text' | 'attachments' | 'createdAt'> & Pick<Partial<OutboxEntry>, 'action'>,
): OutboxEntry => ({ ...input, state: 'queued', attempts: 0, notBefore: 0 });

/** What to do next: send this entry, wait so many milliseconds, or nothing. One at a time and in order. */
export const nextToSend = (
  outbox: Outbox,
  now: number,
): { readonly send: OutboxEntry } | { readonly waitMs: number } | undefined => {
  if (outbox.some((entry) => entry.state === 'sending')) return undefined;
  const first = outbox.find((entry) => entry.state === 'queued');
  if (first === undefined) return undefined;
  return first.notBefore <= now ? { send: first } : { waitMs: first.notBefore - now };
};

/** The entry after a try that failed: queued again with a growing wait when it may pass, else failed with the reason. */
export const afterFailure = (entry: OutboxEntry, failure: Failure, now: number, random: () => number): OutboxEntry => {
  const attempts = entry.attempts + 1;
  if (!isTemporary(failure)) return { ...entry, attempts, state: 'failed', error: failure.detail };
  const waitMs = Math.max(failure.retryAfterMs ?? 0, backoff(entry.attempts, random));
  return { ...entry, attempts, state: 'queued', notBefore: now + waitMs, error: failure.detail };
};

/** As if just written, at its old place: the person pressed "try again", or the network is back. */
export const afresh = ({ error: _, ...entry }: OutboxEntry): OutboxEntry =>
  entry.state === 'sending' ? entry : { ...entry, state: 'queued', notBefore: 0 };

export const replaceEntry = (outbox: Outbox, entry: OutboxEntry): Outbox =>
  outbox.map((other) => (other.id === entry.id ? entry : other));

export const removeEntry = (outbox: Outbox, id: string): Outbox => outbox.filter((entry) => entry.id !== id);

/**
 * A customer's message arrived that may be one of ours, sooner than its confirmation: the oldest entry of the same
 * content is then not shown twice. It stays in the outbox until it is confirmed, so a wrong guess loses nothing.
 */
export const noteEcho = (outbox: Outbox, message: MessageWire): Outbox => {
  if (message.author.role !== 'customer' || outbox.some((entry) => entry.echo === message.id)) return outbox;
  const own = outbox.find(
    (entry) => entry.echo === undefined && entry.attempts + +(entry.state === 'sending') > 0 && isSame(entry, message),
  );
  return own === undefined ? outbox : replaceEntry(outbox, { ...own, echo: message.id });
};

const isSame = (entry: OutboxEntry, message: MessageWire): boolean =>
  entry.action === undefined &&
  entry.text.trim() === message.markdown.trim() &&
  entry.attachments.length === message.attachments.length &&
  entry.attachments.every((attachment, index) => attachment.ref === message.attachments[index]?.ref) &&
  Date.parse(message.at) >= entry.createdAt - clockToleranceMs;

/** What the person should see below the stored messages. */
export const unconfirmed = (outbox: Outbox): Outbox => outbox.filter((entry) => entry.echo === undefined);
