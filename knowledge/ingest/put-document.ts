import type { Kysely } from 'kysely';
import { readable, type SourceDocument } from '../document.ts';
import type { PersonalDataPolicy } from '../personal-data/policy.ts';
import type { DocumentVisibility } from '../visibility.ts';
import { prepareDocument } from './prepare-document.ts';
import { sha256 } from './sha256.ts';
import { writeDocuments } from './write-documents.ts';

/** A document that comes from nowhere but ourselves: an article that a person approved. */
export interface OwnDocument {
  readonly id: string;
  readonly collection: string;
  /** Where it comes from, as a URL; no source that is ingested may lie above it, or the next sync removes it. */
  readonly source: string;
  readonly visibility: DocumentVisibility;
  readonly document: SourceDocument;
}

/**
 * Stores one document like one that was ingested, in the place of its earlier version. A document that says nothing, or whose personal
 * data its collection refuses, is not stored, and the reason is the answer.
 */
export const putDocument = async <T>(
  db: Kysely<T>,
  { document, ...place }: OwnDocument,
  policy: PersonalDataPolicy = 'flag',
): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string }> => {
  const reading = readable(document);
  if (!reading.ok) return reading;
  const contentHash = sha256(JSON.stringify([place.visibility, reading.document]));
  const result = prepareDocument({ ...place, contentHash }, reading.document, policy);
  if (!result.ok) return { ok: false, reason: result.reason };
  await writeDocuments(db, [result.prepared]);
  return { ok: true };
};
