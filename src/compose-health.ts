/** The state of everything that a process depends on, for `/health` and `doctor`. */
import { join } from 'node:path';
import { sql } from 'kysely';
import type { ChannelAdapter } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { ChannelId } from '#core/message.ts';
import { nameOf } from '#knowledge/sync/sync.ts';
import { failures, syncStates, troubleOf } from '#knowledge/sync/sync-state.ts';
import { openChannels } from './compose-channels.ts';
import { withoutUndefined } from './compose-foundation.ts';
import type { Config } from './config.ts';
import type { HealthReport } from './http/ports.ts';
import type { Logger } from './observe/log.ts';
import { createFolderBlobs } from './store/blobs.ts';
import { type Database, openDatabase } from './store/database.ts';
import { createLocalFanout } from './store/fanout.ts';
import { requireCurrentSchema } from './store/migrate.ts';
import { openRedis, type Redis } from './store/redis.ts';

type Dependency = HealthReport['dependencies'][number];

/** Checks that log in somewhere are asked at most this often, however often a load balancer asks us. */
const outsideMs = 30_000;

/** Reports on the database and Redis each time, on channels and the model endpoint from a recent look. */
export const createHealth = (deps: {
  readonly config: Config;
  readonly database: Database;
  readonly redis: Redis | undefined;
  readonly adapters: ReadonlyMap<ChannelId, ChannelAdapter>;
  /** Starting or stopping: nothing should be sent here. */
  readonly isBusy: () => boolean;
}): (() => Promise<HealthReport>) => {
  let outside: Promise<readonly Dependency[]> | undefined;
  let askedAt = 0;
  return async () => {
    if (outside === undefined || Date.now() - askedAt > outsideMs) {
      askedAt = Date.now();
      outside = checkOutside(deps.config, deps.adapters);
    }
    const database = await checkDatabase(deps.database);
    const redis = deps.redis === undefined ? [] : [{ name: 'redis', required: false, ...(await deps.redis.check()) }];
    return { ready: !deps.isBusy() && database.ok, dependencies: [database, ...redis, ...(await outside)] };
  };
};

/** Each dependency of these settings by itself, the schema and the quarantine, for `doctor`. */
export const checkDependencies = async (config: Config, log: Logger): Promise<readonly Dependency[]> => {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(
    await openDatabase(withoutUndefined({ ...config.database, home: config.server.home }), log),
  );
  const redis = config.redis.url === undefined ? undefined : stack.use(openRedis({ url: config.redis.url }, log));
  const blobs = createFolderBlobs(join(config.server.home, 'blobs'), log);
  const adapters = openChannels(config, { database, blobs, fanout: createLocalFanout(log), log });
  const { dependencies } = await createHealth({ config, database, redis, adapters, isBusy: () => false })();
  const schema = await requireCurrentSchema(database.db).then(
    () => ({ ok: true, detail: 'up to date' }),
    (error: unknown) => ({ ok: false, detail: errorMessage(error) }),
  );
  return [
    ...dependencies,
    { name: 'schema', required: true, ...schema },
    ...(schema.ok ? [await checkQuarantine(database), ...(await checkKnowledge(config, database))] : []),
  ];
};

const checkDatabase = async (database: Database): Promise<Dependency> => ({
  name: 'database',
  required: true,
  ...(await database.ping().then(
    () => ({ ok: true, detail: database.engine }),
    (error: unknown) => ({ ok: false, detail: errorMessage(error) }),
  )),
});

const checkOutside = async (
  config: Config,
  adapters: ReadonlyMap<ChannelId, ChannelAdapter>,
): Promise<readonly Dependency[]> => {
  const signal = AbortSignal.timeout(5_000);
  const asked = [...adapters.values()].flatMap(async (adapter) =>
    adapter.check === undefined
      ? []
      : [{ name: adapter.id, required: false, ...(await checkChannel(adapter, signal)) }],
  );
  return [...(await Promise.all(asked)).flat(), ...(await checkModel(config.model, signal))];
};

/** What a channel says of itself; one that cannot even be asked (no schema yet) does not hide the others. */
const checkChannel = async (
  adapter: ChannelAdapter,
  signal: AbortSignal,
): Promise<Pick<Dependency, 'ok' | 'detail'>> => {
  try {
    return (await adapter.check?.(signal)) ?? { ok: true, detail: 'not checked' };
  } catch (error) {
    return { ok: false, detail: errorMessage(error) };
  }
};

/** Asks an OpenAI-compatible endpoint for its models: reachable, and the key is good. */
const checkModel = async (model: Config['model'], signal: AbortSignal): Promise<readonly Dependency[]> => {
  if (model.apiKey === undefined && model.baseUrl === undefined) return [];
  const said = (ok: boolean, detail: string): readonly Dependency[] => [{ name: 'model', required: false, ok, detail }];
  try {
    const response = await fetch(`${(model.baseUrl ?? 'https://api.openai.com/v1').replace(/\/$/, '')}/models`, {
      headers: model.apiKey === undefined ? {} : { authorization: `Bearer ${model.apiKey}` },
      signal,
    });
    await response.body?.cancel();
    if (response.status === 401 || response.status === 403)
      return said(false, 'The endpoint refuses the key. Check OPENAI_API_KEY.');
    // Small servers have no list of models; that they answer is enough.
    if (response.ok || response.status === 404) return said(true, model.name);
    return said(false, `The endpoint answers ${response.status}; quoted answers are given meanwhile.`);
  } catch (error) {
    return said(
      false,
      `The endpoint does not answer (${errorMessage(error)}). Check OPENAI_BASE_URL; quoted answers are given meanwhile.`,
    );
  }
};

/** Input that nobody could read waits for a person. */
const checkQuarantine = async (database: Database): Promise<Dependency> => {
  const { rows } = await sql<{ channel: string; source: string; reason: string }>`select channel, source, reason
    from quarantine order by id desc limit 5`.execute(database.db);
  const detail = rows.map((row) => `${row.channel} ${row.source}: ${row.reason}`).join('; ');
  return {
    name: 'quarantine',
    required: false,
    ok: rows.length === 0,
    detail: rows.length === 0 ? 'empty' : `look at ${detail}`,
  };
};

/** When each source was read last, and what could not be read. */
const checkKnowledge = async (config: Config, { db }: Database): Promise<readonly Dependency[]> => {
  const states = new Map((await syncStates(db)).map((state) => [state.name, state]));
  const sources = config.knowledge.sources.map((source): Dependency => {
    const state = states.get(nameOf(source));
    const trouble = troubleOf(state?.report);
    const last = state?.finishedAt ?? undefined;
    const when =
      last === undefined
        ? 'not synced yet, or due again'
        : `last ${trouble === undefined ? 'synced' : 'tried'} ${last.toISOString()}`;
    return {
      name: `source ${nameOf(source)}`,
      required: false,
      ok: trouble === undefined,
      detail: trouble === undefined ? when : `${when}: ${trouble}`,
    };
  });
  const { count, latest } = await failures(db, 5);
  const listed = latest.map(({ source, reason }) => `${source}: ${reason}`).join('; ');
  const detail =
    count === 0 ? 'everything could be read' : `${count} not read, tried again at the next sync: ${listed}`;
  // A file of a kind that nobody reads is no fault of the installation.
  return [...sources, { name: 'knowledge', required: false, ok: true, detail }];
};
