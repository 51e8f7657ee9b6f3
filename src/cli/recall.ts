import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { AppError } from '#core/errors.ts';
import type { RecallReport } from '#src/operations.ts';
import { count } from './count.ts';
import { withOperations } from './with-operations.ts';

export const recall = (): Command =>
  new Command('recall')
    .description('who was told what a changed or deleted document no longer says; drafts the correction for each')
    .argument('<document>', 'its id or its address, as answers cite it; a file also by its path from here')
    .option('--since <date>', 'only answers given since then (2026-03-01)')
    .option('--send', 'send the drafts, each once, in the conversation where it was said')
    .option('--json', 'print JSON')
    .action(
      async (
        document: string,
        options: { readonly since?: string; readonly send?: boolean; readonly json?: boolean },
      ) => {
        const { since, send = false } = options;
        const input = { document, send, by: operator(), ...(since === undefined ? {} : { since }) };
        const report = await withOperations(
          (operations) =>
            operations.recall(input).catch((error: unknown) => {
              // Documents of files are known by their whole path.
              const path = resolve(document);
              if (!(error instanceof AppError) || error.code !== 'not-found' || path === document) throw error;
              return operations.recall({ ...input, document: path }).catch((second: unknown) => {
                throw second instanceof AppError && second.code === 'not-found' ? error : second;
              });
            }),
          { needsKnowledge: false },
        );
        process.stdout.write(options.json === true ? `${JSON.stringify(report, null, 2)}\n` : toText(report));
        if (send && report.corrections.some(({ status }) => status === 'draft')) process.exitCode = 1;
      },
    );

/** For the record of who decided; a container may have no name for its user. */
const operator = (): string => {
  try {
    return `${userInfo().username} (terminal)`;
  } catch {
    return 'terminal';
  }
};

const why: Readonly<Record<RecallReport['outcomes'][number]['outcome'], string>> = {
  sent: 'sent',
  noted: 'noted at the desk: a person has the conversation',
  already: 'decided before',
  outdated: 'not sent: the document has changed again, run recall once more',
  withheld: 'not sent: this customer may not see the new text',
  held: 'not sent: a person has the conversation, and there is no case to note it in',
  unreachable: 'not sent: nothing can be delivered there any more',
};

const deliveries: Readonly<Record<NonNullable<RecallReport['corrections'][number]['delivery']>, string>> = {
  pending: 'on its way',
  delivered: 'delivered',
  failed: 'not delivered',
};

const toText = ({ document, answers, standing, corrections, outcomes }: RecallReport): string => {
  const became = new Map(outcomes.map(({ id, outcome }) => [id, why[outcome]]));
  const lines = corrections.flatMap((correction, index) => [
    `${index + 1}. ${correction.customer} (${correction.channel}), told on ${correction.givenAt.slice(0, 10)}: ${became.get(correction.id) ?? correction.status}${correction.delivery === undefined ? '' : `, ${deliveries[correction.delivery]}`}`,
    ...correction.markdown.split('\n').map((line) => `   ${line}`.trimEnd()),
    '',
  ]);
  const drafts = corrections.filter(({ status }) => status === 'draft').length;
  return [
    ...lines,
    `${document.title} (${document.isGone ? 'deleted' : `version ${document.version}`}, ${document.changedAt.slice(0, 10)}): ${count(answers, 'answer')} given before, ${standing} still right; ${count(corrections.length, 'correction')}, ${drafts} not sent yet.`,
    ...(drafts > 0 && outcomes.length === 0 ? ['Send them with --send.'] : []),
    '',
  ].join('\n');
};
