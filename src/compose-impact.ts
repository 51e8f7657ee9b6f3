/** What the knowledge base does to people, joined: their questions and corrections from the store, searches and writes from the knowledge base. */
import type { Transaction } from 'kysely';
import type { Knowledge } from '#core/knowledge.ts';
import { type ChangePlan, createImpact, type Impact, type PlannedDocument } from '#knowledge/impact/index.ts';
import { withoutPersonalData } from '#knowledge/personal-data/index.ts';
import { markdownStems, questionStems } from '#knowledge/words/analyze.ts';
import { type ExtractiveSettings, quotePassages } from './agent/extractive.ts';
import type { PreviewSources } from './operations.ts';
import { createAnswerLog } from './store/answer-log.ts';
import { createCorrections } from './store/corrections.ts';
import type { Database } from './store/database.ts';
import type { Tables } from './store/tables.ts';

/**
 * How long a transaction of a preview may take, in milliseconds. The embedded database has one connection, and messages wait for it; elsewhere
 * ingestions alone do.
 */
const holdMs: Readonly<Record<Database['engine'], number>> = { embedded: 250, postgres: 5_000 };
/** The console shows a customer's transcript, with what was noted in it. */
const showsRows = ['web'];

export interface ImpactParts<Document extends PlannedDocument> {
  readonly database: Pick<Database, 'db' | 'engine'>;
  readonly knowledge: Pick<Knowledge, 'search'>;
  /** When the answer without a model says that it does not know. */
  readonly extractive: ExtractiveSettings;
  /** What an ingestion of these sources would write and delete; writes nothing. */
  readonly plan: (sources: PreviewSources) => Promise<ChangePlan<Document>>;
  /** Writes that within a transaction of somebody else. */
  readonly applyIn: (trx: Transaction<Tables>, plan: ChangePlan<Document>) => Promise<void>;
  /** The search by words within it. */
  readonly searchIn: (trx: Transaction<Tables>) => Knowledge['search'];
}

export const composeImpact = <Document extends PlannedDocument>({
  database: { db, engine },
  knowledge,
  extractive,
  ...parts
}: ImpactParts<Document>): Impact<PreviewSources, Document> =>
  createImpact({
    ...parts,
    db,
    log: createAnswerLog(db),
    corrections: createCorrections(db, { showsRows }),
    answer: (turn) => quotePassages(turn, extractive),
    stemsOf: (question) => questionStems(question),
    documentStems: (markdown) => markdownStems(markdown),
    mask: withoutPersonalData,
    async nearest({ text, audience, locale }) {
      const { passages, confidence } = await knowledge.search(text, {
        audience,
        limit: 1,
        leg: 'lexical',
        ...(locale === '' ? {} : { locale }),
      });
      const [first] = passages;
      if (first === undefined) return undefined;
      const { documentId, title, url } = first;
      return { documentId, title, ...(url === undefined ? {} : { url }), confidence };
    },
    now: () => new Date(),
    holdMs: holdMs[engine],
  });
