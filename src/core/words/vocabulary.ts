import type { KnownLanguage } from './analysis-language.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { it } from './it.ts';
import { nl } from './nl.ts';
import { pt } from './pt.ts';

/** What we know of a language, in lower case as it is written; lists are separated by white space. */
export interface Vocabulary {
  /** Words too common to tell anything, in documents and questions. */
  readonly stopWords: string;
  /** What people write around a question: polite, colloquial, or so general that an answer need not repeat it. */
  readonly filler: string;
  /** How a question asks, not what it asks about (`how long`), in a normalised text. */
  readonly asking: RegExp;
  /** Words that customers write often: they say which language a question is in. */
  readonly telling: string;
}

export const vocabularies: Readonly<Record<KnownLanguage, Vocabulary>> = { en, de, fr, es, it, nl, pt };

export const listed = (text: string): string[] => text.trim().split(/\s+/);
