import { Command } from 'commander';
import type { GapReport } from '#src/operations.ts';
import { int } from './arguments.ts';
import { count } from './count.ts';
import { loadSettings } from './settings.ts';
import { withOperations } from './with-operations.ts';

export const gaps = (): Command =>
  new Command('gaps')
    .description('what customers asked and nothing answered, by what it is about')
    .option('--days <n>', 'look back so many days', int(1, 3_650), 30)
    .option('--limit <n>', 'at most so many gaps', int(1, 500), 20)
    .option('--json', 'print JSON')
    .action(async ({ json, ...range }: { readonly days: number; readonly limit: number; readonly json?: boolean }) => {
      const report = await withOperations((operations) => operations.gaps(range), { needsKnowledge: false });
      process.stdout.write(
        json === true
          ? `${JSON.stringify(report, null, 2)}\n`
          : toText(report, loadSettings().config.knowledge.evidence.answer),
      );
    });

/** `enough`: from which evidence on a question is answered. */
const toText = ({ days, questions, gaps: found, more }: GapReport, enough: number): string => {
  if (found.length === 0) return `No unanswered questions in the last ${days} days.\n`;
  const lines = found.flatMap((gap, index) => [
    `${index + 1}. ${gap.label}  (${count(gap.count, 'question')} by ${count(gap.customers, 'customer')}${gap.organizations > 1 ? ` of ${gap.organizations} organisations` : ''}, last ${gap.lastAt.slice(0, 10)})`,
    ...gap.examples.map(({ text }) => `   “${text}”`),
    gap.nearest === undefined
      ? '   no article comes near'
      : `   ${gap.nearest.confidence >= enough ? 'may be answered by now' : 'close, but does not answer'}: ${gap.nearest.title}  ${gap.nearest.url ?? gap.nearest.documentId}  (${gap.nearest.confidence.toFixed(2)})`,
    '',
  ]);
  const rest = more === 0 ? '' : ` ${more} more: --limit ${found.length + more}.`;
  return `${lines.join('\n')}\n${count(questions, 'unanswered question')} in the last ${days} days.${rest}\n`;
};
