import type { ArticleAction } from '#core/article-draft.ts';
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
  if (event === 'publish' || event === 'dismiss' || event === 'restore') return decide(state, event);
  const result = move(state, event, agent, to);
  // Whoever reopens a case has more to say: a draft that nobody has published yet goes.
  if (state.article === undefined || !result.ok || !result.changed) return result;
  if (event === 'reopen' && state.article === 'draft') return result;
  return { ...result, state: { ...result.state, article: state.article } };
};

const move = (
  state: DeskState,
  event: Exclude<DeskEvent['kind'], ArticleAction>,
  agent: string,
  to: string,
): Transition => {
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

const outcome = { publish: 'published', dismiss: 'dismissed', restore: 'draft' } as const;

/** Anybody decides on an article, and the first one counts. */
const decide = (state: DeskState, event: ArticleAction): Transition => {
  const article = outcome[event];
  if (state.article === article) return { ok: true, state, changed: false };
  if (state.article === undefined) return { ok: false, refusal: 'There is no draft article of this case.' };
  if (event !== 'restore' && state.article !== 'draft')
    return { ok: false, refusal: `Somebody has ${state.article} this draft already.` };
  return { ok: true, changed: true, state: { ...state, article } };
};
