import type { Claim } from '#core/ledger.ts';
import type { TurnOutcome } from '#core/turn.ts';
import { bot, type Draft } from './draft.ts';
import { type Reach, wordsFor } from './words.ts';

/** From an outcome to messages and states. */
export const describeOutcome = (
  draft: Draft,
  claim: Claim,
  outcome: TurnOutcome,
  {
    locale,
    code = '',
    newEpoch,
    reach,
    replaces,
  }: {
    readonly locale: string;
    readonly code?: string | undefined;
    readonly newEpoch: boolean;
    readonly reach: Reach;
    /** What was shown of it so far. */
    readonly replaces: string | undefined;
  },
): void => {
  const { conversation } = claim;
  const words = wordsFor(locale);
  if (locale !== conversation.locale) draft.change(conversation, { locale });
  // Who says nothing takes nothing back: a closed case stays closed, and a colleague's conversation theirs.
  if (outcome.kind === 'silent') return;
  if (newEpoch) draft.change(conversation, { newEpoch: true, status: 'bot', owner: null });
  if (outcome.kind === 'escalate') {
    draft.change(conversation, { status: 'waiting' });
    const markdown = outcome.holding.markdown.trim() === '' ? words.holding(code, reach) : outcome.holding.markdown;
    draft.say(conversation, bot, {
      markdown,
      meta: { kind: 'escalate', confidence: outcome.confidence },
      by: 'system',
      replaces,
    });
    return;
  }
  const offers = outcome.kind === 'ask-back' && outcome.why !== 'greeting';
  draft.say(conversation, bot, {
    ...outcome.content,
    meta: {
      kind: outcome.kind,
      confidence: outcome.confidence,
      ...(outcome.kind === 'answer' ? { citations: outcome.citations } : {}),
    },
    actions: offers ? [{ id: 'human', label: words.bringPerson }] : [],
    by: 'bot',
    replaces,
  });
};
