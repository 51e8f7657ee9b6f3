import type { BlobStore, GoAhead, Log } from '#core/channel.ts';
import { type Address, heldBack, type Outbound, type SendResult, type Sent } from '#core/message.ts';
import type { TeamsConfig } from './config.ts';
import type { Connector } from './connector.ts';
import { encodeMessage } from './encode.ts';
import { type CallResult, type Failure, isUneditable, unknownOutcome } from './errors.ts';
import type { TeamsActivity } from './outbound-activity.ts';
import type { Reach } from './reach.ts';
import { splitConversationId, stateOf, type TeamsReference, threadConversationId } from './reference.ts';
import { createFilePlan, type FilePlan } from './send-files.ts';
import type { Presenter } from './stream.ts';
import { finalActivity, streamIdOf } from './stream-piece.ts';
import type { Throttle } from './throttle.ts';

export interface SendDeps {
  readonly config: Pick<TeamsConfig, 'deskChannel' | 'secondLevelChannel'>;
  readonly connector: Connector;
  readonly reach: Reach;
  readonly throttle: Throttle;
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly log: Log;
  /** Told before a stream's message is finished: nothing may be added to it any more. */
  readonly streams?: Pick<Presenter, 'end' | 'over'>;
  /** For whom Teams keeps a card fresh by itself. */
  readonly membersAt?: (address: Address) => Promise<readonly string[]>;
  readonly encode?: typeof encodeMessage;
}

export interface Sender {
  /** Sends one message. Expected failures are values, see `SendResult`; the codes are those of `refused`. */
  send(message: Outbound, signal: AbortSignal, goAhead?: GoAhead): Promise<SendResult>;
  /**
   * Where a message landed that this process has sent before. Bots cannot search Teams: of what another process sent nothing is
   * known, and it is sent again.
   */
  find(message: Outbound, signal: AbortSignal): Promise<Sent | undefined>;
}

/** What of a message stands already, for when a later part fails. */
interface Progress {
  sent: Sent | undefined;
  offers: number;
  complete: boolean;
}

const remembered = 5_000;

/** Where a message goes, and who is asked when its turn has come. */
type Going = TeamsReference & { readonly goAhead?: GoAhead };

/** Messages of Teams for customers and for the desk: posted, changed in place, or as the end of a stream. */
export const createSend = (deps: SendDeps): Sender => {
  const { connector, reach, throttle, log, streams, membersAt, encode = encodeMessage } = deps;
  const planFiles = createFilePlan(deps);
  const known = new Map<string, Progress>();

  const progressOf = (outbox: string): Progress => {
    const before = known.get(outbox);
    const progress = before?.complete === false ? before : { sent: undefined, offers: 0, complete: false };
    known.delete(outbox);
    known.set(outbox, progress);
    const [oldest] = known.keys();
    if (known.size > remembered && oldest !== undefined) known.delete(oldest);
    return progress;
  };

  /** One call at the pace of its thread. */
  const paced = async <T>(
    thread: string,
    signal: AbortSignal,
    call: () => Promise<CallResult<T>>,
    goAhead?: GoAhead,
  ): Promise<CallResult<T>> => {
    const held = await throttle.turn(thread, signal);
    if (held !== undefined) return held;
    if ((await goAhead?.()) === false) return heldBack;
    const result = await call();
    if (!result.ok && result.code === 'rate_limited' && result.retryAfterMs !== undefined)
      throttle.hold(thread, result.retryAfterMs);
    return result;
  };

  const sentThere = ({ address }: Outbound, externalId: string): CallResult<Sent> => ({
    ok: true,
    data: { externalId, address },
  });

  const postRoot = async (
    { address }: Outbound,
    reference: TeamsReference,
    activity: TeamsActivity,
    signal: AbortSignal,
  ): Promise<CallResult<Sent>> => {
    const { serviceUrl, tenantId, botId } = reference;
    const { space } = address;
    const channel = {
      ...{ serviceUrl, channelId: space },
      ...(tenantId === undefined ? {} : { tenantId }),
      ...(botId === undefined ? {} : { botId }),
    };
    const created = await paced(space, signal, () => connector.createRootPost(channel, activity, signal));
    if (!created.ok) return created;
    const { conversationId, activityId } = created.data;
    const thread = splitConversationId(conversationId).root ?? activityId;
    const state = stateOf({ ...reference, conversationId: threadConversationId(space, thread), type: 'channel' });
    return { ok: true, data: { externalId: activityId, address: { ...address, thread, state } } };
  };

  const post = async (
    message: Outbound,
    reference: Going,
    activity: TeamsActivity,
    signal: AbortSignal,
    isRoot = reference.type === 'channel' && message.address.thread === '',
  ): Promise<CallResult<Sent>> => {
    if (isRoot) return postRoot(message, reference, activity, signal);
    const posted = await paced(
      reference.conversationId,
      signal,
      () => connector.postActivity(reference, activity, signal),
      reference.goAhead,
    );
    if (!posted.ok) return posted;
    const { id } = posted.data;
    return id === undefined ? unknownOutcome('a message', 'the answer names no message') : sentThere(message, id);
  };

  /** Changes a message of ours; one that is gone is posted anew. */
  const replace = async (
    message: Outbound,
    reference: Going,
    activityId: string,
    activity: TeamsActivity,
    signal: AbortSignal,
  ): Promise<CallResult<Sent>> => {
    const updated = await paced(
      reference.conversationId,
      signal,
      () => connector.updateActivity(reference, activityId, activity, signal),
      reference.goAhead,
    );
    if (updated.ok) return sentThere(message, activityId);
    if (!isUneditable(updated)) return updated;
    log.info({ code: updated.code }, 'a message could not be changed in place and is posted anew');
    if (updated.code !== 'message_not_found') {
      const deleted = await connector.deleteActivity(reference, activityId, signal);
      if (!deleted.ok && !isUneditable(deleted))
        log.warn({ code: deleted.code }, 'the message that is replaced could not be deleted');
    }
    // Nobody looks into the thread of a card that is gone.
    const isCardOfThread = message.meta.card !== undefined && activityId === message.address.thread;
    return post(
      message,
      reference,
      activity,
      signal,
      reference.type === 'channel' && isCardOfThread ? true : undefined,
    );
  };

  /**
   * Ends a stream with the message. Teams wants the end to begin with what was shown: another text first ends the stream as it
   * stands and then changes its message. One that is over already (two minutes, stopped by the person) is changed in place too.
   */
  const finish = async (
    message: Outbound,
    reference: Going,
    streamId: string,
    encoded: (isFinalOfStream: boolean) => TeamsActivity,
    signal: AbortSignal,
  ): Promise<CallResult<Sent>> => {
    const ended = await streams?.end(streamId);
    const send = (activity: TeamsActivity) =>
      paced(
        reference.conversationId,
        signal,
        () => connector.postActivity(reference, finalActivity(activity, streamId), signal),
        reference.goAhead,
      );
    const last = encoded(true);
    if (ended?.isOpen !== false) {
      const goesOn = last.text?.startsWith(ended?.shown ?? '') === true;
      const final = goesOn
        ? last
        : { type: 'message' as const, text: ended?.shown || '…', textFormat: 'markdown' as const };
      const result = await send(final);
      if (result.ok && goesOn) return sentThere(message, streamId);
      if (!result.ok) {
        // A 400 may mean the words, or that another process has shown others: changing the message tells.
        if (!isUneditable(result) && result.code !== 'bad_request') return result;
        log.info({ code: result.code }, `a stream could not be ended: ${result.message}`);
      }
    }
    return replace(message, reference, streamId, encoded(false), signal);
  };

  const sendBody = async (
    message: Outbound,
    reference: Going,
    images: FilePlan['images'],
    signal: AbortSignal,
  ): Promise<CallResult<Sent>> => {
    const { replaces } = message;
    const refreshFor = message.meta.card === undefined ? [] : ((await membersAt?.(message.address)) ?? []);
    const encoded =
      (plain: boolean) =>
      (isFinalOfStream: boolean): TeamsActivity => {
        const activity = encode(message, {
          ...(isFinalOfStream ? { isFinalOfStream } : {}),
          ...(refreshFor.length > 0 ? { refreshFor } : {}),
          ...(plain ? { plain } : {}),
        });
        return images.length === 0
          ? activity
          : { ...activity, attachments: [...(activity.attachments ?? []), ...images] };
      };
    const streamId = replaces === undefined ? undefined : streamIdOf(replaces);
    const attempt = (plain: boolean): Promise<CallResult<Sent>> => {
      const activityFor = encoded(plain);
      if (streamId !== undefined) return finish(message, reference, streamId, activityFor, signal);
      if (replaces !== undefined) return replace(message, reference, replaces, activityFor(false), signal);
      return post(message, reference, activityFor(false), signal);
    };
    const result = await attempt(false);
    const isTrimmable =
      !result.ok && (result.code === 'bad_request' || (result.code === 'too_large' && images.length === 0));
    if (!isTrimmable || message.meta.card !== undefined) return result;
    log.warn({ outbox: message.id }, `a message is sent without label, sources and buttons: ${result.message}`);
    return attempt(true);
  };

  /** Files that the person may accept, each in a message of its own after the words. */
  const sendOffers = async (
    { offers, message }: FilePlan,
    progress: Progress,
    reference: Going,
    signal: AbortSignal,
  ): Promise<Failure | undefined> => {
    while (progress.offers < offers.length) {
      const attachment = offers[progress.offers];
      if (attachment === undefined) break;
      const posted = await post(message, reference, { type: 'message', attachments: [attachment] }, signal);
      if (!posted.ok && !posted.permanent) return posted;
      progress.offers += 1;
      if (!posted.ok) {
        log.warn({ outbox: message.id, code: posted.code }, `a file could not be offered: ${posted.message}`);
        const text = 'A file of this message could not be passed on: Teams did not take it.';
        await post(message, reference, { type: 'message', text, textFormat: 'markdown' }, signal);
      }
    }
    return undefined;
  };

  return {
    async send(message, signal, goAhead) {
      const reached = await reach(message.address);
      if (!reached.ok) return reached;
      const reference: Going = goAhead === undefined ? reached.data : { ...reached.data, goAhead };
      const progress = progressOf(message.id);
      let plan = await planFiles(message, reference.type);
      const hasWords = plan.message.content.markdown.trim() !== '' || message.meta.card !== undefined;
      const hasBody = hasWords || plan.images.length > 0 || message.replaces !== undefined || plan.offers.length === 0;
      if (progress.sent === undefined && hasBody) {
        let result = await sendBody(plan.message, reference, plan.images, signal);
        if (!result.ok && result.permanent && plan.images.length > 0) {
          log.warn(
            { outbox: message.id, code: result.code },
            `a message is sent without its pictures: ${result.message}`,
          );
          plan = await planFiles(message, reference.type, { pictures: false });
          result = await sendBody(plan.message, reference, [], signal);
        }
        if (!result.ok) return result;
        progress.sent = result.data;
        const streamId = message.replaces === undefined ? undefined : streamIdOf(message.replaces);
        if (streamId !== undefined) streams?.over(streamId);
      }
      const failed = await sendOffers(plan, progress, reference, signal);
      if (failed !== undefined) return failed;
      progress.sent ??= { externalId: `files-${message.id}`, address: message.address };
      progress.complete = true;
      return { ok: true, ...progress.sent };
    },

    find: async (message) => {
      const progress = known.get(message.id);
      return progress?.complete === true ? progress.sent : undefined;
    },
  };
};
