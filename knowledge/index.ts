import { type Kysely, sql, type Transaction } from 'kysely';
import type { Log } from '#core/channel.ts';
import type { Embedder, Knowledge, KnowledgeSize, Reranker } from '#core/knowledge.ts';
import { createDense } from './dense/dense.ts';
import type { EmbedOptions, EmbedReport } from './dense/embed.ts';
import { deleteCollection, deleteDocuments } from './ingest/delete-documents.ts';
import { type IngestOptions, ingest } from './ingest/ingest.ts';
import { applyPlan, type IngestPlan, planIngest } from './ingest/plan.ts';
import { type OwnDocument, putDocument } from './ingest/put-document.ts';
import type { IngestReport } from './ingest/report.ts';
import { checkMarkers, type MarkerReport, markerCollection } from './markers.ts';
import type { PersonalDataPolicy } from './personal-data/policy.ts';
import type { EvidenceWeights } from './search/confidence.ts';
import { createRerankHits } from './search/rerank-hits.ts';
import { createSearch, type OnSearched } from './search/search.ts';
import { mendSecondWall } from './second-wall.ts';
import { sizeOf } from './size.ts';
import { type DocumentVisibility, visibleTo } from './visibility.ts';
import { defaultSynonyms } from './words/default-synonyms.ts';
import { createExpand } from './words/expand.ts';
import type { SynonymRule } from './words/synonyms.ts';

export type { EmbedReport } from './dense/embed.ts';
export { closeReaders } from './formats/index.ts';
export type { IngestOptions } from './ingest/ingest.ts';
export type { IngestPlan } from './ingest/plan.ts';
export type { OwnDocument } from './ingest/put-document.ts';
export type { IngestProgress, IngestReport, PlannedChange } from './ingest/report.ts';
export type { MarkerReport } from './markers.ts';
export { describeCounts } from './personal-data/policy.ts';
export type { EvidenceWeights } from './search/confidence.ts';
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
export interface KnowledgeBase<T = unknown> extends Knowledge {
  /** Brings a collection in line with its sources, then gives new chunks their vectors. */
  ingest(options: IngestOptions): Promise<IngestReport & { readonly embedding?: EmbedReport }>;
  /** What an ingestion would write and delete; writes nothing. */
  plan(options: IngestOptions): Promise<IngestPlan>;
  /** The knowledge base as a transaction of somebody else sees it; by words alone, since no network is waited for in there. */
  within(trx: Transaction<T>): Pick<Knowledge, 'search'> & { readonly apply: (plan: IngestPlan) => Promise<void> };
  /** Stores one document of our own; the reason when it is none that can be stored. */
  put(document: OwnDocument): ReturnType<typeof putDocument>;
  /** Deletes documents; harmless for those that are gone. */
  remove(documentIds: readonly string[]): Promise<void>;
  /** Deletes every document of a collection; answers how many there were. */
  removeCollection(collection: string): Promise<number>;
  /** Gives chunks that still lack one a vector; nothing to do without an embedder. */
  embed(options?: EmbedOptions): Promise<EmbedReport>;
  /**
   * Plants a word for each restricted visibility and proves that only its readers find it; raises the alarm when others do. Sees to it
   * that row-level security stands behind the searches.
   */
  checkMarkers(): Promise<MarkerReport>;
  size(): Promise<KnowledgeSize>;
}

/** The knowledge base over `db`. What it keeps in memory (vectors of questions, languages) may be a few seconds old. */
export const createKnowledge = <T>(deps: KnowledgeDeps<T>): KnowledgeBase<T> => {
  const { db, embedder, embedderFor, reranker, restMs = 10_000, synonyms = [], weights, log } = deps;
  const { onSearched, onAlarm, collections = {}, privateHosts, cacheFolder } = deps;
  const dense = embedder && createDense({ db, embedder, embedderFor, restMs, log });
  const asking = { expand: createExpand([...defaultSynonyms, ...synonyms]), weights, log, onAlarm };
  const { search, findsMarker, forget } = createSearch({
    ...asking,
    db,
    dense,
    rerankHits: reranker && createRerankHits({ reranker, restMs, log }),
    onSearched,
  });
  const policyOf = (collection: string): PersonalDataPolicy | undefined => collections[collection]?.personalData;

  /** Options of an ingestion with what its collection and the settings say. */
  const inForce = (options: IngestOptions): IngestOptions => {
    const { personalData, visibility } = collections[options.collection ?? 'default'] ?? {};
    return {
      ...(personalData === undefined ? {} : { personalData }),
      ...(visibility === undefined ? {} : { visibility }),
      ...(privateHosts === undefined ? {} : { privateHosts }),
      ...(cacheFolder === undefined ? {} : { cacheFolder }),
      ...options,
    };
  };

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
    withdrawn: async (documentIds, audience) => {
      // What was never a document of ours, because a tool brought it, is not ours to judge.
      const { rows } = await sql<{ id: string }>`
        (select document_id as id from knowledge_tombstones where document_id = any (${documentIds}::text[])
         union all select id from documents where id = any (${documentIds}::text[]))
        except select knowledge_visible_documents(${documentIds}::text[], ${visibleTo(audience)}::text[])`.execute(db);
      return new Set(rows.map(({ id }) => id));
    },
    ingest: async (options) => {
      const report = await changing(ingest(db, inForce(options)));
      return dense && options.dryRun !== true
        ? { ...report, embedding: await embed({ signal: options.signal }) }
        : report;
    },
    plan: (options) => planIngest(db, inForce(options)),
    within: (trx) => ({
      search: createSearch({ ...asking, db: trx }).search,
      apply: (plan) => applyPlan(trx, plan),
    }),
    put: (document) => changing(putDocument(db, document, policyOf(document.collection))),
    remove: (documentIds) => changing(deleteDocuments(db, documentIds)),
    removeCollection: (collection) => changing(deleteCollection(db, collection)),
    embed,
    checkMarkers: async () => {
      const wall = await mendSecondWall(db);
      if (wall === 'raised')
        log?.warn({}, 'row-level security was not in place behind the searches, as after a restore; now it is');
      if (typeof wall === 'object') {
        log?.error({ error: wall.missing }, 'ALARM: row-level security is not in place behind the searches');
        onAlarm?.();
      }
      const report = await checkMarkers({
        db,
        find: findsMarker,
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
