/** What the service and the commands have in common: database, knowledge, the steps of a turn, and checks of the outside. */
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import type { ChannelId } from '#core/message.ts';
import type { Answerer, Turn } from '#core/turn.ts';
import { closeReaders, type IngestPlan, type KnowledgeBase } from '#knowledge/index.ts';
import type { Sync } from '#knowledge/sync/sync.ts';
import { createAnswerer } from './agent/index.ts';
import { composeImpact } from './compose-impact.ts';
import { endpointOf, type ObserveKnowledge, openKnowledge } from './compose-knowledge.ts';
import { openSync } from './compose-sync.ts';
import type { Config } from './config.ts';
import { createLog, type Logger } from './observe/log.ts';
import { createOperations, type Operations, sampleCollection } from './operations.ts';
import type { Tracer } from './pipeline/ports.ts';
import { askHuman } from './pipeline/steps/ask-human.ts';
import { attachments } from './pipeline/steps/attachments.ts';
import { attend } from './pipeline/steps/attend.ts';
import { compose } from './pipeline/steps/compose.ts';
import { guard } from './pipeline/steps/guard.ts';
import { limit } from './pipeline/steps/limit.ts';
import { retrieve } from './pipeline/steps/retrieve.ts';
import type { TurnDeps } from './pipeline/take-turn.ts';
import { type Database, openDatabase } from './store/database.ts';
import { migrate, requireCurrentSchema } from './store/migrate.ts';

/** The invented company of the sample articles, until the operator says otherwise. */
const samplePage = {
  company: 'Tidewater',
  suggestions: [
    'How do I reset my password?',
    'What does each plan cost?',
    'My label printer is offline',
    'Can I get my money back?',
  ],
};
const usesSample = ({ features, knowledge, server }: Config): boolean =>
  features.sampleKnowledge && server.profile !== 'production' && knowledge.sources.length === 0;

/** What the chat page says of the company. */
export const pageOf = async (
  config: Config,
  database: Database,
): Promise<{ readonly company: string; readonly suggestions: readonly string[] }> => {
  const { company, suggestions } = config.server;
  const isSample = usesSample(config) && company === '' && !(await hasOwnKnowledge(database));
  const sample = isSample ? samplePage : { company, suggestions: [] };
  return { company: sample.company, suggestions: suggestions.length > 0 ? suggestions : sample.suggestions };
};

/** Does the knowledge base hold anything but the sample, or did it once? Customers are never answered from an invented company again. */
const hasOwnKnowledge = async ({ db }: Database): Promise<boolean> => {
  const { rows } = await sql<{ own: boolean }>`select exists (
    select from documents where collection <> ${sampleCollection}
    union all select from knowledge_tombstones where collection <> ${sampleCollection}) as own`.execute(db);
  return rows[0]?.own === true;
};

const sampleArticles = fileURLToPath(new URL('../knowledge/articles', import.meta.url));

/** What every turn and every command stands on. */
export interface Foundation {
  readonly database: Database;
  readonly knowledge: KnowledgeBase;
  readonly sync: Sync;
  readonly answerer: Answerer;
  /** The steps of a turn, in order. */
  readonly decide: TurnDeps['decide'];
  readonly operations: Operations;
  /** Resolves once the knowledge base has its first documents. */
  readonly ready: (signal?: AbortSignal) => Promise<void>;
}

export type { Logger };

/** The log of these settings: their level, their secrets masked. */
export const openLog = (config: Config): Logger =>
  createLog({ level: config.server.logLevel, profile: config.server.profile, secrets: config.secretValues });

/** Brings the schema to this release; answers what was applied. */
export const migrateDatabase = async (config: Config, log: Logger): Promise<readonly string[]> => {
  // From an empty database on, so that it says what it did.
  const settings = { ...config.database, home: config.server.home, template: 'empty' as const };
  await using database = await openDatabase(withoutUndefined(settings), log);
  // Awaited here: the database closes when this function is left.
  return await migrate(database.db);
};

/** Who counts and traces, where somebody does. */
interface Observe extends ObserveKnowledge {
  readonly machinesAnswer?: (channel: ChannelId) => boolean;
  readonly span?: Tracer['span'];
}

/** Database, knowledge and the steps of a turn: enough for the commands that need no server. */
export const composeFoundation = async (
  config: Config,
  log: Logger,
  stack: AsyncDisposableStack,
  observe: Observe = {},
): Promise<Foundation> => {
  const database = stack.use(
    await openDatabase(withoutUndefined({ ...config.database, home: config.server.home }), log),
  );
  stack.defer(closeReaders);
  // Production migrates as a step of its own, before the new version starts anywhere.
  if (config.server.profile === 'production') await requireCurrentSchema(database.db);
  else {
    const applied = await migrate(database.db);
    if (applied.length > 0) log.info({ applied }, 'schema is up to date');
  }
  const { span = (_name, _attributes, run) => run() } = observe;
  const stored = await openKnowledge(config, database, log, observe);
  // Traced where it is used: by the turn itself, and by the model as a tool.
  const knowledge: KnowledgeBase = {
    ...stored,
    search: (query, options) => span('search', { limit: options.limit }, () => stored.search(query, options)),
  };
  const { answer, askBack } = config.knowledge.evidence;
  const extractive = { answer, askBack };
  const endpoint = endpointOf(config);
  const chat = endpoint && { ...endpoint, model: config.model.name };
  const answerer = await createAnswerer({ extractive, ...(chat === undefined ? {} : { chat }) }, { knowledge, log });
  const decide = compose([
    attend,
    attachments,
    guard,
    limit(
      {
        repliesPerWindow: config.work.repliesPer10Minutes,
        windowMs: 600_000,
        machinesAnswer: observe.machinesAnswer ?? (() => false),
      },
      () => new Date(),
    ),
    askHuman(config.rules.handOver),
    retrieve(knowledge, 6),
    (turn) =>
      span('answer', { answerer: answerer.name }, () =>
        answerer.answer(config.features.streaming ? turn : withoutPartialText(turn)),
      ),
  ]);
  const sync = openSync(config, database, knowledge, log);
  const impact = composeImpact({
    database,
    knowledge,
    extractive,
    searchIn: (trx) => stored.within(trx).search,
    plan: knowledge.plan,
    applyIn: (trx, plan: IngestPlan) => stored.within(trx).apply(plan),
  });
  const operations = createOperations({ knowledge, sync, decide, now: () => new Date(), impact });
  return {
    database,
    knowledge,
    sync,
    answerer,
    decide,
    operations,
    ready: (signal) => fillSampleKnowledge(config, database, knowledge, log, signal),
  };
};

const withoutPartialText = (turn: Turn): Turn => ({
  ...turn,
  progress: ({ status }) => {
    if (status !== undefined) turn.progress({ status });
  },
});

/** An empty knowledge base starts with the sample articles, so that the first question has an answer. */
const fillSampleKnowledge = async (
  config: Config,
  database: Database,
  knowledge: KnowledgeBase,
  log: Logger,
  signal?: AbortSignal,
): Promise<void> => {
  if (!usesSample(config)) return;
  try {
    if (await hasOwnKnowledge(database)) return;
    const report = await knowledge.ingest({
      sources: [sampleArticles],
      base: sampleArticles,
      collection: sampleCollection,
      prefixIds: true,
      ...(signal === undefined ? {} : { signal }),
    });
    if (report.added + report.changed > 0)
      log.info({ documents: report.added, ms: Math.round(report.ms) }, 'the sample knowledge base is ready');
  } catch (error) {
    // Stopped half way: the next start goes on from there.
    if (signal?.aborted !== true) log.error({ error }, 'the sample knowledge base could not be read');
  }
};

/** Settings without the keys that are not set: optional properties are absent here, never `undefined`. */
export const withoutUndefined = <T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
