import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConversationId, Message, MessageId } from '#core/message.ts';
import type { Session, SessionStore } from '#core/session.ts';

/** What the suite needs to know about the store under test. */
export interface SessionStoreFixture extends AsyncDisposable {
  /** A store whose entries live for an hour. */
  readonly store: SessionStore;
  /** Lets an hour pass for what `store` holds under this id. */
  readonly expire: (id: ConversationId) => Promise<void>;
}

/** Every `SessionStore` passes this. */
export const sessionStoreContract = (name: string, open: () => Promise<SessionStoreFixture>): void => {
  describe(`${name} as a session store`, () => {
    let fixture: SessionStoreFixture;
    beforeEach(async () => {
      fixture = await open();
    });
    afterEach(() => fixture[Symbol.asyncDispose]());

    it('knows nothing at first', async () => {
      expect(await fixture.store.load(conversation('1'), 0)).toBeUndefined();
    });

    it('gives back what was saved, dates and all', async () => {
      await fixture.store.save(conversation('1'), sampleSession(3));
      expect(await fixture.store.load(conversation('1'), 3)).toEqual(sampleSession(3));
    });

    it('gives back any session unchanged', async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat().map(String).map(conversation), anySession, async (id, session) => {
          await fixture.store.drop(id);
          await fixture.store.save(id, session);
          expect(await fixture.store.load(id, session.version)).toEqual(session);
        }),
        { numRuns: 50 },
      );
    });

    it('keeps conversations apart', async () => {
      await fixture.store.save(conversation('1'), sampleSession(1));
      expect(await fixture.store.load(conversation('11'), 1)).toBeUndefined();
    });

    it('loads exactly the version asked for', async () => {
      await fixture.store.save(conversation('1'), sampleSession(3));
      expect(await fixture.store.load(conversation('1'), 2)).toBeUndefined();
      expect(await fixture.store.load(conversation('1'), 4)).toBeUndefined();
    });

    it('never replaces a newer version by an older one', async () => {
      await fixture.store.save(conversation('1'), sampleSession(10));
      await fixture.store.save(conversation('1'), sampleSession(9));
      expect(await fixture.store.load(conversation('1'), 9)).toBeUndefined();
      expect(await fixture.store.load(conversation('1'), 10)).toEqual(sampleSession(10));
    });

    it('replaces the same version', async () => {
      await fixture.store.save(conversation('1'), sampleSession(2));
      await fixture.store.save(conversation('1'), { ...sampleSession(2), turnsLeft: 0 });
      expect((await fixture.store.load(conversation('1'), 2))?.turnsLeft).toBe(0);
    });

    it('ends with the newest of many saved at once', async () => {
      const versions = Array.from({ length: 40 }, (_, index) => (index * 17) % 40);
      await Promise.all(versions.map((version) => fixture.store.save(conversation('1'), sampleSession(version))));
      expect(await fixture.store.load(conversation('1'), 39)).toEqual(sampleSession(39));
    });

    it('forgets what is dropped, and takes it again', async () => {
      await fixture.store.save(conversation('1'), sampleSession(5));
      await fixture.store.drop(conversation('1'));
      expect(await fixture.store.load(conversation('1'), 5)).toBeUndefined();
      await fixture.store.save(conversation('1'), sampleSession(4));
      expect(await fixture.store.load(conversation('1'), 4)).toEqual(sampleSession(4));
    });

    it('forgets what has expired', async () => {
      await fixture.store.save(conversation('1'), sampleSession(5));
      await fixture.expire(conversation('1'));
      expect(await fixture.store.load(conversation('1'), 5)).toBeUndefined();
    });
  });
};

export const conversation = (id: string): ConversationId => id as ConversationId;

/** A session with something in every field. */
export const sampleSession = (version: number): Session => ({
  version,
  window: [
    {
      id: '7' as MessageId,
      conversationId: conversation('1'),
      author: { role: 'customer', externalId: 'ana@example.org', name: 'Ana' },
      visibility: 'customer',
      content: {
        markdown: 'Where is my *invoice*? 🧾',
        attachments: [{ name: 'invoice.pdf', mime: 'application/pdf', bytes: 12, ref: `sha256:${'ab'.repeat(32)}` }],
      },
      meta: {},
      at: new Date('2026-03-01T09:30:00.123Z'),
    },
    {
      id: '8' as MessageId,
      conversationId: conversation('1'),
      author: { role: 'bot', externalId: 'frontdesk' },
      visibility: 'customer',
      content: { markdown: 'Under Billing → Invoices [1].', attachments: [] },
      meta: {
        kind: 'answer',
        citations: [
          { n: 1, documentId: 'billing', title: 'Invoices', url: 'https://example.org/i', text: 'Open Billing.' },
        ],
        confidence: 0.87,
        actions: [{ id: 'human', label: 'Talk to a person' }],
      },
      at: new Date('2026-03-01T09:30:01.000Z'),
    },
  ],
  summary: 'Ana looks for an invoice.',
  memories: [
    { kind: 'preference', text: 'Wants invoices as PDF.', importance: 0.6 },
    { kind: 'fact', text: 'On holiday.', importance: 0.2, expiresAt: new Date('2026-03-15T00:00:00.000Z') },
  ],
  personId: '42',
  language: 'en',
  escalated: false,
  turnsLeft: 19,
});

const text = fc.string({ unit: 'grapheme' });
/** JSON has neither NaN nor -0. */
const real = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0);
const date = fc.date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });

const anyMessage: fc.Arbitrary<Message> = fc.record({
  id: text.map((id) => id as MessageId),
  conversationId: text.map(conversation),
  author: fc.record(
    { role: fc.constantFrom('customer', 'bot', 'human'), externalId: text, name: text },
    { requiredKeys: ['role', 'externalId'] },
  ),
  visibility: fc.constantFrom('customer', 'internal'),
  content: fc.record({
    markdown: text,
    attachments: fc.array(fc.record({ name: text, mime: text, bytes: fc.nat(), ref: text }), { maxLength: 2 }),
  }),
  meta: fc.record(
    {
      kind: fc.constantFrom('answer', 'ask-back', 'escalate', 'notice'),
      citations: fc.array(
        fc.record(
          { n: fc.nat(), documentId: text, title: text, url: text, text },
          { requiredKeys: ['n', 'documentId', 'title', 'text'] },
        ),
        { maxLength: 2 },
      ),
      confidence: real,
      actions: fc.array(fc.record({ id: text, label: text }), { maxLength: 2 }),
      noReply: text,
    },
    { requiredKeys: [] },
  ),
  at: date,
});

const anySession: fc.Arbitrary<Session> = fc.record(
  {
    version: fc.nat(),
    window: fc.array(anyMessage, { maxLength: 4 }),
    summary: text,
    memories: fc.array(
      fc.record(
        { kind: text, text, importance: real, expiresAt: date },
        { requiredKeys: ['kind', 'text', 'importance'] },
      ),
      { maxLength: 3 },
    ),
    personId: text,
    language: text,
    escalated: fc.boolean(),
    turnsLeft: fc.nat(),
  },
  { requiredKeys: ['version', 'window', 'memories', 'escalated', 'turnsLeft'] },
);
