import { Command } from 'commander';
import type { PreviewReport, QuestionChange } from '#src/operations.ts';
import { int } from './arguments.ts';
import { count } from './count.ts';
import { withOperations } from './with-operations.ts';

interface Options {
  readonly collection: string;
  readonly visibility: string;
  readonly days: number;
  readonly questions: number;
  readonly json?: boolean;
}

export const preview = (): Command =>
  new Command('preview')
    .description('what reading these sources in would do to the answers to past questions; publishes nothing')
    .argument('<source...>', 'as for ingest: folders, files, repositories, URLs')
    .option('--collection <name>', 'which collection the documents belong to', 'default')
    .option('--visibility <who>', 'public, internal, or org:<id>', 'public')
    .option('--days <n>', 'questions of so many days', int(1, 3_650), 90)
    .option('--questions <n>', 'ask at most so many again', int(1, 10_000), 500)
    .option('--json', 'print JSON')
    .action(async (sources: readonly string[], { json, days, questions, ...about }: Options) => {
      const input = { sources, base: process.cwd(), ...about, days, questions };
      const report = await withOperations((operations) => operations.preview(input), { needsKnowledge: false });
      process.stdout.write(json === true ? `${JSON.stringify(report, null, 2)}\n` : toText(report));
    });

const headings: Readonly<Record<QuestionChange['kind'], string>> = {
  'no-longer-answered': 'NO LONGER ANSWERED',
  'now-answered': 'answered from now on',
  answer: 'another answer',
  citation: 'the same answer from another source',
};

const toText = (report: PreviewReport): string => {
  const { documents, changes, asked, affected } = report;
  const lines = changes.flatMap(({ kind, question, times, customers, lastAt, before, after }, index) => [
    `${index + 1}. ${headings[kind]}: “${question}”  (asked ${times === 1 ? 'once' : `${times} times`} by ${count(customers, 'customer')}, last ${lastAt.slice(0, 10)})`,
    ...excerpt('before', before),
    ...excerpt('after', after),
    '',
  ]);
  const left = affected > asked ? ` ${affected - asked} more may change: --questions ${affected}.` : '';
  return [
    ...lines,
    `${documents.added} added, ${documents.changed} changed, ${documents.removed} removed. Of ${count(report.questions, 'question')} of the last ${report.days} days this can reach ${affected}; ${asked} asked again, ${changes.length} would get another answer.${left}`,
    `Nothing was published. By words alone, without ${report.leftOut.join(', ')}; ${report.ms} ms, others waited ${report.heldMs} ms at most.`,
    '',
  ].join('\n');
};

const excerpt = (when: string, { text, sources }: QuestionChange['before']): readonly string[] => [
  `   ${when}: ${text === '' ? '(no answer)' : text.replace(/\s+/g, ' ')}`,
  ...sources.map(({ title, url, documentId }) => `      ${title}  ${url ?? documentId}`),
];
