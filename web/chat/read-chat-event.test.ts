import { expect, test } from 'vitest';
import { readConsoleEvent } from '../console/read-console-event.ts';
import { readChatEvent } from './read-chat-event.ts';

test('known events pass, everything else is left out', () => {
  expect(readChatEvent('{"type":"status","text":"Looking…"}')).toEqual({ type: 'status', text: 'Looking…' });
  for (const odd of ['', '{', 'null', '7', '[]', '{"type":7}', '{"type":"later"}']) {
    expect(readChatEvent(odd)).toBeUndefined();
    expect(readConsoleEvent(odd)).toBeUndefined();
  }
  expect(readConsoleEvent('{"type":"changed","escalationId":"12"}')).toEqual({ type: 'changed', escalationId: '12' });
  expect(readConsoleEvent('{"type":"changed"}')).toEqual({ type: 'changed' });
});
