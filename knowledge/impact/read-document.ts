import { type Kysely, sql } from 'kysely';
import type { DocumentVersion } from '#core/correction.ts';

/** A document as it is now, or as it was when it was deleted. */
export interface ChangedDocument extends DocumentVersion {
  readonly title: string;
  readonly url?: string;
  /** When it was last changed, or deleted. */
  readonly changedAt: Date;
  /** Its texts in order; none when it is gone. */
  readonly chunks: readonly string[];
}

/** The document with this id or address, deleted ones too; one that is there comes before one that is gone. */
export const readDocument = async <T>(db: Kysely<T>, idOrUrl: string): Promise<ChangedDocument | undefined> => {
  const { rows } = await sql<{
    id: string;
    title: string;
    url: string | null;
    version: number;
    changed_at: Date;
    gone: boolean;
    chunks: string[];
  }>`
    select * from (
      select id, title, url, version, updated_at as changed_at, false as gone,
        array(select c.body from chunks c where c.document_id = d.id order by c.ordinal) as chunks
        from documents d where d.id = ${idOrUrl} or d.url = ${idOrUrl}
      union all
      select document_id, title, url, version, deleted_at, true, '{}' from knowledge_tombstones where document_id = ${idOrUrl} or url = ${idOrUrl}
    ) x order by gone, id = ${idOrUrl} desc, changed_at desc limit 1`.execute(db);
  const [row] = rows;
  return row === undefined
    ? undefined
    : {
        documentId: row.id,
        version: row.version,
        isGone: row.gone,
        title: row.title,
        ...(row.url === null ? {} : { url: row.url }),
        changedAt: row.changed_at,
        chunks: row.chunks,
      };
};
