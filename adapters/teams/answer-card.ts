import type { CardState, HttpAnswer } from '#core/channel.ts';
import { cardAnswer } from './answer-invoke.ts';
import { encodeCard } from './card.ts';

const words = {
  unknown: 'Nothing is known of this case any more.',
  later: 'This takes a moment; the card changes by itself.',
  // Its receipt may be on its way still; of a card that Teams showed twice one copy stays unknown.
  notYet: 'This takes a moment. If nothing has changed in a minute, use the newest card of this case.',
} as const;

/**
 * The response to a pressed or looked-at card of the desk: the card as it is now, for whoever pressed it, with the reason above it
 * when nothing came of it. Without a card, or while the press is still being worked on, words that leave the card as it stands.
 */
export const answerCard = ({ card, refusal, settled }: CardState, refreshFor: readonly string[] = []): HttpAnswer => {
  if (card === undefined) return cardAnswer('activity.message', refusal || (settled ? words.unknown : words.notYet));
  if (refusal !== undefined && refusal !== '')
    return cardAnswer('card.adaptive', encodeCard(card, { refusal, refreshFor }));
  return settled
    ? cardAnswer('card.adaptive', encodeCard(card, { refreshFor }))
    : cardAnswer('activity.message', words.later);
};
