import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wellFormedText } from '#test/any-text.ts';
import { signRequest, verifyRequest } from './verify.ts';

const secret = 'a signing secret';
const now = new Date('2026-03-02T10:00:00Z');
const seconds = (offset = 0) => String(now.getTime() / 1_000 + offset);

const signed = (text: string, timestamp = seconds(), by = secret) => {
  const body = Buffer.from(text);
  return {
    body,
    headers: { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signRequest(by, timestamp, body) },
  };
};

describe('verifyRequest', () => {
  it('signs as openssl does', () => {
    const body = Buffer.from('{"type":"event_callback","text":"Wo ist meine Bestellung? 🚚"}');
    expect(signRequest(secret, '1772445600', body)).toBe(
      'v0=e6afd81abdc41859a558462045f3ff6413594614e8a18bd521c9c9a3eb1fbee5',
    );
  });

  it('takes what was signed with our secret, up to five minutes to either side', () => {
    for (const offset of [0, -299, -300, 300]) {
      expect(verifyRequest(secret, signed('{"a":1}', seconds(offset)), now)).toEqual({ ok: true });
    }
  });

  it('refuses what is older or newer', () => {
    for (const offset of [-301, 301, -86_400]) {
      expect(verifyRequest(secret, signed('{}', seconds(offset)), now).ok).toBe(false);
    }
  });

  it('refuses another secret, a changed body and a changed time', () => {
    expect(verifyRequest(secret, signed('{}', seconds(), 'another secret'), now).ok).toBe(false);
    expect(verifyRequest(secret, { ...signed('{}'), body: Buffer.from('{ }') }, now).ok).toBe(false);
    const { headers, body } = signed('{}');
    expect(
      verifyRequest(secret, { body, headers: { ...headers, 'x-slack-request-timestamp': seconds(1) } }, now).ok,
    ).toBe(false);
  });

  it('refuses what carries no signature, or something else in its place', () => {
    const { headers, body } = signed('{}');
    expect(verifyRequest(secret, { body, headers: {} }, now).ok).toBe(false);
    for (const timestamp of ['', 'NaN', 'Infinity', '1e9', '-1']) {
      expect(
        verifyRequest(secret, { body, headers: { ...headers, 'x-slack-request-timestamp': timestamp } }, now).ok,
      ).toBe(false);
    }
  });

  it('never throws, and takes no signature that it did not make', () => {
    fc.assert(
      fc.property(wellFormedText(), wellFormedText(), fc.uint8Array(), (time, signature, body) => {
        const headers = { 'x-slack-request-timestamp': time, 'x-slack-signature': signature };
        expect(verifyRequest(secret, { headers, body }, now).ok).toBe(false);
      }),
    );
  });
});
