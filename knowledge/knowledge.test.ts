import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Log } from '#core/channel.ts';
import type { Embedder } from '#core/knowledge.ts';
import type { Audience } from '#core/turn.ts';
import { engines, openTestDatabase, quietLog } from '#test/database.ts';
import { emptyKnowledge } from '#test/empty-knowledge.ts';
import { createKnowledge, type IngestOptions, type IngestProgress } from './index.ts';
import { idf, impact } from './search/lexical.ts';

const everyone: Audience = { organizations: [], shared: false, identity: 'anonymous' };
const team: Audience = { ...everyone, internal: true };
const acme: Audience = { organizations: ['acme'], shared: false, identity: 'verified' };

/** Vectors by hand: one dimension per topic. */
const topics = ['refund money back', 'parcel lost shipping', 'password sign login'];
const toVector = (text: string): number[] =>
  topics.map((topic) => 0.01 + topic.split(' ').filter((word) => text.toLowerCase().includes(word)).length);
const fakeEmbedder = (overrides: Partial<Embedder> = {}) => {
  const asked: string[] = [];
  const embedder: Embedder = {
    space: 'fake-3',
    embed: (texts) => {
      asked.push(...texts);
      return Promise.resolve(texts.map(toVector));
    },
    ...overrides,
  };
  return { embedder, asked };
};

describe.each(engines)('knowledge on %s', (engine) => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let base = '';
  beforeAll(async () => {
    database = await openTestDatabase(engine);
  }, 60_000);
  afterAll(() => database[Symbol.asyncDispose]());
  beforeEach(async () => {
    await emptyKnowledge(database.db);
    base = await mkdtemp(join(tmpdir(), 'knowledge-'));
    return () => rm(base, { recursive: true, force: true });
  });

  const knowledge = (embedder?: Embedder, log: Log = quietLog) =>
    createKnowledge({ restMs: 0, db: database.db, log, ...(embedder ? { embedder } : {}) });
  const put = async (path: string, text: string): Promise<void> => {
    await mkdir(join(base, path, '..'), { recursive: true });
    await writeFile(join(base, path), text);
  };
  const ingest = (options: Partial<IngestOptions> = {}, embedder?: Embedder) =>
    knowledge(embedder).ingest({ sources: ['kb'], base, ...options });
  const find = async (query: string, audience: Audience = everyone, limit = 5) =>
    (await knowledge().search(query, { audience, limit })).passages.map(({ documentId }) => documentId);
  const count = async (table: string): Promise<number> =>
    (await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`.execute(database.db)).rows[0]?.n ??
    -1;
  /** Word counts as the chunks really have them, against those that the lexicon keeps. */
  const expectHonestLexicon = async () => {
    const { rows } = await sql`
      with real as (select term as id, count(*)::int as n from chunk_terms, knowledge_term_ids(terms) term group by term)
      select l.word, l.df, coalesce(real.n, 0) as n from lexicon l full join real on real.id = l.id
      where l.word <> '' and l.df is distinct from coalesce(real.n, 0)`.execute(database.db);
    expect(rows).toEqual([]);
    const total = await sql<{ df: number }>`select df from lexicon where word = ''`.execute(database.db);
    expect(total.rows[0]?.df).toBe(await count('chunks'));
  };

  const articles = async () => {
    await put(
      'kb/refunds.md',
      '---\ntitle: Refunds\nurl: https://example.org/refunds\n---\nWe return your money within 14 days.\n\n## By invoice\n\nWrite to billing and name the invoice number.',
    );
    await put('kb/shipping/lost.md', '# Lost parcels\n\nA parcel that has not arrived after ten days is sent again.');
    await put('kb/login.txt', 'Choose "Forgot password" to set a new password.');
  };

  it('finds passages with their source, in one round trip', async () => {
    await articles();
    expect(await ingest()).toMatchObject({ added: 3, changed: 0, unchanged: 0, removed: 0, unreadable: [], chunks: 3 });
    const { passages, confidence } = await knowledge().search('When do I get my money back? refund', {
      audience: everyone,
      limit: 3,
    });
    expect(passages[0]).toMatchObject({
      documentId: 'kb/refunds.md',
      title: 'Refunds',
      url: 'https://example.org/refunds',
      text: expect.stringContaining('14 days'),
      headings: [],
      score: expect.any(Number),
    });
    expect(confidence).toBeGreaterThan(0);
    expect(await find('parcels missing')).toEqual(['kb/shipping/lost.md']);
    expect(await find('')).toEqual([]);
    expect(await find('the and of')).toEqual([]);
    expect(await find('\0\ud800 " \' \\ ; -- {} password')).toEqual(['kb/login.txt']);
    expect(await find('parcel', everyone, 0)).toEqual([]);
    await expectHonestLexicon();
  });

  it('scores as BM25 says, and better where words of the question stand together', async () => {
    await put(
      'kb.jsonl',
      '{"_id":"one","text":"refund refund parcel"}\n{"_id":"two","text":"parcel invoice"}\n{"_id":"three","text":"invoice"}',
    );
    await ingest({ sources: ['kb.jsonl'] });
    const asked = ['refund', 'parcel', 'zebra'].map((w, p) => ({ p, w }));
    const { rows } = await sql<{ document_id: string; score: number; terms: unknown }>`
      select document_id, score, terms from knowledge_search_lexical(${JSON.stringify(asked)}::jsonb, ${['public']}, 5)`.execute(
      database.db,
    );
    expect(rows.map((row) => row.document_id)).toEqual(['one', 'two']);
    expect(rows[0]?.score).toBeCloseTo(idf(3, 1) * impact(2, 3) + idf(3, 2) * impact(1, 3), 3);
    expect(rows[1]?.score).toBeCloseTo(idf(3, 2) * impact(1, 2), 3);
    const known = (word: string, df: number) => ({ word, meant: word, idf: expect.closeTo(idf(3, df)), trust: 1 });
    expect(rows.map((row) => row.terms)).toMatchObject([
      [
        known('refund', 1),
        known('parcel', 2),
        { word: 'zebra', meant: null, idf: expect.closeTo(idf(3, 0)), trust: null },
      ],
      null,
    ]);
    const { passages, terms } = await knowledge().search('refund parcels', { audience: everyone, limit: 5 });
    expect(passages.map(({ documentId }) => documentId)).toEqual(['one', 'two']);
    expect(passages[0]?.score).toBeGreaterThan(rows[0]?.score ?? Number.POSITIVE_INFINITY);
    expect(terms).toMatchObject([
      { stem: 'refund', weight: expect.closeTo(idf(3, 1)) },
      { stem: 'parcel', weight: expect.closeTo(idf(3, 2)) },
    ]);
  });

  it('understands misspelt words that it does not know', async () => {
    await articles();
    await ingest();
    expect(await find('lost pracel')).toEqual(['kb/shipping/lost.md']);
    expect(await find('forgoten pasword')).toEqual(['kb/login.txt']);
    expect(await find('zebra')).toEqual([]);
  });

  it('moves only what changed', async () => {
    await articles();
    const seen: IngestProgress[] = [];
    await ingest({ onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ done: 3, total: 3, unreadable: 0, unchanged: 0 });
    expect(await ingest()).toMatchObject({ added: 0, changed: 0, unchanged: 3, removed: 0, chunks: 0 });

    await put('kb/login.txt', 'Choose "Trouble signing in" on the sign-in page.');
    await put('kb/new.md', '# Gift cards\n\nThey never expire.');
    await rm(join(base, 'kb/shipping'), { recursive: true });
    expect(await ingest()).toMatchObject({ added: 1, changed: 1, unchanged: 1, removed: 1 });
    expect(await find('password')).toEqual([]);
    expect(await find('parcel')).toEqual([]);
    expect(await find('gift card expires')).toEqual(['kb/new.md']);
    expect((await sql`select word from lexicon where word like 'parcel%'`.execute(database.db)).rows).toEqual([]);
    await expectHonestLexicon();
  });

  it('goes on over what it cannot read, and forgets nothing because of it', async () => {
    await articles();
    await put('kb/corpus.jsonl', '{"_id":"a","text":"gift cards"}\n{"_id":"b","text":"vouchers"}\n');
    await ingest();
    await put('kb/corpus.jsonl', '{"_id":"a","text":"gift cards"}\n{"_id":"b",\n');
    await writeFile(join(base, 'kb/login.txt'), Buffer.from([0xff, 0xfe, 0x00]));
    await put('kb/plan.exe', 'MZ');
    const report = await ingest();
    expect(report).toMatchObject({ added: 0, changed: 0, removed: 0 });
    expect(report.unreadable.map(({ source, reason }) => [source.slice(base.length + 1), reason])).toEqual([
      ['kb/corpus.jsonl:2', 'not valid JSON'],
      ['kb/login.txt', 'not valid UTF-16LE text; save it as UTF-8'],
      ['kb/plan.exe', expect.stringContaining('unknown format')],
    ]);
    expect(await find('vouchers')).toEqual(['b']);
    expect(await find('password')).toEqual(['kb/login.txt']);
    const missing = await ingest({ sources: ['absent', 'kb'] });
    expect(missing.unreadable).toContainEqual({ source: 'absent', reason: 'no such file or folder' });
    expect(missing.removed).toBe(0);
  });

  it('keeps collections and sources apart', async () => {
    await put('one.jsonl', '{"_id":"a","text":"gift cards"}');
    await put('two.jsonl', '{"_id":"a","text":"gift vouchers"}');
    await ingest({ sources: ['one.jsonl'] });
    await ingest({ sources: ['two.jsonl'], collection: 'shop' });
    expect((await find('gift')).toSorted()).toEqual(['a', 'shop:a']);
    const twice = await ingest({ sources: ['one.jsonl', 'two.jsonl'], collection: 'both' });
    expect(twice).toMatchObject({ added: 1, unreadable: [{ reason: expect.stringContaining('already taken') }] });
    // The same _id from another file of the same collection is the same document, newly told.
    expect(await ingest({ sources: ['two.jsonl'] })).toMatchObject({ added: 0, changed: 1 });
    expect(await count('documents')).toBe(3);
    await expectHonestLexicon();
  });

  it('keeps the ids of a corpus, in whatever collection it is, unless another collection has them', async () => {
    await put(
      'corpus.jsonl',
      '{"_id":"MED-10","text":"statins and survival"}\n{"_id":"a b","text":"kettle and vinegar"}',
    );
    await put('other.jsonl', '{"_id":"MED-10","text":"statins and sleep"}');
    await ingest({ sources: ['corpus.jsonl'], collection: 'trial' });
    expect(await find('kettle')).toEqual(['a b']);
    expect(await ingest({ sources: ['other.jsonl'] })).toMatchObject({ added: 1, changed: 0 });
    expect((await find('statins')).toSorted()).toEqual(['MED-10', 'default:MED-10']);
    expect(await ingest({ sources: ['corpus.jsonl'], collection: 'trial' })).toMatchObject({
      unchanged: 2,
      removed: 0,
    });
    expect(await ingest({ sources: ['other.jsonl'] })).toMatchObject({ unchanged: 1, removed: 0 });
    await ingest({ sources: ['other.jsonl'], collection: 'sample', prefixIds: true });
    const { rows } = await sql<{ id: string }>`select id from documents order by id`.execute(database.db);
    expect(rows.map(({ id }) => id)).toEqual(['MED-10', 'a b', 'default:MED-10', 'sample:MED-10']);
  });

  it('shows each audience what it may see, and nothing else', async () => {
    for (const visibility of ['public', 'internal', 'org:acme', 'org:other'] as const) {
      await put(
        `${visibility}.jsonl`,
        `{"_id":"${visibility}","text":"secret marker, ${visibility.length} ${visibility} ${'only '.repeat(visibility.length)}"}`,
      );
      await ingest({ sources: [`${visibility}.jsonl`], visibility });
    }
    const seen = async (audience: Audience) => (await find('secret marker', audience, 10)).toSorted();
    expect(await seen(everyone)).toEqual(['public']);
    expect(await seen(team)).toEqual(['internal', 'public']);
    expect(await seen(acme)).toEqual(['org:acme', 'public']);
    expect(await seen({ ...acme, identity: 'claimed' })).toEqual(['public']);
    expect(await seen({ ...acme, organizations: ['acme', 'other'] })).toEqual(['public']);

    expect(await ingest({ sources: ['public.jsonl'], visibility: 'internal' })).toMatchObject({ changed: 1 });
    expect(await seen(everyone)).toEqual([]);
  });

  it('stops between batches when told to, and goes on from there', async () => {
    const lines = Array.from({ length: 700 }, (_, i) =>
      JSON.stringify({ _id: `d${i}`, text: `entry number ${i} about refunds` }),
    );
    await put('kb.jsonl', lines.join('\n'));
    const stop = new AbortController();
    const onProgress = ({ done }: IngestProgress) => done === 450 && stop.abort();
    await expect(ingest({ sources: ['kb.jsonl'], signal: stop.signal, onProgress })).rejects.toThrow();
    const stored = await count('documents');
    expect(stored).toBeGreaterThan(0);
    expect(stored).toBeLessThan(700);
    await expectHonestLexicon();
    expect(await ingest({ sources: ['kb.jsonl'] })).toMatchObject({ added: 700 - stored, unchanged: stored });
    expect(await find('entry number 345')).toContain('d345');
    await expectHonestLexicon();
  });

  it('searches a large corpus through its index', async () => {
    await articles();
    await ingest();
    await sql`update lexicon set df = 30000 where word = ''`.execute(database.db);
    expect(await find('lost parcel')).toEqual(['kb/shipping/lost.md']);
  });

  it('loses nothing when two processes ingest at once', async () => {
    await put(
      'one.jsonl',
      Array.from({ length: 300 }, (_, i) => JSON.stringify({ _id: `a${i}`, text: `refund number ${i}` })).join('\n'),
    );
    await put(
      'two.jsonl',
      Array.from({ length: 300 }, (_, i) => JSON.stringify({ _id: `b${i}`, text: `number ${i} refund` })).join('\n'),
    );
    const reports = await Promise.all(['one.jsonl', 'two.jsonl'].map((source) => ingest({ sources: [source] })));
    expect(reports.map(({ added }) => added)).toEqual([300, 300]);
    await expectHonestLexicon();
  });

  it('never shows a document half replaced', async () => {
    const version = (n: number) =>
      `# Title\n\n${Array.from({ length: 60 }, (_, i) => `Version${n} sentence ${i} about marbles.`).join(' ')}`;
    await put('kb/a.md', version(0));
    await ingest();
    let isDone = false;
    const replacing = (async () => {
      for (let n = 1; n <= 8; n += 1) {
        await put('kb/a.md', version(n));
        await ingest();
      }
      isDone = true;
    })();
    let searches = 0;
    while (!isDone) {
      const { passages } = await knowledge().search('marbles', { audience: everyone, limit: 10 });
      expect(passages.length).toBeGreaterThan(0);
      expect(new Set(passages.map(({ text }) => /Version\d/.exec(text)?.[0])).size).toBe(1);
      searches += 1;
      // The embedded database answers without ever letting the event loop turn.
      await setImmediate();
    }
    await replacing;
    expect(searches).toBeGreaterThan(0);
  });

  describe('with an embedder', () => {
    it('finds by meaning what shares no word with the question', async () => {
      await articles();
      const { embedder } = fakeEmbedder({
        embed: (texts) => Promise.resolve(texts.map((text) => toVector(text.replace('cannot get in', 'login')))),
      });
      expect(await ingest({}, embedder)).toMatchObject({ embedding: { embedded: 3 } });
      const search = (query: string, audience = everyone) => knowledge(embedder).search(query, { audience, limit: 3 });
      expect((await search('cannot get in')).passages[0]?.documentId).toBe('kb/login.txt');
      const fused = await search('parcel');
      expect(fused.passages.map(({ documentId }) => documentId)[0]).toBe('kb/shipping/lost.md');
      expect(fused.passages[0]?.score).toBeCloseTo(2 / 61, 6);
      expect(fused.passages).toHaveLength(3);
    });

    it('respects visibility there too', async () => {
      await put('secret.jsonl', '{"_id":"secret","text":"money back for friends"}');
      const { embedder } = fakeEmbedder();
      await ingest({ sources: ['secret.jsonl'], visibility: 'internal' }, embedder);
      const seen = async (audience: Audience) =>
        (await knowledge(embedder).search('refund', { audience, limit: 3 })).passages.length;
      expect([await seen(everyone), await seen(acme), await seen(team)]).toEqual([0, 0, 1]);
    });

    it('pays for a text once, and sweeps what is gone', async () => {
      await articles();
      const { embedder, asked } = fakeEmbedder();
      await ingest({}, embedder);
      expect(asked).toHaveLength(3);
      await put(
        'kb/refunds.md',
        `---\ntitle: Refunds\nurl: https://example.org/elsewhere\n---\nWe return your money within 14 days.\n\n## By invoice\n\nWrite to billing and name the invoice number.`,
      );
      expect(await ingest({}, embedder)).toMatchObject({ changed: 1, embedding: { embedded: 0 } });
      await rm(join(base, 'kb/login.txt'));
      await ingest({}, embedder);
      expect(asked).toHaveLength(3);
      expect(await count('embeddings')).toBe(2);
    });

    it('goes on from where a failing endpoint stopped, and searches by words meanwhile', async () => {
      await put(
        'kb.jsonl',
        Array.from({ length: 100 }, (_, i) => JSON.stringify({ _id: `d${i}`, text: `refund number ${i}` })).join('\n'),
      );
      let calls = 0;
      const { embedder } = fakeEmbedder({
        embed: (texts) => {
          calls += 1;
          return calls === 2 ? Promise.reject(new Error('429 too many')) : Promise.resolve(texts.map(toVector));
        },
      });
      expect(await ingest({ sources: ['kb.jsonl'] }, embedder)).toMatchObject({
        added: 100,
        embedding: { embedded: 64, failure: '429 too many' },
      });
      expect(
        (await knowledge(embedder).search('refund number 99', { audience: everyone, limit: 1 })).passages[0]
          ?.documentId,
      ).toBe('d99');
      expect(await knowledge(embedder).embed()).toEqual({ embedded: 36 });
      expect(await knowledge(embedder).embed()).toEqual({ embedded: 0 });
    });

    it('warns once while questions get no vector, and says so again after it recovered', async () => {
      await articles();
      const { embedder } = fakeEmbedder();
      await ingest({}, embedder);
      const warnings: string[] = [];
      let isDown = true;
      const flaky = {
        ...embedder,
        embed: (texts: readonly string[]) => (isDown ? Promise.reject(new Error('down')) : embedder.embed(texts)),
      };
      const base = knowledge(flaky, { ...quietLog, warn: (_, message) => warnings.push(message) });
      // The vector of a question that was asked before is still known.
      const ask = (more: string) => base.search(`lost parcel ${more}`, { audience: everyone, limit: 1 });
      expect((await ask('one')).passages[0]?.documentId).toBe('kb/shipping/lost.md');
      await ask('two');
      expect(warnings).toHaveLength(1);
      isDown = false;
      await ask('three');
      isDown = true;
      await ask('four');
      expect(warnings).toHaveLength(2);
    });

    it('refuses a model that changes its dimension half way', async () => {
      await articles();
      await ingest({}, fakeEmbedder().embedder);
      await put('kb/more.md', 'More about refunds.');
      const changed = fakeEmbedder({ embed: (texts) => Promise.resolve(texts.map(() => [1, 0])) }).embedder;
      expect((await ingest({}, changed)).embedding?.failure).toMatch(/2 dimensions where 3 were stored/);
      expect((await knowledge(changed).search('lost parcel', { audience: everyone, limit: 1 })).passages).toHaveLength(
        1,
      );
      for (const vector of [
        [0, 0, 0],
        [Number.NaN, 1, 1],
      ]) {
        const broken = fakeEmbedder({ embed: (texts) => Promise.resolve(texts.map(() => vector)) }).embedder;
        expect((await knowledge(broken).embed()).failure).toMatch(/without direction/);
      }
    });

    it('fills a new space beside the old one', async () => {
      await articles();
      const old = fakeEmbedder().embedder;
      await ingest({}, old);
      const wider = fakeEmbedder({
        space: 'fake-4',
        embed: (texts) => Promise.resolve(texts.map((text) => [...toVector(text), 1])),
      }).embedder;
      expect(await knowledge(wider).embed()).toEqual({ embedded: 3 });
      for (const embedder of [old, wider]) {
        expect((await knowledge(embedder).search('refund', { audience: everyone, limit: 5 })).passages).toHaveLength(3);
      }
    });
  });
});
