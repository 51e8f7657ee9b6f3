import type { CardState, HttpAnswer } from '#core/channel.ts';
import { cardAnswer } from './answer-invoke.ts';
import { encodeCard } from './card.ts';

const words = {
  // Its receipt may be on its way still; a card that Teams showed twice stays unknown.
  unknown:
    'This card is not known yet. What you did counts as soon as it is; if nothing has changed in a minute, use the newest card of this case.',
  later: 'This takes a moment; the card changes by itself.',
} as const;

/**
 * The response to a pressed or looked-at card of the desk: the card as it is now, for whoever pressed it, with the reason above it
 * when nothing came of it. Without a card, or while the press is still being worked on, words that leave the card as it stands.
 */
export const answerCard = ({ card, refusal, settled }: CardState, refreshFor: readonly string[] = []): HttpAnswer => {
  if (card === undefined) return cardAnswer('activity.message', refusal || (settled ? words.unknown : words.later));
  if (refusal !== undefined && refusal !== '')
    return cardAnswer('card.adaptive', encodeCard(card, { refusal, refreshFor }));
  return settled
    ? cardAnswer('card.adaptive', encodeCard(card, { refreshFor }))
    : cardAnswer('activity.message', words.later);
};
