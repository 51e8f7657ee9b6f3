import type { Log } from '#core/channel.ts';
import { fit } from '#core/fit.ts';
import type { Outbound } from '#core/message.ts';
import type { CallResult, Failure } from './api.ts';
import type { EncodedMessage, EncodeOptions } from './encode.ts';
import { isBadLayout, isTooLong } from './errors.ts';
import { type FindOwn, findParts } from './find-sent.ts';
import type { Body, Post, Target } from './post.ts';

export type Encode = (message: Outbound, options?: EncodeOptions) => EncodedMessage;

/** Where a message stands: the timestamps of its parts, in order. */
export interface Posted {
  readonly first: string;
  readonly last: string;
}

export type PostParts = (
  message: Outbound,
  target: Target,
  options: EncodeOptions,
  signal: AbortSignal,
) => Promise<CallResult<Posted>>;

/** Up to this many characters nothing of a text is cut by the limits of its layout. */
const mostInOne = 6_000;
/** Even all entities, so many characters fit into the `text` of a message. */
const mostAsText = 1_500;
const least = 200;

/** A message that is being posted, part by part. */
interface Job {
  readonly message: Outbound;
  readonly options: EncodeOptions;
  readonly signal: AbortSignal;
  target: Target;
  /** Parts that an earlier try posted, by name; read once there are several. */
  standing: ReadonlyMap<string, string> | undefined;
  readonly done: string[];
}

/** One part: its name (`''` for the whole, then `1`, `2.1`, …) and whether it ends the message. */
interface Part {
  readonly name: string;
  readonly markdown: string;
  readonly last: boolean;
  /** Words alone: Slack did not like the layout. */
  readonly plain: boolean;
}

/** What the names of the parts that it is split into begin with. Words alone are split elsewhere than layouts. */
const childOf = ({ name, plain }: Pick<Part, 'name' | 'plain'>): string =>
  plain ? `${name}p` : name === '' ? '' : `${name}.`;

/** A part stands; the others follow it: in its thread, or in the one that it has just opened. */
const settle = (job: Job, ts: string): void => {
  job.done.push(ts);
  const { replacing: _, ...rest } = job.target;
  job.target = { ...rest, thread: rest.thread ?? ts };
};

/**
 * Posts a message in as few parts as Slack takes: what is too long is split and tried again, a layout that is refused goes
 * out as words alone. Only the last part brings sources and buttons. Parts are named so that a repeat posts only what is
 * missing: they go out in order, split the same way each time.
 */
export const createPostParts = ({
  post,
  findOwn,
  encode,
  log,
}: {
  readonly post: Post;
  readonly findOwn: FindOwn;
  readonly encode: Encode;
  readonly log: Log;
}): PostParts => {
  const bodyOf = ({ message, options }: Job, { name, markdown, last, plain }: Part): Body => {
    const { citations: _, ...metaOfPart } = message.meta;
    const part: Outbound = {
      ...message,
      content: { markdown, attachments: last ? message.content.attachments : [] },
      meta: last ? message.meta : metaOfPart,
      actions: last ? message.actions : [],
    };
    const { text, blocks, metadata } = encode(part, options);
    const mark = name === '' ? {} : { piece: name, ...(last ? { last: true } : {}) };
    return {
      text,
      blocks: plain ? [] : blocks,
      metadata: { ...metadata, event_payload: { ...metadata.event_payload, ...mark } },
    };
  };

  const postOne = async (job: Job, part: Part): Promise<Failure | undefined> => {
    const result = await post(job.target, bodyOf(job, part), job.signal);
    if (!result.ok) return result;
    settle(job, result.data.ts);
    return undefined;
  };

  const lookAround = async (job: Job): Promise<Failure | undefined> => {
    if (job.standing !== undefined) return undefined;
    const found = await findParts(findOwn, job.target, job.message.id, job.signal);
    if (!found.ok && !found.permanent) return found;
    // Where Slack never lets us look, everything is posted: rather twice than not at all.
    const there = found.ok ? found.data : [];
    job.standing = new Map(there.flatMap(({ part, ts }) => (part === undefined ? [] : [[part, ts] as const])));
    return undefined;
  };

  const split = async (job: Job, part: Part): Promise<Failure | undefined> => {
    const limit = part.plain ? mostAsText : Math.min(mostInOne, Math.ceil(part.markdown.length * 0.6));
    const pieces = fit(part.markdown, Math.max(least, limit));
    const unclear = await lookAround(job);
    if (unclear !== undefined) return unclear;
    for (const [index, markdown] of pieces.entries()) {
      const failed = await go(job, {
        name: `${childOf(part)}${index + 1}`,
        markdown,
        last: part.last && index === pieces.length - 1,
        plain: part.plain,
      });
      if (failed !== undefined) return failed;
    }
    return undefined;
  };

  const go = async (job: Job, part: Part): Promise<Failure | undefined> => {
    const there = job.standing?.get(part.name);
    if (there !== undefined) {
      settle(job, there);
      return undefined;
    }
    const wasSplit = (plain: boolean) =>
      [...(job.standing?.keys() ?? [])].some((name) => name.startsWith(childOf({ ...part, plain })));
    if (!part.plain && wasSplit(true)) return split(job, { ...part, plain: true });
    if (wasSplit(part.plain) || part.markdown.length > (part.plain ? mostAsText : mostInOne)) return split(job, part);
    const failed = await postOne(job, part);
    if (failed === undefined) return undefined;
    const facts = { outbox: job.message.id, code: failed.code, part: part.name };
    if (!part.plain && (isBadLayout(failed) || (isTooLong(failed) && part.markdown.length <= least))) {
      log.warn(facts, 'Slack refused the layout of a message; it is sent as plain words');
      return go(job, { ...part, plain: true });
    }
    if (isTooLong(failed) && part.markdown.length > least) {
      log.info(facts, 'a message is too long for Slack and goes out in parts');
      return split(job, part);
    }
    return failed;
  };

  return async (message, target, options, signal) => {
    const job: Job = { message, target, options, signal, standing: undefined, done: [] };
    const { markdown } = message.content;
    const failed = await go(job, { name: '', markdown, last: true, plain: false });
    if (failed !== undefined) return failed;
    const [first = ''] = job.done;
    return { ok: true, data: { first, last: job.done.at(-1) ?? first } };
  };
};
