import type { CardQuery, HttpAnswer } from '#core/channel.ts';
import { type AdaptiveCard, adaptiveCard } from './adaptive-card.ts';
import type { TeamsDecoded } from './decode.ts';

const json = { 'content-type': 'application/json; charset=utf-8' };

/** Nothing more to say. */
export const done: HttpAnswer = { status: 200, body: '' };

/**
 * The answer to a pressed button (`adaptiveCard/action`): HTTP says 200 whatever came of it. The two types are the only ones that
 * Teams takes with 200 (https://learn.microsoft.com/en-us/adaptive-cards/authoring-cards/universal-action-model#response-format);
 * an empty message counts as a failure, and the button is pressed again by the platform.
 */
export const cardAnswer = (type: 'card.adaptive' | 'activity.message', value: object | string): HttpAnswer => ({
  status: 200,
  body: JSON.stringify({ statusCode: 200, type: `application/vnd.microsoft.${type}`, value }),
  headers: json,
});

/** For a card of the desk that another release drew. */
export const staleWords = 'This card is out of date; use the newest one in this thread.';

/** What takes its place: one sentence, no buttons. */
export const staleCard = (): AdaptiveCard =>
  adaptiveCard({ fallbackText: staleWords, body: [{ type: 'TextBlock', text: staleWords, wrap: true }] });

const words = {
  stale:
    'This card is from another version of the app, so its buttons do nothing any more. Please write a message instead.',
  nothing: 'This button does nothing any more. Please write a message instead.',
  received: 'Thank you, that has arrived.',
} as const;

/**
 * What goes back over the connection that brought an activity. Messages and events want an empty 200; an invoke wants the body
 * that its name implies, a card of the desk its new state, and what we do not offer a 501, as in botbuilder.
 */
export const answerInvoke = ({
  invoke,
  staleCard: isStale,
  refusal,
  events,
}: Pick<TeamsDecoded, 'invoke' | 'staleCard' | 'refusal' | 'events'>): HttpAnswer | CardQuery => {
  switch (invoke?.kind) {
    case undefined:
    case 'feedback':
    case 'fileConsent':
      return done;
    case 'other':
      return { status: 501, body: '' };
    case 'card': {
      const { isDesk, place, actionId } = invoke;
      // An answer with buttons is left as it is: its words are still good.
      if (isStale === true)
        return isDesk ? cardAnswer('card.adaptive', staleCard()) : cardAnswer('activity.message', words.stale);
      if (refusal !== undefined) return cardAnswer('activity.message', refusal);
      if (isDesk) {
        const { space, thread } = place;
        return { cardOf: { channel: 'teams', space, thread }, ...(actionId === undefined ? {} : { actionId }) };
      }
      return cardAnswer('activity.message', events.length === 0 ? words.nothing : words.received);
    }
  }
};
