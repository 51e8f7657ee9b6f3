import fc from 'fast-check';
import { type RawBuilder, sql, type Transaction } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Embedder } from '#core/knowledge.ts';
import type { Audience } from '#core/turn.ts';
import { engines, openTestDatabase } from '#test/database.ts';
import { hashedWords } from '#test/fakes/embeddings.ts';
import { type LogLine, recordingLog } from '#test/recording-log.ts';
import { createKnowledge } from './index.ts';
import type { DocumentVisibility } from './visibility.ts';

const visibilities: readonly DocumentVisibility[] = ['public', 'internal', 'org:a', 'org:b'];
const everyone: Audience = { organizations: [], shared: false, identity: 'anonymous' };
const embedder: Embedder = { space: 'fake-8', embed: async (texts) => texts.map((text) => hashedWords(text, 8)) };

describe.each(engines)('restricted knowledge on %s', (engine) => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  beforeAll(async () => {
    database = await openTestDatabase(engine);
    const knowledge = createKnowledge({ db: database.db, embedder });
    for (const visibility of visibilities)
      await knowledge.put({
        id: `${visibility}/returns`,
        collection: 'kb',
        source: `frontdesk:${visibility}/returns`,
        visibility,
        document: { title: 'Returns', text: `Refund of a parcel.\n\n${'Long words follow. '.repeat(300)}` },
      });
    await knowledge.embed();
  }, 60_000);
  afterAll(() => database?.[Symbol.asyncDispose]());

  type Trx = Transaction<unknown>;
  const inTransaction = <R>(work: (trx: Trx) => Promise<R>): Promise<R> =>
    database.db.transaction().execute((trx) => work(trx as unknown as Trx));
  const ids = async (
    statement: RawBuilder<{ id: string }>,
    db: Pick<typeof database, 'db'>['db'] | Trx = database.db,
  ) => [...new Set((await statement.execute(db)).rows.map(({ id }) => id))].toSorted();
  const returns = (...some: readonly string[]) => some.map((visibility) => `${visibility}/returns`).toSorted();

  const question = JSON.stringify([{ p: 0, w: 'refund' }]);
  const vector = JSON.stringify(hashedWords('refund', 8));
  const neighbours = JSON.stringify(
    visibilities.map((visibility) => ({ documentId: `${visibility}/returns`, ordinal: 1 })),
  );
  const space = sql`(select id from embedding_spaces)`;
  /** Every search function, or a copy of it by that name. */
  const searches = (visible: readonly (string | null)[] | null, copy = '') => {
    const named = (name: string) => sql.id(`${name}${copy}`);
    return [
      sql<{
        id: string;
      }>`select document_id as id from ${named('knowledge_search_lexical')}(${question}::jsonb, ${visible}::text[], 100)`,
      sql<{
        id: string;
      }>`select document_id as id from ${named('knowledge_search_dense')}(${space}, ${vector}, ${visible}::text[], 100)`,
      sql<{
        id: string;
      }>`select document_id as id from ${named('knowledge_read_chunks')}(${neighbours}::jsonb, ${visible}::text[])`,
      sql<{
        id: string;
      }>`select id from ${named('knowledge_visible_documents')}(${returns(...visibilities)}::text[], ${visible}::text[]) id`,
    ];
  };

  describe('behind the second wall', () => {
    const withoutFilters = async (): Promise<void> => {
      const { rows } = await sql<{ name: string; definition: string }>`
        select p.proname as name, pg_get_functiondef(p.oid) as definition from pg_proc p where p.oid = any (knowledge_searches())`.execute(
        database.db,
      );
      expect(rows).toHaveLength(4);
      await sql`grant create on schema public to frontdesk_reader`.execute(database.db);
      for (const [suffix, sets] of [
        ['_open', true],
        ['_blind', false],
      ] as const)
        for (const { name, definition } of rows) {
          const filter = /\b[\w.]*visibility = any \((?:visible|\$2)\)/g;
          expect(definition).toMatch(filter);
          const opened = definition.replaceAll(filter, 'true').replace(`${name}(`, `${name}${suffix}(`);
          const copied = sets ? opened : opened.replace(/perform set_config\('frontdesk\.visible'[^;]*;/, '');
          await sql.raw(copied).execute(database.db);
          const args = definition.slice(definition.indexOf('(') + 1, definition.indexOf(')')).split(', ');
          const types = args.map((arg) => arg.split(' ')[1]).join(', ');
          await sql.raw(`alter function ${name}${suffix}(${types}) owner to frontdesk_reader`).execute(database.db);
        }
    };
    beforeAll(withoutFilters);

    it('a search that forgets its filters still finds nothing that is hidden', async () => {
      for (const search of searches(['public', 'org:a'], '_open'))
        expect(await ids(search)).toEqual(returns('public', 'org:a'));
      for (const search of searches(['public', 'internal'], '_open'))
        expect(await ids(search)).toEqual(returns('public', 'internal'));
    });

    it('nothing is there for a search that does not say for whom', async () => {
      for (const search of searches([...visibilities], '_blind')) expect(await ids(search)).toEqual([]);
    });

    it('what was allowed to one search is not allowed to the next, on the same connection and in the same transaction', async () => {
      await inTransaction(async (trx) => {
        for (const search of searches([...visibilities]))
          expect(await ids(search, trx)).toEqual(returns(...visibilities));
        for (const search of searches(['public'], '_open')) expect(await ids(search, trx)).toEqual(returns('public'));
        const [blind] = searches(null, '_open');
        if (blind) expect(await ids(blind, trx)).toEqual([]);
      });
      await inTransaction(async (trx) => {
        for (const search of searches([...visibilities], '_blind')) expect(await ids(search, trx)).toEqual([]);
      });
      const crowd = await Promise.all(
        Array.from({ length: 24 }, async (_, at) => {
          const visibility = visibilities[at % visibilities.length] ?? 'public';
          const [search] = searches(['public', visibility], '_open');
          return search === undefined ? [] : [await ids(search), returns(...new Set(['public', visibility]))];
        }),
      );
      for (const [seen, expected] of crowd) expect(seen).toEqual(expected);
    });

    it('its role reads what searches need, and does nothing else', async () => {
      const as = (statement: string): Promise<unknown> =>
        inTransaction(async (trx) => {
          await sql`set local role frontdesk_reader`.execute(trx);
          return (await sql.raw(statement).execute(trx)).rows;
        });
      expect(await as('select id from documents')).toEqual([]);
      expect(await as('select id from chunks')).toEqual([]);
      const { rows: tables } = await sql<{ name: string }>`
        select relname as name from pg_class where relkind in ('r', 'v') and relnamespace = 'public'::regnamespace`.execute(
        database.db,
      );
      const readable = ['documents', 'chunks', 'chunk_terms', 'lexicon', 'embeddings', 'embedding_spaces'];
      const others = tables.map(({ name }) => name).filter((name) => !readable.includes(name));
      expect(others).toEqual(
        expect.arrayContaining([
          'messages',
          'conversations',
          'knowledge_markers',
          'knowledge_tombstones',
          'installations',
        ]),
      );
      for (const table of others) await expect(as(`select from ${table}`)).rejects.toThrow('permission denied');
      for (const table of readable) {
        await expect(as(`delete from ${table}`)).rejects.toThrow('permission denied');
        const rights = `has_table_privilege('${table}', 'insert, update, delete, truncate, references, trigger')`;
        expect(await as(`select ${rights} as writes`)).toEqual([{ writes: false }]);
      }
    });

    it('others in the same database have no way past it', async () => {
      await inTransaction(async (trx) => {
        // Within a transaction that is rolled back: roles belong to the server.
        await sql`create role frontdesk_stranger nologin`.execute(trx);
        for (const [at, search] of searches([...visibilities]).entries()) {
          await sql`savepoint before`.execute(trx);
          await sql`set local role frontdesk_stranger`.execute(trx);
          await expect(search.execute(trx), String(at)).rejects.toThrow('permission denied');
          await sql`rollback to before`.execute(trx);
        }
        throw new Error('enough');
      }).catch((error: Error) => expect(error.message).toBe('enough'));
    });
  });

  it('is shown for what it is called, word for word', async () => {
    const odd = [
      'org:a,internal',
      '{internal}',
      '"internal"',
      'internal"',
      "internal'",
      'INTERNAL',
      'org:%',
      '}',
      '\\',
      '',
      null,
    ];
    const some = fc.array(fc.oneof(fc.constantFrom(...odd), fc.string({ maxLength: 12 })), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.option(some), async (visible) => {
        const real = (visible ?? []).filter((one) => visibilities.some((each) => each === one));
        for (const search of searches(visible?.map((one) => one?.replaceAll('\0', '') ?? null) ?? null))
          expect(await ids(search)).toEqual(returns(...new Set(real.map(String))));
      }),
      { numRuns: 15, examples: odd.map((one): [(string | null)[]] => [[one]]) },
    );
  });

  describe('is marked', () => {
    const open = () => {
      const log = recordingLog();
      let alarms = 0;
      const onAlarm = (): void => {
        alarms += 1;
      };
      return { ...createKnowledge({ db: database.db, embedder, log, onAlarm }), log, alarms: () => alarms };
    };
    const alarming = ({ level, message }: LogLine) => level === 'error' && message.startsWith('ALARM');
    const markers = async () =>
      (
        await sql<{
          visibility: string;
          marker: string;
        }>`select visibility, marker from knowledge_markers order by visibility`.execute(database.db)
      ).rows;
    const restricted = visibilities.filter((visibility) => visibility !== 'public');
    beforeEach(async () => {
      const knowledge = open();
      await knowledge.removeCollection('frontdesk-markers');
      await sql`delete from knowledge_markers`.execute(database.db);
    });

    it('once, and only its own readers find the mark', async () => {
      const knowledge = open();
      expect(await knowledge.checkMarkers()).toEqual({ checked: 3, leaks: [], lost: [] });
      const planted = await markers();
      expect(planted.map(({ visibility }) => visibility)).toEqual(restricted.toSorted());
      await knowledge.embed();
      expect(await knowledge.checkMarkers()).toEqual({ checked: 3, leaks: [], lost: [] });
      expect(await markers()).toEqual(planted);
      expect([knowledge.alarms(), knowledge.log.lines]).toEqual([0, []]);
      // No answer is ever made of one, not even for its readers.
      for (const { marker, visibility } of planted) {
        const audience: Audience = {
          ...everyone,
          identity: 'verified',
          organizations: visibility.startsWith('org:') ? [visibility.slice(4)] : [],
          internal: visibility === 'internal',
        };
        const { passages } = await knowledge.search(`${marker} refund`, { audience, limit: 20 });
        expect(passages.length).toBeGreaterThan(0);
        expect(JSON.stringify(passages)).not.toMatch(/zq[a-z]{20}|frontdesk-markers/);
      }
    });

    it('by one mark, though two processes plant it at once', async () => {
      const reports = await Promise.all([open(), open(), open()].map((knowledge) => knowledge.checkMarkers()));
      for (const report of reports) expect(report).toMatchObject({ leaks: [], lost: [] });
      expect(await markers()).toHaveLength(3);
      expect(await ids(sql`select id from documents where collection = 'frontdesk-markers'`)).toHaveLength(3);
    });

    it('again, when its mark is removed, and not when another collection is', async () => {
      const knowledge = open();
      await knowledge.checkMarkers();
      await knowledge.removeCollection('other');
      expect(await knowledge.checkMarkers()).toMatchObject({ checked: 3, lost: [] });
      await knowledge.remove(['frontdesk-markers:org:a']);
      expect(await knowledge.checkMarkers()).toMatchObject({ checked: 3, lost: [] });
    });

    it('so that an alarm is raised when somebody else finds it', async () => {
      const knowledge = open();
      await knowledge.checkMarkers();
      const id = 'frontdesk-markers:org:a';
      const chunk = sql`(select id from chunks where document_id = ${id})`;
      // Each table says whose it is; only what is open in all of them gets out.
      await sql`update chunk_terms set visibility = 'public' where chunk_id = ${chunk}`.execute(database.db);
      expect(await knowledge.checkMarkers()).toMatchObject({ leaks: [] });
      await sql`update chunks set visibility = 'public' where document_id = ${id}`.execute(database.db);
      expect(await knowledge.checkMarkers()).toMatchObject({ leaks: [] });
      expect(knowledge.alarms()).toBe(0);
      await sql`update documents set visibility = 'public' where id = ${id}`.execute(database.db);
      const { leaks } = await knowledge.checkMarkers();
      expect(leaks).toContainEqual({ visibility: 'org:a', by: 'the public' });
      expect(leaks).toContainEqual({ visibility: 'org:a', by: 'another organisation' });
      expect(leaks.every(({ visibility }) => visibility === 'org:a')).toBe(true);
      expect(knowledge.alarms()).toBe(leaks.length);
      expect(knowledge.log.lines.filter(alarming)).toHaveLength(leaks.length);
      // The alarm names whose it is, and says nothing of what it is.
      expect(JSON.stringify(knowledge.log.lines)).not.toMatch(/zq[a-z]{20}/);
    });

    it('so that it shows when nothing is proved any more', async () => {
      const knowledge = open();
      await knowledge.checkMarkers();
      await sql`delete from chunks where document_id = 'frontdesk-markers:internal'`.execute(database.db);
      expect(await knowledge.checkMarkers()).toMatchObject({ leaks: [], lost: ['internal'] });
      expect(knowledge.log.lines).toMatchObject([{ level: 'warn', fields: { visibilities: ['internal'] } }]);
    });

    it('and its second wall is raised again where a restored backup has none', async () => {
      const knowledge = open();
      await sql`drop policy chunks_visible on chunks`.execute(database.db);
      await sql`alter table documents disable row level security`.execute(database.db);
      await sql`alter function knowledge_read_chunks(jsonb, text[]) owner to current_user`.execute(database.db);
      await knowledge.checkMarkers();
      expect(knowledge.log.lines).toMatchObject([
        { level: 'warn', message: expect.stringContaining('row-level security') },
      ]);
      await knowledge.checkMarkers();
      expect(knowledge.log.lines).toHaveLength(1);
      const { rows } = await sql`select knowledge_wall_stands() as stands`.execute(database.db);
      expect(rows).toEqual([{ stands: true }]);
    });
  });
});
