import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import type { Embedder } from '#core/knowledge.ts';
import { createOpenAiEmbedder, embedderForSpace } from '#src/agent/embeddings.ts';
import type { Database } from '#src/store/database.ts';
import { engines, openTestDatabase } from '#test/database.ts';
import { type EmbeddingServer, startEmbeddingServer } from '#test/fakes/embeddings.ts';
import { recordingLog } from '#test/recording-log.ts';
import { createDense } from './dense.ts';
import { embedChunks } from './embed.ts';
import { finishSpace } from './space-index.ts';

const models = { 'small-1': 16, 'large-2': 32 };
let server: EmbeddingServer;
beforeAll(async () => {
  server = await startEmbeddingServer(models);
});
afterAll(() => server[Symbol.asyncDispose]());

describe.each(engines)('the dense leg on %s', (engine) => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(engine);
  });
  afterAll(() => database?.[Symbol.asyncDispose]());
  beforeEach(async () => {
    server.reset();
    server.serve(models);
    await sql`delete from documents`.execute(database.db);
    const { rows } = await sql<{ id: number }>`delete from embedding_spaces returning id`.execute(database.db);
    for (const { id } of rows) await sql`drop index if exists ${sql.id(`embeddings_space_${id}`)}`.execute(database.db);
  });

  const write = async (texts: readonly string[], tokens = 10): Promise<void> => {
    await sql`
      insert into documents (id, collection, source, title, visibility, content_hash)
      values ('doc', 'kb', 'doc', 'Title', 'public', 'x') on conflict do nothing`.execute(database.db);
    const hashes = texts.map((text) => createHash('sha256').update(text).digest('hex'));
    await sql`
      insert into chunks (document_id, ordinal, headings, body, tokens, text_hash, visibility)
      select 'doc', (select count(*) from chunks) + place, '{}', body, ${tokens}, hash, 'public'
      from unnest(${texts}::text[], ${hashes}::text[]) with ordinality as t (body, hash, place)`.execute(database.db);
  };
  const many = (count: number) => Array.from({ length: count }, (_, i) => `text number ${i}`);

  const endpoint = () => ({ baseUrl: server.baseUrl, timeoutMs: 5_000, retries: 0 });
  const embedder = (model: string) => createOpenAiEmbedder({ ...endpoint(), model });
  const dense = (model: string, parts: { keepOldMs?: number; cached?: number } = {}) => {
    const log = recordingLog();
    const embedderFor = (space: string) => embedderForSpace(endpoint(), space);
    return {
      log,
      ...createDense({ db: database.db, embedder: embedder(model), embedderFor, restMs: 0, log, ...parts }),
    };
  };
  const ask = (leg: Pick<ReturnType<typeof dense>, 'nearest'>, question: string) =>
    leg.nearest(question, async (space, vector) => {
      const { rows } = await sql<{ body: string }>`
        select c.body from embeddings e join chunks c using (text_hash) where e.space_id = ${space.id}
        order by e.embedding <=> ${vector}::halfvec limit 1`.execute(database.db);
      return rows.map(({ body }) => `${body} (${space.dimensions})`);
    });
  const count = async (table: 'embeddings' | 'embedding_spaces'): Promise<number> =>
    (await sql<{ count: number }>`select count(*)::int as count from ${sql.table(table)}`.execute(database.db)).rows[0]
      ?.count ?? -1;
  const indexes = async () =>
    (
      await sql<{ name: string; valid: boolean }>`
        select c.relname as name, i.indisvalid as valid from pg_index i join pg_class c on c.oid = i.indexrelid
        where c.relname like 'embeddings_space_%'`.execute(database.db)
    ).rows;

  it('fills in batches, and finds what shares words', async () => {
    await write([...many(150), 'the lamp is broken', 'opening hours of the museum']);
    const leg = dense('small-1');
    expect(await ask(leg, 'a broken lamp')).toEqual([]);
    const seen: number[] = [];
    const report = await leg.fill({
      onProgress: ({ done, total }) => {
        expect(total).toBe(152);
        seen.push(done);
      },
    });
    expect(report).toEqual({ embedded: 152 });
    expect(seen).toEqual([...seen].sort((one, other) => one - other));
    expect(seen.at(-1)).toBe(152);
    expect(server.requests.map(({ body }) => (body as { input: string[] }).input.length).sort()).toEqual([24, 64, 64]);
    expect(await ask(leg, 'a broken lamp')).toEqual(['the lamp is broken (16)']);
    expect(await indexes()).toMatchObject([{ valid: true }]);
    expect(await leg.fill()).toEqual({ embedded: 0 });
  });

  it('has two requests under way', async () => {
    await write(many(128));
    let started = 0;
    const both = Promise.withResolvers<void>();
    const waiting: Embedder = {
      space: 'waiting',
      embed: async (texts) => {
        started += 1;
        if (started === 2) both.resolve();
        await both.promise;
        return texts.map(() => [1, 0]);
      },
    };
    expect(await embedChunks(database.db, waiting)).toEqual({ embedded: 128 });
  });

  it('asks for the vector of a question once, and forgets the oldest', async () => {
    await write(['the lamp is broken']);
    const leg = dense('small-1', { cached: 2 });
    await leg.fill();
    server.reset();
    for (const question of ['one', 'two', 'one', 'three', 'one', 'two']) await ask(leg, question);
    expect(server.requests.map(({ body }) => (body as { input: string[] }).input[0])).toEqual([
      'one',
      'two',
      'three',
      'two',
    ]);
  });

  it('goes on with the old model while the new one is filled, and then drops the old one', async () => {
    await write(['the lamp is broken', ...many(80)]);
    await dense('small-1').fill();
    const leg = dense('large-2', { keepOldMs: 0 });
    server.fail(undefined, { kind: 'status', status: 500 });
    expect(await leg.fill()).toMatchObject({ embedded: expect.any(Number), failure: expect.stringContaining('500') });
    expect(await ask(leg, 'broken lamp')).toEqual(['the lamp is broken (16)']);
    const careful = dense('large-2');
    expect(await careful.fill()).not.toHaveProperty('failure');
    expect(await count('embedding_spaces')).toBe(2);
    expect(await ask(leg, 'broken lamp')).toEqual(['the lamp is broken (32)']);
    await leg.fill();
    expect([await count('embedding_spaces'), await count('embeddings'), (await indexes()).length]).toEqual([1, 81, 1]);
    expect(leg.log.lines).toMatchObject([{ level: 'info', fields: { spaces: ['small-1'] } }]);
    // A process that still has the old settings asks with the new model.
    expect(await ask(dense('small-1'), 'broken lamp')).toEqual(['the lamp is broken (32)']);
  });

  it('searches by words alone when the old model is gone before the new one is ready', async () => {
    await write(['the lamp is broken']);
    await dense('small-1').fill();
    server.serve({ 'large-2': 32 });
    const leg = dense('large-2');
    expect(await ask(leg, 'broken lamp')).toEqual([]);
    expect(leg.log.lines).toMatchObject([{ level: 'warn', fields: { space: 'small-1' } }]);
    await leg.fill();
    expect(await ask(leg, 'broken lamp')).toEqual(['the lamp is broken (32)']);
  });

  it('waits as long as a busy endpoint wants, and not for ever', async () => {
    await write(many(10));
    const waits: number[] = [];
    const options = { sleep: async (ms: number) => void waits.push(ms) };
    const busy = (retryAfter: string) => ({ kind: 'status', status: 429, retryAfter }) as const;
    server.fail(busy('2'), busy('3'));
    expect(await embedChunks(database.db, embedder('small-1'), options)).toEqual({ embedded: 10 });
    expect(waits).toEqual([2_000, 3_000]);
    await write(many(20).slice(10));
    server.fail(busy('3600'));
    expect(await embedChunks(database.db, embedder('small-1'), options)).toMatchObject({
      embedded: 0,
      failure: expect.stringContaining('429'),
    });
    server.fail(...Array.from({ length: 5 }, () => busy('1')));
    expect(await embedChunks(database.db, embedder('small-1'), options)).toMatchObject({ failure: expect.any(String) });
    expect(waits).toEqual([2_000, 3_000, 1_000, 1_000, 1_000, 1_000]);
    expect(await embedChunks(database.db, embedder('small-1'), options)).toEqual({ embedded: 10 });
  });

  it('leaves out the one text that an endpoint refuses, and stops when it refuses everything', async () => {
    await write([...many(30), 'poison']);
    const good = embedder('small-1');
    const refusing = (refuses: (text: string) => boolean): Embedder => ({
      space: good.space,
      embed: async (texts) => {
        if (texts.some(refuses)) throw new AppError('bad-request', 'x', { message: 'it refuses this' });
        return good.embed(texts);
      },
    });
    const all = refusing(() => true);
    expect(await embedChunks(database.db, all)).toMatchObject({ embedded: 0, failure: 'it refuses this' });
    expect(
      await embedChunks(
        database.db,
        refusing((text) => text.includes('poison')),
      ),
    ).toEqual({
      embedded: 30,
      refused: { texts: 1, reason: 'it refuses this' },
    });
    expect(await ask(dense('small-1'), 'text number 7')).toHaveLength(1);
  });

  it('keeps what it has when the model changes its dimension half way', async () => {
    await write(many(200));
    let calls = 0;
    const changing: Embedder = {
      space: 'changing',
      embed: async (texts) => {
        calls += 1;
        return texts.map(() => (calls <= 2 ? [1, 0] : [1, 0, 0]));
      },
    };
    const report = await embedChunks(database.db, changing);
    expect(report).toMatchObject({
      embedded: 128,
      failure: expect.stringContaining('3 dimensions where 2 were stored'),
    });
    expect(await count('embeddings')).toBe(128);
  });

  it('stops when it is told to, and keeps what is stored', async () => {
    await write(many(200));
    const controller = new AbortController();
    const report = await embedChunks(database.db, embedder('small-1'), {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    expect(report.failure).toBe('enough');
    expect(await count('embeddings')).toBe(report.embedded);
    expect(await embedChunks(database.db, embedder('small-1'))).toEqual({ embedded: 200 - report.embedded });
  });

  it('cuts batches by tokens too', async () => {
    await write(many(10), 6_000);
    await dense('small-1').fill();
    expect(server.requests).toHaveLength(5);
  });

  it('builds an index anew that was left half built', async () => {
    await write(many(5));
    await dense('small-1').fill();
    const { rows } = await sql<{ id: number }>`select id from embedding_spaces`.execute(database.db);
    const id = rows[0]?.id ?? 0;
    const name = `embeddings_space_${id}`;
    await sql`update pg_index set indisvalid = false where indexrelid = to_regclass(${name})`.execute(database.db);
    expect(await indexes()).toEqual([{ name, valid: false }]);
    expect(await finishSpace(database.db, { id, dimensions: 16 })).toBe(true);
    expect(await indexes()).toEqual([{ name, valid: true }]);
  });

  it.runIf(engine === 'postgres')('leaves an index alone that another process is building', async () => {
    await write(many(5));
    const report = await database.db.connection().execute(async (other) => {
      await sql`insert into embedding_spaces (name, dimensions) values ('small-1', 16)`.execute(other);
      await sql`select pg_advisory_lock(7340023, id) from embedding_spaces`.execute(other);
      const found = await dense('small-1').fill();
      await sql`select pg_advisory_unlock_all()`.execute(other);
      return found;
    });
    expect(report).toMatchObject({ embedded: 5, failure: expect.stringContaining('another process') });
    expect(await dense('small-1').fill()).toEqual({ embedded: 0 });
  });
});
