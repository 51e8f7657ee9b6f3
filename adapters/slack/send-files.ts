import { setTimeout as sleep } from 'node:timers/promises';
import type { BlobStore, Log } from '#core/channel.ts';
import { type Attachment, heldBack, type Outbound } from '#core/message.ts';
import type { CallResult } from './api.ts';
import type { EncodeOptions } from './encode.ts';
import { type FindOwn, isComplete, type OwnMessage } from './find-sent.ts';
import type { Pace } from './pace.ts';
import type { Target } from './post.ts';
import type { Encode, PostParts } from './post-parts.ts';
import type { NamedBytes, Uploads } from './upload.ts';

export interface SendFilesDeps {
  readonly uploads: Uploads;
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly findOwn: FindOwn;
  readonly postParts: PostParts;
  readonly encode: Encode;
  readonly pace: Pace;
  readonly log: Log;
  /** Waits before we look again under which timestamp files were shared, in milliseconds. */
  readonly looksMs?: readonly number[];
}

/** A message whose files can be sent, as it will be: words of their own first, or above the first files. */
export interface FilePlan {
  readonly message: Outbound;
  /** The words in a message of their own, because they are too long to stand above files. */
  readonly words?: Outbound;
  readonly shares: readonly { readonly files: readonly NamedBytes[]; readonly comment: string }[];
}

/** Slack's limit of files in one message. */
const mostFiles = 10;
/** Longer words get a message of their own, with blocks. */
const mostComment = 2_000;
const remembered = 1_000;

/** What is left of a text however Slack writes it back: entities, links and emoji are written differently there. */
const letters = (text: string): string =>
  text
    .replace(/<[^|<>]*\|([^<>]*)>/g, '$1')
    .replace(/&(amp|lt|gt);/g, ' ')
    .replace(/:[a-z0-9_+'-]+:/g, ' ')
    .replace(/[^\p{L}\p{N}]/gu, '');

const namesOf = (files: readonly { readonly name: string }[]): string =>
  JSON.stringify(files.map(({ name }) => letters(name)).sort());

/**
 * Messages with files: one message with words and files, up to ten at a time. Their messages carry no metadata, so an earlier
 * try is known by its files' names and words. Files whose bytes are gone are named in the text.
 */
export const createSendFiles = (deps: SendFilesDeps) => {
  const { uploads, blobs, findOwn, postParts, encode, pace, log, looksMs = [0, 300, 700, 1_500] } = deps;
  /** Whose messages these are, so that the same file sent twice with the same words is not taken for a repeat. */
  const owners = new Map<string, string>();

  const own = (ts: string, outbox: string): void => {
    owners.set(ts, outbox);
    const [oldest] = owners.keys();
    if (owners.size > remembered && oldest !== undefined) owners.delete(oldest);
  };

  const standingOf = (share: FilePlan['shares'][number], messages: readonly OwnMessage[], outbox: string) =>
    messages.find(
      ({ ts, text, files }) =>
        (owners.get(ts) ?? outbox) === outbox &&
        files.length === share.files.length &&
        namesOf(files) === namesOf(share.files) &&
        letters(text) === letters(share.comment),
    );

  /** The message that the files were shared in: Slack says so only a moment later. */
  const locate = async (target: Target, ids: readonly string[], signal: AbortSignal): Promise<string | undefined> => {
    for (const ms of looksMs) {
      if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined);
      const found = signal.aborted ? undefined : await findOwn(target, signal);
      const message = found?.ok ? found.data.find(({ files }) => files.some(({ id }) => ids.includes(id))) : undefined;
      if (message !== undefined) return message.ts;
    }
    return undefined;
  };

  const shareNow = async (
    { files, comment }: FilePlan['shares'][number],
    target: Target,
    signal: AbortSignal,
  ): Promise<CallResult<string | undefined>> => {
    const held = await pace.turn(target.channel, signal);
    if (held !== undefined) return held;
    if ((await target.goAhead?.()) === false) return heldBack;
    const shared = await uploads.share(target, files, comment, signal);
    if (shared.ok) return { ok: true, data: await locate(target, shared.data.ids, signal) };
    if (shared.retryAfterMs !== undefined) pace.hold(target.channel, shared.retryAfterMs);
    return shared;
  };

  return {
    /** How a message will be sent; nothing when it has no file that can be. */
    async plan(message: Outbound): Promise<FilePlan | undefined> {
      const loaded = await Promise.all(
        message.content.attachments.map(async (attachment) => {
          const bytes = attachment.ref.startsWith('sha256:') ? await blobs.get(attachment.ref) : undefined;
          return { attachment, bytes: bytes?.byteLength === 0 ? undefined : bytes };
        }),
      );
      const files: NamedBytes[] = [];
      const missing: Attachment[] = [];
      for (const { attachment, bytes } of loaded)
        if (bytes === undefined) missing.push(attachment);
        else files.push({ name: attachment.name || 'file', bytes });
      if (missing.length > 0) log.warn({ outbox: message.id, files: missing.length }, 'files to send are not there');
      if (files.length === 0) return undefined;
      const written: Outbound = { ...message, content: { ...message.content, attachments: missing } };
      const apart = message.content.markdown.length > mostComment;
      const comment = apart ? '' : encode(written, listed(written)).text;
      const batches = Array.from({ length: Math.ceil(files.length / mostFiles) }, (_, index) =>
        files.slice(index * mostFiles, (index + 1) * mostFiles),
      );
      return {
        message,
        ...(apart ? { words: written } : {}),
        shares: batches.map((batch, index) => ({ files: batch, comment: index === 0 ? comment : '' })),
      };
    },

    /** Timestamp of the message's first part when all of it is there. */
    async find(plan: FilePlan, target: Target, signal: AbortSignal): Promise<CallResult<string | undefined>> {
      const found = await findOwn(target, signal);
      if (!found.ok) return found;
      const { id } = plan.message;
      const words = found.data.filter(({ outbox }) => outbox === id);
      const shares = plan.shares.map((share) => standingOf(share, found.data, id)?.ts);
      const complete = (plan.words === undefined || isComplete(words)) && !shares.includes(undefined);
      return { ok: true, data: complete ? (words.at(-1)?.ts ?? shares[0]) : undefined };
    },

    /** Sends what is not there yet; the timestamp of its first part, if Slack told it. */
    async send(plan: FilePlan, target: Target, signal: AbortSignal): Promise<CallResult<string | undefined>> {
      const { message, words, shares } = plan;
      let standing: readonly OwnMessage[] = [];
      if (words !== undefined || shares.length > 1) {
        const found = await findOwn(target, signal);
        if (!found.ok && !found.permanent) return found;
        // Where Slack never lets us look, everything is sent: rather twice than not at all.
        standing = found.ok ? found.data : [];
      }
      let first: string | undefined;
      let where = target;
      if (words !== undefined) {
        const posted = standing.filter(({ outbox }) => outbox === message.id);
        first = posted.at(-1)?.ts;
        if (!isComplete(posted)) {
          const result = await postParts(words, target, listed(words), signal);
          if (!result.ok) return result;
          first = result.data.first;
        }
        if (first !== undefined) where = { ...where, thread: where.thread ?? first };
      }
      for (const share of shares) {
        const there = standingOf(share, standing, message.id);
        const ts: CallResult<string | undefined> =
          there === undefined ? await shareNow(share, where, signal) : { ok: true, data: there.ts };
        if (!ts.ok) return ts;
        if (ts.data !== undefined) own(ts.data, message.id);
        first ??= ts.data;
        if (first !== undefined) where = { ...where, thread: where.thread ?? first };
      }
      return { ok: true, data: first };
    },
  };
};

const listed = ({ content }: Outbound): EncodeOptions => (content.attachments.length === 0 ? {} : { files: 'listed' });
