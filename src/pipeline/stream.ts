import type { ChannelAdapter, Progress } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import { type Claim, type Ledger, sendGraceMs } from '#core/ledger.ts';
import type { PipelineDeps } from './ports.ts';

/** The partial message of one turn: shown while it is made, then replaced by the answer or taken back. */
export interface TurnStream {
  show(progress: Progress): void;
  /** The platform's id of the partial message, once whatever is on its way has come back; nothing is shown from then on. */
  settle(): Promise<string | undefined>;
  /** Takes the partial message back: nothing came of it. */
  discard(): Promise<void>;
  /** Takes the status away that this turn has shown, if any: no message follows that would. */
  clear(): void;
}

/** The answer is not held up for longer by a platform that does not say whether it shows a stream. */
const settleMs = 3_000;

export const createTurnStream = (
  claim: Claim,
  adapter: ChannelAdapter | undefined,
  ledger: Pick<Ledger, 'keepStream' | 'beginShowing'>,
  log: PipelineDeps['log'],
): TurnStream => {
  const { id, address, version } = claim.conversation;
  let stream = claim.stream;
  /** The newest of what nobody has sent yet. */
  let waiting: Progress | undefined;
  let sending: Promise<void> | undefined;
  let settled: Promise<string | undefined> | undefined;
  /** The answer went its own way: a start that comes back now belongs to nothing. */
  let tooLate = false;
  let hasStatus = false;
  /** A person has the conversation, or another turn: nothing more is shown. */
  let isOver = false;

  const present = async (progress: Progress): Promise<void> => {
    try {
      const given = progress.text === undefined ? progress : { ...progress, goAhead: mayShow };
      const shown = await adapter?.present?.(id, address, stream === undefined ? given : { ...given, stream });
      if (shown === undefined || shown === stream) return;
      if (tooLate) return await takeBack(shown);
      stream = shown;
      // Stored as soon as it is there: whoever takes this turn over after a crash finishes it.
      await ledger.keepStream(id, shown);
    } catch (error) {
      log.debug({ conversationId: id, error: errorMessage(error) }, 'progress could not be shown');
    }
  };

  /**
   * Nothing of the bot starts to be shown once a person has taken the conversation: they wait for whoever was told yes. A yes
   * holds for half of the time that they wait.
   */
  let askedAt = Number.NEGATIVE_INFINITY;
  const isFresh = (): boolean => performance.now() - askedAt < sendGraceMs / 2;
  const mayShow = async (): Promise<boolean> => {
    if (isFresh()) return true;
    const now = performance.now();
    const may = await ledger.beginShowing(id, version).catch(() => undefined);
    if (may === false) isOver = true;
    if (may === true) askedAt = now;
    return isFresh();
  };

  /** One at a time: two at once would start two messages, or arrive in the wrong order. */
  const sendWaiting = async (): Promise<void> => {
    while (waiting !== undefined && !isOver) {
      const may = waiting.text === undefined || (await mayShow());
      const progress: Progress | undefined = waiting;
      waiting = undefined;
      // Whoever could not be asked leaves the text out: the next one says it all, and so does the answer.
      if (may && progress !== undefined) await present(progress);
    }
    sending = undefined;
  };

  const takeBack = async (shown: string): Promise<void> => {
    try {
      await adapter?.discard?.(address, shown, AbortSignal.timeout(10_000));
    } catch (error) {
      log.warn({ conversationId: id, error: errorMessage(error) }, 'a partial message stays');
    }
  };

  const settle = async (): Promise<string | undefined> => {
    waiting = undefined;
    if (sending !== undefined) await atMost(settleMs, sending);
    tooLate = true;
    return stream;
  };

  return {
    show(progress) {
      if (settled !== undefined || isOver) return;
      hasStatus ||= progress.status !== undefined;
      waiting = { ...waiting, ...progress };
      sending ??= sendWaiting();
    },
    settle: () => (settled ??= settle()),
    clear: () => {
      if (hasStatus) void present({ status: '' });
    },
    discard: async () => {
      if (stream !== undefined) await takeBack(stream);
    },
  };
};

const atMost = async (ms: number, work: Promise<void>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, deadline]);
  clearTimeout(timer);
};
