import type { Json, Outbound } from '#core/message.ts';

/** A message as the page receives it over its socket; the same shape that the history gives. */
export const encodeMessage = (message: Outbound, at: Date): Json =>
  JSON.parse(
    JSON.stringify({
      id: message.messageId,
      author: {
        role: message.author.role,
        ...(message.author.name === undefined ? {} : { name: message.author.name }),
      },
      markdown: message.content.markdown,
      attachments: message.content.attachments,
      citations: message.meta.citations ?? [],
      kind: message.meta.kind ?? 'message',
      ...(message.meta.confidence === undefined ? {} : { confidence: message.meta.confidence }),
      actions: message.actions,
      at: at.toISOString(),
      visibility: 'customer',
      ...(message.meta.asks === undefined ? {} : { asks: message.meta.asks }),
    }),
  ) as Json;
