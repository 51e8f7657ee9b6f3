/** The baseline of message-path.ts: a route that stores a question and an answer, and nothing else. */
import fastify from 'fastify';
import { sql } from 'kysely';
import { openDatabase } from '#src/store/database.ts';
import { quietLog } from '#test/database.ts';

const url = process.argv[2] ?? '';
const database = await openDatabase(
  { home: 'memory', poolSize: 10, statementTimeoutMs: 15_000, idleTimeoutMs: 30_000, ...(url === '' ? {} : { url }) },
  quietLog,
);
await sql`create table bare (id bigint generated always as identity primary key, role text not null, text text not null, at timestamptz not null default now())`.execute(
  database.db,
);
const app = fastify();
app.post('/', async (request) => {
  const { text } = request.body as { text: string };
  await sql`insert into bare (role, text) values ('customer', ${text})`.execute(database.db);
  await sql`insert into bare (role, text) values ('bot', ${`re: ${text}`})`.execute(database.db);
  return { text };
});
process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }));
