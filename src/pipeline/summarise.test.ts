import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aMessage } from '#test/fakes/turn.ts';
import { summarise } from './summarise.ts';

describe('summarise', () => {
  it('keeps what the customer asked, in order, and nothing that others said', () => {
    const left = [
      aMessage('customer', 'Where is\nmy printer?'),
      aMessage('bot', 'On its way.'),
      aMessage('human', 'Hello'),
    ];
    expect(summarise('Asked earlier: Hi', left)).toBe('Asked earlier: Hi\nAsked earlier: Where is my printer?');
  });

  it('says nothing when nothing was left behind', () => {
    expect(summarise(undefined, [])).toBeUndefined();
    expect(summarise(undefined, [aMessage('customer', '   ')])).toBeUndefined();
  });

  it('stays short however long the conversation is, and keeps the newest', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 400 }), { minLength: 1, maxLength: 60 }), (texts) => {
        const whole = texts.reduce<string | undefined>(
          (summary, text) => summarise(summary, [aMessage('customer', text)]),
          undefined,
        );
        expect((whole ?? '').length).toBeLessThanOrEqual(800);
        const last = texts.findLast((text) => text.trim() !== '');
        if (last !== undefined)
          expect(whole?.split('\n').at(-1)).toContain(last.replace(/\s+/g, ' ').trim().slice(0, 60));
      }),
    );
  });
});
