/**
 * What retrieval costs: ingestion, syncing again, and questions by words, by meaning and by both, at several sizes, on PostgreSQL (when
 * TEST_DATABASE_URL is set) and embedded. Approximate paths are compared with exact ones on the same rows, and the vector search with
 * LangChain's PGVectorStore over the same vectors (`npm i --no-save @langchain/community`). The corpus is invented: times and recall mean
 * something, relevance does not. Machines are noisy: read the ratios.
 *
 *   node bench/knowledge.ts [--chunks 2000,100000] [--embedded 2000,100000] [--no-vectors] [--json]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import type { Leg } from '#core/knowledge.ts';
import type { Audience } from '#core/turn.ts';
import { createKnowledge, type KnowledgeBase } from '#knowledge/index.ts';
import { openTestDatabase } from '#test/database.ts';
import { hashingEmbedder, type InventedDocument, inventedDocuments, questionAbout, writeCorpus } from './corpus.ts';
import { exactDense, exactLexical } from './exact.ts';
import { timeLangChain } from './langchain-store.ts';
import { percentile, printTable } from './report.ts';

const { values } = parseArgs({
  options: {
    chunks: { type: 'string', default: '2000,100000' },
    embedded: { type: 'string', default: '2000,100000' },
    'no-vectors': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const sizesOf = (list: string): readonly number[] => list.split(',').filter(Boolean).map(Number);
const questionCount = 200;
const best = 10;
const everyone: Audience = { organizations: [], shared: false, identity: 'anonymous' };
const embedder = values['no-vectors'] ? undefined : hashingEmbedder(256);

type Row = Readonly<Record<string, string>>;
const rows: Row[] = [];
const ms = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0));
const say = (text: string): void => void process.stderr.write(`${text}\n`);

interface Asked {
  readonly id: string;
  readonly text: string;
}

/** Questions spread over the corpus, each about one of its documents. */
const questionsOf = (documents: number): readonly Asked[] => {
  const step = Math.max(1, Math.floor(documents / questionCount));
  const asked: Asked[] = [];
  let n = 0;
  for (const document of inventedDocuments(documents)) {
    if (n % step === 0) asked.push(toQuestion(document, n));
    n += 1;
  }
  return asked;
};

const toQuestion = (document: InventedDocument, seed: number): Asked => ({
  id: document._id,
  text: questionAbout(document, seed),
});

/** Time and hits of one leg. `found` gives the best chunks' texts, to be compared with `exact`. */
const measureLeg = async (
  knowledge: KnowledgeBase,
  questions: readonly Asked[],
  leg: Leg,
  exact?: (question: string) => Promise<readonly string[]>,
) => {
  const times: number[] = [];
  let hits = 0;
  let same = 0;
  let compared = 0;
  const ask = (text: string) => knowledge.search(text, { audience: everyone, limit: 40, leg });
  for (const { text } of questions.slice(0, 20)) await ask(text);
  for (const { id, text } of questions) {
    const started = performance.now();
    const { passages } = await ask(text);
    times.push(performance.now() - started);
    if (passages.slice(0, best).some((passage) => passage.documentId === id)) hits += 1;
    const wanted = await exact?.(text);
    if (wanted !== undefined) {
      const found = new Set(passages.map((passage) => passage.text));
      compared += wanted.length;
      same += wanted.filter((body) => found.has(body)).length;
    }
  }
  return {
    p50: ms(percentile(times, 0.5)),
    p95: ms(percentile(times, 0.95)),
    'asked-for found': `${Math.round((100 * hits) / questions.length)} %`,
    recall: exact === undefined ? '' : (same / Math.max(1, compared)).toFixed(3),
  };
};

const measure = async (engine: 'embedded' | 'postgres', chunks: number): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'frontdesk-bench-'));
  await using database = await openTestDatabase(engine);
  const { db } = database;
  await sql`set statement_timeout = 0`.execute(db);
  try {
    const documents = Math.round(chunks / 2);
    const file = await writeCorpus(join(folder, 'corpus.jsonl'), documents);
    const size = `${engine} ${chunks >= 1_000 ? `${chunks / 1_000}k` : chunks}`;
    const knowledge = createKnowledge({ db, ...(embedder === undefined ? {} : { embedder }) });
    const words = createKnowledge({ db });

    say(`${size}: ingesting`);
    const first = await words.ingest({ sources: [file] });
    rows.push({ what: 'ingest, words', size, 'per second': String(Math.round((1_000 * first.chunks) / first.ms)) });
    const again = await words.ingest({ sources: [file] });
    rows.push({ what: `sync again, ${documents} unchanged`, size, p50: `${again.ms}` });

    if (embedder !== undefined) {
      say(`${size}: vectors`);
      const started = performance.now();
      const { embedded, failure } = await knowledge.embed();
      if (failure !== undefined) throw new Error(failure);
      rows.push({
        what: 'vectors and index',
        size,
        'per second': String(Math.round((1_000 * embedded) / (performance.now() - started))),
      });
    }

    const questions = questionsOf(documents);
    say(`${size}: asking`);
    rows.push({ what: 'by words', size, ...(await measureLeg(words, questions, 'lexical', exactLexical(db, best))) });
    if (embedder !== undefined) {
      const exact = exactDense(db, embedder, best);
      rows.push({ what: 'by meaning', size, ...(await measureLeg(knowledge, questions, 'dense', exact)) });
      rows.push({ what: 'both, fused', size, ...(await measureLeg(knowledge, questions, 'fused')) });
      const langchain = engine === 'postgres' ? await timeLangChain(database.url, db, embedder, questions) : undefined;
      if (langchain !== undefined) rows.push({ what: 'LangChain PGVectorStore', size, ...langchain });
    }
    const { bytes } = await knowledge.size();
    const mb = (value: number): string => `${Math.round(value / 1e6)} MB`;
    rows.push({
      what: 'storage',
      size,
      bytes: `text ${mb(bytes.text)}, words ${mb(bytes.words)}, vectors ${mb(bytes.vectors)}, indexes ${mb(bytes.indexes)}`,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

if (process.env.TEST_DATABASE_URL !== undefined)
  for (const chunks of sizesOf(values.chunks)) await measure('postgres', chunks);
for (const chunks of sizesOf(values.embedded)) await measure('embedded', chunks);
const columns = ['what', 'size', 'per second', 'p50', 'p95', 'asked-for found', 'recall', 'bytes'];
printTable(
  rows.map((row) => Object.fromEntries(columns.map((name) => [name, row[name] ?? '']))),
  values.json,
);
