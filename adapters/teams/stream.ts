import type { Log, Progress } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { Address, ConversationId } from '#core/message.ts';
import { cleanLine } from '../shared/clean.ts';
import type { Connector } from './connector.ts';
import { isStreamOver } from './errors.ts';
import type { Reach } from './reach.ts';
import type { TeamsReference } from './reference.ts';
import { finalActivity, type Piece, pieceActivity, streamIdOf, streamRef } from './stream-piece.ts';
import type { Throttle } from './throttle.ts';
import { createTyping } from './typing.ts';

export interface PresenterDeps {
  readonly connector: Pick<Connector, 'postActivity' | 'deleteActivity'>;
  readonly reach: Reach;
  readonly throttle: Throttle;
  readonly log: Log;
  readonly now: () => Date;
  /** Partial text as it is shown: a longer text should begin with what a shorter one gave. */
  readonly render: (markdown: string) => string;
  /** Time between two pieces of a stream, in milliseconds. */
  readonly paceMs?: number;
}

/** What a stream has come to: the text that Teams has of it, and whether Teams takes more. */
export interface Ended {
  readonly shown: string;
  readonly isOpen: boolean;
}

export interface Presenter {
  /**
   * Shows a status line, or the text so far: in personal chats as a stream, whose reference (`stream:<id>`) comes back, then and
   * with every later progress of the turn; elsewhere somebody is seen typing. Never throws; nothing of it needs to arrive.
   */
  present(conversation: ConversationId, address: Address, progress: Progress): Promise<string | undefined>;
  /** Takes back what was shown, a stream or a message: ends it and deletes it. Never throws. */
  discard(address: Address, ref: string, signal: AbortSignal): Promise<void>;
  /** Nothing is added to a stream from now on. What it has come to, unless another process shows it. */
  end(streamId: string): Promise<Ended | undefined>;
  /** The answer has taken the stream's place. */
  over(streamId: string): void;
}

interface Live {
  readonly conversation: ConversationId;
  readonly reference: TeamsReference;
  readonly startedAt: number;
  /** What is to be shown next; it is rendered when its time has come, since a new text comes with every word. */
  waiting: Progress | undefined;
  shown: string;
  sequence: number;
  id: string | undefined;
  start: Promise<string | undefined> | undefined;
  /** Whoever presents has got the reference: they pass it from then on. */
  told: boolean;
  /** We add no more. */
  closed: boolean;
  /** Teams takes no more: it is finished, was stopped by the person, or ran out of time. */
  isOver: boolean;
  pumping: Promise<void> | undefined;
  wake: (() => void) | undefined;
}

/** Teams ends a stream after two minutes and shows an error then: we end it ourselves before. */
const livesMs = 105_000;
const expiresMs = 120_000;
/** A chat whose stream could not be begun is left in peace for so long. */
const failureKeptMs = 10_000;
const keptMs = 600_000;
const mostLive = 2_000;
const callMs = 10_000;
const mostStatusChars = 1_000;
const mostChars = 20_000;

/** Streams in personal chats, one call at a time for each. */
export const createPresenter = (deps: PresenterDeps): Presenter => {
  const { connector, reach, throttle, log, now, render, paceMs = 1_500 } = deps;
  const live = new Map<ConversationId, Live>();
  const byId = new Map<string, Live>();
  const clock = () => now().getTime();
  const typing = createTyping({ connector, throttle, now });

  const close = (one: Live): void => {
    one.closed = true;
    one.wake?.();
  };

  const begin = (conversation: ConversationId, reference: TeamsReference): Live => {
    const at = clock();
    const before = live.get(conversation);
    if (before !== undefined) close(before);
    for (const [id, one] of byId) if (at - one.startedAt >= keptMs || byId.size >= mostLive) byId.delete(id);
    for (const [id, one] of live) if (at - one.startedAt >= keptMs || live.size >= mostLive) live.delete(id);
    const fresh: Live = {
      ...{ conversation, reference, startedAt: at, waiting: undefined, shown: '', sequence: 0, id: undefined },
      ...{ start: undefined, told: false, closed: false, isOver: false, pumping: undefined, wake: undefined },
    };
    live.set(conversation, fresh);
    return fresh;
  };

  const post = (reference: TeamsReference, activity: object, signal = AbortSignal.timeout(callMs)) =>
    connector.postActivity(reference, activity, signal);

  /** What a stream may show next, or nothing: Teams refuses text that does not go on from what is shown. */
  const pieceFor = (one: Live, { status, text }: Progress): Piece | undefined => {
    if (text !== undefined) {
      const rendered = render(text);
      const goesOn = rendered.startsWith(one.shown) && rendered.length > one.shown.length;
      return goesOn && rendered.trim() !== '' && rendered.length <= mostChars
        ? { kind: 'streaming', text: rendered }
        : undefined;
    }
    // Once there is text nobody needs a status.
    const line = cleanLine(status ?? '', mostStatusChars);
    return line === '' || one.shown !== '' ? undefined : { kind: 'informative', text: line };
  };

  /** Sends what is waiting; how long to rest before the next piece, in milliseconds. */
  const sendPiece = async (one: Live): Promise<number> => {
    const progress = one.waiting;
    const piece = progress === undefined ? undefined : pieceFor(one, progress);
    if (piece === undefined) {
      one.waiting = undefined;
      return 0;
    }
    if (!throttle.tryTurn(one.reference.conversationId)) return paceMs;
    if (piece.kind === 'streaming' && (await progress?.goAhead?.()) === false) {
      close(one);
      return 0;
    }
    one.waiting = undefined;
    one.sequence += 1;
    const result = await post(one.reference, pieceActivity(piece, one.sequence, one.id));
    if (result.ok) {
      if (one.id === undefined && result.data.id === undefined) close(one);
      one.id ??= result.data.id;
      if (piece.kind === 'streaming') one.shown = piece.text;
      return paceMs;
    }
    log.info({ code: result.code }, `a piece of a stream was not shown: ${result.message}`);
    if (isStreamOver(result)) one.isOver = true;
    // Without an answer it is not known what Teams has of the text, nor whether a stream began: the answer settles that.
    if (result.permanent || one.id === undefined) close(one);
    else one.waiting ??= progress;
    return Math.max(paceMs, result.retryAfterMs ?? 0);
  };

  const rest = (one: Live, ms: number): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    one.wake = resolve;
    return promise.finally(() => {
      clearTimeout(timer);
      one.wake = undefined;
    });
  };

  /** Ends a stream that grows too old with what it shows: the answer then changes a message like any other. */
  const endEarly = async (one: Live): Promise<void> => {
    close(one);
    if (one.id === undefined || one.shown === '') return;
    const text = { type: 'message', text: one.shown, textFormat: 'markdown' } as const;
    const result = await post(one.reference, finalActivity(text, one.id));
    if (result.ok || isStreamOver(result)) one.isOver = true;
  };

  const pump = async (one: Live): Promise<void> => {
    while (!one.closed) {
      if (clock() - one.startedAt > livesMs) return endEarly(one);
      if (one.waiting === undefined) return;
      const ms = await sendPiece(one);
      if (!one.closed) await rest(one, ms);
    }
  };

  const follow = (one: Live): void => {
    if (one.pumping !== undefined || one.closed || one.waiting === undefined) return;
    one.pumping = pump(one)
      .catch((thrown: unknown) => {
        log.warn({ error: errorMessage(thrown) }, 'a stream broke off');
        close(one);
      })
      .finally(() => {
        one.pumping = undefined;
        // More may have come after the last look.
        follow(one);
      });
  };

  /** The first piece goes out at once, and its id comes back. */
  const start = async (one: Live): Promise<string | undefined> => {
    await sendPiece(one);
    if (one.id === undefined) close(one);
    else byId.set(one.id, one);
    if (one.id !== undefined)
      one.pumping = rest(one, paceMs).then(() => {
        one.pumping = undefined;
        follow(one);
      });
    return one.id;
  };

  const stream = async (
    conversation: ConversationId,
    reference: TeamsReference,
    progress: Progress,
  ): Promise<string | undefined> => {
    const known = live.get(conversation);
    const isKnown =
      known !== undefined &&
      clock() - known.startedAt < (known.closed && known.id === undefined ? failureKeptMs : expiresMs) &&
      (progress.stream === undefined ? !known.told : progress.stream === streamRef(known.id ?? ''));
    // Begun by another process, or before a restart: what it shows is not known here.
    if (!isKnown && progress.stream !== undefined) return progress.stream;
    if (!isKnown && progress.status === '') return undefined;
    const one = isKnown ? known : begin(conversation, reference);
    const isNews = progress.text !== undefined || one.waiting?.text === undefined;
    if (!one.closed && isNews) one.waiting = progress;
    if (one.start === undefined && one.waiting !== undefined && pieceFor(one, one.waiting) !== undefined)
      one.start = start(one).catch((thrown: unknown) => {
        log.warn({ error: errorMessage(thrown) }, 'a stream could not be started');
        close(one);
        return undefined;
      });
    const id = await one.start;
    if (id === undefined) return undefined;
    follow(one);
    one.told = true;
    return streamRef(id);
  };

  const end = async (streamId: string): Promise<Ended | undefined> => {
    const one = byId.get(streamId);
    if (one === undefined) return undefined;
    close(one);
    if (live.get(one.conversation) === one) live.delete(one.conversation);
    await one.pumping;
    return { shown: one.shown, isOpen: !one.isOver };
  };

  return {
    async present(conversation, address, progress) {
      try {
        const reached = await reach(address);
        if (!reached.ok) return undefined;
        if (reached.data.type === 'personal') return await stream(conversation, reached.data, progress);
        if (progress.status !== '') typing(reached.data);
      } catch (thrown) {
        log.warn({ error: errorMessage(thrown) }, 'progress could not be shown');
      }
      return undefined;
    },

    async discard(address, ref, signal) {
      try {
        const reached = await reach(address);
        if (!reached.ok) return;
        const id = streamIdOf(ref);
        if (id !== undefined) {
          const ended = await end(id);
          // What is not finished would go on to be shown as being written.
          if (ended?.isOpen !== false) {
            const text = { type: 'message', text: ended?.shown || '…', textFormat: 'markdown' } as const;
            await post(reached.data, finalActivity(text, id), signal);
          }
          byId.delete(id);
        }
        const deleted = await connector.deleteActivity(reached.data, id ?? ref, signal);
        if (!deleted.ok && deleted.code !== 'message_not_found')
          log.warn({ code: deleted.code }, `a partial answer could not be taken back: ${deleted.message}`);
      } catch (thrown) {
        log.warn({ error: errorMessage(thrown) }, 'a partial answer could not be taken back');
      }
    },

    end,
    over: (streamId) => void byId.delete(streamId),
  };
};
