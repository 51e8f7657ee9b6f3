import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Log } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { Embedder } from '#core/knowledge.ts';
import { type EmbedOptions, type EmbedReport, embedChunks } from './embed.ts';
import { type NamedSpace, readySpaces, type Space, unitVector } from './embedding-space.ts';
import { createLeastRecentlyUsed } from './least-recently-used.ts';
import { createResting, type Resting } from './resting.ts';
import { dropOldSpaces } from './space-index.ts';

export interface DenseDeps<T> {
  readonly db: Kysely<T>;
  /** Of the configured model: its space is filled. */
  readonly embedder: Embedder;
  /** The embedder of another model's space, if the endpoint may still serve that model. */
  readonly embedderFor?: ((space: string) => Embedder | undefined) | undefined;
  /** How long an embedder that failed is left alone, in milliseconds. */
  readonly restMs: number;
  /** A question waits no longer than this for its vector, in milliseconds; then words alone decide. Default 3,000. */
  readonly timeoutMs?: number;
  /** How long a replaced space is kept for processes that still ask with the old model. Default an hour. */
  readonly keepOldMs?: number;
  /** Vectors of questions kept in memory. Default 256. */
  readonly cached?: number;
  readonly log?: Log | undefined;
  /** Milliseconds. */
  readonly now?: () => number;
}

/** Search by meaning, and what fills it. */
export interface Dense {
  /**
   * What `find` gives for the question's vector in a space that is ready (its number, and the vector as pgvector reads it): the
   * configured model's, and while that is being filled, the newest other one whose model still answers. Nothing, with
   * one warning, when no vector is to be had or `find` fails. Rejects only when the database does not answer.
   */
  readonly nearest: <Row>(
    question: string,
    find: (space: Space, vector: string) => Promise<readonly Row[]>,
  ) => Promise<readonly Row[]>;
  /** Gives chunks that lack one a vector, opens the space, and drops the spaces that it has replaced. */
  readonly fill: (options?: EmbedOptions) => Promise<EmbedReport>;
}

export const createDense = <T>(deps: DenseDeps<T>): Dense => {
  const { db, embedder, embedderFor, restMs, timeoutMs = 3_000, keepOldMs = 3_600_000, cached = 256, log, now } = deps;
  const vectors = createLeastRecentlyUsed<string>(cached);
  const askers = new Map<string, { readonly embedder: Embedder | undefined; readonly resting: Resting }>();
  /** The configured space once it was ready: then nothing needs to be asked about it any more. */
  let settled: NamedSpace | undefined;

  const asker = (space: string) => {
    const known = askers.get(space);
    if (known) return known;
    const made = {
      embedder: space === embedder.space ? embedder : embedderFor?.(space),
      resting: createResting({
        restMs,
        warning: 'no vector for a question; searching by words alone',
        fields: { space },
        log,
        ...(now ? { now } : {}),
      }),
    };
    askers.set(space, made);
    return made;
  };

  const candidates = async (): Promise<readonly NamedSpace[]> => {
    if (settled) return [settled];
    const ready = await readySpaces(db, embedder.space);
    const [first] = ready;
    if (first?.name !== embedder.space) return ready;
    settled = first;
    return [first];
  };

  const vectorOf = async (question: string, space: NamedSpace, by: Embedder, signal: AbortSignal): Promise<string> => {
    // By space and content: two models give the same question different vectors.
    const key = `${space.id} ${createHash('sha256').update(question).digest('base64')}`;
    const known = vectors.get(key);
    if (known !== undefined) return known;
    const [vector] = await by.embed([question], signal);
    const made = JSON.stringify(unitVector(vector, space.dimensions));
    vectors.set(key, made);
    return made;
  };

  return {
    nearest: async (question, find) => {
      if (question.trim() === '' || (settled && asker(settled.name).resting.isResting())) return [];
      const signal = AbortSignal.timeout(timeoutMs);
      for (const space of await candidates()) {
        const { embedder: by, resting } = asker(space.name);
        if (!by || resting.isResting()) continue;
        const rows = await resting.ask(async () => find(space, await vectorOf(question, space, by, signal)));
        if (!rows) continue;
        // Nothing at all: the space may have been dropped, or made anew.
        if (rows.length === 0) settled = undefined;
        return rows;
      }
      return [];
    },
    fill: async (options = {}) => {
      const report = await embedChunks(db, embedder, options);
      if (report.failure === undefined) {
        try {
          const dropped = await dropOldSpaces(db, embedder.space, { graceMs: keepOldMs, signal: options.signal });
          if (dropped.length > 0)
            log?.info({ spaces: dropped, by: embedder.space }, 'vectors of replaced models are gone');
        } catch (error) {
          log?.warn(
            { error: errorMessage(error) },
            'vectors of a replaced model could not be dropped; tried again next time',
          );
        }
      }
      return report;
    },
  };
};
