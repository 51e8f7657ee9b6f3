import { type Kysely, sql } from 'kysely';

/** A document as it would be stored: what the preview needs to know of it. */
export interface PlannedDocument {
  readonly id: string;
  readonly title?: string;
  readonly chunks: readonly { readonly headings: readonly string[]; readonly text: string }[];
}

/** What a change of the knowledge base would write and delete. One draft article is a plan, too. */
export interface ChangePlan<Document extends PlannedDocument = PlannedDocument> {
  readonly added: readonly Document[];
  /** Put in the place of the documents that have their ids. */
  readonly changed: readonly Document[];
  /** Ids. */
  readonly removed: readonly string[];
}

/** What a plan touches. */
export interface Touched {
  /** Ids of documents that are there and would not stay as they are. */
  readonly documents: ReadonlySet<string>;
  /** Stems of every passage that would come or go. */
  readonly stems: ReadonlySet<string>;
  /** How much the number of passages would change, as a share of it: every word's weight rests on that number. */
  readonly drift: number;
}

/** Reads what would go, and adds what would come. */
export const touchedBy = async <T>(
  db: Kysely<T>,
  { added, changed, removed }: ChangePlan,
  stemsOf: (markdown: string) => readonly string[],
): Promise<Touched> => {
  const documents = new Set([...changed.map(({ id }) => id), ...removed]);
  const { rows: before } = await sql<{ text: string }>`
    select concat_ws(E'\n', d.title, array_to_string(c.headings, E'\n'), c.body) as text
    from chunks c join documents d on d.id = c.document_id where d.id = any (${[...documents]}::text[])`.execute(db);
  const { rows: corpus } = await sql<{ chunks: number }>`select count(*)::int as chunks from chunks`.execute(db);
  const after = [...added, ...changed].flatMap(({ title = '', chunks }) =>
    chunks.map(({ headings, text }) => [title, ...headings, text].join('\n')),
  );
  const total = corpus[0]?.chunks ?? 0;
  return {
    documents,
    stems: new Set([...before.map(({ text }) => text), ...after].flatMap((text) => [...stemsOf(text)])),
    drift: Math.abs(after.length - before.length) / Math.max(1, total),
  };
};
