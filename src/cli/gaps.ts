import { Command } from 'commander';
import type { GapReport } from '#src/operations.ts';
import { int } from './arguments.ts';
import { withOperations } from './with-operations.ts';

export const gaps = (): Command =>
  new Command('gaps')
    .description('what customers asked and nothing answered, by what it is about')
    .option('--days <n>', 'look back so many days', int(1, 3_650), 30)
    .option('--limit <n>', 'at most so many gaps', int(1, 500), 20)
    .option('--json', 'print JSON')
    .action(async ({ json, ...range }: { readonly days: number; readonly limit: number; readonly json?: boolean }) => {
      const report = await withOperations((operations) => operations.gaps(range), { needsKnowledge: false });
      process.stdout.write(json === true ? `${JSON.stringify(report, null, 2)}\n` : toText(report));
    });

const toText = ({ days, questions, gaps: found, more }: GapReport): string => {
  if (found.length === 0) return `No unanswered questions in the last ${days} days.\n`;
  const lines = found.flatMap((gap, index) => [
    `${index + 1}. ${gap.label}  (${times(gap.count, 'question')} by ${times(gap.customers, 'customer')}${gap.organizations > 1 ? ` of ${gap.organizations} organisations` : ''}, last ${gap.lastAt.slice(0, 10)})`,
    ...gap.examples.map(({ text }) => `   “${text}”`),
    gap.nearest === undefined
      ? '   no article comes near'
      : `   close, but does not answer: ${gap.nearest.title}  ${gap.nearest.url ?? gap.nearest.documentId}  (${gap.nearest.confidence.toFixed(2)})`,
    '',
  ]);
  const rest = more === 0 ? '' : ` ${more} more: --limit ${found.length + more}.`;
  return `${lines.join('\n')}\n${times(questions, 'unanswered question')} in the last ${days} days.${rest}\n`;
};

const times = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
