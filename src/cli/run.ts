import { Command, CommanderError } from 'commander';
import { AppError, errorMessage } from '#core/errors.ts';
import { ask } from './ask.ts';
import { chat } from './chat.ts';
import { doctor } from './doctor.ts';
import { evaluate } from './eval.ts';
import { explainFailure } from './explain-failure.ts';
import { gaps } from './gaps.ts';
import { ingest } from './ingest.ts';
import { inspect } from './inspect.ts';
import { migrateSchema } from './migrate.ts';
import { preview } from './preview.ts';
import { recall } from './recall.ts';
import { search } from './search.ts';
import { serve } from './serve.ts';

/** Runs one command line; answers the exit code. Results go to stdout, everything else to stderr. */
export const run = async (argv: readonly string[]): Promise<number> => {
  const program = new Command('frontdesk')
    .description('Answers customers where they write, from cited sources, and hands over to people when it should.')
    .configureOutput({ writeOut: (text) => process.stdout.write(text), writeErr: (text) => process.stderr.write(text) })
    .exitOverride()
    .showHelpAfterError('Run with --help to see what there is.');
  for (const command of [
    serve,
    migrateSchema,
    doctor,
    ingest,
    search,
    ask,
    evaluate,
    gaps,
    preview,
    recall,
    chat,
    inspect,
  ])
    program.addCommand(command().exitOverride());
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    const explained = error instanceof AppError ? error.userMessage : explainFailure(error);
    process.stderr.write(
      explained !== undefined
        ? `${explained}\n`
        : `Unexpected error, please report it: ${error instanceof Error ? error.stack : errorMessage(error)}\n`,
    );
    return 1;
  }
};
