import { sep } from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { ItemState } from '../document.ts';

/** A document as an earlier run stored it. */
export interface KnownDocument {
  readonly id: string;
  readonly hash: string;
  readonly source: string;
  readonly title: string;
  readonly state: ItemState | null;
}

/** What is stored of one source that a user named. */
export interface Known {
  readonly byId: ReadonlyMap<string, KnownDocument>;
  readonly bySource: ReadonlyMap<string, KnownDocument>;
  /** Items that could not be read the last time, by their place. */
  readonly failed: ReadonlySet<string>;
}

/** Everything of a root, in two queries: the root itself, and what lies below it or inside of its files. */
export const findKnown = async <T>(db: Kysely<T>, collection: string, root: string): Promise<Known> => {
  const within = sql`(source = ${root} or source ^@ any (${below(root)}::text[]))`;
  const documents = await sql<KnownDocument>`
    select id, content_hash as hash, source, title, state from documents
    where collection = ${collection} and ${within}`.execute(db);
  const failures = await sql<{ source: string }>`
    select source from knowledge_failures where collection = ${collection} and ${within}`.execute(db);
  return {
    byId: new Map(documents.rows.map((row) => [row.id, row])),
    bySource: new Map(documents.rows.map((row) => [row.source, row])),
    failed: new Set(failures.rows.map((row) => row.source)),
  };
};

const below = (root: string): string[] => [
  ...new Set([root.endsWith('/') || root.endsWith(sep) ? root : [`${root}/`, `${root}${sep}`], `${root}#`].flat()),
];

/** The ids that other collections hold. */
export const idsElsewhere = async <T>(db: Kysely<T>, collection: string): Promise<ReadonlySet<string>> => {
  const { rows } = await sql<{ id: string }>`select id from documents where collection <> ${collection}`.execute(db);
  return new Set(rows.map(({ id }) => id));
};

/** `source` and everything that it lies in: the file of a line, the folders of a file. */
export const containers = (source: string): string[] => {
  const ends = source
    .split('')
    .flatMap((letter, at) => (letter === '#' || letter === '/' || letter === sep ? [at] : []));
  return [source, ...ends.map((end) => source.slice(0, end))];
};
