import { type Kysely, sql } from 'kysely';
import type { Log } from '#core/channel.ts';
import type { Embedder, Knowledge, Reranker } from '#core/knowledge.ts';
import { createDense } from './dense/dense.ts';
import type { EmbedOptions, EmbedReport } from './dense/embed.ts';
import { deleteCollection, deleteDocuments } from './ingest/delete-documents.ts';
import { type IngestOptions, ingest } from './ingest/ingest.ts';
import { type OwnDocument, putDocument } from './ingest/put-document.ts';
import type { IngestReport } from './ingest/report.ts';
import { checkMarkers, type MarkerReport, markerCollection } from './markers.ts';
import type { PersonalDataPolicy } from './personal-data/policy.ts';
import type { EvidenceWeights } from './search/confidence.ts';
import { createRerankHits } from './search/rerank-hits.ts';
import { createSearch, type OnSearched } from './search/search.ts';
import { type KnowledgeSize, sizeOf } from './size.ts';
import type { DocumentVisibility } from './visibility.ts';
import { defaultSynonyms } from './words/default-synonyms.ts';
import { createExpand } from './words/expand.ts';
import type { SynonymRule } from './words/synonyms.ts';

export type { EmbedReport } from './dense/embed.ts';
export { closeReaders } from './formats/index.ts';
export type { IngestOptions } from './ingest/ingest.ts';
export type { OwnDocument } from './ingest/put-document.ts';
export type { IngestProgress, IngestReport, PlannedChange } from './ingest/report.ts';
export type { MarkerReport } from './markers.ts';
export { describeCounts } from './personal-data/policy.ts';
export type { EvidenceWeights } from './search/confidence.ts';
export type { KnowledgeSize } from './size.ts';
export { parseVisibility } from './visibility.ts';

export interface KnowledgeDeps<T> {
  /** A migrated database; PGlite or PostgreSQL. */
  readonly db: Kysely<T>;
  /** Adds a search by meaning; without it, words decide alone. */
  readonly embedder?: Embedder | undefined;
  /** The embedder of another model's vectors, while those of `embedder` are being made. */
  readonly embedderFor?: ((space: string) => Embedder | undefined) | undefined;
  /** Reads the best passages again. */
  readonly reranker?: Reranker | undefined;
  /** How long an embedder or reranker that failed is left alone, in milliseconds. */
  readonly restMs?: number;
  /** The operator's own; those that everybody has come with them. */
  readonly synonyms?: readonly SynonymRule[];
  /** How much each signal of the evidence counts, as `eval --calibrate` fits it. */
  readonly weights?: EvidenceWeights | undefined;
  readonly log?: Log | undefined;
  readonly onSearched?: OnSearched | undefined;
  /** Something restricted was found by somebody who must not; the log has what. */
  readonly onAlarm?: (() => void) | undefined;
  /** What is true of whole collections, where an ingestion does not say otherwise. */
  readonly collections?: Readonly<Record<string, CollectionRules>>;
  /** Hosts that may be read though their addresses are not public. */
  readonly privateHosts?: readonly string[];
  /** Where fetched repositories are kept between two ingestions. */
  readonly cacheFolder?: string;
}

export interface CollectionRules {
  readonly personalData?: PersonalDataPolicy | undefined;
  readonly visibility?: DocumentVisibility | undefined;
}

/** The core's port, and what fills it. */
export interface KnowledgeBase extends Knowledge {
  /** Brings a collection in line with its sources, then gives new chunks their vectors. */
  ingest(options: IngestOptions): Promise<IngestReport & { readonly embedding?: EmbedReport }>;
  /** Stores one document of our own; the reason when it is none that can be stored. */
  put(document: OwnDocument): ReturnType<typeof putDocument>;
  /** Deletes documents; harmless for those that are gone. */
  remove(documentIds: readonly string[]): Promise<void>;
  /** Deletes every document of a collection; answers how many there were. */
  removeCollection(collection: string): Promise<number>;
  /** Gives chunks that still lack one a vector; nothing to do without an embedder. */
  embed(options?: EmbedOptions): Promise<EmbedReport>;
  /** Plants a word for each restricted visibility and proves that only its readers find it; raises the alarm when others do. */
  checkMarkers(): Promise<MarkerReport>;
  size(): Promise<KnowledgeSize>;
}

/** The knowledge base over `db`. What it keeps in memory (vectors of questions, languages) may be a few seconds old. */
export const createKnowledge = <T>(deps: KnowledgeDeps<T>): KnowledgeBase => {
  const { db, embedder, embedderFor, reranker, restMs = 10_000, synonyms = [], weights, log } = deps;
  const { onSearched, onAlarm, collections = {}, privateHosts, cacheFolder } = deps;
  const dense = embedder && createDense({ db, embedder, embedderFor, restMs, log });
  const { search, findMarkers, forget } = createSearch({
    db,
    dense,
    rerankHits: reranker && createRerankHits({ reranker, restMs, log }),
    expand: createExpand([...defaultSynonyms, ...synonyms]),
    weights,
    log,
    onSearched,
    onAlarm,
  });
  const policyOf = (collection: string): PersonalDataPolicy | undefined => collections[collection]?.personalData;

  const embed = async (options: EmbedOptions = {}): Promise<EmbedReport> => {
    if (!dense) return { embedded: 0 };
    const report = await dense.fill(options);
    if (report.failure !== undefined)
      log?.warn(
        { space: embedder?.space, error: report.failure },
        'embedding stopped; the next run goes on from there',
      );
    return report;
  };
  /** After a change the next question sees what has come, also a new language. */
  const changing = async <R>(change: Promise<R>): Promise<R> => change.finally(forget);

  return {
    search,
    withdrawn: async (documentIds) => {
      const { rows } = await sql<{ id: string }>`
        select document_id as id from knowledge_tombstones where document_id = any (${documentIds}::text[])`.execute(
        db,
      );
      return new Set(rows.map(({ id }) => id));
    },
    ingest: async (options) => {
      const { personalData, visibility } = collections[options.collection ?? 'default'] ?? {};
      const report = await changing(
        ingest(db, {
          ...(personalData === undefined ? {} : { personalData }),
          ...(visibility === undefined ? {} : { visibility }),
          ...(privateHosts === undefined ? {} : { privateHosts }),
          ...(cacheFolder === undefined ? {} : { cacheFolder }),
          ...options,
        }),
      );
      return dense && options.dryRun !== true
        ? { ...report, embedding: await embed({ signal: options.signal }) }
        : report;
    },
    put: (document) => changing(putDocument(db, document, policyOf(document.collection))),
    remove: (documentIds) => changing(deleteDocuments(db, documentIds)),
    removeCollection: (collection) => changing(deleteCollection(db, collection)),
    embed,
    checkMarkers: async () => {
      const report = await checkMarkers({
        db,
        find: findMarkers,
        plant: async ({ visibility, marker }) => {
          const id = `${markerCollection}:${visibility}`;
          const document = { title: marker, text: marker };
          await putDocument(db, {
            id,
            collection: markerCollection,
            source: `frontdesk:marker/${visibility}`,
            visibility,
            document,
          });
        },
      });
      for (const leak of report.leaks) {
        log?.error(leak, 'ALARM: a planted word was found by somebody who must not see it');
        onAlarm?.();
      }
      if (report.lost.length > 0)
        log?.warn(
          { visibilities: report.lost },
          'planted words are not found by their own readers: nothing is proved there',
        );
      return report;
    },
    size: () => sizeOf(db, embedder?.space),
  };
};
