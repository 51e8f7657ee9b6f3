import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { AppError } from '#core/errors.ts';
import { int } from './arguments.ts';
import { asOption, audienceOf, internalOption } from './audience.ts';
import { calibrationLines } from './calibration-lines.ts';
import { evaluationLines } from './eval-lines.ts';
import { progressBar } from './progress.ts';
import { tradeOffSvg } from './trade-off-svg.ts';
import { withOperations } from './with-operations.ts';

interface Options {
  readonly queries: string;
  readonly qrels: string;
  readonly split?: string;
  readonly threads?: string;
  readonly legs?: boolean;
  readonly misses: number;
  readonly calibrate?: boolean;
  readonly unanswerable: 'unjudged' | 'none';
  readonly maxWrong: number;
  readonly svg?: string;
  readonly json?: boolean;
  readonly as?: string;
  readonly internal?: boolean;
}

export const evaluate = (): Command =>
  new Command('eval')
    .description('measure retrieval on labelled questions (BEIR layout), and calibrate when to answer')
    .requiredOption('--queries <queries.jsonl>', 'one {"_id","text"} per line, optionally "split"')
    .requiredOption('--qrels <qrels.tsv>', 'query-id, corpus-id, score')
    .option('--split <name>', 'only questions of this split')
    .option(
      '--threads <follow-ups.jsonl>',
      'follow-ups: {"_id","thread":[{"role","text"}],"text","relevant":{id: grade}}',
    )
    .option('--legs', 'measure each leg of the search, too')
    .option('--misses <n>', 'show this many questions that went wrong', int(0, 10_000), 10)
    .option('--calibrate', 'find thresholds (and weights) for answer, ask back and escalate')
    .addOption(
      new Option(
        '--unanswerable <which>',
        'for --calibrate: questions without judgements have no answer, or do not count',
      )
        .choices(['unjudged', 'none'])
        .default('unjudged'),
    )
    .option('--max-wrong <percent>', 'for --calibrate: share of wrong answers that is tolerated', percent, 0.05)
    .option('--svg <file>', 'for --calibrate: write the trade-off curve as a picture')
    .option('--json', 'print JSON')
    .addOption(asOption())
    .addOption(internalOption())
    .action(async (options: Options) => {
      if (options.svg !== undefined && options.calibrate !== true)
        throw new AppError('bad-request', '--svg draws the curve of a calibration: add --calibrate.');
      const bar = progressBar('Asking');
      const input = {
        queries: resolve(options.queries),
        qrels: resolve(options.qrels),
        audience: audienceOf(options),
        ...(options.split === undefined ? {} : { split: options.split }),
        ...(options.threads === undefined ? {} : { threads: resolve(options.threads) }),
        ...(options.legs === true ? { legs: true } : {}),
        ...(options.calibrate === true
          ? { calibrate: { maxWrong: options.maxWrong, unanswerable: options.unanswerable } }
          : {}),
      };
      const report = await withOperations((operations) => operations.evaluate(input, bar.update)).finally(() =>
        bar.stop(),
      );
      for (const hint of report.hints) process.stderr.write(`${hint}\n`);
      const { calibration } = report;
      if (options.svg !== undefined && calibration) await writeFile(options.svg, tradeOffSvg(calibration));
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify(report, null, 2)}\n`
          : evaluationLines(report, options.misses) + (calibration ? calibrationLines(calibration) : ''),
      );
    });

/** `5`, `5%` or `2.5 %` as a share, 0…1. */
const percent = (text: string): number => {
  const value = Number(/^\s*(\d+(?:\.\d+)?)\s*%?\s*$/.exec(text)?.[1] ?? Number.NaN);
  if (!(value >= 0 && value <= 100)) throw new InvalidArgumentError('Give a percentage from 0 to 100, such as 5%.');
  return value / 100;
};
