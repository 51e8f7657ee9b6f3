import { type RawBuilder, sql } from 'kysely';
import type { Passage } from '#core/knowledge.ts';
import type { DocumentVisibility } from '../visibility.ts';

/** A chunk as a leg of the search found it. */
export interface Hit {
  readonly chunkId: string;
  readonly documentId: string;
  readonly collection: string;
  readonly visibility: DocumentVisibility;
  /** Its place among the chunks of its document. */
  readonly ordinal: number;
  readonly title: string;
  readonly path: readonly string[];
  readonly url: string | null;
  readonly headings: readonly string[];
  readonly body: string;
  readonly tokens: number;
  /** Of the text that is embedded: equal texts have equal ones. */
  readonly textHash: string;
  /** 64-bit simhash as a signed decimal; null for chunks of an earlier release. */
  readonly fingerprint: string | null;
  readonly language: string | null;
  /** Of the leg that found it; comparable within one leg of one search. */
  readonly score: number;
}

/** The columns of the search functions, as a `Hit` has them. */
export const hitColumns: RawBuilder<unknown> = sql`chunk_id as "chunkId", document_id as "documentId", collection, visibility,
  ordinal, title, path, url, headings, body, tokens, text_hash as "textHash", fingerprint, language, score`;

export const toPassage = (hit: Hit): Passage => ({
  documentId: hit.documentId,
  title: hit.title,
  ...(hit.url === null ? {} : { url: hit.url }),
  text: hit.body,
  ...(hit.path.length === 0 ? {} : { path: hit.path }),
  headings: hit.headings,
  ...(hit.language === null ? {} : { language: hit.language }),
  score: hit.score,
});
