import { type AnalysisLanguage, analysisLanguage } from '#core/words/analysis-language.ts';
import { embeddedText } from '../chunks/embedded-text.ts';
import { fingerprint } from '../chunks/fingerprint.ts';
import type { DocumentVisibility } from '../visibility.ts';
import { markdownStems } from '../words/analyze.ts';
import type { PreparedDocument } from './prepare-document.ts';
import { sha256 } from './sha256.ts';

/** A chunk as it is stored, and its words with how often they occur. */
export interface ChunkRow {
  readonly documentId: string;
  readonly ordinal: number;
  readonly headings: readonly string[];
  readonly body: string;
  readonly tokens: number;
  readonly textHash: string;
  readonly visibility: DocumentVisibility;
  readonly language: string | null;
  /** Signed decimal: JSON has no 64-bit numbers. */
  readonly fingerprint: string;
  readonly words: ReadonlyMap<string, number>;
}

/** A "word" longer than this, in UTF-16 code units, is a script without spaces or no word at all; an index holds no longer ones. */
const longestWord = 200;

/** Finds the words of every chunk; those of its title and headings count twice. */
export const chunkRows = (documents: readonly PreparedDocument[]): ChunkRow[] =>
  documents.flatMap((document) => {
    const language = analysisLanguage(document.language);
    return document.chunks.map((chunk, ordinal) => ({
      documentId: document.id,
      ordinal,
      headings: chunk.headings,
      body: chunk.text,
      tokens: chunk.tokens,
      textHash: sha256(embeddedText(document.displayTitle, chunk.headings, chunk.text)),
      visibility: document.visibility,
      language: document.language ?? null,
      fingerprint: fingerprint(chunk.text).toString(),
      words: countWords([document.title ?? '', ...chunk.headings].join(' '), chunk.text, language),
    }));
  });

const countWords = (above: string, text: string, language: AnalysisLanguage): Map<string, number> => {
  const counts = new Map<string, number>();
  const count = (words: readonly string[], weight: number) => {
    for (const word of words) if (word.length <= longestWord) counts.set(word, (counts.get(word) ?? 0) + weight);
  };
  count(markdownStems(above, language), 2);
  count(markdownStems(text, language), 1);
  return counts;
};
