import { describe, expect, it } from 'vitest';
import { decodeDesk } from './decode.ts';

const at = new Date('2026-03-03T12:00:00Z');
const input = { id: 'k1', markdown: '', attachments: [] } as const;

describe('decodeDesk', () => {
  it('makes an action of a button', () => {
    expect(decodeDesk('12', 'Mira', { ...input, action: 'claim' }, at)).toEqual({
      dedupeKey: 'desk:12:k1',
      externalId: 'k1',
      address: { channel: 'web', space: 'desk', thread: '12' },
      author: { role: 'human', externalId: 'agent:Mira', name: 'Mira' },
      identity: { level: 'verified', evidence: 'console sign-in' },
      at,
      body: { kind: 'action', action: 'claim', value: '' },
    });
  });

  it('names whom a case is given to as their own sign-in does', () => {
    const { body } = decodeDesk('12', 'Mira', { ...input, action: 'reassign', to: 'Jonas' }, at);
    const { author } = decodeDesk('12', 'Jonas', { ...input, action: 'claim' }, at);
    expect(body).toEqual({
      kind: 'action',
      action: 'reassign',
      value: '',
      person: { externalId: author.externalId, name: author.name },
    });
  });

  it('names nobody where somebody takes it over', () => {
    const { body } = decodeDesk('12', 'Mira', { ...input, action: 'reassign' }, at);
    expect(body).toEqual({ kind: 'action', action: 'reassign', value: '' });
  });

  it.each([
    ['reply', { kind: 'message', content: { markdown: 'Hello', attachments: [] } }],
    ['note', { kind: 'message', content: { markdown: 'Hello', attachments: [] }, internal: true }],
  ] as const)('makes a message of a %s', (action, body) => {
    expect(decodeDesk('12', 'Mira', { ...input, markdown: 'Hello', action }, at).body).toEqual(body);
  });
});
