import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import type { Exchange } from '#src/operations.ts';
import { toText } from './ask.ts';
import { asOption, audienceOf, internalOption } from './audience.ts';
import { withOperations } from './with-operations.ts';

export const chat = (): Command =>
  new Command('chat')
    .description('talk to the bot in the terminal; nothing is stored')
    .addOption(asOption())
    .addOption(internalOption())
    .action(async (options: { readonly as?: string; readonly internal?: boolean }) => {
      const audience = audienceOf(options);
      await withOperations(async (operations) => {
        const terminal = createInterface({ input: process.stdin, output: process.stderr, prompt: 'you › ' });
        process.stderr.write('Ask anything; an empty line or Ctrl+D ends the conversation.\n');
        const earlier: Exchange[] = [];
        // Piped questions are all read, and the input closed, while the first is still being answered.
        let open = true;
        terminal.once('close', () => {
          open = false;
        });
        terminal.prompt();
        for await (const question of terminal) {
          if (question.trim() === '') break;
          const result = await operations.ask({ question, audience, earlier: earlier.slice(-10) });
          process.stdout.write(`\n${toText(result)}\n\n`);
          earlier.push({ question, result });
          if (open) terminal.prompt();
        }
        terminal.close();
      });
    });
