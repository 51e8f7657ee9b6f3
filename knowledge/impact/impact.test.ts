import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Kysely, sql, type Transaction } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PastQuestion } from '#core/answer-log.ts';
import type { ConversationId, MessageId } from '#core/message.ts';
import { createKnowledge } from '#knowledge/index.ts';
import { defaultExtractive, quotePassages } from '#src/agent/extractive.ts';
import { createAnswerLog } from '#src/store/answer-log.ts';
import { createCorrections } from '#src/store/corrections.ts';
import type { Database } from '#src/store/database.ts';
import type { Tables } from '#src/store/tables.ts';
import { answering, committed, openBench } from '#test/contract/ledger-fixture.ts';
import { openTestDatabase } from '#test/database.ts';
import { emptyKnowledge } from '#test/empty-knowledge.ts';
import { said } from '#test/spine.ts';
import { markdownStems, questionStems } from '../words/analyze.ts';
import { askAgain } from './ask-again.ts';
import { createImpact } from './index.ts';

type Articles = Readonly<Record<string, string>>;

const help = {
  returns: 'You may return a label printer within 30 days. We pay for the return label.',
  plans: 'The small plan costs 9 EUR a month. The large plan costs 29 EUR a month.',
  invoices: 'Invoices are sent by e-mail on the first day of each month.',
  printer: 'When the printer is offline, restart it and check the network cable.',
  team: 'To invite a colleague, open Settings and choose Team.',
  password: 'Reset your password with the link below the sign-in form.',
};

let database: Database;
let folder: string;
beforeAll(async () => {
  database = await openTestDatabase('embedded');
  folder = await mkdtemp(join(tmpdir(), 'frontdesk-impact-'));
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await openBench(database).clear();
  await emptyKnowledge(database.db);
});

/** Makes `articles` all that there is. */
const publish = async <T>(db: Kysely<T>, articles: Articles): Promise<void> => {
  const file = join(folder, 'help.jsonl');
  await writeFile(
    file,
    Object.entries(articles)
      .map(([_id, text]) => JSON.stringify({ _id, title: _id, text }))
      .join('\n'),
  );
  await createKnowledge({ db }).ingest({ sources: [file], base: folder });
};

/** A transaction within which whoever opens one gets this one. */
const nested = <T>(trx: Transaction<T>): Kysely<T> =>
  new Proxy(trx, {
    get(target, key) {
      if (key === 'transaction') return () => ({ execute: (use: (trx: Transaction<T>) => unknown) => use(target) });
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

const past = (text: string, more: Partial<PastQuestion> = {}): PastQuestion => ({
  conversationId: '1' as ConversationId,
  messageId: '1' as MessageId,
  text,
  isAnswered: true,
  cited: [],
  thread: [],
  audience: { organizations: [], shared: false, identity: 'anonymous' },
  locale: 'en',
  customer: text,
  at: new Date('2026-03-01T10:00:00Z'),
  ...more,
});

const impact = (questions: readonly PastQuestion[] = []) => {
  const { db } = database;
  return createImpact<Tables, Articles, { id: string; title: string; chunks: { headings: string[]; text: string }[] }>({
    db,
    log: { ...createAnswerLog(db), asked: async () => questions },
    corrections: createCorrections(db, { showsRows: ['web'] }),
    plan: async (articles) => {
      const { rows } = await sql<{
        id: string;
        body: string;
      }>`select d.id, min(c.body) as body from documents d join chunks c on c.document_id = d.id group by 1`.execute(
        db,
      );
      const known = new Map(rows.map(({ id, body }) => [id, body]));
      const planned = Object.entries(articles).map(([id, text]) => ({
        id,
        title: id,
        chunks: [{ headings: [], text }],
      }));
      return {
        added: planned.filter(({ id }) => !known.has(id)),
        changed: planned.filter(({ id }) => known.has(id) && known.get(id) !== articles[id]),
        removed: [...known.keys()].filter((id) => articles[id] === undefined),
      };
    },
    applyIn: (trx, { added, changed, removed }) => {
      expect(added.length + changed.length + removed.length).toBeGreaterThan(0);
      return publish(nested(trx), next);
    },
    searchIn: (trx) => createKnowledge({ db: nested(trx) }).search,
    answer: (turn) => quotePassages(turn, defaultExtractive),
    stemsOf: (question) => questionStems(question),
    documentStems: (markdown) => markdownStems(markdown),
    mask: (text) => text.replace(/\S+@\S+/g, '[e-mail address]'),
    nearest: async () => undefined,
    now: () => new Date('2026-03-10T10:00:00Z'),
    holdMs: 250,
  });
};
/** What the plan under preview would publish. */
let next: Articles = {};
const preview = (questions: readonly PastQuestion[], articles: Articles, most = 500) => {
  next = articles;
  return impact(questions).preview(articles, { days: 90, questions: most });
};
const ask = (question: PastQuestion) =>
  askAgain(question, createKnowledge({ db: database.db }).search, (turn) => quotePassages(turn, defaultExtractive));

describe('preview', () => {
  const returns = 'How long may I return a label printer?';
  const cheque = 'Do you take a cheque?';

  it('lists what would change: other words, an answer where there was none, none where there was one', async () => {
    await publish(database.db, help);
    const { password: _password, ...rest } = help;
    const report = await preview(
      [
        past(cheque, { at: new Date('2026-03-02T10:00:00Z') }),
        past(`${returns} Mail jo@example.org`, { customer: 'a' }),
        past(`${returns} Mail jo@example.org`, { customer: 'b', at: new Date('2026-02-01T10:00:00Z') }),
        past('How do I reset my password?'),
        past('How do I invite a colleague to the team?'),
      ],
      {
        ...rest,
        returns: 'You may return a label printer within 14 days. We pay for the return label.',
        cheque: 'You can pay by cheque: send the cheque to our office.',
      },
    );
    expect(report.documents).toEqual({ added: 1, changed: 1, removed: 1 });
    expect(report).toMatchObject({ questions: 4, leftOut: ['vectors', 'rerank', 'model'] });
    expect(
      report.changes.map(({ question, kind, times, customers }) => ({ question, kind, times, customers })),
    ).toEqual([
      { question: `${returns} Mail [e-mail address]`, kind: 'answer', times: 2, customers: 2 },
      { question: cheque, kind: 'now-answered', times: 1, customers: 1 },
      { question: 'How do I reset my password?', kind: 'no-longer-answered', times: 1, customers: 1 },
    ]);
    expect(report.changes[0]).toMatchObject({
      before: { text: expect.stringContaining('30 days'), sources: [{ documentId: 'returns' }] },
      after: { text: expect.stringContaining('14 days') },
    });
  });

  it('leaves no trace', async () => {
    await publish(database.db, help);
    const trace = async () =>
      Promise.all(
        [
          'documents',
          'chunks',
          'chunk_terms',
          'lexicon',
          'knowledge_tombstones',
          'knowledge_failures',
          'embeddings',
        ].map(
          async (table) =>
            (
              await sql`select count(*)::int as rows, string_agg(t.xmin::text || ' ' || t.ctid::text || md5(t::text), ',' order by t.ctid) as all
              from ${sql.table(table)} t`.execute(database.db)
            ).rows,
        ),
      );
    const before = await trace();
    const report = await preview([past(returns)], { plans: 'Plans are free.' });
    expect(report).toMatchObject({ asked: 1, changes: [{ kind: 'no-longer-answered' }] });
    expect(await trace()).toEqual(before);
  });

  it('asks again only what the change can reach, and no more than it may', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 60 }, (_one, at) => [`a${at}`, `Article ${at} tells of subject${at} and matter${at}.`]),
    );
    await publish(database.db, { ...help, ...many });
    const changed = { ...help, ...many, a7: 'Article 7 tells of subject7 and something new.' };
    const questions = [
      past('What of subject7?'),
      past('What of subject8 and matter8?'),
      past('Who knows?', { cited: ['a7'] }),
    ];
    expect(await preview(questions, changed)).toMatchObject({ questions: 3, affected: 2, asked: 2 });
    expect(await preview(questions, changed, 1)).toMatchObject({ affected: 2, asked: 1 });
    expect(await preview(questions, { ...help, ...many })).toMatchObject({ affected: 0, asked: 0, changes: [] });
  });

  it('calls unchanged only what stays the same once it is published', async () => {
    const subjects = ['scanner', 'refund', 'shipping', 'warranty'] as const;
    const sentence = (subject: string) =>
      fc
        .tuple(fc.constantFrom('renewal', 'repair', 'transfer'), fc.integer({ min: 1, max: 3 }))
        .map(([what, days]) => `The ${subject} ${what} takes ${days} days in most countries.`);
    const article = fc.constantFrom(...subjects).chain((subject) =>
      fc.tuple(
        fc.constant(subject),
        fc.array(sentence(subject), { minLength: 1, maxLength: 2 }).map((sentences) => sentences.join(' ')),
      ),
    );
    const some = fc.array(article, { minLength: 3, maxLength: 5 });
    const edited = fc.array(article, { minLength: 1, maxLength: 2 });
    const question = article.map(([, words]) => past(`${words.replace(/ takes.*/s, '')} takes how many days?`));
    type Article = [subject: (typeof subjects)[number], text: string];
    const says = (subject: Article[0], days: number): Article => [
      subject,
      `The ${subject} repair takes ${days} days in most countries.`,
    ];
    const example: [Article[], Article[], PastQuestion[]] = [
      subjects.map((subject) => says(subject, 1)),
      [says('refund', 2)],
      subjects.map((subject) => past(`The ${subject} repair takes how many days?`)),
    ];
    const seen = { unchanged: 0, changed: 0 };
    await fc.assert(
      fc.asyncProperty(
        some,
        edited,
        fc.array(question, { minLength: 3, maxLength: 6 }),
        async (articles, edits, questions) => {
          const before = { ...help, ...Object.fromEntries(articles) };
          const after = { ...before, ...Object.fromEntries(edits) };
          await publish(database.db, before);
          const replies = await Promise.all(questions.map(ask));
          const changed = new Set((await preview(questions, after)).changes.map(({ question }) => question));
          await publish(database.db, after);
          seen.changed += changed.size;
          for (const [at, each] of questions.entries()) {
            if (changed.has(each.text)) continue;
            seen.unchanged += 1;
            const [reply, known] = [await ask(each), replies[at]].map((one) => ({ ...one, confidence: 0 }));
            expect(reply).toEqual(known);
          }
        },
      ),
      { numRuns: 6, examples: [example] },
    );
    expect(Math.min(seen.unchanged, seen.changed)).toBeGreaterThan(0);
  });
});

describe('recall', () => {
  const bench = () => openBench(database);
  /** Somebody asks, and is told what the articles say now. */
  const tell = async (thread: string, question: string): Promise<MessageId> => {
    const ledger = bench().worker();
    const claim = await bench().claimed(said(thread, question), ledger);
    const { markdown, citations } = await ask(past(question));
    const plan = answering(claim, [markdown]);
    const meta = { kind: 'answer' as const, confidence: 0.9, citations };
    const result = committed(
      await ledger.commit({ ...plan, messages: plan.messages.map((message) => ({ ...message, meta })) }),
    );
    await bench().arrived(ledger, result.deliveries);
    return result.messages[0] as MessageId;
  };
  const recall = (document: string, send = false) => impact().recall({ document, send, by: 'Mira' });
  const long = {
    ...help,
    returns: `${help.returns}\n\n## Exchanges\n\nExchanges are possible for a label roll that is unopened.`,
  };
  const returns = 'How long may I return a label printer?';
  const exchange = 'Are exchanges possible for an unopened label roll?';

  it('drafts for whoever was told what no longer stands, once, and not for the rest', async () => {
    await publish(database.db, long);
    await tell('t1', returns);
    await tell('t2', exchange);
    await tell('t3', 'What does the small plan cost?');
    await publish(database.db, { ...long, returns: long.returns.replace('30', '14') });
    const report = await recall('returns');
    expect(report).toMatchObject({
      answers: 2,
      standing: 1,
      document: { documentId: 'returns', version: 2, isGone: false },
    });
    expect(report.corrections).toMatchObject([
      {
        status: 'draft',
        oldText: 'You may return a label printer within 30 days.',
        newText: expect.stringContaining('14 days'),
      },
    ]);
    expect((await recall('returns')).corrections).toEqual(report.corrections);
    expect((await recall('returns', true)).outcomes).toMatchObject([{ outcome: 'sent' }]);
    expect((await recall('returns', true)).outcomes).toEqual([]);
  });

  it('corrects a correction that has become wrong, and nothing twice', async () => {
    await publish(database.db, help);
    await tell('t1', returns);
    await publish(database.db, { ...help, returns: 'You may return a label printer within 14 days.' });
    await recall('returns', true);
    await publish(database.db, { ...help, returns: 'You may return a label printer within 14 days. Keep the box.' });
    expect((await recall('returns')).corrections).toEqual([]);
    await publish(database.db, { ...help, returns: 'You may return a label printer within 10 days. Keep the box.' });
    expect((await recall('returns', true)).corrections).toMatchObject([
      { version: 4, status: 'sent', oldText: 'You may return a label printer within 14 days.' },
    ]);
  });

  it('takes back what a deleted document said', async () => {
    await publish(database.db, help);
    await tell('t1', returns);
    const { returns: _returns, ...rest } = help;
    await publish(database.db, rest);
    const { corrections, document } = await recall('returns');
    expect(document).toMatchObject({ isGone: true, title: 'returns' });
    expect(corrections).toHaveLength(1);
    expect(corrections[0]).not.toHaveProperty('newText');
    expect(corrections[0]?.markdown).toContain('please do not rely on it');
  });

  it('says what to give where a document or a date is not known', async () => {
    await expect(recall('nothing')).rejects.toMatchObject({
      code: 'not-found',
      userMessage: expect.stringContaining('id or its address'),
    });
    await expect(
      impact().recall({ document: 'returns', since: 'then', send: false, by: 'Mira' }),
    ).rejects.toMatchObject({ code: 'bad-request' });
  });
});
