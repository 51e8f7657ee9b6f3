import type { Fanout } from '#core/channel.ts';
import type { Ledger } from '#core/ledger.ts';
import type { ConversationId } from '#core/message.ts';

export const settledTopic = (id: ConversationId): string => `settled:${id}`;

/**
 * Waits until everything up to `seq` has its committed outcome: true, or false after `timeoutMs`. Listens to the fan-out and
 * asks the rows now and then, because fan-out may lose a word.
 */
export const createSettled =
  (ledger: Pick<Ledger, 'isSettled'>, fanout: Fanout) =>
  async (id: ConversationId, seq: number, timeoutMs: number): Promise<boolean> => {
    const deadline = Date.now() + timeoutMs;
    let done = false;
    let wake = (): void => {};
    const unsubscribe = fanout.subscribe(settledTopic(id), (event) => {
      if ((event as { seq: number }).seq >= seq) {
        done = true;
        wake();
      }
    });
    try {
      for (let pause = 250; !done; pause = Math.min(pause * 2, 2_000)) {
        const left = deadline - Date.now();
        if (left <= 0) return ledger.isSettled(id, seq);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.min(pause, left));
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
          if (done) wake();
        });
        if (!done) done = await ledger.isSettled(id, seq);
      }
      return true;
    } finally {
      unsubscribe();
    }
  };
