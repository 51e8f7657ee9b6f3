import { Command } from 'commander';
import { int } from './arguments.ts';
import { asOption, audienceOf, internalOption } from './audience.ts';
import { withOperations } from './with-operations.ts';

export const search = (): Command =>
  new Command('search')
    .description('find passages in the knowledge base')
    .argument('<query...>', 'what to look for')
    .option('--limit <n>', 'at most this many passages', int(1, 100), 10)
    .option('--json', 'print JSON')
    .addOption(asOption())
    .addOption(internalOption())
    .action(
      async (
        words: readonly string[],
        options: { readonly limit: number; readonly json?: boolean; readonly as?: string; readonly internal?: boolean },
      ) => {
        const passages = await withOperations((operations) =>
          operations.search({ query: words.join(' '), limit: options.limit, audience: audienceOf(options) }),
        );
        if (options.json === true) {
          process.stdout.write(
            `${JSON.stringify(
              passages.map(({ documentId, title, url, text, score }) => ({
                documentId,
                title,
                ...(url === undefined ? {} : { url }),
                text,
                score,
              })),
              null,
              2,
            )}\n`,
          );
          return;
        }
        if (passages.length === 0) process.stderr.write('Nothing found.\n');
        passages.forEach((passage, index) => {
          process.stdout.write(
            `${index + 1}. ${passage.title}  (${passage.score.toFixed(2)})\n   ${passage.url ?? passage.documentId}\n   ${passage.text.replace(/\s+/g, ' ').slice(0, 240)}\n\n`,
          );
        });
      },
    );
