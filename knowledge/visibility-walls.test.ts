import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Embedder, Reranker, SearchOptions, ThreadLine } from '#core/knowledge.ts';
import type { Audience } from '#core/turn.ts';
import { engines, openTestDatabase } from '#test/database.ts';
import { hashedWords } from '#test/fakes/embeddings.ts';
import { recordingLog } from '#test/recording-log.ts';
import { createKnowledge } from './index.ts';
import { prepareDocument } from './ingest/prepare-document.ts';
import { writeDocuments } from './ingest/write-documents.ts';
import type { DocumentVisibility } from './visibility.ts';

/** Each visibility with words that only its documents use, and how a customer may misspell the first. */
const secrets = {
  public: { words: ['lanternfish', 'cobblestone'], typo: 'lanternfsih' },
  internal: { words: ['zeppelinary', 'marmaladeon'], typo: 'zepelinary' },
  'org:a': { words: ['quillbasket', 'thornwhistle'], typo: 'quilbasket' },
  'org:b': { words: ['dragonmeadow', 'pepperhollow'], typo: 'dragonmaedow' },
  'org:c': { words: ['velvetharbor', 'gingerlocket'], typo: 'velvetharbr' },
} as const satisfies Record<DocumentVisibility, unknown>;
type Of = keyof typeof secrets;
const visibilities = Object.keys(secrets) as Of[];
const common = 'refund parcel printer invoice warranty password label delay customs weight returns carrier'.split(' ');

const ofVisibility = fc.constantFrom(...visibilities);
const words = fc.array(fc.constantFrom(...common), { minLength: 4, maxLength: 9 }).map((list) => list.join(' '));
interface Written {
  readonly of: Of;
  readonly title: string;
  readonly text: string;
  readonly secret: 0 | 1;
  readonly shape: 'twin' | 'short' | 'long';
}
/** `twin`: without a word of its own, so that others may say the same; `long`: of several chunks, so that it has neighbours. */
const aDocument: fc.Arbitrary<Written> = fc.record({
  of: ofVisibility,
  title: fc.constantFrom('Returns', 'Shipping labels', 'Invoices'),
  text: fc.oneof(
    words,
    fc.constantFrom('refund parcel printer within ten days', 'refund parcel printer within nine days'),
  ),
  secret: fc.constantFrom(0, 1 as const),
  shape: fc.constantFrom('twin', 'short', 'short', 'long' as const),
});
const plain = { title: 'Returns', text: 'refund parcel warranty', secret: 0, shape: 'short' } as const;
const corpus = fc
  .array(aDocument, { minLength: 20, maxLength: 30 })
  .map((some): readonly Written[] => [...some, ...visibilities.map((of) => ({ ...plain, of }))]);

const anAudience: fc.Arbitrary<Audience> = fc.record({
  organizations: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
  shared: fc.boolean(),
  identity: fc.constantFrom('verified', 'verified', 'claimed', 'anonymous'),
  internal: fc.constantFrom(false, false, true),
});
/** The rule in other words than `visibleTo` has it. */
const maySee = ({ organizations, identity, internal }: Audience, of: Of): boolean =>
  of === 'public' ||
  (of === 'internal' ? internal === true : identity === 'verified' && organizations.join() === of.slice('org:'.length));

const asked = fc.oneof(
  { weight: 2, arbitrary: words },
  { weight: 2, arbitrary: fc.tuple(ofVisibility, words).map(([of, text]) => `${secrets[of].typo} ${text}`) },
  { weight: 1, arbitrary: fc.tuple(ofVisibility, words).map(([of, text]) => `${secrets[of].words[0]} ${text}?`) },
  { weight: 1, arbitrary: fc.constant('And for the other one?') },
);
const aThread: fc.Arbitrary<readonly ThreadLine[]> = fc.array(
  fc.record({
    role: fc.constantFrom('customer', 'bot'),
    text: fc.tuple(ofVisibility, words).map(([of, text]) => `${text} ${secrets[of].typo}`),
    titles: fc.constant(['Shipping labels']),
  }),
  { maxLength: 3 },
);
const aQuestion = fc.record({
  query: asked,
  audience: anAudience,
  thread: aThread,
  tokens: fc.constantFrom(undefined, 400),
  leg: fc.constantFrom('lexical', 'dense', 'fused', 'reranked'),
});

const textOf = ({ of, text, secret, shape }: Written): string => {
  if (shape === 'twin') return text;
  const own = secrets[of].words[secret];
  if (shape === 'short') return `${text} ${own}.`;
  return Array.from({ length: 40 }, (_, at) => `${text} ${own} in paragraph ${at}, which goes on for a while.`).join(
    '\n\n',
  );
};

describe.each(engines)('what an asker must not see, on %s', (engine) => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  beforeAll(async () => {
    database = await openTestDatabase(engine);
  }, 60_000);
  afterAll(() => database?.[Symbol.asyncDispose]());

  /** Few dimensions and small numbers: many texts have nearly the same vector. */
  const embedder: Embedder = { space: 'fake-8', embed: async (texts) => texts.map((text) => hashedWords(text, 8)) };
  const open = () => {
    const [log, read] = [recordingLog(), [] as string[]];
    const reranker: Reranker = {
      rerank: async (_query, texts) => {
        read.push(...texts);
        return texts.map((text) => text.length % 7);
      },
    };
    return { log, read, ...createKnowledge({ db: database.db, embedder, reranker, restMs: 0, log }) };
  };

  it('never comes out of a search: not its ids, texts, words or number', async () => {
    let [searches, found, restricted] = [0, 0, 0];
    const { log, read, ...knowledge } = open();
    const store = async (documents: readonly Written[]) => {
      await knowledge.removeCollection('kb');
      const prepared = documents.map((document, at) => {
        const id = `${document.of}/${at}`;
        const origin = { id, collection: 'kb', source: `/kb/${id}`, visibility: document.of, contentHash: 'x' };
        const result = prepareDocument(
          origin,
          { title: document.title, url: `https://example.org/${id}`, text: textOf(document) },
          'flag',
        );
        if (!result.ok) throw new Error(result.reason);
        return result.prepared;
      });
      await writeDocuments(database.db, prepared);
      await knowledge.embed();
      return prepared;
    };

    await fc.assert(
      fc.asyncProperty(corpus, fc.array(aQuestion, { minLength: 25, maxLength: 25 }), async (documents, questions) => {
        const stored = await store(documents);
        for (const { query, audience, thread, tokens, leg } of questions) {
          read.length = 0;
          const options: SearchOptions = {
            audience,
            thread,
            leg,
            limit: 8,
            explain: true,
            ...(tokens === undefined ? {} : { tokens }),
          };
          const result = await knowledge.search(query, options);
          const hidden = visibilities.filter((of) => !maySee(audience, of));
          const ids = [
            ...result.passages.map(({ documentId }) => documentId),
            ...(result.explanations ?? []).flatMap(({ alsoIn = [] }) => alsoIn),
          ];
          for (const id of ids) expect(hidden).not.toContain(id.slice(0, id.indexOf('/')));
          const said = JSON.stringify(thread) + query;
          const unsaid = hidden.flatMap((of) => secrets[of].words).filter((word) => !said.includes(word));
          const out = JSON.stringify([result, read, log.lines]);
          for (const word of unsaid) expect(out).not.toContain(word);
          for (const of of hidden) expect(out).not.toContain(`${of}/`);
          // Texts that somebody else has word for word are in no way a proof; their number is.
          expect(read.length).toBeLessThanOrEqual(
            stored.filter(({ visibility }) => maySee(audience, visibility as Of)).flatMap(({ chunks }) => chunks)
              .length,
          );

          const everyId = stored.map(({ id }) => id);
          expect(await knowledge.withdrawn(everyId, audience)).toEqual(
            new Set(everyId.filter((id) => hidden.includes(id.slice(0, id.indexOf('/')) as Of))),
          );
          searches += 1;
          found += ids.length === 0 ? 0 : 1;
          restricted += ids.some((id) => !id.startsWith('public/')) ? 1 : 0;
        }
      }),
      { numRuns: 2, endOnFailure: true },
    );
    // The property says something only where something was found, and restricted things by those who may.
    expect(searches).toBe(50);
    expect(found).toBeGreaterThan(20);
    expect(restricted).toBeGreaterThan(2);

    // A misspelt word is understood by those who may read it, and by nobody else.
    for (const of of visibilities)
      for (const by of visibilities) {
        const audience = {
          organizations: by.startsWith('org:') ? [by.slice(4)] : [],
          shared: true,
          identity: 'verified' as const,
          internal: by === 'internal',
        };
        const { terms = [] } = await knowledge.search(`${secrets[of].typo} refund`, { audience, limit: 3 });
        const isMeant = terms.some(
          ({ stem }) => secrets[of].words[0].startsWith(stem.slice(0, 8)) && !secrets[of].typo.startsWith(stem),
        );
        expect({ of, by, isMeant }).toEqual({ of, by, isMeant: of === 'public' || of === by });
      }
  });
});
