import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { subjectTerms } from '#core/terms.ts';
import { cluster } from './cluster.ts';

const texts = fc.array(
  fc.array(fc.constantFrom('invoice', 'export', 'printer', 'offline', 'refund', 'calendar', 'seat'), { maxLength: 4 }),
  {
    maxLength: 30,
  },
);
const even = (): number => 1;

describe('cluster', () => {
  it('puts together what is about the same, in other words', () => {
    const questions = [
      'Can I sync my orders with Google Calendar?',
      'Is there a calendar sync for orders?',
      'calendar sync please',
      'Do you have a student discount?',
      'discount for students',
    ].map((text) => subjectTerms(text));
    const weights: Readonly<Record<string, number>> = {
      order: 1,
      googl: 6,
      calendar: 7,
      sync: 3,
      student: 6,
      discount: 5,
    };
    expect(
      cluster(questions, (stem) => weights[stem] ?? 2)
        .map(({ members }) => members.toSorted())
        .toSorted(),
    ).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
  });

  it('has every text with words in exactly one cluster, with its stems', () => {
    fc.assert(
      fc.property(texts, (all) => {
        const clusters = cluster(all, even);
        const places = clusters.flatMap(({ members }) => members).toSorted((one, other) => one - other);
        expect(places).toEqual(all.flatMap((stems, place) => (stems.length > 0 ? [place] : [])));
        for (const { members, stems } of clusters)
          expect(new Set(stems.map(([stem]) => stem))).toEqual(new Set(members.flatMap((place) => all[place] ?? [])));
      }),
    );
  });

  it('does not depend on the order of the texts', () => {
    fc.assert(
      fc.property(texts, (all) => {
        const named = (list: readonly (readonly string[])[]): readonly string[] =>
          cluster(list, even)
            .map(({ members }) =>
              members
                .map((place) => (list[place] ?? []).toSorted().join(' '))
                .toSorted()
                .join('; '),
            )
            .toSorted();
        expect(named(all.toReversed())).toEqual(named(all));
      }),
    );
  });
});
