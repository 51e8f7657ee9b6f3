import { resolve } from 'node:path';
import { Command } from 'commander';
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
        process.stdout.write(
          options.json === true
            ? `${JSON.stringify(report, null, 2)}\n`
            : `${Object.entries(report)
                .map(
                  ([name, value]) =>
                    `${name.padEnd(14)} ${typeof value === 'number' ? value.toFixed(3).replace(/\.000$/, '') : JSON.stringify(value)}`,
                )
                .join('\n')}\n`,
        );
      },
    );
