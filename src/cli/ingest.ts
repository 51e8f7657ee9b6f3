import { Command } from 'commander';
import { progressBar } from './progress.ts';
import { withOperations } from './with-operations.ts';

export const ingest = (): Command =>
  new Command('ingest')
    .description('read files, folders and pages into the knowledge base; only what changed is read again')
    .argument('<source...>', 'a folder, a file (md, html, txt, jsonl) or an http(s) URL')
    .option('--collection <name>', 'which collection the documents belong to', 'default')
    .option('--visibility <who>', 'public, internal, or org:<id>', 'public')
    .option('--json', 'print JSON')
    .action(
      async (
        sources: readonly string[],
        options: { readonly collection: string; readonly visibility: string; readonly json?: boolean },
      ) => {
        const bar = progressBar('Reading');
        const input = { sources, collection: options.collection, visibility: options.visibility, base: process.cwd() };
        const report = await withOperations((operations) => operations.ingest(input, bar.update), {
          needsKnowledge: false,
        }).finally(() => bar.stop());
        for (const { source, reason } of report.unreadable) process.stderr.write(`not read: ${source}: ${reason}\n`);
        if (report.replacedSample)
          process.stderr.write('The sample articles are gone: this knowledge base is yours now.\n');
        const { added, changed, unchanged, removed, chunks } = report;
        const seconds = (report.ms / 1_000).toFixed(1);
        process.stdout.write(
          options.json === true
            ? `${JSON.stringify(report, null, 2)}\n`
            : `${added} added, ${changed} changed, ${unchanged} unchanged, ${removed} removed, ${report.unreadable.length} not read; ${chunks} passages in ${seconds} s\n`,
        );
        if (report.unreadable.length > 0 && added + changed + unchanged === 0) process.exitCode = 1;
      },
    );
