import { z } from 'zod';
import { type ChannelAdapter, type ChannelDeps, defineChannel, deskTopic } from '#core/channel.ts';
import type { Outbound, SendResult } from '#core/message.ts';
import { encodeMessage } from './encode.ts';

/**
 * The web chat and the console. Nothing leaves the building: a message is delivered once its row is there, and whoever has
 * the page open is told. What arrives comes through our own routes, already validated.
 */
export const web = defineChannel({
  id: 'web',
  config: z.object({}),
  create: (_config, deps: ChannelDeps): ChannelAdapter => ({
    id: 'web',
    capabilities: {
      maxChars: 100_000,
      actions: true,
      attachments: true,
      streaming: true,
      edits: false,
      threads: true,
      showsRows: true,
      settleMs: 60,
    },
    receive: () =>
      Promise.resolve({
        events: [],
        unsupported: 'The web chat has its own routes.',
        response: { status: 404, body: '' },
      }),
    send: (message: Outbound): Promise<SendResult> => {
      if (message.address.space === 'desk')
        deps.fanout.publish(deskTopic, { type: 'changed', escalationId: message.address.thread });
      else
        deps.fanout.publish(`chat:${message.conversationId}`, {
          type: 'message',
          message: encodeMessage(message, deps.now()),
        });
      return Promise.resolve({ ok: true, externalId: `web:${message.id}`, address: message.address });
    },
    find: (message) => Promise.resolve({ externalId: `web:${message.id}`, address: message.address }),
    present: (conversation, _address, { status, text }) => {
      if (text !== undefined) deps.fanout.publish(`chat:${conversation}`, { type: 'partial', text });
      if (status !== undefined) deps.fanout.publish(`chat:${conversation}`, { type: 'status', text: status });
      return Promise.resolve(undefined);
    },
  }),
});
