import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConversationId } from '#core/message.ts';
import { isOwnMessageId, messageIds, outboundMessageId } from './message-id.ts';
import { conversationOf, plusAddress, withoutTag } from './plus-address.ts';

const own = ['support@acme.example', 'help@acme.example'];
const secrets = ['new secret', 'old secret'];
const conversation = fc.bigInt({ min: 1n, max: 2n ** 62n }).map((id) => String(id) as ConversationId);

describe('a plus-address', () => {
  it('leads back to its conversation, in any letter case, after a rotation of the secret too', () => {
    fc.assert(
      fc.property(
        conversation,
        fc.constantFrom(...own),
        fc.constantFrom(...secrets),
        fc.boolean(),
        (id, address, secret, upper) => {
          const tagged = plusAddress(address, id, secret);
          expect(tagged.indexOf('@')).toBeLessThanOrEqual(64);
          expect(conversationOf(upper ? tagged.toUpperCase() : tagged, own, secrets)).toBe(id);
          expect(withoutTag(tagged)).toBe(address);
        },
      ),
    );
  });

  it('is refused when anything about it is changed', () => {
    fc.assert(
      fc.property(conversation, fc.nat(), fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz234567'), (id, at, letter) => {
        const tagged = plusAddress('support@acme.example', id, secrets[0] ?? '');
        const start = tagged.indexOf('+') + 2;
        const index = start + (at % (tagged.indexOf('@') - start));
        const changed = tagged.slice(0, index) + letter + tagged.slice(index + 1);
        const found = conversationOf(changed, own, secrets);
        expect(changed === tagged ? id : undefined).toBe(found);
      }),
    );
  });

  it('is refused when it is not for us, or signed by somebody else', () => {
    const id = '7' as ConversationId;
    expect(conversationOf(plusAddress('support@other.example', id, 'new secret'), own, secrets)).toBeUndefined();
    expect(conversationOf(plusAddress('support@acme.example', id, 'their secret'), own, secrets)).toBeUndefined();
    expect(conversationOf('support@acme.example', own, secrets)).toBeUndefined();
    expect(conversationOf('support+news@acme.example', own, secrets)).toBeUndefined();
  });
});

describe('Message-IDs', () => {
  it('of ours are known again, and nobody else can make one', () => {
    fc.assert(
      fc.property(conversation, (id) => {
        const messageId = outboundMessageId(id, 'support@acme.example', 'old secret');
        expect(messageIds(`<${messageId}>`)).toEqual([messageId]);
        expect(isOwnMessageId(messageId, secrets)).toBe(true);
        expect(isOwnMessageId(messageId, ['their secret'])).toBe(false);
        expect(isOwnMessageId(messageId.replace('fd.', 'fd.1'), secrets)).toBe(false);
      }),
    );
  });

  it('are read from tidy and untidy fields', () => {
    expect(messageIds('<a@b>\r\n\t<c@d> <a@b>')).toEqual(['a@b', 'c@d']);
    expect(messageIds('a@b')).toEqual(['a@b']);
    expect(messageIds('(comment) <a@b> "x" <>')).toEqual(['a@b']);
    expect(messageIds(undefined)).toEqual([]);
    const many = messageIds(Array.from({ length: 500 }, (_, index) => `<${index}@b>`).join(' '));
    expect([many.length, many[0], many.at(-1)]).toEqual([50, '0@b', '499@b']);
  });
});
