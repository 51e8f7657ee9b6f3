import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { engines, openTestDatabase } from '#test/database.ts';
import { emptyKnowledge } from '#test/empty-knowledge.ts';
import type { FetchPage } from '../sources/fetch-page.ts';
import { deleteCollection } from './delete-documents.ts';
import { type IngestOptions, ingest } from './ingest.ts';
import { applyPlan, planIngest } from './plan.ts';
import { putDocument } from './put-document.ts';
import type { IngestProgress } from './report.ts';

describe.each(engines)('ingest on %s', (engine) => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let base = '';
  beforeAll(async () => {
    database = await openTestDatabase(engine);
  }, 60_000);
  afterAll(() => database[Symbol.asyncDispose]());
  beforeEach(async () => {
    await emptyKnowledge(database.db);
    base = await mkdtemp(join(tmpdir(), 'ingest-'));
    return () => rm(base, { recursive: true, force: true });
  });

  const put = async (path: string, text: string): Promise<void> => {
    await mkdir(join(base, path, '..'), { recursive: true });
    await writeFile(join(base, path), text);
  };
  const putLines = (path: string, texts: Readonly<Record<string, string>>) =>
    put(
      path,
      Object.entries(texts)
        .map(([_id, text]) => JSON.stringify({ _id, text }))
        .join('\n'),
    );
  const run = (options: Partial<IngestOptions> = {}) => ingest(database.db, { sources: ['kb'], base, ...options });
  const rows = async <R>(query: string): Promise<R[]> => (await sql<R>`${sql.raw(query)}`.execute(database.db)).rows;
  const tombstones = () =>
    rows<{ document_id: string; version: number; title: string }>(
      'select document_id, version, title from knowledge_tombstones order by document_id',
    );
  const versions = async () =>
    Object.fromEntries(
      (await rows<{ id: string; version: number }>('select id, version from documents order by id')).map((row) => [
        row.id,
        row.version,
      ]),
    );

  /** Everything that a search reads, without numbers that depend on the order in which things came. */
  const everything = async () => ({
    documents: await rows(
      'select id, collection, title, visibility, content_hash, language, personal_data from documents order by id',
    ),
    chunks: await rows(
      'select document_id, ordinal, headings, body, tokens, text_hash, visibility, language, fingerprint::text from chunks order by 1, 2',
    ),
    terms:
      await rows(`select c.document_id, c.ordinal, t.visibility, array(select l.word from knowledge_term_ids(t.terms) i join lexicon l on l.id = i order by 1) as words
      from chunk_terms t join chunks c on c.id = t.chunk_id order by 1, 2`),
    words: await rows('select word, df from lexicon order by word'),
    vectors: await rows('select text_hash from embeddings order by 1'),
  });
  /** A vector for every chunk, as an embedder would have stored it. */
  const embedAll = async () => {
    await rows(`insert into embedding_spaces (name, dimensions) values ('test', 1) on conflict do nothing`);
    await rows(
      `insert into embeddings select s.id, c.text_hash, '[1]' from embedding_spaces s, chunks c on conflict do nothing`,
    );
  };

  describe('after any sequence of changes and kills', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
    const text = fc.constantFrom('refund money', 'lost parcel refund', 'password', 'invoice money, parcel', 'refund');
    const corpus = fc.dictionary(fc.constantFrom(...ids), text, { maxKeys: 6 });
    const step = fc.record({ corpus, killAt: fc.option(fc.integer({ min: 1, max: 6 }), { freq: 2 }) });

    it('has what one fresh run would have', { timeout: 60_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 3 }), corpus, async (steps, last) => {
          await emptyKnowledge(database.db);
          const everSeen = new Set<string>();
          const isThere = async () => Object.keys(await versions());
          for (const { corpus: texts, killAt } of steps) {
            await putLines('kb.jsonl', texts);
            const stop = new AbortController();
            const onProgress = ({ done }: IngestProgress) => done === killAt && stop.abort();
            const ending = run({ sources: ['kb.jsonl'], batchSize: 2, signal: stop.signal, onProgress });
            await (killAt === null ? ending : ending.catch(() => undefined));
            for (const id of await isThere()) everSeen.add(id);
            await embedAll();
          }
          await putLines('kb.jsonl', last);
          await run({ sources: ['kb.jsonl'], batchSize: 2 });
          await embedAll();
          const grown = await everything();
          const gone = [...everSeen].filter((id) => !(id in last)).toSorted();
          expect((await tombstones()).map((row) => row.document_id)).toEqual(gone);
          await emptyKnowledge(database.db);
          await run({ sources: ['kb.jsonl'] });
          await embedAll();
          expect(grown).toEqual(await everything());
        }),
        { numRuns: engine === 'embedded' ? 4 : 8 },
      );
    });
  });

  it('deletes a document from everywhere at once, and leaves a tombstone', async () => {
    await putLines('kb.jsonl', { a: 'refund zebra', b: 'refund' });
    await run({ sources: ['kb.jsonl'] });
    await embedAll();
    await putLines('kb.jsonl', { b: 'refund' });
    // The last step of the deletion fails: then nothing of it has happened.
    await rows(`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$`);
    await rows('create trigger refuse before delete on embeddings for each row execute function refuse()');
    const before = await everything();
    await expect(run({ sources: ['kb.jsonl'] })).rejects.toThrow('no');
    expect([await everything(), await tombstones()]).toEqual([before, []]);
    await rows('drop function refuse cascade');

    expect(await run({ sources: ['kb.jsonl'] })).toMatchObject({ removed: 1, unchanged: 1 });
    expect(await tombstones()).toEqual([{ document_id: 'a', version: 1, title: 'refund zebra' }]);
    const after = await everything();
    expect([after.documents.length, after.chunks.length, after.vectors.length]).toEqual([1, 1, 1]);
    expect(after.words).toEqual([
      { word: '', df: 1 },
      { word: 'refund', df: 1 },
    ]);
  });

  it('goes on counting the versions of a document that comes back', async () => {
    await putLines('kb.jsonl', { a: 'one' });
    await run({ sources: ['kb.jsonl'] });
    await putLines('kb.jsonl', { a: 'two' });
    await run({ sources: ['kb.jsonl'] });
    await putLines('kb.jsonl', {});
    await run({ sources: ['kb.jsonl'] });
    expect(await tombstones()).toMatchObject([{ document_id: 'a', version: 2 }]);
    await putLines('kb.jsonl', { a: 'three' });
    expect(await run({ sources: ['kb.jsonl'] })).toMatchObject({ added: 1, changed: 0 });
    expect([await versions(), await tombstones()]).toEqual([{ a: 3 }, []]);
    expect(await deleteCollection(database.db, 'default')).toBe(1);
    expect(await tombstones()).toMatchObject([{ document_id: 'a', version: 3 }]);
  });

  it('says what would happen without doing it', async () => {
    await put('kb/a.md', '# Alpha\n\none');
    await put('kb/b.md', '# Beta\n\ntwo');
    await run();
    await put('kb/a.md', '# Alpha\n\nother');
    await put('kb/c.md', '# Gamma\n\nthree');
    await put('kb/broken.txt', '');
    await rm(join(base, 'kb/b.md'));
    const before = [await everything(), await rows('select * from knowledge_failures')];
    const report = await run({ dryRun: true });
    expect(report).toMatchObject({ added: 1, changed: 1, removed: 1, chunks: 2 });
    expect(report.unreadable).toHaveLength(1);
    const titles = Object.values(report.plan ?? {}).map((changes) => changes.map(({ title }) => title));
    expect(titles).toEqual([['Gamma'], ['Alpha'], ['Beta']]);
    expect([await everything(), await rows('select * from knowledge_failures')]).toEqual(before);
    expect(await run()).toMatchObject({ added: 1, changed: 1, removed: 1 });
  });

  it('plans what an ingestion would do, and does just that', async () => {
    await putLines('kb.jsonl', { a: 'one', b: 'two' });
    await run({ sources: ['kb.jsonl'] });
    await putLines('kb.jsonl', { a: 'other', c: 'three' });
    const before = await everything();
    const plan = await planIngest(database.db, { sources: ['kb.jsonl'], base });
    expect([plan.added.map(({ id }) => id), plan.changed.map(({ id }) => id), plan.removed]).toEqual([
      ['c'],
      ['a'],
      ['b'],
    ]);
    const tried = database.db.transaction().execute(async (trx) => {
      await applyPlan(trx, plan);
      throw new Error('rolled back');
    });
    await expect(tried).rejects.toThrow('rolled back');
    expect(await everything()).toEqual(before);
    await database.db.transaction().execute((trx) => applyPlan(trx, plan));
    expect(await run({ sources: ['kb.jsonl'] })).toMatchObject({ added: 0, changed: 0, unchanged: 2, removed: 0 });
  });

  it('does not believe that everything of a large source is gone, until it is told to', async () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`d${n}`, `text ${n}`]));
    await putLines('kb/all.jsonl', many);
    await run();
    await rm(join(base, 'kb/all.jsonl'));
    const report = await run();
    expect(report).toMatchObject({ removed: 0, incomplete: [{ reason: expect.stringContaining('--allow-empty') }] });
    expect(Object.keys(await versions())).toHaveLength(50);
    expect(await run({ allowEmpty: true })).toMatchObject({ removed: 50, incomplete: [] });
  });

  it('forgets a source that is not there any more when it is told to', async () => {
    await put('one.md', 'only one');
    await run({ sources: ['one.md'] });
    await rm(join(base, 'one.md'));
    expect(await run({ sources: ['one.md'] })).toMatchObject({ removed: 0, unreadable: [{ source: 'one.md' }] });
    expect(await run({ sources: ['one.md'], allowEmpty: true })).toMatchObject({ removed: 1, unreadable: [] });
  });

  it('remembers what could not be read until it can be', async () => {
    await put('kb/a.txt', 'one');
    await writeFile(join(base, 'kb/b.txt'), Buffer.from([0xff, 0xfe, 0x00]));
    const failures = () =>
      rows<{ source: string; tries: number; reason: string }>('select source, tries, reason from knowledge_failures');
    expect((await run()).unreadable).toHaveLength(1);
    await run();
    expect(await failures()).toEqual([
      { source: join(base, 'kb/b.txt'), tries: 2, reason: expect.stringContaining('UTF-16') },
    ]);
    await put('kb/b.txt', 'two');
    expect(await run()).toMatchObject({ added: 1, unreadable: [] });
    expect(await failures()).toEqual([]);
    await writeFile(join(base, 'kb/c.txt'), Buffer.from([0xff, 0xfe, 0x00]));
    await run();
    await rm(join(base, 'kb/c.txt'));
    await run();
    expect(await failures()).toEqual([]);
    await run({ sources: ['later'] });
    expect(await failures()).toMatchObject([{ source: join(base, 'later'), reason: 'no such file or folder' }]);
    await put('later/a.txt', 'one');
    await run({ sources: ['later'] });
    expect(await failures()).toEqual([]);
  });

  it('reads nothing of what its source knows to be unchanged, unless the rules are others', async () => {
    await put('kb/a.txt', 'one');
    // A file that was written just now could be written again without its dates telling.
    const clock = { now: () => Date.now() + 60_000, sleep: () => Promise.resolve() };
    await run({ clock });
    // Another hash of the same rules: only who reads the bytes could tell.
    await rows(`update documents set content_hash = left(content_hash, 17) || 'other'`);
    expect(await run()).toMatchObject({ unchanged: 1, changed: 0 });
    expect(await run({ clock, visibility: 'internal' })).toMatchObject({ changed: 1 });
    expect(await run({ clock, visibility: 'internal', personalData: 'mask' })).toMatchObject({ changed: 1 });
    expect(await run({ clock, visibility: 'internal', personalData: 'mask' })).toMatchObject({ unchanged: 1 });
  });

  it('keeps the state of a document that is as it was', async () => {
    await put('kb/a.txt', 'one');
    const clock = { now: () => Date.now() + 60_000, sleep: () => Promise.resolve() };
    const states = () => rows<{ state: unknown }>('select state from documents');
    await run({ clock: { ...clock, now: () => 0 } });
    expect(await states()).toEqual([{ state: null }]);
    expect(await run({ clock })).toMatchObject({ unchanged: 1, changed: 0 });
    const [first] = await states();
    expect(first).toEqual({ state: { file: expect.any(String) } });
    await utimes(join(base, 'kb/a.txt'), 1, 1);
    expect(await run({ clock })).toMatchObject({ unchanged: 1, changed: 0 });
    expect(await states()).not.toEqual([first]);
    expect(await versions()).toEqual({ 'kb/a.txt': 1 });
  });

  it('removes nothing of a site that was not seen whole', async () => {
    const pages = new Map(
      ['', 'a', 'b', 'c'].map((name) => [`/${name}`, `<h1>Page ${name}</h1><p>Words about ${name}.</p>`]),
    );
    const fetchPage: FetchPage = async (url) => {
      const links = [...pages.keys()].map((path) => `<a href="${path}">more</a>`).join(' ');
      const body = pages.get(url.pathname);
      if (body === undefined) return { ok: false, reason: 'answered 404', status: 404 };
      const bytes = Buffer.from(`<html><body><main>${body}${links}</main></body></html>`);
      return { ok: true, bytes, mediaType: 'text/html', url };
    };
    const clock = { now: () => 0, sleep: () => Promise.resolve() };
    const sync = (more: Partial<IngestOptions> = {}) =>
      run({ sources: ['https://help.example/'], fetchPage, clock, ...more });
    expect(await sync()).toMatchObject({ added: 4, incomplete: [] });
    const partly = await sync({ limits: { pages: 2 } });
    expect(partly).toMatchObject({ removed: 0, incomplete: [{ source: 'https://help.example/' }] });
    pages.delete('/c');
    expect(await sync()).toMatchObject({ removed: 1, incomplete: [] });
    expect((await tombstones()).map((row) => row.document_id)).toEqual(['https://help.example/c']);
  });

  it('keeps, flags, masks or refuses personal data, and masks keys always', async () => {
    const key = `ghp_${'aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5'}`;
    await put('kb/a.md', `# Jane\n\nAsk jane.doe@acme.com. Token ${key}.`);
    await put('kb/b.md', '# Nobody\n\nAsk support@acme.com.');
    const stored = () =>
      rows<{ personal_data: string; body: string }>(
        'select personal_data, body from documents d join chunks c on c.document_id = d.id order by d.id',
      );
    const counts = { email: 1, 'api-key': 1 };
    for (const [personalData, done, column, mail] of [
      ['keep', 'masked', 'masked', 'jane.doe@acme.com'],
      ['flag', 'flagged', 'flagged', 'jane.doe@acme.com'],
      ['mask', 'masked', 'masked', '[e-mail address]'],
    ] as const) {
      const report = await run({ personalData });
      expect(report.personalData).toEqual([{ source: join(base, 'kb/a.md'), found: counts, done }]);
      expect(await stored()).toEqual([
        { personal_data: column, body: `Ask ${mail}. Token [API key].` },
        { personal_data: 'none', body: 'Ask support@acme.com.' },
      ]);
    }
    const refused = await run({ personalData: 'refuse' });
    expect(refused).toMatchObject({ removed: 1, changed: 1, personalData: [{ done: 'refused', found: counts }] });
    expect(refused.unreadable).toEqual([
      {
        source: join(base, 'kb/a.md'),
        reason: 'it holds personal data (1 e-mail address, 1 API key), which its collection refuses',
      },
    ]);
    expect(await stored()).toHaveLength(1);
  });

  it('takes in what a database could not keep as it is', async () => {
    const own = { id: 'a', collection: 'articles', source: 'frontdesk:a', visibility: 'public' } as const;
    const text = `nul \0 and half \ud800 a character ${'ก'.repeat(3_000)}`;
    const dates = { publishedAt: new Date(Number.NaN), modifiedAt: new Date(8.64e15) };
    expect(
      await putDocument(database.db, { ...own, document: { title: 'a\0b', text, path: ['\0'], ...dates } }),
    ).toEqual({
      ok: true,
    });
    await put(`kb/${Array.from({ length: 6 }, (_, n) => `${n}`.repeat(200)).join('/')}/a.txt`, 'deep');
    expect((await run()).unreadable).toMatchObject([{ reason: expect.stringContaining('rename it') }]);
    expect(await run()).toMatchObject({ added: 0, removed: 0 });
  });

  it('stores a document of our own like any other', async () => {
    const own = {
      id: 'article-1',
      collection: 'articles',
      source: 'frontdesk:article/1',
      visibility: 'public',
    } as const;
    expect(await putDocument(database.db, { ...own, document: { title: 'Refunds', text: 'Within 14 days.' } })).toEqual(
      { ok: true },
    );
    await putDocument(database.db, { ...own, document: { title: 'Refunds', text: 'Within 30 days.' } });
    expect(await versions()).toEqual({ 'article-1': 2 });
    expect(await putDocument(database.db, { ...own, document: { text: ' ' } })).toMatchObject({ ok: false });
    await put('kb/a.md', 'one');
    await run();
    expect(Object.keys(await versions())).toEqual(['article-1', 'kb/a.md']);
  });
});
