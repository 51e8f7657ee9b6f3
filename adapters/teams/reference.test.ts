import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Activity, parseActivity } from './activity.ts';
import { fileRefOf, parseFileRef } from './file-ref.ts';
import {
  conversationTypeOf,
  parseReference,
  placeOf,
  referenceOf,
  splitConversationId,
  stateOf,
  threadConversationId,
} from './reference.ts';

const activityOf = (fields: object): Activity => {
  const parsed = parseActivity({
    type: 'message',
    id: '2',
    serviceUrl: 'https://smba.trafficmanager.net/emea/',
    ...fields,
  });
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.activity;
};
const place = (fields: object) => placeOf(activityOf(fields));

describe('where an activity happened', () => {
  it.each([
    ['a:1x', undefined, 'personal'],
    ['19:aa_bb@unq.gbl.spaces', undefined, 'personal'],
    ['19:aa@thread.v2', undefined, 'groupChat'],
    ['19:meeting_aa@thread.v2', true, 'groupChat'],
    ['19:aa@thread.tacv2', true, 'channel'],
    ['19:aa@thread.skype;messageid=1', undefined, 'channel'],
  ])('%s is told by its id where it says no type', (id, isGroup, type) => {
    expect(conversationTypeOf(activityOf({ conversation: { id, isGroup } }))).toBe(type);
  });

  it('is a thread in a channel: the one it names, the message it answers, else its own', () => {
    const id = '19:aa@thread.tacv2';
    expect(place({ conversation: { id: `${id};messageid=1` }, replyToId: '9' })).toMatchObject({
      space: id,
      thread: '1',
    });
    expect(place({ conversation: { id }, replyToId: '9' })).toMatchObject({ space: id, thread: '9' });
    expect(place({ conversation: { id } })).toMatchObject({ space: id, thread: '2' });
    expect(place({ conversation: { id }, id: 'f:1' })).toMatchObject({ thread: 'channel' });
  });

  it('is no thread in a chat', () => {
    const conversation = { id: '19:aa@thread.v2', conversationType: 'groupChat' };
    expect(place({ conversation, replyToId: '9' })).toEqual({
      space: conversation.id,
      thread: 'chat',
      type: 'groupChat',
    });
    expect(place({})).toBeUndefined();
  });
});

describe('a reference', () => {
  it('is plain data that survives its storage', () => {
    const conversation = { id: '19:aa@thread.tacv2;messageid=1', conversationType: 'channel', tenantId: 't' };
    const channelData = { team: { id: '19:tt@thread.tacv2' } };
    const reference = referenceOf(activityOf({ conversation, channelData, recipient: { id: '28:b' } }));
    expect(reference).toEqual({
      ...{ serviceUrl: 'https://smba.trafficmanager.net/emea/', conversationId: conversation.id, type: 'channel' },
      ...{ tenantId: 't', botId: '28:b', teamId: '19:tt@thread.tacv2' },
    });
    if (reference === undefined) return;
    expect(parseReference(JSON.parse(JSON.stringify(stateOf(reference))))).toEqual(reference);
  });

  it('names no thread where an activity belongs to none', () => {
    const conversation = { id: '19:aa@thread.tacv2' };
    expect(referenceOf(activityOf({ type: 'conversationUpdate', conversation }))?.conversationId).toBe(conversation.id);
    expect(referenceOf(activityOf({ conversation }))?.conversationId).toBe(threadConversationId(conversation.id, '2'));
  });

  it('is nothing without a way there', () => {
    const conversation = { id: 'a:1' };
    for (const serviceUrl of [undefined, 'x', 'ftp://example.com/', 'javascript:1'])
      expect(referenceOf(activityOf({ conversation, serviceUrl }))).toBeUndefined();
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(() => parseReference(value)).not.toThrow();
      }),
    );
  });

  it('takes conversation ids apart', () => {
    expect(splitConversationId('19:a@t;MessageId=5;x=1')).toEqual({ space: '19:a@t', root: '5' });
    expect(splitConversationId('19:a@t;messageid=')).toEqual({ space: '19:a@t' });
    expect(splitConversationId(';messageid=5')).toEqual({ space: ';messageid=5' });
  });
});

describe('a reference to a file', () => {
  it('is read back, and nothing else is', () => {
    const place = { kind: 'link', url: 'https://contoso.sharepoint.com/x?tempauth=é', tenantId: 't' } as const;
    expect(parseFileRef(fileRefOf(place))).toEqual(place);
    expect(fileRefOf(place)).toMatch(/^teams:[\w-]+$/);
    const forged = fileRefOf({ kind: 'link', url: 'file:///etc/passwd' });
    for (const ref of [forged, 'slack:T:F', 'teams:', 'teams:e30', 'sha256:00'])
      expect(parseFileRef(ref)).toBeUndefined();
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseFileRef(`teams:${text}`)).toBeUndefined();
      }),
    );
  });
});
