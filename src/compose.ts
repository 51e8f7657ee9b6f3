/** The only file that sees everything: plain constructor calls, in flow order. Closers go on the stack as things open. */
import { randomInt, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import type { Fanout } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { ConversationId } from '#core/message.ts';
import { remember } from './agent/memory.ts';
import { openChannels, openWebhooks } from './compose-channels.ts';
import { createAnswers, createExpectations, openDesk, tendDesk, upkeepOf } from './compose-desk.ts';
import { composeFoundation, pageOf, withoutUndefined } from './compose-foundation.ts';
import { createHealth } from './compose-health.ts';
import { createChatStore, createDeskStore, createIntake, httpSettings } from './compose-http.ts';
import { createLearning } from './compose-learning.ts';
import { type RunningSync, startSync } from './compose-sync.ts';
import type { Config } from './config.ts';
import { transition } from './desk/index.ts';
import { buildHealthServer, buildServer } from './http/server.ts';
import { type Logger, withCorrelation } from './observe/log.ts';
import { createMetrics } from './observe/metrics.ts';
import { createTracing } from './observe/traces.ts';
import type { Operations } from './operations.ts';
import { createAccept } from './pipeline/accept.ts';
import { createDeliver } from './pipeline/deliver.ts';
import { createGiveUp } from './pipeline/give-up.ts';
import { listen } from './pipeline/listen.ts';
import type { PipelineDeps } from './pipeline/ports.ts';
import { createSettled } from './pipeline/settle.ts';
import { createSignal } from './pipeline/signal.ts';
import { createTakeTurn, type TurnDeps } from './pipeline/take-turn.ts';
import { createWorker } from './pipeline/work.ts';
import { createFolderBlobs } from './store/blobs.ts';
import { createCases } from './store/cases.ts';
import { createChatRows } from './store/chat.ts';
import type { Database } from './store/database.ts';
import { createDeskRows } from './store/desk.ts';
import { createDraftRows } from './store/drafts.ts';
import { createLocalFanout, createNotifyFanout, createRedisFanout } from './store/fanout.ts';
import { sweepRows } from './store/housekeeping.ts';
import { startJobs } from './store/jobs.ts';
import { createLedger } from './store/ledger.ts';
import { postgresListenClient } from './store/listen-client.ts';
import { createListenerLeases } from './store/listening.ts';
import { openRedis, type Redis } from './store/redis.ts';
import { createMemorySessions, createRedisSessions } from './store/session.ts';

const builtPages = fileURLToPath(new URL('../web/dist', import.meta.url));

export interface Service extends AsyncDisposable {
  /** Where the web pages are. */
  readonly url: string;
  readonly operations: Operations;
  /** Finishes or returns work, then closes everything. */
  stop(): Promise<void>;
}

/** The whole service for the roles that the settings name. */
export const composeService = async (config: Config, log: Logger): Promise<Service> => {
  await using stack = new AsyncDisposableStack();
  const now = () => new Date();
  const worker = `${process.pid}-${randomUUID().slice(0, 8)}`;
  const isWorker = config.server.role.some((role) => role !== 'web');
  const isWeb = config.server.role.some((role) => role !== 'worker');

  const metrics = createMetrics();
  const tracer = await createTracing({
    serviceName: 'frontdesk',
    ...(config.server.otlpEndpoint === undefined ? {} : { endpoint: config.server.otlpEndpoint }),
  });
  stack.defer(() => tracer.shutdown());
  let adapters: ReturnType<typeof openChannels> = new Map();
  const foundation = await composeFoundation(config, log, stack, {
    onSearched: metrics.retrieval,
    onAlarm: metrics.visibilityAlarm,
    span: tracer.span,
    machinesAnswer: (channel) => adapters.get(channel)?.capabilities.machinesAnswer ?? false,
  });
  const { database } = foundation;

  const redis = config.redis.url === undefined ? undefined : stack.use(openRedis({ url: config.redis.url }, log));
  const fanout = openFanout(config, database, redis, log, stack);
  const local = createMemorySessions({ ttlMs: config.redis.sessionTtlMinutes * 60_000, max: 20_000, now });
  const sessions =
    redis === undefined
      ? local
      : createRedisSessions({ redis, ttlMs: config.redis.sessionTtlMinutes * 60_000, local, log });
  const blobs = createFolderBlobs(join(config.server.home, 'blobs'), log);
  const ledger = createLedger(database.db, { worker, leaseMs: config.work.leaseSeconds * 1_000 });

  adapters = openChannels(config, { database, blobs, fanout, log });

  const pipeline: PipelineDeps = { adapters, blobs, fanout, log, tracer, meter: metrics };
  const deskRows = createDeskRows(database.db);
  const cases = createCases(database.db);
  const upkeep = upkeepOf(config.desk);
  const settled = createSettled(ledger, fanout);
  const answers = createAnswers(deskRows, cases, settled, log);
  const reading = createSignal();
  const drafts = createDraftRows(database.db);
  const learning = createLearning({ drafts, cases, knowledge: foundation.knowledge, reading, log, now });
  const turnDeps: TurnDeps = {
    ...pipeline,
    ledger,
    sessions,
    decide: foundation.decide,
    ...createExpectations(upkeep, deskRows, now, stack),
    desk: openDesk(config),
    transition,
    remember: (turn) =>
      config.features.memory && turn.audience.identity === 'verified' ? remember(turn.question, now()) : [],
    newCode,
    answererName: foundation.answerer.name,
    settleArticles: learning.settle,
    limits: { window: 20, turnsPerEpoch: config.work.turnsPerEpoch },
  };
  const takeTurn = createTakeTurn(turnDeps);
  const deliver = createDeliver(
    ledger,
    pipeline,
    { sendTimeoutMs: 60_000, giveUpAfterMs: config.work.giveUpHours * 3_600_000 },
    now,
    Math.random,
  );
  let depth = { reading: 0, delivering: 0 };
  metrics.watchQueue(() => Promise.resolve(depth));
  if (redis !== undefined) metrics.watchRedis(redis.available);
  metrics.watchKnowledge(foundation.knowledge.size);
  const work = createWorker(
    {
      ledger,
      takeTurn: (claim, signal) =>
        withCorrelation({ conversationId: claim.conversation.id }, () => takeTurn(claim, signal)),
      giveUp: createGiveUp(turnDeps),
      deliver,
      log,
      tracer,
      onDepth: (found) => {
        depth = found;
      },
    },
    {
      concurrency: config.work.concurrency,
      pollMs: 250,
      heartbeatMs: (config.work.leaseSeconds * 1_000) / 3.2,
      maxAttempts: 5,
    },
    reading,
  );
  const accept = createAccept(ledger, pipeline, reading, work, {
    priorityRules: config.rules.priorities.map(withoutUndefined),
    queueLimit: config.work.queueLimit,
  });

  const listening = new AbortController();
  const listeners: Promise<void>[] = [];
  /** Work of the start that goes on beside the first questions. */
  let preparing: Promise<unknown> = Promise.resolve();
  let syncing: RunningSync | undefined;
  let draining = false;
  /** Questions that came before the first articles would be told that nothing is known. */
  let filling = isWorker;
  const health = createHealth({ config, database, redis, adapters, isBusy: () => draining || filling });
  let url = config.server.publicUrl;
  const watched = { settings: httpSettings(config), health, metrics: metrics.scrape, log };
  if (isWeb) {
    const chatRows = createChatRows(database.db, now);
    const app = await buildServer({
      ...watched,
      chat: createChatStore(chatRows),
      intake: createIntake(accept, deskRows, settled, fanout, now),
      desk: createDeskStore(deskRows, chatRows, upkeep.sla, now),
      articles: learning.store,
      blobs,
      fanout,
      page: await pageOf(config, database),
      webhooks: openWebhooks(adapters, accept, answers),
      ...(existsSync(builtPages) ? { webRoot: builtPages } : {}),
      ...(redis === undefined ? {} : { redis: redis.client }),
    });
    stack.defer(() => app.close());
    await app.listen({ host: config.server.host, port: config.server.port });
    const address = app.server.address();
    if (config.server.port === 0 && address !== null && typeof address === 'object')
      url = `http://localhost:${address.port}`;
  } else {
    const app = await buildHealthServer(watched);
    stack.defer(() => app.close());
    // Next to a web process on one machine the port is taken; the worker works, only nobody can watch it there.
    await app
      .listen({ host: config.server.host, port: config.server.port })
      .catch((error: Error) => log.warn({ error: error.message }, 'health and metrics of this worker are not served'));
  }
  if (isWorker) {
    work.start();
    const leases = createListenerLeases(database.db, worker);
    const lease = { leaseMs: config.work.leaseSeconds * 1_000, retryMs: 500 };
    for (const adapter of adapters.values())
      if (adapter.listen !== undefined)
        listeners.push(listen(adapter, accept, leases, { log, answers }, listening.signal, lease));
    // Passages that came before the embedding endpoint did, or while it was away.
    const embedRest = () => foundation.knowledge.embed({ signal: listening.signal });
    const jobs = {
      embed: { cron: '*/10 * * * *', run: embedRest },
      sweep: { cron: '17 * * * *', run: () => sweepRows(database.db) },
      desk: { cron: '* * * * *', run: () => tendDesk(upkeep, cases, deskRows, reading, now(), log) },
      learn: { cron: '* * * * *', run: learning.learn },
      markers: { cron: '*/10 * * * *', run: () => foundation.knowledge.checkMarkers() },
      vacuum: { cron: '41 */6 * * *', run: () => database.vacuum() },
      sync: { cron: '* * * * *', run: async () => syncing?.tick() },
    };
    stack.use(
      startJobs({ database, log, jobs, ...(config.database.url === undefined ? {} : { url: config.database.url }) }),
    );
    preparing = foundation
      .ready(listening.signal)
      .finally(() => {
        filling = false;
      })
      .then(embedRest)
      .then(async () => {
        syncing = await startSync(config, foundation.sync, log, listening.signal);
      })
      .catch((error: unknown) => log.warn({ error: errorMessage(error) }, 'the knowledge base could not be prepared'));
  } else work.watch();
  const held = stack.move();
  const stop = async (): Promise<void> => {
    draining = true;
    listening.abort();
    await Promise.allSettled([...listeners, preparing]);
    await syncing?.[Symbol.asyncDispose]();
    await work.stop(config.work.drainSeconds * 1_000);
    await held.disposeAsync();
  };
  return { url, operations: foundation.operations, stop, [Symbol.asyncDispose]: stop };
};

const openFanout = (
  config: Config,
  database: Database,
  redis: Redis | undefined,
  log: Logger,
  stack: AsyncDisposableStack,
): Fanout => {
  const chat = createChatStore(createChatRows(database.db, () => new Date()));
  if (redis !== undefined) return stack.use(createRedisFanout({ redis, log }));
  if (config.database.url === undefined) return createLocalFanout(log);
  return stack.use(
    createNotifyFanout({
      listenClient: postgresListenClient(config.database.url),
      notify: (channel, payload) => sql`select pg_notify(${channel}, ${payload})`.execute(database.db),
      log,
      // NOTIFY carries little: a message crosses as its id, partial text not at all, and the other process reads the row.
      pack: (_topic, event) => {
        const { type, message } = event as { readonly type?: string; readonly message?: { readonly id: string } };
        if (type === 'partial') return undefined;
        return type === 'message' ? { type, id: message?.id } : event;
      },
      unpack: async (topic, packed) => {
        const { type, id } = packed as { readonly type?: string; readonly id?: string };
        if (type !== 'message' || id === undefined) return packed;
        const before = (BigInt(id) + 1n).toString();
        const { items } = await chat.history(topic.slice('chat:'.length) as ConversationId, { before, limit: 1 });
        return items[0]?.id === id ? { type, message: items[0] } : undefined;
      },
    }),
  );
};

/** Letters and digits that nobody mixes up when reading them aloud. */
const newCode = (): string => Array.from({ length: 4 }, () => '23456789ABCDEFGHJKMNPQRSTVWXYZ'[randomInt(30)]).join('');
