import type { Log } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { Connector } from './connector.ts';
import type { Effect, FileConsent } from './decode.ts';
import type { createFinishConsent } from './file-consent.ts';
import type { TeamsReference } from './reference.ts';
import { markdownLabel } from './teams-text.ts';
import type { Welcome } from './welcome.ts';

/** What is to be done beside storing the events. */
export type Task =
  | Effect
  | { readonly kind: 'consent'; readonly consent: FileConsent; readonly reference: TeamsReference }
  /** Says something in a place at once, for nobody to keep: why a press had no effect. */
  | { readonly kind: 'tell'; readonly reference: TeamsReference; readonly words: string };

/** Carries tasks out. The promise is for tests; it never rejects. */
export type RunEffects = (tasks: readonly Task[]) => Promise<void>;

/** Longest that one task may take, in milliseconds; an upload is the slowest. */
const taskMs = 60_000;

export interface EffectsOptions {
  readonly welcome: Welcome;
  /** What we remember of a place is stale. */
  readonly forgetPlace: (space: string) => void;
  /** Uploads a file that somebody allowed, or takes the question for it back. */
  readonly finishConsent: ReturnType<typeof createFinishConsent>;
  readonly connector: Pick<Connector, 'postActivity'>;
  readonly log: Log;
}

/** Tasks are best effort: a failure is logged and never fails the delivery that asked. */
export const createEffects = ({ welcome, forgetPlace, finishConsent, connector, log }: EffectsOptions): RunEffects => {
  const tell = async (reference: TeamsReference, words: string, signal: AbortSignal): Promise<void> => {
    const activity = { type: 'message', text: markdownLabel(words, 500), textFormat: 'markdown' };
    const sent = await connector.postActivity(reference, activity, signal);
    if (!sent.ok) throw new Error(sent.message);
  };

  const run = async (task: Task): Promise<void> => {
    const signal = AbortSignal.timeout(taskMs);
    switch (task.kind) {
      case 'welcome':
        return welcome(task.reference, signal);
      case 'consent':
        return finishConsent(task.consent, task.reference, signal);
      case 'tell':
        return tell(task.reference, task.words, signal);
      case 'forget-place':
        return forgetPlace(task.space);
      case 'installed':
        // Its service URL is noted with every activity.
        log.info(
          { tenant: task.reference.tenantId, type: task.reference.type },
          'the app is in another place of Teams',
        );
        return;
      case 'uninstalled':
        // The rest of the tenant may still have it: what is sent to this place alone is refused from now on.
        forgetPlace(task.space);
        log.info({ tenant: task.tenantId }, `Teams: ${task.reason}`);
    }
  };

  return async (tasks) => {
    const outcomes = await Promise.allSettled(tasks.map(run));
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.status === 'fulfilled') continue;
      log.warn({ effect: tasks[index]?.kind, error: errorMessage(outcome.reason) }, 'an effect failed');
    }
  };
};
