import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Reach, type Standing, wordsFor } from './words.ts';

const languages = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt'] as const;
const opensAt = new Date('2026-01-05T08:00:00Z');
const asked = new Date('2026-01-04T20:00:00Z');
const reaches: readonly Reach[] = [
  { kind: 'open' },
  { kind: 'open', usualMinutes: 12 },
  { kind: 'open', usualMinutes: 150 },
  { kind: 'away' },
  { kind: 'closed', opensAt, timeZone: 'Europe/Berlin', asked },
];
const standings = (reach: Reach): readonly Standing[] => [
  { kind: 'none' },
  { kind: 'waiting', code: '7F3K', reach },
  { kind: 'human', name: 'Mira', code: '7F3K' },
  { kind: 'human', name: 'Mira' },
];
/** Everything that can be said in a language. */
const everything = (locale: string): readonly string[] => {
  const words = wordsFor(locale);
  return [
    ...reaches.flatMap((reach) => [
      words.holding('7F3K', reach),
      words.stillWaiting('7F3K', reach),
      ...standings(reach).map(words.standing),
    ]),
    words.joined('Mira'),
    words.resolved('Mira'),
    words.returned('Mira'),
    words.added,
    words.unsolved,
    words.greeting,
    words.onlyFiles,
    words.bringPerson,
  ];
};

describe.each(languages)('words in %s', (locale) => {
  const words = wordsFor(locale);

  it('are all there, with nothing left open', () => {
    for (const text of everything(locale)) {
      expect(text.trim()).toBe(text);
      expect(text.length).toBeGreaterThan(5);
      expect(text).not.toMatch(/undefined|\bnull\b|NaN|Invalid|\[object|\$\{|\{\{|TODO|%s| {2}/);
      // A sentence ends once.
      expect(text).not.toMatch(/\.\.|\.;|;;|,,/);
    }
  });

  it('are no other language’s', () => {
    if (locale === 'en') return;
    const english = new Set(everything('en'));
    for (const text of everything(locale)) expect(english).not.toContain(text);
  });

  it('say names and codes as they are, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
        fc.stringMatching(/^[A-Z\d]{4,12}$/),
        fc.constantFrom(...reaches),
        (name, code, reach) => {
          for (const text of [words.joined(name), words.resolved(name), words.returned(name)])
            expect(text).toContain(name);
          for (const text of [words.holding(code, reach), words.stillWaiting(code, reach)])
            expect(text).toContain(code);
          expect(words.standing({ kind: 'waiting', code, reach })).toContain(code);
          const human = words.standing({ kind: 'human', name, code });
          expect([human.includes(name), human.includes(code)]).toEqual([true, true]);
        },
      ),
    );
  });

  it('say outside of hours when people are back, by the clock of the place where they are', () => {
    for (const text of [
      words.holding('7F3K', { kind: 'closed', opensAt, timeZone: 'Europe/Berlin', asked }),
      words.stillWaiting('7F3K', { kind: 'closed', opensAt, timeZone: 'Europe/Berlin', asked }),
      words.standing({
        kind: 'waiting',
        code: '7F3K',
        reach: { kind: 'closed', opensAt, timeZone: 'Europe/Berlin', asked },
      }),
    ]) {
      expect(text).toContain('09:00 (Europe/Berlin)');
      expect(text.toLowerCase()).toContain(
        new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(opensAt).toLowerCase(),
      );
    }
    // The day there, which need not be the day here; midnight is 00:00.
    const text = words.holding('7F3K', {
      kind: 'closed',
      opensAt: new Date('2026-01-04T15:00:00Z'),
      timeZone: 'Asia/Tokyo',
      asked: new Date('2026-01-03T20:00:00Z'),
    });
    expect(text).toContain('00:00 (Asia/Tokyo)');
    expect(text.toLowerCase()).toContain(
      new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'Asia/Tokyo' }).format(opensAt).toLowerCase(),
    );
  });

  it('name the date when the day of the week alone would be the wrong one', () => {
    const holidays = { kind: 'closed', opensAt, timeZone: 'UTC', asked: new Date('2025-12-23T17:00:00Z') } as const;
    expect(words.holding('ABCD', holidays)).toMatch(/\b5\b/);
    expect(words.holding('ABCD', { ...holidays, asked })).not.toMatch(/\b5\b/);
  });

  it('name no time that nobody knows', () => {
    for (const reach of [{ kind: 'open' }, { kind: 'away' }] as const)
      for (const text of [words.holding('ABCD', reach), words.stillWaiting('ABCD', reach)])
        expect(text).not.toMatch(/\d|Europe/);
    expect(words.holding('ABCD', { kind: 'open', usualMinutes: 12 })).toMatch(/\b15\b/);
    expect(words.holding('ABCD', { kind: 'open', usualMinutes: 150 })).toMatch(/\b3\b/);
  });
});

describe('the words for a language tag', () => {
  it('are those of the language, whatever the region', () => {
    for (const locale of languages)
      for (const tag of [locale.toUpperCase(), `${locale}-XX`, `${locale}_xx`])
        expect(wordsFor(tag)).toBe(wordsFor(locale));
  });

  it('are English where there are none', () => {
    for (const tag of ['', 'ja', 'zz-ZZ', 'co', '__proto__', '-', 'x']) expect(wordsFor(tag)).toBe(wordsFor('en'));
  });
});
