import { Command } from 'commander';
import { describeReport, describeUnreadable, type Ingested } from './ingest-lines.ts';
import { progressBar } from './progress.ts';
import { withOperations } from './with-operations.ts';

interface Options {
  readonly collection: string;
  readonly visibility?: string;
  readonly dryRun?: boolean;
  readonly allowEmpty?: boolean;
  readonly json?: boolean;
}

export const ingest = (): Command =>
  new Command('ingest')
    .description('read files, folders, sites and repositories into the knowledge base; only what changed is read again')
    .argument(
      '[source...]',
      'a folder, a file, a git repository or an http(s) URL (a URL that ends in / is read as a web site); without one, the sources of frontdesk.yaml',
    )
    .option('--collection <name>', 'which collection the documents belong to', 'default')
    .option('--visibility <who>', 'public, internal, or org:<id>; default: what the settings say of the collection')
    .option('--allow-empty', 'remove the documents of a source that holds nothing any more, or is not there any more')
    .option('--dry-run', 'show what would be added, changed and removed, and change nothing')
    .option('--json', 'print JSON')
    .action(async (sources: readonly string[], options: Options) => {
      const { collection, visibility, dryRun = false, allowEmpty = false } = options;
      const bar = progressBar('Reading');
      const reports = await withOperations(
        async (operations): Promise<readonly Ingested[]> => {
          if (sources.length === 0) return operations.sync({ dryRun }, bar.update);
          const input = { sources, collection, base: process.cwd(), dryRun, allowEmpty };
          return [
            {
              report: await operations.ingest(
                { ...input, ...(visibility === undefined ? {} : { visibility }) },
                bar.update,
              ),
            },
          ];
        },
        { needsKnowledge: false },
      ).finally(() => bar.stop());
      for (const { report } of reports) {
        process.stderr.write(describeUnreadable(report.unreadable).join(''));
        for (const { source, reason } of report.incomplete)
          process.stderr.write(`not read completely, so nothing of it was removed: ${source}: ${reason}\n`);
        if (report.replacedSample === true)
          process.stderr.write('The sample articles are gone: this knowledge base is yours now.\n');
      }
      const [first] = reports;
      const printed = sources.length > 0 && first !== undefined ? first.report : reports;
      process.stdout.write(
        options.json === true ? `${JSON.stringify(printed, null, 2)}\n` : reports.flatMap(describeReport).join(''),
      );
      const isMissed = ({ report }: Ingested): boolean =>
        report.unreadable.length > 0 && report.added + report.changed + report.unchanged === 0;
      if (reports.some(isMissed)) process.exitCode = 1;
    });
