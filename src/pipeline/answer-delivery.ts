import type { ChannelAdapter, ConversationState, HttpAnswer, Received, StatusQuery } from '#core/channel.ts';

/** How somebody's newest conversation in a place stands; nothing when there is none. */
export type FindState = (query: StatusQuery['statusOf']) => Promise<ConversationState | undefined>;

/** What goes back to the platform once a delivery has been taken in. */
export const answerDelivery = async (
  adapter: ChannelAdapter,
  { response }: Pick<Received, 'response'>,
  findState: FindState,
): Promise<HttpAnswer> => {
  if ('status' in response) return response;
  const found = await findState(response.statusOf);
  return adapter.answerStatus?.(found) ?? { status: 200, body: '' };
};
