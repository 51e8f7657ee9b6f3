import { fold } from '#core/terms.ts';

/** A number that a sentence states, comparable with others of its kind. */
export interface Quantity {
  readonly what: 'duration' | 'price' | 'percentage' | 'number';
  /** Durations in minutes. */
  readonly value: number;
  /** What it counts: a currency with its period, working or calendar time, the word that follows a number. */
  readonly unit: string;
}

const numbers: ReadonlyMap<string, number> = new Map(
  [
    'one two three four five six seven eight nine ten eleven twelve',
    'ein zwei drei vier funf sechs sieben acht neun zehn elf zwolf',
    'un deux trois quatre cinq six sept huit neuf dix onze douze',
    'uno dos tres cuatro cinco seis siete ocho nueve diez once doce',
  ].flatMap((words) => words.split(' ').map((word, index) => [word, index + 1] as const)),
);
const articles = 'an?|eine?[nmr]?|une|una|een';

/** Minutes of each unit of time, by how its word begins. */
const times: readonly (readonly [RegExp, number])[] = [
  [/^(?:minut)/, 1],
  [/^(?:hour|hr|stunde|heure|hora|or[ae]$|uur|uren)/, 60],
  [/^(?:day|tag|jour|dia|giorn|dag)/, 1_440],
  [/^(?:week|woche|semaine|semana|settiman|weken)/, 10_080],
  [/^(?:month|monat|mois|mes|maand)/, 43_200],
  [/^(?:year|jahr|ans?$|annee|ano|ann[oi]$|jaar|jaren)/, 525_600],
];
const minutesIn = (word: string): number | undefined => times.find(([pattern]) => pattern.test(word))?.[1];

const currencies: Readonly<Record<string, string>> = {
  ...{ '€': 'eur', eur: 'eur', euro: 'eur', euros: 'eur', $: 'usd', usd: 'usd', dollar: 'usd', dollars: 'usd' },
  ...{ '£': 'gbp', gbp: 'gbp', pound: 'gbp', pounds: 'gbp', chf: 'chf' },
};
const sign = '[€$£]|eur(?:os?)?|usd|gbp|chf|dollars?|pounds?';
const digits = String.raw`\d+(?:[.,]\d+)*`;

const price = new RegExp(
  `(?:(${sign})\\s?(${digits})|(${digits})\\s?(${sign})(?![\\p{L}]))(?:\\s?(?:/|per|a|pro|par|al?|por)\\s?(\\p{L}+))?`,
  'gu',
);
const percentage = new RegExp(
  `(${digits})\\s?(?:%|percent|per cent|prozent|pour cent|por ciento|per cento|procent)`,
  'gu',
);
const span = new RegExp(
  `(?<![\\p{L}\\d])(${digits}|${[...numbers.keys()].join('|')}|${articles})[\\s-](?:(business|working|werk|arbeits|ouvr\\p{L}*|habil\\p{L}*|calendar)[\\s-]?)?(\\p{L}+)`,
  'gu',
);
const counted = new RegExp(`(?<![\\p{L}\\d.,#-])(${digits})(?:\\s(\\p{L}[\\p{L}-]*))?`, 'gu');

/** `1.200,50`, `1,200.50` and `1 200` as a number: what stands before three digits parts thousands. */
const numberOf = (text: string): number =>
  numbers.get(text) ?? (/^\d/.test(text) ? Number(text.replace(/[.,](?=\d{3}(?:\D|$))/g, '').replace(',', '.')) : 1);

/** What a sentence states in numbers. Each place counts once: as a price, else a share, a time, a plain number. */
export const quantitiesIn = (sentence: string): Quantity[] => {
  // Folding takes the commas of thousands with it.
  let rest = fold(sentence);
  const found: Quantity[] = [];
  const take = (pattern: RegExp, read: (match: RegExpExecArray) => Quantity | undefined): void => {
    const places = [...rest.matchAll(pattern)].flatMap((match) => {
      const quantity = read(match);
      return quantity === undefined || !Number.isFinite(quantity.value) ? [] : [{ match, quantity }];
    });
    found.push(...places.map(({ quantity }) => quantity));
    for (const { match } of places.toReversed())
      rest = `${rest.slice(0, match.index)}${' '.repeat(match[0].length)}${rest.slice(match.index + match[0].length)}`;
  };
  take(price, ([, before, first, second, after, period = '']) => ({
    what: 'price',
    value: numberOf(first ?? second ?? ''),
    unit: [
      currencies[before ?? after ?? ''] ?? '',
      ...(minutesIn(period) === undefined ? [] : [minutesIn(period)]),
    ].join('/'),
  }));
  take(percentage, ([, value = '']) => ({ what: 'percentage', value: numberOf(value), unit: '%' }));
  take(span, ([, value = '', working, word = '']) => {
    const minutes = minutesIn(word.replace(/^(?:werk|arbeits)/, ''));
    if (minutes === undefined) return undefined;
    const isWorking = (working !== undefined && working !== 'calendar') || /^(?:werk|arbeits)/.test(word);
    return { what: 'duration', value: numberOf(value) * minutes, unit: isWorking ? 'working' : 'calendar' };
  });
  take(counted, ([, value = '', word = '']) => ({
    what: 'number',
    value: numberOf(value),
    unit: word.replace(/(?:e?s|en?)$/, ''),
  }));
  return found;
};
