import type { BlobStore, GoAhead, Log } from '#core/channel.ts';
import type { Address, Outbound, SendResult, Sent } from '#core/message.ts';
import { type Failure, messageId, placeOf, type SlackApi, type Workspace, type Workspaces } from './api.ts';
import { encodeMessage } from './encode.ts';
import { createFindOwn, findParts, isComplete } from './find-sent.ts';
import { createPace, type Pace } from './pace.ts';
import { createPost, type Target } from './post.ts';
import { createPostParts, type Encode } from './post-parts.ts';
import { workspaceFor } from './reach.ts';
import { createSendFiles } from './send-files.ts';
import { createUploads } from './upload.ts';

export interface SendDeps {
  readonly api: SlackApi;
  readonly workspaces: Pick<Workspaces, 'find' | 'ofChannel'>;
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly log: Log;
  readonly now: () => Date;
  /** Where this server is reached; cards link to its console. */
  readonly homeUrl?: string;
  /** Told before a stream's message is replaced: nothing may be added to it any more. */
  readonly streams?: { end(streamId: string): Promise<void>; over(address: Address): void };
  readonly pace?: Pace;
  readonly encode?: Encode;
  /** For the bytes of files. */
  readonly fetch?: typeof globalThis.fetch;
  /** See `SendFilesDeps.looksMs`. */
  readonly looksMs?: readonly number[];
}

export interface Sender {
  /** Sends one message. Expected failures are values, see `SendResult`; the codes are those of `SlackApi`. */
  send(message: Outbound, signal: AbortSignal, goAhead?: GoAhead): Promise<SendResult>;
  /**
   * Where a message landed that was sent before, if all of it did. Throws when Slack could not be asked now: then nobody
   * knows, and it must not be sent again yet. Where Slack will never let us look (a missing scope, access taken back), nothing
   * is found: the send that follows says in words what is wrong.
   */
  find(message: Outbound, signal: AbortSignal): Promise<Sent | undefined>;
}

const slackMessage = /^[CGD][A-Z0-9]+:\d+\.\d+$/;

/** Slack's messages for customers and for the desk: posted, changed in place, with files, or as a reaction. */
export const createSend = (deps: SendDeps): Sender => {
  const { api, workspaces, log, now, homeUrl, streams } = deps;
  const pace = deps.pace ?? createPace({ now });
  const encode = deps.encode ?? encodeMessage;
  const encodeHere: Encode = (message, options) =>
    encode(message, homeUrl === undefined ? options : { homeUrl, ...options });
  const findOwn = createFindOwn({ api, now });
  const postParts = createPostParts({ post: createPost({ api, pace, log }), findOwn, encode: encodeHere, log });
  const uploads = createUploads({ api, ...(deps.fetch === undefined ? {} : { fetch: deps.fetch }) });
  const files = createSendFiles({
    ...{ uploads, blobs: deps.blobs, findOwn, postParts, encode: encodeHere, pace, log },
    ...(deps.looksMs === undefined ? {} : { looksMs: deps.looksMs }),
  });

  const targetOf = ({ address, replaces, meta }: Outbound, workspace: Workspace, goAhead?: GoAhead): Target => {
    const replacing = replaces === undefined ? undefined : placeOf(replaces).ts;
    // A card whose message is gone opens a thread again: nobody looks into the thread of a deleted message.
    const isRoot = address.thread === '' || (meta.card !== undefined && replacing === address.thread);
    return {
      workspace,
      channel: address.space,
      ...(isRoot ? {} : { thread: address.thread }),
      ...(replacing === undefined ? {} : { replacing }),
      ...(goAhead === undefined ? {} : { goAhead }),
    };
  };

  /** A root message opens the thread that is named after it. */
  const sentAs = ({ address }: Outbound, { workspace, thread }: Target, first: string, last = first): Sent => {
    if (thread !== undefined) return { externalId: messageId(address.space, last), address };
    const state = address.state ?? (workspace.key === '' ? undefined : { team: workspace.key, user: '', userTeam: '' });
    return {
      externalId: messageId(address.space, first),
      address: { ...address, thread: first, ...(state === undefined ? {} : { state }) },
    };
  };

  const react = (workspace: Workspace, of: string, name: string, signal: AbortSignal) => {
    const { channel, ts } = placeOf(of);
    return api.call(workspace, 'reactions.add', { channel, timestamp: ts, name }, signal);
  };

  /** Shuts the stream that a message takes the place of. Whatever Slack says of it but "later", the message goes on. */
  const endStream = async (stream: string, workspace: Workspace, signal: AbortSignal): Promise<Failure | undefined> => {
    await streams?.end(stream);
    const stopped = await api.call(workspace, 'chat.stopStream', placeOf(stream), signal);
    return stopped.ok || stopped.permanent ? undefined : stopped;
  };

  const post = async (message: Outbound, target: Target, signal: AbortSignal): Promise<SendResult> => {
    const { content, meta, replaces } = message;
    if (replaces !== undefined && meta.card === undefined) {
      const later = await endStream(replaces, target.workspace, signal);
      if (later !== undefined) return later;
    }
    const plan = content.attachments.length === 0 ? undefined : await files.plan(message);
    if (plan === undefined) {
      const options = content.attachments.length === 0 ? {} : { files: 'listed' as const };
      const posted = await postParts(message, target, options, signal);
      return posted.ok ? { ok: true, ...sentAs(message, target, posted.data.first, posted.data.last) } : posted;
    }
    if (replaces !== undefined) {
      // Files cannot be added to a message that stands: the stream goes, the answer comes with its files.
      const gone = await api.call(target.workspace, 'chat.delete', placeOf(replaces), signal);
      if (!gone.ok && !gone.permanent) return gone;
    }
    const sent = await files.send(plan, target, signal);
    if (!sent.ok) return sent;
    if (sent.data !== undefined) return { ok: true, ...sentAs(message, target, sent.data) };
    log.warn({ outbox: message.id }, 'files were sent, but Slack did not say under which timestamp');
    return { ok: true, externalId: `${message.address.space}:files-${message.id}`, address: message.address };
  };

  /** A mark on what the agent wrote says less loudly that it arrived; that it did not is said in words. */
  const sendReceipt = async (
    message: Outbound,
    { of, ok }: { readonly of: string; readonly ok: boolean },
    target: Target,
    signal: AbortSignal,
  ): Promise<SendResult> => {
    const { workspace } = target;
    const canMark = slackMessage.test(of);
    if (ok && canMark) {
      const marked = await react(workspace, of, 'white_check_mark', signal);
      if (marked.ok || marked.code === 'already_reacted')
        return { ok: true, externalId: `${of}:receipt`, address: message.address };
      if (!marked.permanent) return marked;
      log.info(
        { outbox: message.id, code: marked.code },
        `a reply could not be marked as delivered: ${marked.message}`,
      );
    }
    const posted = await post(message, target, signal);
    if (!posted.ok || ok || !canMark) return posted;
    const marked = await react(workspace, of, 'warning', signal);
    if (!marked.ok && marked.code !== 'already_reacted')
      log.info({ outbox: message.id, code: marked.code }, 'a reply could not be marked as not delivered');
    return posted;
  };

  const notFound = (failure: Failure): undefined => {
    if (!failure.permanent) throw new Error(failure.message);
    log.warn({ code: failure.code }, `it cannot be seen what was sent: ${failure.message}`);
    return undefined;
  };

  return {
    async send(message, signal, goAhead) {
      const found = await workspaceFor(workspaces, message.address, signal);
      if (!found.ok) return found;
      const target = targetOf(message, found.workspace, goAhead);
      const { receipt } = message.meta;
      if (receipt !== undefined) return sendReceipt(message, receipt, target, signal);
      const sent = await post(message, target, signal);
      if (sent.ok) streams?.over(message.address);
      return sent;
    },

    async find(message, signal) {
      const found = await workspaceFor(workspaces, message.address, signal);
      if (!found.ok) return notFound(found);
      const target = targetOf(message, found.workspace);
      const plan = message.content.attachments.length === 0 ? undefined : await files.plan(message);
      if (plan !== undefined) {
        const first = await files.find(plan, target, signal);
        if (!first.ok) return notFound(first);
        return first.data === undefined ? undefined : sentAs(message, target, first.data);
      }
      const parts = await findParts(findOwn, target, message.id, signal);
      if (!parts.ok) return notFound(parts);
      const [last] = parts.data;
      const first = parts.data.at(-1);
      if (first === undefined || last === undefined || !isComplete(parts.data)) return undefined;
      return sentAs(message, target, first.ts, last.ts);
    },
  };
};
