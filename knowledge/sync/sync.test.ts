import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Log } from '#core/channel.ts';
import { engines, openTestDatabase, quietLog } from '#test/database.ts';
import type { IngestOptions } from '../ingest/ingest.ts';
import type { IngestReport } from '../ingest/report.ts';
import { createSync, nameOf, type SyncSource } from './sync.ts';
import { syncStates } from './sync-state.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
  database = await openTestDatabase(engines.at(-1) ?? 'embedded');
}, 60_000);
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await sql`truncate knowledge_syncs`.execute(database.db);
});

const report: IngestReport = {
  added: 1,
  changed: 0,
  unchanged: 0,
  removed: 0,
  unreadable: [],
  incomplete: [],
  personalData: [],
  chunks: 1,
  ms: 5,
};
const hourly: SyncSource = { from: 'https://help.example/', collection: 'help', everyMs: 3_600_000 };
const folder: SyncSource = { from: 'docs', collection: 'default' };

/** A sync over these sources with a clock of its own; what was ingested, and what was logged. */
const setUp = (
  sources: readonly SyncSource[],
  ingest: (options: IngestOptions) => Promise<IngestReport> = async () => report,
) => {
  const ingested: string[] = [];
  const logged: string[] = [];
  const clock = { at: Date.parse('2026-01-01T00:00:00Z') };
  const log: Log = {
    ...quietLog,
    info: (_data, message) => logged.push(message),
    warn: (data, message) => logged.push(`${message}: ${(data as { reason?: string }).reason}`),
  };
  const sync = createSync({
    db: database.db,
    sources,
    ingest: (options) => {
      ingested.push(...options.sources);
      return ingest(options);
    },
    alone: (work) => work(),
    log,
    now: () => new Date(clock.at),
  });
  const due = (signal = new AbortController().signal) => sync.due(signal);
  return { sync, due, ingested, logged, clock };
};

it('syncs what is due: never synced, or longer ago than its schedule says', async () => {
  const { due, ingested, clock } = setUp([hourly, folder]);
  await due();
  expect(ingested).toEqual([hourly.from, folder.from]);
  clock.at += 3_599_999;
  await due();
  expect(ingested).toHaveLength(2);
  clock.at += 1;
  await due();
  expect(ingested.slice(2)).toEqual([hourly.from]);
});

it('syncs again what changed, also when it changed during a sync', async () => {
  let during: () => Promise<void> = async () => {};
  const { sync, due, ingested } = setUp([folder], async () => {
    await during();
    return report;
  });
  await due();
  await sync.expect(({ from }) => from === folder.from);
  during = () => sync.expect(() => true);
  await due();
  during = async () => {};
  await due();
  await due();
  expect(ingested).toHaveLength(3);
});

it('says once why a source fails, and when it is well again', async () => {
  let fails: string | undefined = 'no such folder';
  const { sync, due, logged } = setUp([folder, hourly], async ({ sources }) => {
    if (sources[0] === hourly.from) throw new Error('the site is down');
    return fails === undefined ? report : { ...report, added: 0, unreadable: [{ source: 'docs', reason: fails }] };
  });
  const again = async () => {
    await sync.expect(() => true);
    await due();
    return logged.splice(0);
  };
  expect(await again()).toEqual([
    'a source could not be synced: no such folder',
    'a source could not be synced: the site is down',
  ]);
  expect(await again()).toEqual([]);
  fails = 'permission denied';
  expect(await again()).toEqual(['a source could not be synced: permission denied']);
  fails = undefined;
  expect(await again()).toEqual(['a source is in sync again', 'a source was synced']);
  expect(await syncStates(database.db)).toMatchObject([
    { name: 'default: docs', report: { added: 1, unreadable: 0 } },
    { name: 'help: https://help.example/', report: { failure: 'the site is down' } },
  ]);
});

it('goes on after a stop with what was not done', async () => {
  const stop = new AbortController();
  const { due, ingested, logged } = setUp([folder, hourly], async () => {
    stop.abort();
    throw stop.signal.reason;
  });
  await expect(due(stop.signal)).rejects.toThrow();
  expect([ingested, logged]).toEqual([[folder.from], []]);
  const next = setUp([folder, hourly]);
  await next.due();
  expect(next.ingested).toEqual([folder.from, hourly.from]);
});

it('syncs everything when asked, and records nothing of a dry run', async () => {
  const { sync } = setUp([hourly, folder]);
  expect((await sync.all({ dryRun: true })).map(({ name }) => name)).toEqual([
    'help: https://help.example/',
    'default: docs',
  ]);
  expect(await syncStates(database.db)).toEqual([]);
  await sync.all({});
  expect(await syncStates(database.db)).toHaveLength(2);
});

it.each([
  ['https://me:s3cret@git.example/kb.git', 'kb: https://git.example/kb.git'],
  ['git+https://s3cret@git.example/kb#main', 'kb: git+https://git.example/kb#main'],
  ['ssh://git:s3cret@git.example/kb', 'kb: ssh://git@git.example/kb'],
  ['git@git.example:kb.git', 'kb: git@git.example:kb.git'],
  ['https://git.example:8443/@team/', 'kb: https://git.example:8443/@team/'],
])('knows %s without its login', (from, name) => {
  expect(nameOf({ collection: 'kb', from })).toBe(name);
});
