import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePayload, unwrap } from './payload.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const form = 'application/x-www-form-urlencoded';

describe('a body', () => {
  it.each([
    ['JSON', '{"type":"x"}', 'application/json; charset=utf-8', { type: 'x' }],
    ['JSON with a byte order mark', '\ufeff{"type":"x"}\n', undefined, { type: 'x' }],
    ['interactivity', `payload=${encodeURIComponent('{"type":"y","a":"ä+b"}')}`, form, { type: 'y', a: 'ä+b' }],
    ['interactivity, recorded', `payload=${encodeURIComponent('{"type":"y"}')}\n`, undefined, { type: 'y' }],
    ['a command', 'command=%2Ffrontdesk&text=a+b', form, { command: '/frontdesk', text: 'a b' }],
    ['a command, recorded', 'token=t&command=%2Ffrontdesk', undefined, { token: 't', command: '/frontdesk' }],
    ['a socket envelope', '{"envelope_id":"e","type":"events_api","payload":{"type":"z"}}', undefined, { type: 'z' }],
    ['a socket greeting', '{"type":"hello","num_connections":1}', undefined, { type: 'hello', num_connections: 1 }],
  ])('may be %s', (_, text, type, body) => {
    expect(parsePayload(bytes(text), type)).toEqual({ ok: true, body });
  });

  it.each([
    ['empty', '  ', undefined],
    ['cut off', '{"type":', 'application/json'],
    ['a form with broken JSON', 'payload=%7B', form],
    ['prose', 'Hello there, how are you = fine?', undefined],
    ['a form that is called JSON', 'a=b', 'application/json'],
    ['not text', '\u0000\u0001', form],
  ])('that is %s is refused in words', (_, text, type) => {
    expect(parsePayload(bytes(text), type)).toMatchObject({ ok: false, reason: expect.stringContaining('Slack') });
  });

  it('never makes it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.option(fc.string(), { nil: undefined }), (raw, type) => {
        expect(typeof parsePayload(raw, type).ok).toBe('boolean');
      }),
    );
  });

  it('is unwrapped only from an envelope', () => {
    expect(unwrap({ payload: { type: 'x' } })).toEqual({ payload: { type: 'x' } });
    expect(unwrap({ envelope_id: 'e', payload: '{}' })).toEqual({ envelope_id: 'e', payload: '{}' });
    expect(unwrap(7)).toBe(7);
  });
});
