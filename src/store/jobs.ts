import { type ConstructorOptions, fromPglite, PgBoss } from 'pg-boss';
import type { Log } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { Database } from './database.ts';

/** Background work by name; nothing of the message path. */
export type Jobs = Readonly<Record<string, { readonly cron: string; readonly run: () => Promise<unknown> }>>;

/**
 * Runs `jobs` on their schedules, each in one process at a time. Starting takes a moment and nobody waits for it; a job that
 * fails is retried and logged.
 */
export const startJobs = ({
  database,
  url,
  log,
  jobs,
}: {
  readonly database: Database;
  readonly url?: string;
  readonly log: Log;
  readonly jobs: Jobs;
}): AsyncDisposable => {
  const boss = new PgBoss(connection(database, url));
  boss.on('error', (error) => log.warn({ error: errorMessage(error) }, 'background work is interrupted'));
  const start = async (): Promise<void> => {
    await boss.start();
    for (const [name, { cron, run }] of Object.entries(jobs)) {
      await boss.createQueue(name);
      await boss.work(name, { pollingIntervalSeconds: 30 }, async () => {
        await run();
      });
      await boss.schedule(name, cron);
    }
  };
  const started = start().catch((error: unknown) =>
    log.error({ error: errorMessage(error) }, 'background work could not start'),
  );
  return {
    async [Symbol.asyncDispose]() {
      await started;
      await boss.stop({ graceful: true, timeout: 5_000, close: true }).catch(() => undefined);
    },
  };
};

const connection = ({ lite }: Database, url: string | undefined): ConstructorOptions => {
  const shared = { schema: 'jobs', superviseIntervalSeconds: 60 };
  if (lite !== undefined) return { ...shared, backend: 'pglite', db: fromPglite(lite) };
  return {
    ...shared,
    max: 2,
    application_name: 'frontdesk jobs',
    ...(url === undefined ? {} : { connectionString: url }),
  };
};
