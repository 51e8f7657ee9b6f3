import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { questionTerms } from '#core/terms.ts';
import type { AnalysisLanguage } from '#core/words/analysis-language.ts';
import { anyText } from '#test/any-text.ts';
import { defaultSynonyms } from './default-synonyms.ts';
import { createExpand } from './expand.ts';
import { parseSynonyms, type SynonymRule } from './synonyms.ts';

const rulesOf = (yaml: string): readonly SynonymRule[] => {
  const parsed = parseSynonyms(yaml);
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  return parsed.rules;
};

const expand = (rules: readonly SynonymRule[], text: string, ...languages: AnalysisLanguage[]) =>
  createExpand(rules)({ text, terms: questionTerms(text, languages), languages });

describe('parseSynonyms', () => {
  it('reads groups, one-way rules and rules of one language', () => {
    expect(
      rulesOf(`
- [refund, money back]   # equal
- { from: 2fa, to: [Two-Factor Authentication, 2-step verification] }
- from: [Handy, Mobiltelefon]
  to: smartphone
  language: de-AT
- words: [Abo, Vertrag]
  language: de
`),
    ).toEqual([
      { from: ['refund'], to: [['money', 'back']] },
      { from: ['money', 'back'], to: [['refund']] },
      {
        from: ['2fa'],
        to: [
          ['two', 'factor', 'authentication'],
          ['2', 'step', 'verification'],
        ],
      },
      { from: ['handy'], to: [['smartphone']], language: 'de' },
      { from: ['mobiltelefon'], to: [['smartphone']], language: 'de' },
      { from: ['abo'], to: [['vertrag']], language: 'de' },
      { from: ['vertrag'], to: [['abo']], language: 'de' },
    ]);
  });

  it('takes numbers as they are written', () => {
    expect(rulesOf('- [404, not found]')[0]).toEqual({ from: ['404'], to: [['not', 'found']] });
  });

  it.each(['', '# nothing yet', '[]', '~'])('has no rules in "%s"', (yaml) => expect(rulesOf(yaml)).toEqual([]));

  it('tells every problem with its line', () => {
    const parsed = parseSynonyms(`- [refund]
- refund
- { from: a }
- { from: a, to: [b], langauge: de }
- { from: a, to: [b], language: pl }
- [ok, "?!", { a: b }]
- [one two three four five six seven eight nine, ten]
- *missing
`);
    expect(parsed).toMatchObject({ ok: false });
    const problems = parsed.ok ? [] : parsed.problems;
    expect(problems.map((problem) => /^line (\d+): /.exec(problem)?.[1])).toEqual(
      expect.arrayContaining(['1', '2', '3', '4', '5', '6', '7', '8']),
    );
    expect(problems.join('\n')).toContain('"langauge" is not understood');
    expect(problems.join('\n')).toContain('language is one of en, de');
  });

  it.each(['refund: money', '- [a', 'text', '- [a, b]\n---\n- [c, d]'])('refuses "%s"', (yaml) => {
    expect(parseSynonyms(yaml).ok).toBe(false);
  });

  it('never fails', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.stringMatching(/^[-[\]{}:, a-z&*\n]{0,40}$/)), (yaml) => {
        const parsed = parseSynonyms(yaml);
        expect(parsed.ok || parsed.problems.length > 0).toBe(true);
      }),
    );
  });
});

describe('createExpand', () => {
  const rules = rulesOf(`
- [refund, money back]
- [login, sign in]
- { from: 2fa, to: [two-factor authentication] }
- { words: [Handy, Telefon], language: de }
`);

  it('gives the other phrase the places of the one that was said, in any inflection', () => {
    expect(expand(rules, 'are refunds possible', 'en')).toEqual([
      { places: [1], surface: 'money', stems: ['money'], weight: 0.35 },
      { places: [1], surface: 'back', stems: ['back'], weight: 0.35 },
    ]);
    expect(expand(rules, 'can i have my money back', 'en')).toEqual([
      { places: [4, 5], surface: 'refund', stems: ['refund'], weight: 0.7 },
    ]);
  });

  it('tells a phrase from its words', () => {
    expect(expand(rules, 'I cannot sign in', 'en').map(({ surface }) => surface)).toEqual(['login']);
    expect(expand(rules, 'where do I sign the contract', 'en')).toEqual([]);
  });

  it('goes one way where the list says so, and adds nothing that was said', () => {
    expect(expand(rules, 'reset 2fa', 'en').map(({ surface }) => surface)).toEqual(['two', 'factor', 'authentication']);
    expect(expand(rules, 'two-factor authentication', 'en')).toEqual([]);
    expect(expand(rules, 'refund my money', 'en').map(({ surface }) => surface)).toEqual(['back']);
  });

  it('keeps a rule of one language to questions in that language', () => {
    expect(expand(rules, 'wo finde ich mein Handy', 'en', 'de').map(({ surface }) => surface)).toEqual(['telefon']);
    expect(expand(rules, 'is this handy for the customers', 'en', 'de')).toEqual([]);
  });

  it('stems for every language that documents are in', () => {
    const [refund] = expand(rulesOf('- { from: Erstattung, to: refunds }'), 'Erstattung', 'de', 'en', 'simple');
    expect(refund?.stems).toEqual(expect.arrayContaining(['refund', 'refunds']));
  });

  it('takes any question', () => {
    const any = createExpand(defaultSynonyms);
    fc.assert(
      fc.property(anyText, (text) => {
        const languages = ['en', 'de'] as const;
        const terms = questionTerms(text, languages);
        expect(any({ text, terms, languages }).length).toBeLessThanOrEqual(40);
      }),
    );
  });
});

describe('defaultSynonyms', () => {
  it.each([
    ['I want my money back', 'refund'],
    ['how do I log in', 'login'],
    ['lost my 2fa phone', 'authentication'],
    ['Wie bekomme ich eine Rückerstattung', 'refund'],
    ['Kennwort vergessen', 'passwort'],
    ['where is my bill', 'invoice'],
  ])('"%s" may mean %s', (text, surface) => {
    expect(expand(defaultSynonyms, text, 'en', 'de').map((one) => one.surface)).toContain(surface);
  });

  it.each([
    ['en', 'i have not paid for this', 'payment'],
    ['de', 'ich möchte das Buch reservieren', 'vormerken'],
    ['fr', 'je voudrais vendre ma voiture', 'vente'],
    ['es', 'quiero dar de baja mi cuenta', 'cancelar'],
    ['it', 'vorrei disdire il mio contratto', 'disdetta'],
    ['nl', 'mijn pakket is kapot aangekomen', 'beschadigd'],
    ['pt', 'esqueci a minha palavra-passe', 'senha'],
  ] as const)('knows how customers talk: %s "%s" may mean %s', (language, text, surface) => {
    expect(expand(defaultSynonyms, text, language).map((one) => one.surface)).toContain(surface);
  });

  it('goes one way where a word says less than what it may mean', () => {
    const surfaces = (text: string) => expand(defaultSynonyms, text, 'en').map(({ surface }) => surface);
    expect(surfaces('my parcel vanished')).toContain('missing');
    expect(surfaces('one parcel is missing')).not.toContain('vanished');
  });

  it('has no phrase twice in a line, and says something in each', () => {
    expect(defaultSynonyms.length).toBeGreaterThan(1_000);
    for (const { from, to } of defaultSynonyms) {
      expect(from.join(' ')).toMatch(/[\p{L}\p{N}]/u);
      expect(to, from.join(' ')).not.toEqual([]);
      const phrases = [from, ...to].map((words) => words.join(' '));
      expect(new Set(phrases).size, phrases.join(', ')).toBe(phrases.length);
    }
  });
});
