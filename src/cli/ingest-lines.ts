import type { IngestReport, PlannedChange } from '#src/operations.ts';
import { describeCounts } from '#src/operations.ts';
import { count } from './count.ts';

/** What was done with one source of the settings, or with those of the command line together. */
export interface Ingested {
  readonly name?: string;
  readonly report: IngestReport & { readonly replacedSample?: boolean };
}

/** Titles listed of each kind; JSON has them all. */
const listed = 20;

/** Files named of one reason: a folder may be full of pictures. */
const named = 3;

/** What could not be read, reason by reason, in the order in which they came up. */
export const describeUnreadable = (unreadable: IngestReport['unreadable']): string[] => {
  const byReason = Map.groupBy(unreadable, ({ reason }) => reason);
  return [...byReason].flatMap(([reason, all]) =>
    all.length <= named
      ? all.map(({ source }) => `not read: ${source}: ${reason}\n`)
      : [
          `not read: ${count(all.length, 'file')}: ${reason}\n`,
          ...all.slice(0, named).map(({ source }) => `  ${source}\n`),
          `  … and ${all.length - named} more; --json shows all\n`,
        ],
  );
};

/** A report for people, line by line. */
export const describeReport = ({ name, report }: Ingested): string[] => {
  const { added, changed, unchanged, removed, unreadable, personalData, plan } = report;
  const places = personalData
    .slice(0, listed)
    .map((entry) => `  ${entry.done}: ${describeCounts(entry.found)} in ${entry.source}\n`);
  const counts = `${added} added, ${changed} changed, ${unchanged} unchanged, ${removed} removed, ${unreadable.length} not read`;
  const seconds = (report.ms / 1_000).toFixed(1);
  const lines = [
    plan === undefined
      ? `${counts}; ${count(report.chunks, 'passage')} in ${seconds} s\n`
      : `Nothing was changed. It would be: ${counts}; ${count(report.chunks, 'passage')}\n`,
    ...(plan === undefined
      ? []
      : [...titles('add', plan.added), ...titles('change', plan.changed), ...titles('remove', plan.removed)]),
    ...(personalData.length === 0
      ? []
      : [`Personal data in ${count(personalData.length, 'document')}:\n`, ...places, ...more(personalData.length)]),
  ];
  return name === undefined ? lines : [`${name}\n`, ...lines];
};

const titles = (verb: string, changes: readonly PlannedChange[]): string[] => [
  ...changes.slice(0, listed).map(({ title, source }) => `  ${verb}: ${title} (${source})\n`),
  ...more(changes.length),
];

const more = (count: number): string[] =>
  count > listed ? [`  … and ${count - listed} more; --json shows all\n`] : [];
