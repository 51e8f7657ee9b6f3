import { detectLanguage } from '#core/language.ts';
import { type Chunk, chunk } from '../chunks/chunk.ts';
import type { ItemState, SourceDocument } from '../document.ts';
import { type PersonalDataCounts, type PersonalDataPolicy, screen } from '../personal-data/policy.ts';
import type { DocumentVisibility } from '../visibility.ts';

/** What is known of a document before it is read. */
export interface Origin {
  readonly id: string;
  readonly collection: string;
  /** Where it is: an absolute path, a URL, or the path of a JSON Lines file followed by `#_id`. */
  readonly source: string;
  readonly visibility: DocumentVisibility;
  /** Of everything that decides what is stored. */
  readonly contentHash: string;
  readonly state?: ItemState;
}

/** A document with its chunks, as it is stored. */
export interface PreparedDocument extends Origin, SourceDocument {
  /** As people read it; a document without a title is known by its first line. */
  readonly displayTitle: string;
  readonly personalData: 'none' | 'flagged' | 'masked';
  readonly chunks: readonly Chunk[];
}

export type Preparation =
  | { readonly ok: true; readonly prepared: PreparedDocument; readonly found: PersonalDataCounts }
  /** `refused`: not for what it is but for what it says; what was stored of it has to go. */
  | { readonly ok: false; readonly reason: string; readonly refused?: PersonalDataCounts };

/** Screens a document for personal data, finds its language and cuts it into chunks. */
export const prepareDocument = (origin: Origin, document: SourceDocument, policy: PersonalDataPolicy): Preparation => {
  const screened = screen(storable(document), policy);
  if (!screened.ok) return { ok: false, reason: screened.reason, refused: screened.counts };
  const { document: safe, personalData, counts } = screened;
  const chunks = chunk(safe.text, safe.title);
  if (chunks.length === 0) return { ok: false, reason: 'it has no text' };
  const language = safe.language ?? detectLanguage(safe.text);
  return {
    ok: true,
    found: counts,
    prepared: {
      ...safe,
      ...origin,
      ...(language === undefined ? {} : { language }),
      displayTitle: displayTitle(safe),
      personalData,
      chunks,
    },
  };
};

/** Postgres keeps neither NUL nor half a character, and dates of our calendar only. */
const storable = ({ title, path, url, language, publishedAt, modifiedAt, text }: SourceDocument): SourceDocument => ({
  ...(title === undefined ? {} : { title: clean(title) }),
  ...(path === undefined ? {} : { path: path.map(clean) }),
  ...(url === undefined ? {} : { url: clean(url) }),
  ...(language === undefined ? {} : { language: clean(language) }),
  ...(isDate(publishedAt) ? { publishedAt } : {}),
  ...(isDate(modifiedAt) ? { modifiedAt } : {}),
  text: clean(text),
});

const clean = (text: string): string => text.replaceAll('\0', '').toWellFormed();

const isDate = (date: Date | undefined): date is Date => {
  const year = date?.getUTCFullYear() ?? Number.NaN;
  return year >= 1 && year <= 9999;
};

const displayTitle = (document: SourceDocument): string => {
  if (document.title) return document.title;
  const line = (document.text.split('\n', 1)[0] ?? '').replace(/^[#>\s*|-]+/, '').trim();
  return (
    (line.length > 80 ? `${line.slice(0, 79).toWellFormed()}…` : line) || document.text.slice(0, 80).toWellFormed()
  );
};
