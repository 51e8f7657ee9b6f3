import type { EvaluationReport } from '#src/operations.ts';

type Judged = EvaluationReport['perQuery'][number];

const measures = ['ndcg10', 'recall5', 'success5', 'mrr10', 'success1'] as const;
type Measured = Readonly<Record<(typeof measures)[number], number>>;

/** A report for people: the measures one a line, legs and follow-ups side by side, then up to `misses` questions that went wrong. */
export const evaluationLines = (report: EvaluationReport, misses: number): string =>
  [
    ...measures.map((name) => line(name, report[name])),
    line('queries', report.queries),
    `${line('skipped', report.skipped)}${report.skipped === 0 ? '' : '  (no relevant document is named for them)'}`,
    line('ms p50', report.msPerQuery.p50),
    line('ms p95', report.msPerQuery.p95),
    ...comparison(report),
    ...missLines(report.perQuery, misses, 'questions'),
    ...missLines(report.followUps?.perQuery ?? [], misses, 'follow-ups'),
  ]
    .map((text) => `${text}\n`)
    .join('');

const line = (name: string, value: number): string => `${name.padEnd(10)} ${Number(value.toFixed(3))}`;

/** Legs and follow-ups in a table of their own; nothing where only the questions were measured. */
const comparison = (report: EvaluationReport): readonly string[] => {
  const rows: (readonly [string, Measured])[] = [
    ...Object.entries(report.legs ?? {}),
    ...(report.followUps ? ([[`follow-ups (${report.followUps.queries})`, report.followUps]] as const) : []),
  ];
  const noLegs =
    report.legs && Object.keys(report.legs).length === 0 ? ['', 'This search does not tell its legs apart.'] : [];
  if (rows.length === 0) return noLegs;
  const row = (name: string, cells: readonly string[]): string =>
    [name.padEnd(18), ...cells.map((cell) => cell.padStart(9))].join('');
  return [
    ...noLegs,
    '',
    row('', measures),
    ...[...rows, ['the search', report] as const].map(([name, measured]) =>
      row(
        name,
        measures.map((measure) => measured[measure].toFixed(3)),
      ),
    ),
  ];
};

const missLines = (all: readonly Judged[], limit: number, what: string): readonly string[] => {
  const missed = all
    .filter(({ success1 }) => success1 === 0)
    .sort((one, other) => one.mrr10 - other.mrr10 || one.ndcg10 - other.ndcg10);
  if (missed.length === 0 || limit === 0) return [];
  const shown = missed.length > limit ? `; the ${limit} worst (--misses)` : '';
  return [
    '',
    `${missed.length} of ${all.length} ${what} have no relevant document first${shown}:`,
    ...missed
      .slice(0, limit)
      .flatMap(({ id, text, expected, ranking }) => [
        `  ${id}  ${text.replace(/\s+/g, ' ')}`,
        `      expected ${expected.map(({ id: document, rank }) => `${document} (${rank ?? 'not found'})`).join(', ')}`,
        `      first    ${ranking[0] ?? 'nothing'}`,
      ]),
  ];
};
