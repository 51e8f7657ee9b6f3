import { resolve } from 'node:path';
import { Command } from 'commander';
import type { EvaluationReport } from '#src/operations.ts';
import { asOption, audienceOf, internalOption } from './audience.ts';
import { progressBar } from './progress.ts';
import { withOperations } from './with-operations.ts';

export const evaluate = (): Command =>
  new Command('eval')
    .description('measure retrieval on labelled questions (BEIR layout)')
    .requiredOption('--queries <queries.jsonl>', 'one {"_id","text"} per line')
    .requiredOption('--qrels <qrels.tsv>', 'query-id, corpus-id, score')
    .option('--json', 'print JSON')
    .addOption(asOption())
    .addOption(internalOption())
    .action(
      async (options: {
        readonly queries: string;
        readonly qrels: string;
        readonly json?: boolean;
        readonly as?: string;
        readonly internal?: boolean;
      }) => {
        const bar = progressBar('Asking');
        const input = {
          queries: resolve(options.queries),
          qrels: resolve(options.qrels),
          audience: audienceOf(options),
        };
        const report = await withOperations((operations) => operations.evaluate(input, bar.update)).finally(() =>
          bar.stop(),
        );
        process.stdout.write(options.json === true ? `${JSON.stringify(report, null, 2)}\n` : toLines(report));
      },
    );

/** The measures, one a line; the single questions are for programs. */
const toLines = ({ perQuery: _single, msPerQuery, ...measures }: EvaluationReport): string =>
  Object.entries({ ...measures, 'ms p50': msPerQuery.p50, 'ms p95': msPerQuery.p95 })
    .map(([name, value]) => `${name.padEnd(10)} ${Number(value.toFixed(3))}\n`)
    .join('');
