import { type Kysely, sql } from 'kysely';
import { type AnalysisLanguage, analysisLanguage } from '#core/words/analysis-language.ts';

/** What a question's analysis needs to know of the corpus. */
export interface CorpusWords {
  /** How its documents are analysed. */
  languages(): Promise<readonly AnalysisLanguage[]>;
  /** Which of these stems occur in it. */
  known(stems: readonly string[]): Promise<ReadonlySet<string>>;
  /** Documents have come or gone: what was remembered is asked anew. */
  forget(): void;
}

/** Another process may bring documents of a new language; that it takes a moment until they are found is no harm. */
const freshMs = 5_000;

export const createCorpusWords = <T>(db: Kysely<T>, now: () => number = () => performance.now()): CorpusWords => {
  let languages: Promise<readonly AnalysisLanguage[]> | undefined;
  let askedAt = 0;
  return {
    languages: () => {
      if (languages === undefined || now() - askedAt > freshMs) {
        askedAt = now();
        languages = readLanguages(db);
        languages.catch(() => {
          languages = undefined;
        });
      }
      return languages;
    },
    known: async (stems) => {
      const { rows } = await sql<{ word: string }>`
        select word from lexicon where word = any (${stems}::text[]) and df > 0`.execute(db);
      return new Set(rows.map(({ word }) => word));
    },
    forget: () => {
      languages = undefined;
    },
  };
};

/** Goes from one language to the next in the index: as quick with a million documents as with ten. */
const readLanguages = async <T>(db: Kysely<T>): Promise<readonly AnalysisLanguage[]> => {
  const { rows } = await sql<{ language: string }>`
    with recursive each as (
      (select language from documents where language is not null order by language limit 1)
      union all
      select (select d.language from documents d where d.language > each.language order by d.language limit 1)
      from each where each.language is not null
    )
    select language from each where language is not null`.execute(db);
  // Documents of unknown language are analysed as English.
  return [...new Set(['en' as const, ...rows.map(({ language }) => analysisLanguage(language))])];
};
