/**
 * What the message path costs, without a model: the whole product over HTTP against the least that could store a question and
 * an answer (a bare Fastify route with two inserts), on the same database, in one run. Machines are noisy: read the ratios.
 *
 *   npm run bench -- [--seconds 8] [--json]      PostgreSQL too when TEST_DATABASE_URL is set
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { engines, openTestDatabase } from '#test/database.ts';
import { openChat, startProduct } from '#test/product.ts';
import { percentile, printTable } from './report.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '8' }, json: { type: 'boolean', default: false } },
});
const seconds = Number(values.seconds);
const concurrency = 64;
const questions = [
  'How do I reset my password?',
  'what does the growth plan cost',
  'how long does shipping take to germany',
  'my label printer is offline',
];

interface Row {
  readonly engine: string;
  readonly what: string;
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
}

/** Runs `ask` from `clients` loops for a while; answers per second and milliseconds. */
const measure = async (
  clients: readonly ((n: number) => Promise<boolean>)[],
  forSeconds: number,
): Promise<Pick<Row, 'perSecond' | 'p50' | 'p95'>> => {
  const times: number[] = [];
  const end = performance.now() + forSeconds * 1_000;
  await Promise.all(
    clients.map(async (ask, place) => {
      for (let n = place; performance.now() < end; n += 1) {
        const started = performance.now();
        if (!(await ask(n))) throw new Error('A question got no answer.');
        times.push(performance.now() - started);
      }
    }),
  );
  return { perSecond: times.length / forSeconds, p50: percentile(times, 0.5), p95: percentile(times, 0.95) };
};

const measureProduct = async (engine: string, url: string | undefined): Promise<readonly Row[]> => {
  await using product = await startProduct({
    env: {
      RATE_LIMIT_PER_MINUTE: '1000000',
      WORK_TURNS_PER_CASE: '10000',
      ...(url === undefined ? {} : { DATABASE_URL: url }),
    },
  });
  const first = await openChat(product.url);
  while ((await first.say(questions[0] as string)).body.replies[0]?.kind !== 'answer')
    await new Promise((resolve) => setTimeout(resolve, 200));
  const chats = await Promise.all(Array.from({ length: concurrency }, () => openChat(product.url)));
  const ask = (chat: (typeof chats)[number]) => async (n: number) => {
    const { status, body } = await chat.say(questions[n % questions.length] as string);
    return status === 201 && body.settled && body.replies.length > 0;
  };
  const alone = await measure([ask(first)], Math.min(seconds, 4));
  const busy = await measure(chats.map(ask), seconds);
  return [
    { engine, what: 'product, one customer', ...alone },
    { engine, what: `product, ${concurrency} customers`, ...busy },
  ];
};

const measureBaseline = async (engine: string, url: string | undefined): Promise<readonly Row[]> => {
  const child = fork(fileURLToPath(new URL('./bare-server.ts', import.meta.url)), [url ?? ''], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [address] = (await once(child, 'message')) as [string];
  const ask = async (n: number) =>
    (
      await fetch(address, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text: questions[n % questions.length] }),
      })
    ).ok;
  const busy = await measure(
    Array.from({ length: concurrency }, () => ask),
    seconds,
  );
  child.kill('SIGKILL');
  return [{ engine, what: `bare route, ${concurrency} clients`, ...busy }];
};

const rows: Row[] = [];
for (const engine of engines) {
  const database = engine === 'postgres' ? await openTestDatabase('postgres') : undefined;
  rows.push(...(await measureBaseline(engine, database?.url)), ...(await measureProduct(engine, database?.url)));
  await database?.[Symbol.asyncDispose]();
}
const bare = new Map(rows.filter((row) => row.what.startsWith('bare')).map((row) => [row.engine, row.perSecond]));
printTable(
  rows.map((row) => ({
    database: row.engine,
    what: row.what,
    'replies/s': row.perSecond.toFixed(0),
    'p50 ms': row.p50.toFixed(1),
    'p95 ms': row.p95.toFixed(1),
    'of bare': `${((100 * row.perSecond) / (bare.get(row.engine) ?? Number.NaN)).toFixed(0)} %`,
  })),
  values.json,
);
process.stderr.write('A customer’s wait includes the 60 ms in which a burst settles into one answer.\n');
