import type { DeskEvent, DeskState } from '#core/escalation.ts';

export type Transition =
  | { readonly ok: true; readonly state: DeskState; readonly changed: boolean }
  /** Words for the person who tried. */
  | { readonly ok: false; readonly refusal: string };

/**
 * What a desk event of `agent` makes of an escalation. First claim wins; repeating what already holds changes nothing; a reply
 * takes an unclaimed conversation. Pure.
 */
export const transition = (state: DeskState, event: DeskEvent['kind'], agent: string): Transition => {
  const mine = state.claimedBy === agent;
  const unchanged: Transition = { ok: true, state, changed: false };
  const held: Transition = { ok: false, refusal: `${state.claimedBy ?? 'A colleague'} already has this conversation.` };
  if (event === 'note') return unchanged;
  if (state.escalation === 'resolved') {
    return event === 'resolve'
      ? unchanged
      : { ok: false, refusal: 'This case is closed. The customer opens a new one by writing again.' };
  }
  switch (event) {
    case 'claim':
      if (state.escalation === 'claimed') return mine ? unchanged : held;
      return { ok: true, changed: true, state: { escalation: 'claimed', claimedBy: agent, conversation: 'human' } };
    case 'reply':
      if (state.escalation === 'claimed') return mine ? unchanged : held;
      return { ok: true, changed: true, state: { escalation: 'claimed', claimedBy: agent, conversation: 'human' } };
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
