import type { MessageWire } from '#src/http/wire.ts';

/** A message for tests; say only what matters. */
export const wireMessage = (overrides: Partial<MessageWire> = {}): MessageWire => ({
  id: '1',
  author: { role: 'customer' },
  markdown: 'text',
  attachments: [],
  citations: [],
  kind: 'message',
  actions: [],
  at: '2026-03-03T12:00:00.000Z',
  visibility: 'customer',
  ...overrides,
});
