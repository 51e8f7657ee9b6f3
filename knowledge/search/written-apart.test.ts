import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { questionTerms } from '#core/terms.ts';
import type { AnalysisLanguage } from '#core/words/analysis-language.ts';
import { writtenApart } from './written-apart.ts';

const found = (question: string, corpus: readonly string[], languages: readonly AnalysisLanguage[] = ['en']) =>
  writtenApart(question, questionTerms(question, languages), languages)
    .words((stem) => corpus.includes(stem))
    .map(({ w }) => w);

describe('writtenApart', () => {
  it('finds a word of the corpus that the question writes in two', () => {
    expect(found('my pass word', ['password'])).toEqual(['password', 'password']);
    expect(found('how do i set up the printer', ['setup', 'printer'])).toEqual(['setup']);
    expect(found('the web site is down', ['websit', 'down'])).toEqual(['websit', 'websit']);
  });

  it('takes apart a word that the corpus lacks', () => {
    expect(found('myprinter barcodescanner', ['barcod', 'scanner'])).toEqual(['barcod', 'scanner']);
  });

  it('leaves a word alone that the corpus has', () => {
    expect(found('the warehouse', ['warehous', 'ware', 'hous'])).toEqual([]);
  });

  it('shares the weight among the words and the places', () => {
    const words = writtenApart('pass word', questionTerms('pass word', ['en']), ['en']).words((w) => w === 'password');
    expect(words).toEqual([
      { p: 0, w: 'password', k: 0.45, s: true },
      { p: 1, w: 'password', k: 0.45, s: true },
    ]);
  });

  it('takes any question, and asks for no more stems than its letters allow', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (question) => {
        const { stems, words } = writtenApart(question, questionTerms(question, ['en']), ['en']);
        expect(stems.length).toBeLessThan(1_000);
        for (const { k = 1 } of words(() => true)) expect(k).toBeLessThanOrEqual(1);
      }),
    );
  });
});
