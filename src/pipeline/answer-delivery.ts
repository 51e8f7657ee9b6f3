import type {
  CardQuery,
  CardState,
  ChannelAdapter,
  ConversationState,
  HttpAnswer,
  Received,
  StatusQuery,
} from '#core/channel.ts';
import type { AcceptedEvent } from '#core/ledger.ts';

/** What platforms may ask for in the same response. */
export interface Answers {
  /** How somebody's newest conversation in a place stands; nothing when there is none. */
  findState(query: StatusQuery['statusOf']): Promise<ConversationState | undefined>;
  /** The card of a desk thread, once what was taken in has been worked off. */
  findCard(query: CardQuery, taken: readonly AcceptedEvent[]): Promise<CardState>;
}

/** What goes back to the platform once a delivery has been taken in. */
export const answerDelivery = async (
  adapter: ChannelAdapter,
  { response }: Pick<Received, 'response'>,
  taken: readonly AcceptedEvent[],
  { findState, findCard }: Answers,
): Promise<HttpAnswer> => {
  if ('status' in response) return response;
  const answer =
    'statusOf' in response
      ? adapter.answerStatus?.(await findState(response.statusOf))
      : adapter.answerCard?.(await findCard(response, taken));
  return answer ?? { status: 200, body: '' };
};
