import { z } from 'zod';
import type { GoAhead, Log, Progress } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { Address, ConversationId } from '#core/message.ts';
import { messageId, placeOf, type SlackApi, type Workspaces } from './api.ts';
import { stateOf, workspaceFor } from './reach.ts';
import { type CallAt, createStatusLine } from './status-line.ts';
import { streamText } from './stream-text.ts';

export interface PresenterDeps {
  readonly api: SlackApi;
  readonly workspaces: Pick<Workspaces, 'find' | 'ofChannel'>;
  readonly log: Log;
  readonly now: () => Date;
  /** Time between two appends of a stream, in milliseconds. */
  readonly appendMs?: number;
  /** Time between two status lines of a conversation, in milliseconds. */
  readonly statusMs?: number;
}

export interface Presenter {
  /**
   * Shows a status line, or the text so far. The text starts a stream: its message id comes back, then and with every later
   * text of the turn. Text that does not go on from what is shown stops the stream where it is. Never throws; nothing of it
   * needs to arrive.
   */
  present(conversation: ConversationId, address: Address, progress: Progress): Promise<string | undefined>;
  /** Takes a stream back: shuts it and deletes its message. Never throws. */
  discard(address: Address, streamId: string, signal: AbortSignal): Promise<void>;
  /** An answer is in the thread: no status line stays behind. */
  over(address: Address): void;
  /** Nothing is added to a stream from now on, also not what is on its way. Never throws. */
  end(streamId: string): Promise<void>;
}

interface Live {
  readonly address: Address;
  /** When it was last written to. */
  touched: number;
  /** What the stream should say, and what it says. */
  wanted: string;
  shown: string;
  start: Promise<string | undefined> | undefined;
  id: string | undefined;
  /** No more is added: an error, another text, or the end. */
  closed: boolean;
  pumping: Promise<void> | undefined;
  wake: (() => void) | undefined;
  /** May more of it be shown? */
  goAhead: GoAhead | undefined;
}

const keptMs = 600_000;
const mostLive = 2_000;
/** Slack's limit of a stream's text; a longer answer is completed by the message that takes its place. */
const mostChars = 11_000;
const callMs = 10_000;

const started = z.object({ ts: z.string().min(1) });
const threadPage = z.object({ messages: z.array(z.object({ ts: z.string(), metadata: z.unknown().optional() })) });

/** Status and partial text in Slack, one call at a time for each conversation. */
export const createPresenter = ({
  api,
  workspaces,
  log,
  now,
  appendMs = 700,
  statusMs = 1_000,
}: PresenterDeps): Presenter => {
  const live = new Map<ConversationId, Live>();
  const clock = () => now().getTime();

  const call: CallAt = async (address, method, args, signal = AbortSignal.timeout(callMs)) => {
    const found = await workspaceFor(workspaces, address, signal);
    return found.ok ? api.call(found.workspace, method, args, signal) : undefined;
  };

  const statusLine = createStatusLine({ call, log, now, intervalMs: statusMs });

  const liveOf = (conversation: ConversationId, address: Address): Live => {
    const at = clock();
    const known = live.get(conversation);
    const isHere = known?.address.space === address.space && known.address.thread === address.thread;
    if (known !== undefined && isHere && at - known.touched < keptMs) {
      known.touched = at;
      return known;
    }
    if (known !== undefined) close(known);
    for (const [id, one] of live) if (at - one.touched >= keptMs || live.size >= mostLive) live.delete(id);
    const fresh: Live = {
      ...{ address, touched: at, wanted: '', shown: '', closed: false },
      ...{ start: undefined, id: undefined, pumping: undefined, wake: undefined, goAhead: undefined },
    };
    live.set(conversation, fresh);
    return fresh;
  };

  const close = (one: Live): void => {
    one.closed = true;
    one.wake?.();
  };

  const startStream = async (one: Live): Promise<string | undefined> => {
    const { space: channel, thread } = one.address;
    const text = one.wanted;
    const { user, userTeam } = stateOf(one.address);
    const isDirect = channel.startsWith('D');
    // Slack wants to know whom a stream is for, except in a direct message.
    if (thread === '' || (!isDirect && (user === '' || userTeam === ''))) return undefined;
    const result = await call(one.address, 'chat.startStream', {
      channel,
      thread_ts: thread,
      markdown_text: text,
      ...(isDirect ? {} : { recipient_user_id: user, recipient_team_id: userTeam }),
    });
    const parsed = result?.ok ? started.safeParse(result.data) : undefined;
    if (!parsed?.success) {
      if (result?.ok === false)
        log.info({ channel, code: result.code }, `the answer is not streamed: ${result.message}`);
      return undefined;
    }
    one.shown = text;
    return messageId(channel, parsed.data.ts);
  };

  /** Waits for the pace, or for the end of the stream. */
  const rest = (one: Live): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, appendMs);
    one.wake = resolve;
    return promise.finally(() => {
      clearTimeout(timer);
      one.wake = undefined;
    });
  };

  const pump = async (one: Live, id: string): Promise<void> => {
    while (!one.closed && one.wanted.length > one.shown.length) {
      await rest(one);
      if ((await one.goAhead?.()) === false) return close(one);
      const text = one.wanted;
      if (one.closed) return;
      if (!text.startsWith(one.shown) || text.length > mostChars) return close(one);
      const { channel, ts } = placeOf(id);
      const args = { channel, ts, markdown_text: text.slice(one.shown.length) };
      const result = await call(one.address, 'chat.appendStream', args);
      if (result?.ok === true) one.shown = text;
      else {
        log.info({ channel, code: result?.code }, 'the stream goes no further; the answer completes it');
        close(one);
      }
    }
  };

  const follow = (one: Live, id: string): void => {
    if (one.pumping !== undefined || one.closed) return;
    one.pumping = pump(one, id)
      .catch((thrown: unknown) => {
        log.warn({ error: errorMessage(thrown) }, 'a stream broke off');
        close(one);
      })
      .finally(() => {
        one.pumping = undefined;
        // More text may have come after the last look.
        if (!one.closed && one.wanted.length > one.shown.length) follow(one, id);
      });
  };

  /**
   * Is a stream's message still without its answer? Another process may have delivered it, and the next turn must not write
   * over that. Everything that we post carries metadata, a stream does not.
   */
  const isUnanswered = async (id: string, address: Address): Promise<boolean> => {
    const { channel, ts } = placeOf(id);
    const args = {
      channel,
      ts: address.thread,
      oldest: ts,
      latest: ts,
      inclusive: true,
      limit: 2,
      include_all_metadata: true,
    };
    const result = await call(address, 'conversations.replies', args);
    const parsed = result?.ok ? threadPage.safeParse(result.data) : undefined;
    const message = parsed?.success ? parsed.data.messages.find((each) => each.ts === ts) : undefined;
    return message !== undefined && (message.metadata ?? undefined) === undefined;
  };

  /** Whether a text is of another turn than the stream that we know of. */
  const isAnotherTurn = async (one: Live, text: string, stream: string | undefined): Promise<boolean> => {
    if (one.start === undefined || text.startsWith(one.wanted)) return false;
    const id = await one.start;
    if (id === undefined) return true;
    return stream !== id && !(await isUnanswered(id, one.address));
  };

  const showText = async (
    conversation: ConversationId,
    address: Address,
    {
      text: markdown,
      stream,
      goAhead,
    }: { readonly text: string; readonly stream: string | undefined; readonly goAhead: GoAhead | undefined },
  ): Promise<string | undefined> => {
    const text = streamText(markdown);
    const known = live.get(conversation);
    // The stream of a turn that another process began: what it shows is not known here.
    if (stream !== undefined && known?.id !== stream) return stream;
    if (text.trim() === '' && known?.start === undefined) return undefined;
    if (known !== undefined && (await isAnotherTurn(known, text, stream))) {
      close(known);
      if (live.get(conversation) === known) live.delete(conversation);
    }
    const one = liveOf(conversation, address);
    if (!text.startsWith(one.wanted)) close(one);
    if (one.closed) return one.start;
    one.goAhead = goAhead;
    one.wanted = text.length > mostChars && one.start === undefined ? text.slice(0, mostChars) : text;
    one.start ??= startStream(one).catch((thrown: unknown) => {
      log.warn({ error: errorMessage(thrown) }, 'a stream could not be started');
      return undefined;
    });
    const id = await one.start;
    if (id === undefined) close(one);
    else {
      one.id = id;
      follow(one, id);
    }
    return id;
  };

  const finish = async (streamId: string): Promise<void> => {
    for (const [conversation, one] of live) {
      if (one.id !== streamId) continue;
      live.delete(conversation);
      close(one);
      await one.pumping;
    }
  };

  return {
    async present(conversation, address, { status, text, stream, goAhead }) {
      // Once there is text nobody needs a status, and nothing would take it away.
      if (status !== undefined && live.get(conversation)?.id === undefined) statusLine.show(address, status);
      try {
        return text === undefined ? undefined : await showText(conversation, address, { text, stream, goAhead });
      } catch (thrown) {
        log.warn({ error: errorMessage(thrown) }, 'partial text could not be shown');
        return undefined;
      }
    },

    over: (address) => statusLine.over(address),

    async discard(address, streamId, signal) {
      try {
        await finish(streamId);
        await call(address, 'chat.stopStream', placeOf(streamId), signal);
        const deleted = await call(address, 'chat.delete', placeOf(streamId), signal);
        if (deleted?.ok === false && deleted.code !== 'message_not_found')
          log.warn({ code: deleted.code }, `a partial answer could not be taken back: ${deleted.message}`);
      } catch (thrown) {
        log.warn({ error: errorMessage(thrown) }, 'a partial answer could not be taken back');
      }
    },

    end: finish,
  };
};
