import type { DeskEvent, DeskState, HumanDesk } from '#core/escalation.ts';
import type { Claim, Commit } from '#core/ledger.ts';
import type { Author } from '#core/message.ts';
import { bot, type Draft } from './draft.ts';
import { wordsFor } from './words.ts';

/** What a desk event makes of a case; pure, from `src/desk`. */
export type Transition = (
  state: DeskState,
  event: DeskEvent['kind'],
  agent: string,
) =>
  | { readonly ok: true; readonly state: DeskState; readonly changed: boolean }
  | { readonly ok: false; readonly refusal: string };

/** Everything unread in a desk thread, applied in order: what the customer reads, who has the case, what was refused. */
export const relayFromDesk = (claim: Claim, draft: Draft, desk: HumanDesk, transition: Transition): Commit => {
  const { escalation, counterpart } = claim;
  if (escalation === undefined || counterpart === undefined) return draft.finish();
  const words = wordsFor(counterpart.locale);
  let state: DeskState = {
    escalation: escalation.status,
    conversation: counterpart.status,
    ...(escalation.claimedBy === undefined ? {} : { claimedBy: escalation.claimedBy }),
  };
  const refusals: NonNullable<Commit['refusals']>[number][] = [];

  for (const { event } of claim.pending) {
    const intent = desk.interpret(event);
    if (intent === undefined) continue;
    const agent: Author = {
      role: 'human',
      externalId: event.author.externalId,
      name: event.author.name ?? event.author.externalId,
    };
    const name = agent.name ?? agent.externalId;
    const result = transition(state, intent.kind, name);
    if (!result.ok) {
      refusals.push({
        escalationId: escalation.id,
        actionId: event.externalId ?? event.dedupeKey,
        reason: result.refusal,
      });
      continue;
    }
    if (result.changed && result.state.escalation === 'claimed' && state.escalation === 'open') {
      draft.say(counterpart, bot, { markdown: words.joined(name), meta: { kind: 'notice' }, by: 'system' });
    }
    if (intent.kind === 'reply') {
      draft.change(counterpart, {});
      draft.say(counterpart, agent, {
        markdown: intent.content.markdown,
        attachments: intent.content.attachments,
        meta: {},
        by: 'human',
      });
    }
    if (intent.kind === 'note')
      draft.note(counterpart, agent, intent.content.markdown.replace(/^\s*\/\/\s?/, ''), intent.content.attachments);
    if (result.changed && intent.kind === 'resolve') {
      draft.say(counterpart, bot, { markdown: words.resolved(name), meta: { kind: 'notice' }, by: 'system' });
    }
    if (result.changed && intent.kind === 'return-to-bot') {
      draft.say(counterpart, bot, { markdown: words.returned(name), meta: { kind: 'notice' }, by: 'system' });
    }
    if (result.changed) {
      const back = intent.kind === 'return-to-bot';
      draft.change(counterpart, {
        status: result.state.conversation,
        owner: result.state.conversation === 'human' ? name : null,
        ...(back ? { newEpoch: true } : {}),
      });
    }
    state = result.state;
  }
  return draft.finish({
    refusals,
    ...(state.escalation === escalation.status
      ? {}
      : {
          escalationUpdate: {
            id: escalation.id,
            status: state.escalation,
            ...(state.claimedBy === undefined ? {} : { claimedBy: state.claimedBy }),
          },
        }),
  });
};
