import { setTimeout as wait } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { AppError, errorMessage } from '#core/errors.ts';
import type { Embedder } from '#core/knowledge.ts';
import { findSpace, openSpace, type Space, storeVectors, unitVector } from './embedding-space.ts';
import { finishSpace } from './space-index.ts';
import { countMissing, type MissingText, missingBatches } from './text-batches.ts';

export interface EmbedReport {
  /** Texts that got a vector now. */
  readonly embedded: number;
  /** Texts that the endpoint refused, and why it refused the first: words alone find them. */
  readonly refused?: { readonly texts: number; readonly reason: string };
  /** Why it stopped before every chunk had its vector. The next run goes on from there. */
  readonly failure?: string;
}

export interface EmbedOptions {
  readonly signal?: AbortSignal | undefined;
  /** Texts that have their vector of those that lacked one when it began. */
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
  /** Waits between tries; resolves after `ms`. */
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<unknown>;
}

/** Requests under way at once: the endpoint computes one while the other's vectors are stored. */
const inFlight = 2;
/** A busy endpoint is asked again so often, after the time it asks for, which may not be longer than this. */
const patience = { tries: 5, longestWaitMs: 60_000 };
/** When an endpoint refuses this many single texts, the texts are not to blame. */
const mostRefused = 20;

/**
 * Gives every chunk that has none a vector in the embedder's space, and opens the space for searching when all have one. What an
 * endpoint refuses is halved until the text that it cannot take is alone; when it is busy, it is asked again after the time it
 * wants. One that fails ends the run with a reason: what is stored stays, search goes on, the next run continues.
 */
export const embedChunks = async <T>(
  db: Kysely<T>,
  embedder: Embedder,
  { signal, onProgress, sleep = (ms, stop) => wait(ms, undefined, stop ? { signal: stop } : {}) }: EmbedOptions = {},
): Promise<EmbedReport> => {
  let embedded = 0;
  let refused = { texts: 0, reason: '' };
  let failure: { readonly reason: string } | undefined;
  let pause: Promise<unknown> = Promise.resolve();
  try {
    let space: Space | undefined = await findSpace(db, embedder.space);
    let opening: Promise<Space> | undefined;
    const total = onProgress ? await countMissing(db, space) : 0;
    const batches = missingBatches(db, () => space);

    const ask = async (texts: readonly string[]): Promise<readonly (readonly number[])[]> => {
      for (let tries = 1; ; tries += 1) {
        await pause;
        signal?.throwIfAborted();
        try {
          return await embedder.embed(texts, signal);
        } catch (error) {
          const wished = error instanceof AppError ? error.retryAfterMs : undefined;
          const isPatient = wished !== undefined && wished <= patience.longestWaitMs && tries < patience.tries;
          if (!isPatient || failure || signal?.aborted === true) throw error;
          pause = sleep(wished, signal);
        }
      }
    };

    const embed = async (batch: readonly MissingText[]): Promise<void> => {
      let vectors: readonly (readonly number[])[];
      try {
        vectors = await ask(batch.map(({ text }) => text));
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'bad-request')) throw error;
        if (batch.length === 1) {
          refused = { texts: refused.texts + 1, reason: refused.reason || error.message };
          if (refused.texts >= mostRefused) throw error;
          return;
        }
        const half = Math.ceil(batch.length / 2);
        await embed(batch.slice(0, half));
        return await embed(batch.slice(half));
      }
      // Both of the first two requests may be the first to know the dimension.
      opening ??= space ? Promise.resolve(space) : openSpace(db, embedder.space, vectors[0]?.length ?? 0);
      const opened = await opening;
      space = opened;
      await storeVectors(
        db,
        opened,
        batch.map(({ textHash }, i) => ({ textHash, vector: unitVector(vectors[i], opened.dimensions) })),
      );
      embedded += batch.length;
      onProgress?.({ done: embedded, total: Math.max(total, embedded) });
    };

    const work = async (): Promise<void> => {
      try {
        while (!failure) {
          signal?.throwIfAborted();
          const { value, done } = await batches.next();
          if (done === true || value === undefined) return;
          await embed(value);
        }
      } catch (error) {
        failure ??= { reason: errorMessage(error) };
      }
    };
    await Promise.all(Array.from({ length: inFlight }, work));
    if (!failure && space && !(await finishSpace(db, space)))
      failure = { reason: 'another process is building the index; the space opens when that is done' };
  } catch (error) {
    failure ??= { reason: errorMessage(error) };
  }
  return {
    embedded,
    ...(refused.texts > 0 ? { refused } : {}),
    ...(failure ? { failure: failure.reason } : {}),
  };
};
