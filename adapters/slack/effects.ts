import type { Log } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { CallResult, Effect, SlackApi, Workspaces } from './api.ts';
import { replyForm } from './form.ts';
import { homeView } from './home.ts';
import { starterQuestions } from './manifest.ts';
import { suggestedPrompts } from './suggested-prompts.ts';

/** What may take as long as Slack lets a trigger live: three seconds. */
const triggerMs = 3_000;

export interface EffectsOptions {
  readonly api: SlackApi;
  readonly workspaces: Pick<Workspaces, 'find' | 'revoke'>;
  /** What we remember of a channel is stale. */
  readonly forgetChannel: (channel: string) => void;
  readonly log: Log;
  /** Questions to start an assistant thread with. */
  readonly prompts?: readonly string[];
}

/** Carries out what deliveries ask for beside their events. The promise is for tests; it never rejects. */
export type RunEffects = (effects: readonly Effect[]) => Promise<void>;

type Placed = Extract<Effect, { readonly team: string }>;

/** The call of the Web API that shows something to somebody. */
const callOf = (effect: Placed, prompts: readonly string[]) => {
  switch (effect.kind) {
    case 'open-form': {
      const { kind, triggerId, ...form } = effect;
      return { method: 'views.open', args: { trigger_id: triggerId, view: replyForm(form) }, kind };
    }
    case 'show-home':
      return { method: 'views.publish', args: { user_id: effect.user, view: homeView() }, kind: effect.kind };
    case 'suggest-prompts': {
      const { channel, thread, kind } = effect;
      const args = { channel_id: channel, thread_ts: thread, prompts: suggestedPrompts(prompts) };
      return { method: 'assistant.threads.setSuggestedPrompts', args, kind };
    }
  }
};

/** Effects are best effort: a failure is logged with what Slack said, and never fails the delivery that asked. */
export const createEffects = ({
  api,
  workspaces,
  forgetChannel,
  log,
  prompts = starterQuestions,
}: EffectsOptions): RunEffects => {
  const show = async (effect: Placed): Promise<CallResult<unknown>> => {
    const found = await workspaces.find(effect.team, effect.enterprise);
    if (!found.ok) return found;
    const { method, args } = callOf(effect, prompts);
    return api.call(found.workspace, method, args, AbortSignal.timeout(triggerMs));
  };
  const run = async (effect: Effect): Promise<void> => {
    switch (effect.kind) {
      case 'uninstalled':
        await workspaces.revoke(effect.key, effect.reason);
        log.warn({ workspace: effect.key, reason: effect.reason }, 'a Slack workspace took its access back');
        return;
      case 'forget-channel':
        forgetChannel(effect.channel);
        return;
      default: {
        const shown = await show(effect);
        if (shown.ok) return;
        log.warn({ effect: effect.kind, team: effect.team, code: shown.code }, `could not be shown: ${shown.message}`);
      }
    }
  };
  return async (effects) => {
    const outcomes = await Promise.allSettled(effects.map(run));
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.status === 'fulfilled') continue;
      log.warn({ effect: effects[index]?.kind, error: errorMessage(outcome.reason) }, 'an effect failed');
    }
  };
};
