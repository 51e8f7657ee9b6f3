import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { z } from 'zod';
import { AppError } from '#core/errors.ts';
import type { AskResult } from '#src/operations.ts';
import { asOption, audienceOf, internalOption } from './audience.ts';
import { progressBar } from './progress.ts';
import { withOperations } from './with-operations.ts';

const questionLine = z.object({ _id: z.union([z.string(), z.number()]).transform(String), text: z.string() });

export const ask = (): Command =>
  new Command('ask')
    .description('ask one question, or a file of them, without a channel')
    .argument('[question...]', 'the question')
    .option('--file <questions.jsonl>', 'one {"_id","text"} per line; prints one JSON line per question, in order')
    .option('--json', 'print JSON')
    .addOption(asOption())
    .addOption(internalOption())
    .action(
      async (
        words: readonly string[],
        options: { readonly file?: string; readonly json?: boolean; readonly as?: string; readonly internal?: boolean },
      ) => {
        const audience = audienceOf(options);
        const question = words.join(' ').trim();
        if (options.file !== undefined) return askFile(options.file, audience);
        if (question === '')
          throw new AppError('bad-request', 'Ask something: npx frontdesk ask "How do I reset my password?"');
        const result = await withOperations((operations) => operations.ask({ question, audience }));
        process.stdout.write(options.json === true ? `${JSON.stringify(result, null, 2)}\n` : `${toText(result)}\n`);
      },
    );

const askFile = async (file: string, audience: ReturnType<typeof audienceOf>): Promise<void> => {
  const found = await stat(file).catch((error: unknown) => {
    throw new AppError('bad-request', `Cannot read ${file}.`, { cause: error });
  });
  if (found.isDirectory())
    throw new AppError('bad-request', `${file} is a folder; give a file with one question per line.`);
  const bar = progressBar('Asking');
  await withOperations(async (operations) => {
    let line = 0;
    for await (const text of createInterface({ input: createReadStream(file, 'utf8') })) {
      line += 1;
      if (text.trim() === '') continue;
      const question = readQuestion(text, `${file}:${line}`);
      const result = await operations.ask({ question: question.text, audience });
      process.stdout.write(`${JSON.stringify({ _id: question._id, ...result })}\n`);
      bar.update({ done: line, total: line });
    }
  });
  bar.stop();
};

const readQuestion = (text: string, where: string): z.infer<typeof questionLine> => {
  try {
    return questionLine.parse(JSON.parse(text));
  } catch {
    throw new AppError('bad-request', `${where} is not a question; each line must be {"_id": "…", "text": "…"}.`);
  }
};

/** An answer as a person reads it in a terminal. */
export const toText = (result: AskResult): string => {
  const sources = result.citations.map(
    (citation) => `  [${citation.n}] ${citation.title}${citation.url === undefined ? '' : `  ${citation.url}`}`,
  );
  const heading =
    result.kind === 'answer' ? [] : [`(${result.kind}${result.reason === undefined ? '' : `: ${result.reason}`})`];
  return [...heading, result.markdown, ...(sources.length === 0 ? [] : ['', 'Sources', ...sources])].join('\n');
};
