import { describe, expect, it } from 'vitest';
import type { InboundBody, InboundEvent } from '#core/message.ts';
import { unread } from '#test/fakes/pipeline.ts';
import { interpret } from './interpret.ts';

const mira = { author: { role: 'human', externalId: 'T0HOME:UMIRA' } } as const;
const meaning = (body: InboundBody, more: Partial<InboundEvent> = mira) => interpret(unread(body, more).event);
const write = (markdown: string, more: { readonly internal?: boolean } = {}): InboundBody => ({
  kind: 'message',
  content: { markdown, attachments: [] },
  ...more,
});

describe('interpret', () => {
  it('knows every button of the card that needs no words', () => {
    for (const [action, kind] of [
      ['claim', 'claim'],
      ['resolve', 'resolve'],
      ['return', 'return-to-bot'],
      ['reopen', 'reopen'],
      ['publish', 'publish'],
      ['dismiss', 'dismiss'],
      ['restore', 'restore'],
    ] as const)
      expect(meaning({ kind: 'action', action, value: '' })).toEqual({ kind });
    for (const action of ['reply', 'human', 'toString', '__proto__', ''])
      expect(meaning({ kind: 'action', action, value: '' })).toBeUndefined();
  });

  it('knows who is to have a case: whoever is named, else whoever says so', () => {
    const person = { externalId: 'T0HOME:UTOM', name: 'Tom' };
    expect(meaning({ kind: 'action', action: 'reassign', value: '', person })).toEqual({
      kind: 'reassign',
      to: person,
    });
    expect(meaning({ kind: 'action', action: 'reassign', value: 'Tom' })).toEqual({ kind: 'reassign' });
    for (const role of ['customer', 'bot'] as const)
      expect(
        meaning({ kind: 'action', action: 'reassign', value: '', person }, { author: { role, externalId: 'x' } }),
      ).toBeUndefined();
    // Whom another button names means nothing.
    expect(meaning({ kind: 'action', action: 'claim', value: '', person })).toEqual({ kind: 'claim' });
  });

  it('takes words for a reply, and what is marked for a note', () => {
    expect(meaning(write('Try this'))).toMatchObject({ kind: 'reply', content: { markdown: 'Try this' } });
    expect(meaning(write('see https://help.example.org // or ask'))).toMatchObject({ kind: 'reply' });
    for (const note of ['// careful', '//careful', ' \n// careful'])
      expect(meaning(write(note))).toMatchObject({ kind: 'note' });
    expect(meaning(write('careful', { internal: true }))).toMatchObject({ kind: 'note' });
  });

  it('keeps the files of a reply', () => {
    const attachments = [{ name: 'a.pdf', mime: 'application/pdf', bytes: 1, ref: 'sha256:a' }];
    expect(meaning({ kind: 'message', content: { markdown: '', attachments } })).toEqual({
      kind: 'reply',
      content: { markdown: '', attachments },
    });
  });

  it('hears people alone, and nothing in edits, deletions and votes', () => {
    for (const role of ['customer', 'bot'] as const)
      for (const body of [write('hi'), { kind: 'action', action: 'claim', value: '' } as const])
        expect(meaning(body, { author: { role, externalId: 'x' } })).toBeUndefined();
    const content = { markdown: 'x', attachments: [] };
    for (const body of [
      { kind: 'edit', of: 'x', content },
      { kind: 'delete', of: 'x' },
      { kind: 'feedback', score: 1, of: 'x' },
    ] as const)
      expect(meaning(body)).toBeUndefined();
  });
});
