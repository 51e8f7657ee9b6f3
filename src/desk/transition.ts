import type { DeskEvent, DeskState } from '#core/escalation.ts';

export type Transition =
  | { readonly ok: true; readonly state: DeskState; readonly changed: boolean }
  /** Words for the person who tried. */
  | { readonly ok: false; readonly refusal: string };

/**
 * What a desk event of `agent` makes of an escalation. First claim wins; repeating what already holds changes nothing; a reply
 * takes an unclaimed conversation; whoever says so outright takes it over, or gives it to the person that `to` names. Pure.
 */
export const transition = (state: DeskState, event: DeskEvent['kind'], agent: string, to = agent): Transition => {
  const mine = state.claimedBy === agent;
  const unchanged: Transition = { ok: true, state, changed: false };
  const held: Transition = { ok: false, refusal: `${state.claimedBy ?? 'A colleague'} already has this conversation.` };
  if (event === 'note') return unchanged;
  if (state.escalation === 'resolved') {
    if (event === 'resolve') return unchanged;
    if (event !== 'reopen')
      return { ok: false, refusal: 'This case is closed. Reopen it to go on with this customer.' };
    if (state.conversation === 'waiting' || state.conversation === 'human')
      return { ok: false, refusal: 'The customer has a newer case by now: go on there.' };
    return { ok: true, changed: true, state: { escalation: 'claimed', claimedBy: agent, conversation: 'human' } };
  }
  switch (event) {
    case 'reopen':
      return unchanged;
    case 'claim':
      if (state.escalation === 'claimed') return mine ? unchanged : held;
      return { ok: true, changed: true, state: { escalation: 'claimed', claimedBy: agent, conversation: 'human' } };
    case 'reply':
      if (state.escalation === 'claimed') return mine ? unchanged : held;
      return { ok: true, changed: true, state: { escalation: 'claimed', claimedBy: agent, conversation: 'human' } };
    case 'reassign':
      if (state.escalation === 'claimed' && state.claimedBy === to) return unchanged;
      return { ok: true, changed: true, state: { escalation: 'claimed', claimedBy: to, conversation: 'human' } };
    case 'resolve':
      if (state.escalation === 'claimed' && !mine) return held;
      return {
        ok: true,
        changed: true,
        state: { escalation: 'resolved', claimedBy: state.claimedBy ?? agent, conversation: 'resolved' },
      };
    case 'return-to-bot':
      if (state.escalation === 'claimed' && !mine) return held;
      return {
        ok: true,
        changed: true,
        state: { escalation: 'resolved', claimedBy: state.claimedBy ?? agent, conversation: 'bot' },
      };
  }
};
