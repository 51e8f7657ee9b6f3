import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConversationId } from '#core/message.ts';
import { deskMark, deskMessageId, deskPlusAddress, isMarkOf, markOfAddress, markOfMessageId } from './desk-mark.ts';
import { isOwnMessageId } from './message-id.ts';
import { conversationOf, plusAddress, withoutTag } from './plus-address.ts';

const own = ['support@acme.example', 'help@acme.example'];
const secrets = ['new secret', 'old secret'];
const desk = 'agents@company.example';
const conversation = fc.bigInt({ min: 1n, max: 2n ** 62n }).map((id) => String(id) as ConversationId);

describe('the mark of a case at the desk', () => {
  it('leads back to its thread by the address and by the Message-ID, in any letter case and after a rotation', () => {
    fc.assert(
      fc.property(conversation, conversation, fc.constantFrom(...secrets), fc.boolean(), (id, row, secret, upper) => {
        const name = deskMark(id, desk);
        const found = { name, isOurs: true };
        const address = deskPlusAddress('support@acme.example', name, secret);
        expect(address.indexOf('@')).toBeLessThanOrEqual(64);
        expect(markOfAddress(upper ? address.toUpperCase() : address, own, secrets)).toEqual(found);
        expect(withoutTag(address)).toBe('support@acme.example');
        const messageId = deskMessageId(row, name, 'support@acme.example', secret);
        expect(markOfMessageId(messageId, secrets)).toEqual(found);
        expect(isOwnMessageId(messageId, secrets)).toBe(true);
        expect([isMarkOf(name, desk), isMarkOf(name, desk.toUpperCase())]).toEqual([true, true]);
      }),
    );
  });

  it('cannot be made by anybody else: not changed, not taken from a customer’s address, not for another mailbox', () => {
    fc.assert(
      fc.property(conversation, fc.nat(), fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz234567'), (id, at, letter) => {
        const address = deskPlusAddress('support@acme.example', deskMark(id, desk), 'new secret');
        const start = address.indexOf('+') + 2;
        const index = start + (at % (address.indexOf('@') - start));
        const changed = address.slice(0, index) + letter + address.slice(index + 1);
        if (changed !== address) expect(markOfAddress(changed, own, secrets)?.isOurs ?? false).toBe(false);
      }),
    );
    const id = '12' as ConversationId;
    const name = deskMark(id, desk);
    const ofCustomer = plusAddress('support@acme.example', id, 'new secret');
    expect(markOfAddress(ofCustomer, own, secrets)).toBeUndefined();
    expect(markOfAddress(ofCustomer.replace('+c12', `+${name}`), own, secrets)).toEqual({ name, isOurs: false });
    expect(conversationOf(deskPlusAddress('support@acme.example', name, 'new secret'), own, secrets)).toBeUndefined();
    expect(markOfAddress(deskPlusAddress('support@other.example', name, 'new secret'), own, secrets)).toBeUndefined();
    expect(markOfMessageId(`fd.41_${name}.aaaaaaaaaaaaaaaa@acme.example`, secrets)).toBeUndefined();
  });

  it('tells the desks apart', () => {
    const name = deskMark('12' as ConversationId, desk);
    expect(isMarkOf(name, 'seniors@company.example')).toBe(false);
    expect(deskMark('12' as ConversationId, 'seniors@company.example')).not.toBe(name);
    expect(isMarkOf('q1@customer.example', desk)).toBe(false);
  });
});
