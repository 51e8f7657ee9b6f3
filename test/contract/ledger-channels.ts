import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Card } from '#core/escalation.ts';
import type { Claim, Commit, Committed, DeliveryClaim, Dispatch, Ledger, NewOutboxRow } from '#core/ledger.ts';
import type { Address, ConversationId, EscalationId, InboundEvent, MessageId } from '#core/message.ts';
import type { Database } from '#src/store/database.ts';
import { openTestDatabase } from '../database.ts';
import { said } from '../spine.ts';
import { aCase, answering, atDesk, type Bench, committed, entry, only, openBench, row } from './ledger-fixture.ts';

const deskSpace = 'C0DESK';
const deskThread = (thread: string): Address => ({ channel: 'slack', space: deskSpace, thread });

const card = (more: Partial<Card> = {}): Card => ({
  code: '7F3K',
  title: 'Where is my order?',
  customer: 'Ada',
  channel: 'slack',
  waitingSince: '2026-06-01T10:00:00.000Z',
  why: 'The customer asked for a person.',
  tried: [],
  transcript: [],
  status: 'open',
  actions: [{ id: 'claim', label: 'Claim' }],
  ...more,
});

/** A case whose desk is a Slack channel: its thread is known once the card has landed. */
const slackCase = (conversation: ConversationId): NonNullable<Commit['escalation']> => {
  const { card: shown, ...rest } = aCase(conversation);
  return {
    ...rest,
    desk: { channel: 'slack', space: deskSpace, ownThreads: false },
    card: { ...shown, meta: { kind: 'notice', card: card() } },
  };
};

/** Something that a person does in a thread of the desk's channel. */
const inDesk = (thread: string, markdown: string, more: Partial<InboundEvent> = {}): InboundEvent =>
  said(thread, markdown, {
    address: deskThread(thread),
    author: { role: 'human', externalId: 'T0HOME:U1', name: 'Mira' },
    attention: 'desk',
    ...more,
  });

/** A message that starts a thread of its own, and may belong to what its author said a moment ago. */
const topLevel = (thread: string, author: string, more: Partial<InboundEvent> = {}): InboundEvent =>
  said(thread, `top ${thread}`, {
    address: { channel: 'slack', space: 'C0ACME', thread, state: { user: author } },
    author: { role: 'customer', externalId: author },
    attention: 'open',
    joinsWithinMs: 60_000,
    ...more,
  });

const keysOf = (claim: Claim): readonly string[] => claim.pending.map(({ event }) => event.dedupeKey);
const dispatches = (deliveries: readonly DeliveryClaim[]): readonly Dispatch[] =>
  deliveries.flatMap((delivery) => delivery.dispatches);
const times = (n: number): readonly number[] => Array.from({ length: n }, (_, index) => index);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What shared channels, desks on other platforms, streams and pauses ask of the message path, on every engine. */
export const describeLedgerChannelsContract = (engine: Database['engine']): void => {
  describe(`the ledger, for channels with threads and desks (${engine})`, () => {
    let database: Database;
    let bench: Bench;
    let ledger: Ledger;
    let other: Ledger;
    beforeAll(async () => {
      database = await openTestDatabase(engine);
      bench = openBench(database);
      ledger = bench.worker('worker-1');
      other = bench.worker('worker-2');
    });
    afterAll(() => database[Symbol.asyncDispose]());
    beforeEach(async () => {
      await bench.clear();
      await bench.run(sql`truncate held_events, decisions`);
    });
    /** Races are tried often where connections really meet; the embedded database takes one call at a time. */
    const rounds = engine === 'postgres' ? 50 : 5;

    const count = async (table: string, where = sql`true`): Promise<number> =>
      Number(only(await bench.run(sql`select count(*)::int as n from ${sql.table(table)} where ${where}`)).n);
    const deskOf = async (escalation: EscalationId): Promise<ConversationId> =>
      only(
        await bench.run(sql`select desk_conversation_id::text as id from escalations where id = ${escalation}::bigint`),
      ).id as ConversationId;
    const claimOf = async (id: ConversationId, by = ledger): Promise<Claim> =>
      only((await by.claimReading(50)).filter(({ conversation }) => conversation.id === id));

    /** Opens a case at a Slack desk. The answer to the customer has arrived, the card is on its way under our lease. */
    const openCase = async (thread: string) => {
      const claim = await bench.claimed(said(thread, 'a person please'));
      const { id, version } = claim.conversation;
      const result = committed(
        await ledger.commit(
          answering(claim, ['holding'], {
            changes: [{ conversation: id, version, status: 'waiting' }],
            escalation: slackCase(id),
          }),
        ),
      );
      const escalation = result.escalationId as EscalationId;
      const desk = await deskOf(escalation);
      await bench.arrived(
        ledger,
        result.deliveries.filter(({ conversationId }) => conversationId === id),
      );
      const shown = only(result.deliveries.filter(({ conversationId }) => conversationId === desk));
      return { id, desk, escalation, shown };
    };
    /** The card is there: its receipt names the thread. */
    const land = (shown: DeliveryClaim, thread: string, by = ledger): Promise<void> =>
      by.finishDelivering([
        {
          conversation: shown.conversationId,
          results: shown.dispatches.map(({ outbound }) => ({
            id: outbound.id,
            ok: true,
            externalId: `${deskSpace}:${thread}`,
            address: { ...deskThread(thread), state: { team: 'T0HOME' } },
          })),
        },
      ]);
    /** A case whose card has landed in `thread`. */
    const landedCase = async (thread: string) => {
      const opened = await openCase(`of ${thread}`);
      await land(opened.shown, thread);
      return opened;
    };

    describe('what is overheard', () => {
      it('opens nothing, keeps its key, and says why', async () => {
        const event = said('busy', 'lunch?', { attention: 'overheard' });
        expect(await bench.take(event, event)).toEqual([
          { kind: 'overheard', seq: 0 },
          { kind: 'overheard', seq: 0 },
        ]);
        expect(await count('conversations')).toBe(0);
        expect(await count('people')).toBe(0);
        expect(await bench.run(sql`select key, space, thread, speaks, reason from decisions`)).toEqual([
          {
            key: event.dedupeKey,
            space: 'support',
            thread: 'busy',
            speaks: false,
            reason: expect.stringMatching(/not said to us/),
          },
        ]);
        // The same message comes again as a mention.
        expect(only(await bench.take({ ...event, attention: 'addressed' }))).toMatchObject({
          kind: 'accepted',
          seq: 1,
        });
        expect(only(await bench.take({ ...event, attention: 'addressed' })).kind).toBe('duplicate');
      });

      it('is taken in where we take part, once', async () => {
        const [first] = await bench.take(said('ours', 'help'));
        const event = said('ours', 'thanks', { attention: 'overheard' });
        const [taken, again] = await bench.take(event, event);
        expect(taken).toMatchObject({ kind: 'accepted', conversationId: first?.conversationId, seq: 2 });
        expect(again).toMatchObject({ kind: 'duplicate', seq: 2 });
        expect(await count('decisions')).toBe(0);
      });

      it('finds the conversation of an edit, a deletion or a vote by the message, and adds no address', async () => {
        const question = said('root', 'first');
        const claim = await bench.claimed(question);
        await bench.arrived(ledger, committed(await ledger.commit(answering(claim))).deliveries);
        const answer = only(await bench.run(sql`select external_id from messages where role = 'bot'`)).external_id;
        const elsewhere = (body: InboundEvent['body']): InboundEvent =>
          said('nowhere', '', {
            attention: 'overheard',
            author: question.author,
            address: { ...question.address, thread: 'nowhere', state: { user: 'passer-by' } },
            body,
          });
        const of = String(question.externalId);
        const taken = await bench.take(
          elsewhere({ kind: 'edit', of, content: { markdown: 'second', attachments: [] } }),
          elsewhere({ kind: 'feedback', score: 1, of: String(answer) }),
          elsewhere({ kind: 'delete', of }),
        );
        expect(taken.map(({ kind, conversationId }) => [kind, conversationId])).toEqual(
          times(3).map(() => ['accepted', claim.conversation.id]),
        );
        expect(await bench.run(sql`select thread from addresses`)).toEqual([{ thread: 'root' }]);
        expect(await bench.run(sql`select score from feedback`)).toEqual([{ score: 1 }]);
        expect(await bench.run(sql`select markdown from message_versions`)).toEqual([
          { markdown: 'first' },
          { markdown: 'second' },
        ]);
        expect((await claimOf(claim.conversation.id)).conversation.address).toEqual(question.address);
      });

      it('does not follow a message of another channel, nor one that nobody knows', async () => {
        await bench.take(said('known', 'x', { externalId: 'C1:1' }));
        const about = (of: string, more: Partial<InboundEvent> = {}): InboundEvent =>
          said('nowhere', '', { attention: 'overheard', body: { kind: 'delete', of }, ...more });
        const taken = await bench.take(
          about('C1:2'),
          about('C1:1', { address: { channel: 'teams', space: 'support', thread: 'nowhere' } }),
        );
        expect(taken.map(({ kind }) => kind)).toEqual(['overheard', 'overheard']);
      });

      it('counts a vote on any part of a long answer', async () => {
        const claim = await bench.claimed(said('long', 'x'));
        const plan = answering(claim, ['part one']);
        const { deliveries } = committed(
          await ledger.commit({
            ...plan,
            outbox: [...plan.outbox, row(claim.conversation, 0, { markdown: 'part two' })],
          }),
        );
        await bench.arrived(ledger, deliveries);
        const [, second] = dispatches(deliveries).map(({ outbound }) => `sent:${outbound.id}`);
        const vote = said('long', '', {
          attention: 'overheard',
          body: { kind: 'feedback', score: -1, of: String(second) },
        });
        expect(only(await bench.take(vote))).toMatchObject({ kind: 'accepted', conversationId: claim.conversation.id });
        expect(await bench.run(sql`select score from feedback`)).toEqual([{ score: -1 }]);
      });

      it('lets our own people change their own words, and nobody else’s', async () => {
        const { desk, shown } = await openCase('own words');
        await land(shown, '1.0');
        const reply = inDesk('1.0', 'first');
        const edit = (author: string): InboundEvent =>
          inDesk('1.0', '', {
            attention: 'overheard',
            author: { role: 'human', externalId: author },
            body: {
              kind: 'edit',
              of: String(reply.externalId),
              content: { markdown: `by ${author}`, attachments: [] },
            },
          });
        await bench.take(reply, edit('T0HOME:U2'), edit('T0HOME:U1'));
        expect(
          await bench.run(
            sql`select markdown from messages where conversation_id = ${desk}::bigint and external_id = ${reply.externalId}`,
          ),
        ).toEqual([{ markdown: 'by T0HOME:U1' }]);
      });
    });

    describe('a desk thread that is not known yet', () => {
      it('holds what is done there until the card’s receipt names it, in order, once', async () => {
        const { desk, shown } = await openCase('held');
        // Keys that do not sort as they came, some of them in one call.
        const events = times(30).map((n) => inDesk('7.7', `${n}`, { dedupeKey: `held:${(n * 7) % 30}` }));
        const [first, ...rest] = events as [InboundEvent, ...InboundEvent[]];
        expect(await bench.take(first)).toEqual([{ kind: 'held', seq: 0 }]);
        await bench.take(...rest, first);
        expect(await count('held_events')).toBe(30);
        expect(await count('inbox', sql`conversation_id = ${desk}::bigint`)).toBe(0);
        await land(shown, '7.7');
        expect(keysOf(await claimOf(desk))).toEqual(events.map(({ dedupeKey }) => dedupeKey));
        expect(await count('held_events')).toBe(0);
        expect(only(await bench.take(first))).toMatchObject({ kind: 'duplicate', conversationId: desk, seq: 1 });
        await land(shown, '7.7');
        expect((await bench.conversation(desk)).inbox_seq).toBe(30);
      });

      it('takes a button of the card in as soon as the card is known', async () => {
        const { desk } = await landedCase('8.8');
        const press = inDesk('8.8', '', {
          body: { kind: 'action', action: 'claim', value: '', of: `${deskSpace}:8.8` },
        });
        expect(only(await bench.take(press))).toMatchObject({ kind: 'accepted', conversationId: desk });
      });

      it('leaves other threads waiting, and gives up on them after a while', async () => {
        const { shown } = await openCase('ours');
        await bench.take(inDesk('1.1', 'ours'), inDesk('2.2', 'not ours'));
        await land(shown, '1.1');
        expect(await bench.run(sql`select thread from held_events`)).toEqual([{ thread: '2.2' }]);
      });

      it('loses and doubles nothing when both happen at the same moment', { timeout: 120_000 }, async () => {
        for (const round of times(rounds)) {
          const { desk, shown } = await openCase(`race ${round}`);
          const thread = `${round}.5`;
          const [early, one, two] = times(3).map((n) => inDesk(thread, `${n}`)) as [
            InboundEvent,
            InboundEvent,
            InboundEvent,
          ];
          await bench.take(early);
          await Promise.all([
            (async () => {
              await pause(Math.random() * 4);
              await land(shown, thread);
            })(),
            (async () => {
              await pause(Math.random() * 4);
              await other.accept([entry(one)]);
              await other.accept([entry(one)]);
            })(),
            (async () => {
              await pause(Math.random() * 4);
              await bench.worker('worker-3').accept([entry(two), entry(said(`meanwhile ${round}`, 'x'))]);
            })(),
          ]);
          const seen = (
            await bench.run(
              sql`select event->>'dedupeKey' as key from inbox where conversation_id = ${desk}::bigint order by seq`,
            )
          ).map(({ key }) => key);
          expect(seen[0]).toBe(early.dedupeKey);
          expect([...seen].sort()).toEqual([early, one, two].map(({ dedupeKey }) => dedupeKey).sort());
          expect(await count('held_events')).toBe(0);
        }
      });
    });

    describe('messages that belong together', () => {
      const idsOf = async (...events: readonly InboundEvent[]) =>
        (await bench.take(...events)).map(({ conversationId }) => conversationId);

      it('joins what one author says at the top of one place within a short time', async () => {
        const [first] = await idsOf(topLevel('1', 'ada'));
        expect(await idsOf(topLevel('2', 'ada'))).toEqual([first]);
        expect(await bench.run(sql`select thread from addresses order by thread`)).toEqual([
          { thread: '1' },
          { thread: '2' },
        ]);
        const claim = only(await ledger.claimReading(5));
        expect(claim.pending).toHaveLength(2);
        expect(claim.conversation.address).toEqual(topLevel('2', 'ada').address);
      });

      it('answers in the newest thread, also when all came in one call', async () => {
        for (const round of times(10)) {
          const threads = times(5).map((n) => `${round}-${(n * 3) % 5}`);
          const ids = await idsOf(...threads.map((thread) => topLevel(thread, `burst ${round}`)));
          expect(new Set(ids).size).toBe(1);
          const claim = only(await ledger.claimReading(5));
          expect(claim.conversation.address.thread).toBe(threads.at(-1));
        }
      });

      it('answers where the author wrote last, when that is in an older thread', async () => {
        await bench.take(topLevel('1', 'ada'));
        await bench.take(topLevel('2', 'ada'));
        const { joinsWithinMs: _, ...reply } = topLevel('1', 'ada');
        await bench.take(reply);
        expect(only(await ledger.claimReading(5)).conversation.address.thread).toBe('1');
      });

      it('keeps other authors, other places and later days apart', async () => {
        const [first] = await idsOf(topLevel('1', 'ada'));
        const apart = await idsOf(
          topLevel('2', 'bob'),
          topLevel('3', 'ada', { address: { channel: 'slack', space: 'C0OTHER', thread: '3' } }),
        );
        await bench.run(sql`update addresses set touched_at = touched_at - interval '61 s'`);
        apart.push(...(await idsOf(topLevel('4', 'ada'))));
        expect(new Set([first, ...apart]).size).toBe(4);
      });

      it('takes in what is said to nobody by who has just asked, and not by others or later', async () => {
        const overheard = (thread: string, author: string) => topLevel(thread, author, { attention: 'overheard' });
        const [first] = await idsOf(topLevel('1', 'ada', { attention: 'addressed' }));
        expect(only(await bench.take(overheard('2', 'ada')))).toMatchObject({
          kind: 'accepted',
          conversationId: first,
        });
        expect(only(await bench.take(overheard('3', 'bob')))).toMatchObject({ kind: 'overheard' });
        await bench.run(sql`update addresses set touched_at = touched_at - interval '61 s'`);
        expect(only(await bench.take(overheard('4', 'ada')))).toMatchObject({ kind: 'overheard' });
      });

      it('joins only what asks for it, and never a desk', async () => {
        await landedCase('1.0');
        await bench.run(sql`update conversations set customer_id = 'ada' where kind = 'desk'`);
        const desk = topLevel('9', 'ada', { address: deskThread('9') });
        expect(only(await bench.take(desk)).conversationId).not.toBe(
          only(await bench.run(sql`select id::text from conversations where kind = 'desk'`)).id,
        );
        const { joinsWithinMs: _, ...alone } = topLevel('2', 'eve');
        const [first, second] = await idsOf(topLevel('1', 'eve'), alone);
        expect(second).not.toBe(first);
      });

      it('makes one conversation of two that come at the same moment', { timeout: 120_000 }, async () => {
        for (const round of times(rounds)) {
          const author = `twice ${round}`;
          const results = await Promise.all([
            ledger.accept([entry(topLevel(`${round}-a`, author))]),
            other.accept([entry(topLevel(`${round}-b`, author))]),
          ]);
          expect(new Set(results.flat().map(({ conversationId }) => conversationId)).size).toBe(1);
        }
        expect(await count('conversations')).toBe(rounds);
      });
    });

    describe('a partial message on the platform', () => {
      it('is remembered for whoever takes the turn over, until the commit', async () => {
        const { id } = (await bench.claimed(said('stream', 'x'))).conversation;
        await other.keepStream(id, 'C1:theirs');
        await ledger.keepStream(id, 'C1:ours');
        await bench.expire();
        const taken = only(await other.claimReading(5));
        expect(taken.stream).toBe('C1:ours');
        await ledger.keepStream(id, 'C1:late');
        await other.releaseReading(id, { pauseMs: 0, failed: false });
        const again = only(await other.claimReading(5));
        expect(again.stream).toBe('C1:ours');
        committed(await other.commit(answering(again)));
        await other.keepStream(id, 'C1:too late');
        expect(await bench.claimed(said('stream', 'y'))).not.toHaveProperty('stream');
      });
    });

    describe('what a commit stores beside the answer', () => {
      it('fills names in where there were none', async () => {
        const names = async (id: ConversationId) =>
          (
            await bench.run(
              sql`select author_name as name from messages where conversation_id = ${id}::bigint and role = 'customer' order by id`,
            )
          ).map(({ name }) => name);
        const author = { role: 'customer', externalId: 'T0ACME:U1' } as const;
        const claim = await bench.claimed(said('names', 'one', { author }));
        const { id } = claim.conversation;
        await bench.take(said('names', 'two', { author: { ...author, externalId: 'T0ACME:U2' } }));
        committed(
          await ledger.commit(
            answering(claim, [], { names: [{ conversation: id, channel: 'slack', id: 'T0ACME:U1', name: 'Ada' }] }),
          ),
        );
        expect(await names(id)).toEqual(['Ada', null]);
        const next = await claimOf(id);
        expect(next.conversation.customer.name).toBe('Ada');
        committed(
          await ledger.commit(
            answering(next, [], {
              names: [
                { conversation: id, channel: 'slack', id: 'T0ACME:U1', name: 'Somebody else' },
                { conversation: id, channel: 'slack', id: 'T0ACME:U2', name: 'Bob' },
              ],
            }),
          ),
        );
        expect(await names(id)).toEqual(['Ada', 'Bob']);
        expect((await bench.claimed(said('names', 'three', { author }))).conversation.customer.name).toBe('Ada');
      });

      it('puts fetched files in the place of references', async () => {
        const file = { name: 'a.png', mime: 'image/png', bytes: 0, ref: 'F1' };
        const content = { markdown: 'see', attachments: [file] };
        const claim = await bench.claimed(said('files', 'see', { body: { kind: 'message', content } }));
        const messageId = claim.pending[0]?.messageId as MessageId;
        const attachments = [{ ...file, bytes: 3, ref: 'sha256:aa' }];
        committed(await ledger.commit(answering(claim, [], { files: [{ messageId, attachments }] })));
        const { window } = await ledger.loadContext(claim.conversation.id, 5);
        expect(window.map((message) => message.content.attachments)).toEqual([attachments]);
      });

      it('keeps the last word on why we spoke', async () => {
        const event = said('why', 'x', { attention: 'overheard' });
        await bench.take(event);
        const claim = await bench.claimed({ ...event, attention: 'addressed' });
        const decide = (speaks: boolean, reason: string) => [
          { key: event.dedupeKey, address: event.address, speaks, reason },
        ];
        committed(await ledger.commit(answering(claim, [], { decisions: decide(true, 'mentioned') })));
        expect(await bench.run(sql`select conversation_id::text as id, speaks, reason from decisions`)).toEqual([
          { id: claim.conversation.id, speaks: true, reason: 'mentioned' },
        ]);
        const next = await bench.claimed(said('why', 'y'));
        committed(await ledger.commit(answering(next, [], { decisions: decide(false, 'a colleague answers') })));
        expect(await bench.run(sql`select speaks, reason from decisions`)).toEqual([
          { speaks: false, reason: 'a colleague answers' },
        ]);
      });

      it('writes nothing of it when it is stale', async () => {
        const claim = await bench.claimed(said('stale', 'x'));
        await bench.run(sql`update conversations set version = version + 1`);
        const { id, address } = claim.conversation;
        const result = await ledger.commit(
          answering(claim, [], {
            names: [{ conversation: id, channel: 'slack', id: 'customer:stale', name: 'Ada' }],
            decisions: [{ key: 'k', address, speaks: true, reason: 'x' }],
          }),
        );
        expect(result).toBe('stale');
        expect(await count('decisions')).toBe(0);
        expect(await count('conversations', sql`customer_name is not null`)).toBe(0);
      });

      it('keeps the card as it was drawn last, for both sides', async () => {
        const { id, desk, escalation } = await landedCase('1.0');
        await bench.take(inDesk('1.0', 'note'));
        const first = await claimOf(desk);
        expect(first.escalation).toMatchObject({ id: escalation, card: card(), status: 'open' });
        expect(first.escalation?.cardMessageId).toBe(
          only(await bench.run(sql`select min(id)::text as id from messages where conversation_id = ${desk}::bigint`))
            .id,
        );
        const drawn = card({ status: 'claimed', claimedBy: 'Mira' });
        committed(
          await ledger.commit(
            answering(first, ['in the thread'], {
              escalationUpdate: { id: escalation, status: 'claimed', claimedBy: 'Mira', card: drawn },
            }),
          ),
        );
        await bench.take(inDesk('1.0', 'more'));
        const { cardMessageId } = first.escalation ?? {};
        expect((await claimOf(desk)).escalation).toMatchObject({ card: drawn, claimedBy: 'Mira', cardMessageId });
        const customer = await bench.claimed(said('of 1.0', 'hello?'));
        expect(customer.conversation.id).toBe(id);
        expect(customer.escalation).toMatchObject({ card: drawn, claimedBy: 'Mira', cardMessageId });
      });

      it('has a case open again after it was closed', async () => {
        const { desk, escalation } = await landedCase('1.0');
        const become = async (status: 'claimed' | 'resolved') => {
          await bench.take(inDesk('1.0', status));
          const claim = await claimOf(desk);
          committed(
            await ledger.commit(
              answering(claim, [], { escalationUpdate: { id: escalation, status, claimedBy: 'Mira' } }),
            ),
          );
          return only(await bench.run(sql`select status, resolved_at is not null as closed from escalations`));
        };
        expect(await become('resolved')).toEqual({ status: 'resolved', closed: true });
        expect(await become('claimed')).toEqual({ status: 'claimed', closed: false });
      });
    });

    describe('the case of a customer', () => {
      it('is the one that people are at, though a newer one was closed before it was opened again', async () => {
        const older = await landedCase('1.0');
        const { id, desk } = older;
        const become = async (at: ConversationId, escalation: EscalationId, status: 'claimed' | 'resolved') => {
          await bench.take(atDesk(escalation, status));
          const claim = await claimOf(at);
          const customer = claim.counterpart;
          if (customer === undefined) throw new Error('A desk has a customer.');
          committed(
            await ledger.commit(
              answering(claim, [], {
                changes: [
                  { conversation: id, version: customer.version, status: status === 'claimed' ? 'human' : 'resolved' },
                ],
                escalationUpdate: { id: escalation, status, claimedBy: 'Mira' },
              }),
            ),
          );
        };
        await become(desk, older.escalation, 'resolved');
        const again = await bench.claimed(said('of 1.0', 'a person again'));
        const { escalationId } = committed(
          await ledger.commit(
            answering(again, [], {
              changes: [{ conversation: id, version: again.conversation.version, status: 'waiting' }],
              escalation: slackCase(id),
            }),
          ),
        );
        const newer = escalationId as EscalationId;
        await become(await deskOf(newer), newer, 'resolved');
        await become(desk, older.escalation, 'claimed');
        const claim = await bench.claimed(said('of 1.0', 'are you there?'));
        expect(claim.escalation).toMatchObject({ id: older.escalation, status: 'claimed' });
        expect(claim.counterpart?.id).toBe(desk);
      });

      it('is told to whoever reads the conversation, once, when the desk could not be shown it', async () => {
        const { id, desk, shown } = await openCase('unshown');
        const [row] = shown.dispatches;
        const fail = () =>
          ledger.finishDelivering([
            {
              conversation: desk,
              results: [{ id: row?.outbound.id ?? '', ok: false, permanent: true, error: 'is_archived: gone' }],
            },
          ]);
        await fail();
        await fail();
        expect(
          await bench.run(
            sql`select markdown, visibility from messages where conversation_id = ${id}::bigint and role = 'bot' order by messages.id offset 1`,
          ),
        ).toEqual([
          {
            markdown: 'The desk could not be shown case 7F3K: is_archived: gone. It is open in the console.',
            visibility: 'internal',
          },
        ]);
      });
    });

    describe('where a desk lives', () => {
      it('has no place on its channel before the card has landed, and that of the card afterwards', async () => {
        const { id, desk, shown, escalation } = await openCase('place');
        const nowhere = { channel: 'web', space: '', thread: '' };
        // The console works on any case from the start.
        const [pressed] = await bench.take(atDesk(escalation, 'claim'));
        expect(pressed).toMatchObject({ kind: 'accepted', conversationId: desk });
        const before = await claimOf(desk);
        expect(before.conversation.address).toEqual(nowhere);
        expect(before.escalation?.desk).toEqual(nowhere);
        await ledger.releaseReading(desk, { pauseMs: 0, failed: false });
        await land(shown, '3.3');
        await bench.take(atDesk(escalation, 'note'));
        const after = await claimOf(desk);
        expect(after.conversation.address).toEqual({ ...deskThread('3.3'), state: { team: 'T0HOME' } });
        const customer = await bench.claimed(said('place', 'hello?'));
        expect(customer.conversation.id).toBe(id);
        expect(customer.counterpart?.address).toEqual(after.conversation.address);
        expect(customer.escalation?.desk).toEqual(after.conversation.address);
      });

      it('is the console’s own thread where the desk is the console', async () => {
        const claim = await bench.claimed(said('web desk', 'x'));
        const { escalationId } = committed(
          await ledger.commit(answering(claim, [], { escalation: aCase(claim.conversation.id) })),
        );
        await bench.take(atDesk(escalationId, 'claim'));
        expect(only(await ledger.claimReading(5)).conversation.address).toEqual({
          channel: 'web',
          space: 'desk',
          thread: escalationId,
        });
      });
    });

    describe('rows for a thread without a name', () => {
      const unnamed = (desk: ConversationId, message: NewOutboxRow['message'], markdown: string): NewOutboxRow =>
        row({ id: desk, address: deskThread('') }, message, { by: 'system', markdown });
      const redraw = (desk: ConversationId, message: MessageId): NewOutboxRow => {
        const plain = unnamed(desk, message, 'card, claimed');
        return { ...plain, payload: { ...plain.payload, redraws: true } };
      };
      const cardOf = async (desk: ConversationId): Promise<MessageId> =>
        only(await bench.run(sql`select min(id)::text as id from messages where conversation_id = ${desk}::bigint`))
          .id as MessageId;
      /** Rows for the desk, committed by the customer's conversation. */
      const send = async (thread: string, desk: ConversationId, claim?: Claim): Promise<Committed> => {
        const from = claim ?? (await bench.claimed(said(thread, 'more')));
        const message = from.pending[0]?.messageId as MessageId;
        return committed(
          await ledger.commit(
            answering(from, [], { outbox: [unnamed(desk, message, 'more'), redraw(desk, await cardOf(desk))] }),
          ),
        );
      };
      const sent = (all: readonly Dispatch[]) =>
        all.map(({ outbound }) => [
          outbound.content.markdown,
          outbound.address.thread,
          outbound.address.state,
          outbound.replaces,
        ]);
      const inThread = (thread: string) => [
        ['more', thread, { team: 'T0HOME' }, undefined],
        ['card, claimed', thread, { team: 'T0HOME' }, `${deskSpace}:${thread}`],
      ];

      it('wait for the card and go into its thread, redrawing it', async () => {
        const { desk, shown } = await openCase('unnamed');
        expect((await send('unnamed', desk)).deliveries).toEqual([]);
        await land(shown, '4.4');
        const claimed = await ledger.claimDelivering(5);
        expect(sent(dispatches(claimed))).toEqual(inThread('4.4'));
        expect(dispatches(claimed).map(({ redraws }) => redraws)).toEqual([undefined, true]);
        await bench.arrived(ledger, claimed);
        expect(await bench.run(sql`select external_id from messages where id = ${await cardOf(desk)}::bigint`)).toEqual(
          [{ external_id: `${deskSpace}:4.4` }],
        );
      });

      it('go there too when the card landed between the claim and the commit', async () => {
        const { desk, shown } = await openCase('between');
        const claim = await bench.claimed(said('between', 'more'));
        await land(shown, '5.5');
        const { deliveries } = await send('between', desk, claim);
        expect(sent(dispatches(deliveries))).toEqual(inThread('5.5'));
      });

      it('are handed out with the card when its sender was lost', async () => {
        const { desk } = await openCase('lost');
        await send('lost', desk);
        await bench.expire();
        await bench.hurry();
        const claimed = only((await other.claimDelivering(5)).filter(({ conversationId }) => conversationId === desk));
        expect(sent(claimed.dispatches)).toEqual([
          ['card', '', undefined, undefined],
          ['more', '', undefined, undefined],
          ['card, claimed', '', undefined, undefined],
        ]);
      });

      it('bring a card that was given up back first, and nothing of the customer’s', async () => {
        const { id, desk, shown } = await openCase('given up');
        await bench.run(
          sql`update outbox set delivered_at = null, dead_at = now(), error = 'withdrawn' where conversation_id = ${id}::bigint`,
        );
        const [dead] = shown.dispatches;
        await ledger.finishDelivering([
          {
            conversation: desk,
            results: [{ id: dead?.outbound.id ?? '', ok: false, permanent: true, error: 'is_archived: gone' }],
          },
        ]);
        expect((await send('given up', desk)).deliveries).toEqual([]);
        const again = only(await ledger.claimDelivering(5));
        expect(again.dispatches.map(({ outbound }) => outbound.content.markdown)).toEqual([
          'card',
          'more',
          'card, claimed',
        ]);
        expect(await bench.outbox(id)).toMatchObject([{ dead: true, error: 'withdrawn' }]);
      });

      it('stay where they are in a customer’s conversation', async () => {
        const inRoom = (thread: string) =>
          said(thread, 'x', {
            address: { channel: 'teams', space: 'room', thread, state: { thread } },
            author: { role: 'customer', externalId: 'ada' },
          });
        const claim = await bench.claimed(inRoom(''));
        committed(await ledger.commit(answering(claim)));
        // Another address of the same conversation, touched later.
        await bench.run(sql`insert into addresses (channel, space, thread, conversation_id, touched_at)
          values ('teams', 'room', 'later', ${claim.conversation.id}::bigint, now() + interval '1 hour')`);
        await bench.expire();
        await bench.hurry();
        expect(only(dispatches(await other.claimDelivering(5))).outbound.address).toEqual(inRoom('').address);
      });
    });

    describe('a pause that a platform asks for', () => {
      const inSpace = (space: string, thread: string): InboundEvent =>
        said(thread, 'x', { address: { channel: 'slack', space, thread } });
      const due = async (by = other) => (await by.claimDelivering(50)).map(({ conversationId }) => conversationId);
      /** Commits an answer whose sender is lost, so that its lane is due. */
      const orphaned = async (event: InboundEvent): Promise<ConversationId> => {
        const claim = await bench.claimed(event);
        committed(await ledger.commit(answering(claim)));
        await bench.expire();
        await bench.hurry();
        return claim.conversation.id;
      };
      const pacedIn = async (space: string, pauseMs: number): Promise<ConversationId> => {
        const claim = await bench.claimed(inSpace(space, `first of ${space}`));
        const { deliveries } = committed(await ledger.commit(answering(claim)));
        await ledger.finishDelivering([
          {
            conversation: claim.conversation.id,
            results: dispatches(deliveries).map(({ outbound }) => ({
              ...{ id: outbound.id, ok: false, permanent: false, refused: true, error: 'rate_limited' },
              ...{ pauseMs, paceMs: pauseMs },
            })),
          },
        ]);
        return claim.conversation.id;
      };

      it('makes others in the same place wait, and nobody else', async () => {
        const waiting = await orphaned(inSpace('C1', 'waiting'));
        const elsewhere = await orphaned(inSpace('C2', 'elsewhere'));
        const first = await pacedIn('C1', 60_000);
        await bench.hurry();
        expect(await due()).toEqual([elsewhere]);
        expect(await bench.outbox(waiting)).toMatchObject([{ attempt: 1, delivered: false }]);
        for (const id of [waiting, first]) {
          const { delivers_in: delay, delivering_by: by } = await bench.conversation(id);
          expect(Number(delay)).toBeGreaterThan(55);
          expect(Number(delay)).toBeLessThan(62);
          expect(by).toBeNull();
        }
      });

      it('holds what is committed meanwhile, and lets everything go afterwards, in order', async () => {
        const first = await pacedIn('C1', 60_000);
        const claim = await bench.claimed(inSpace('C1', 'meanwhile'));
        const plan = committed(await ledger.commit(answering(claim, ['one', 'two'])));
        expect(plan.deliveries).toEqual([]);
        expect(await bench.outbox(claim.conversation.id)).toMatchObject([
          { text: 'one', attempt: 0, sending: false },
          { text: 'two', attempt: 0, sending: false },
        ]);
        const free = await bench.claimed(inSpace('C2', 'free'));
        expect(committed(await ledger.commit(answering(free))).deliveries).toHaveLength(1);
        expect(await due()).toEqual([]);
        await bench.run(sql`update pacing set not_before = now() - interval '1 ms'`);
        await bench.hurry();
        const claims = await other.claimDelivering(50);
        expect(claims.map(({ conversationId }) => conversationId).sort()).toEqual(
          [first, claim.conversation.id].sort(),
        );
        expect(
          claims
            .find(({ conversationId }) => conversationId === claim.conversation.id)
            ?.dispatches.map(({ outbound, halfSent, attempt }) => [outbound.content.markdown, halfSent, attempt]),
        ).toEqual([
          ['one', false, 1],
          ['two', false, 1],
        ]);
      });

      it('is the longest that was asked for, and ends by itself', async () => {
        await pacedIn('C1', 400);
        await pacedIn('C1', 1);
        const waiting = await bench.claimed(inSpace('C1', 'soon'));
        expect(committed(await ledger.commit(answering(waiting))).deliveries).toEqual([]);
        const deadline = Date.now() + 10_000;
        const seen = new Set<ConversationId>();
        while (!seen.has(waiting.conversation.id) && Date.now() < deadline) {
          for (const id of await due()) seen.add(id);
          await pause(50);
        }
        expect([...seen]).toContain(waiting.conversation.id);
      });

      it('is not made of other failures', async () => {
        const claim = await bench.claimed(inSpace('C1', 'failed'));
        const [sent] = dispatches(committed(await ledger.commit(answering(claim))).deliveries);
        await ledger.finishDelivering([
          {
            conversation: claim.conversation.id,
            results: [
              { id: sent?.outbound.id ?? '', ok: false, permanent: false, refused: true, error: 'x', pauseMs: 60_000 },
            ],
          },
        ]);
        expect(await count('pacing')).toBe(0);
      });
    });

    describe('what became of a reply', () => {
      /** A person's reply to the customer of a case, in two parts of which the last one names what it passes on. */
      const reply = async (thread: string, of: string) => {
        const opened = await landedCase(thread);
        await bench.take(inDesk(thread, 'on its way', { externalId: of }));
        const claim = await claimOf(opened.desk);
        const { counterpart } = claim;
        if (counterpart === undefined) throw new Error('A desk has a customer.');
        const relayed = (markdown: string, meta: object): NewOutboxRow => {
          const plain = row(counterpart, 0, { by: 'human', markdown });
          return { ...plain, payload: { ...plain.payload, meta } };
        };
        const { deliveries } = committed(
          await ledger.commit({
            ...answering(claim, ['on its way']),
            changes: [{ conversation: counterpart.id, version: counterpart.version, status: 'human', owner: 'Mira' }],
            outbox: [relayed('part one', {}), relayed('part two', { relays: of })],
          }),
        );
        return { ...opened, delivery: only(deliveries) };
      };

      it('is told at the desk, once, when it has arrived', async () => {
        const { desk, delivery } = await reply('1.0', 'C0DESK:1.1');
        await bench.arrived(ledger, [delivery]);
        await bench.arrived(ledger, [delivery]);
        const claim = only(await ledger.claimReading(5));
        expect(claim.conversation.id).toBe(desk);
        expect(only(claim.pending).event).toMatchObject({
          author: { role: 'bot' },
          body: { kind: 'action', action: 'delivered', of: 'C0DESK:1.1' },
        });
      });

      it('is told where the reply was written, although a newer case has been opened', async () => {
        const { id, desk, delivery } = await reply('1.0', 'C0DESK:1.1');
        const claim = await bench.claimed(said('of 1.0', 'something else'));
        committed(await ledger.commit(answering(claim, [], { escalation: slackCase(id) })));
        await bench.arrived(ledger, [delivery]);
        expect(only(await ledger.claimReading(5)).conversation.id).toBe(desk);
      });

      it('is told by a worker that lost the lane as well', async () => {
        const { desk, delivery } = await reply('1.0', 'C0DESK:1.1');
        await bench.expire();
        await bench.hurry();
        const again = await other.claimDelivering(5);
        await bench.arrived(ledger, [delivery]);
        await bench.arrived(other, again);
        expect(only((await claimOf(desk)).pending).event.body).toMatchObject({ action: 'delivered' });
      });

      it('is told to the customer’s conversation when it could not be delivered', async () => {
        const { id, delivery } = await reply('1.0', 'C0DESK:1.1');
        const [one, two] = delivery.dispatches.map(({ outbound }) => outbound.id);
        const fail = () =>
          ledger.finishDelivering([
            {
              conversation: id,
              results: [
                { id: one ?? '', ok: true, externalId: 'C1:1' },
                { id: two ?? '', ok: false, permanent: true, error: 'channel_not_found' },
              ],
            },
          ]);
        await fail();
        await fail();
        const claim = only(await ledger.claimReading(5));
        expect(claim.conversation.id).toBe(id);
        expect(only(claim.pending).event).toMatchObject({
          author: { role: 'bot' },
          address: claim.conversation.address,
          body: { kind: 'action', action: 'delivery-failed', value: 'channel_not_found', of: 'C0DESK:1.1' },
        });
      });

      it('is told to nobody when it was not a person’s, or answers nothing', async () => {
        const { id } = await landedCase('1.0');
        const claim = await bench.claimed(said('of 1.0', 'hello?'));
        const plan = answering(claim, ['from the bot', 'from a person']);
        const { deliveries } = committed(
          await ledger.commit({
            ...plan,
            outbox: plan.outbox.map((one, n) =>
              n === 0
                ? { ...one, payload: { ...one.payload, meta: { relays: 'C0DESK:1.1' } } }
                : { ...one, by: 'human' as const },
            ),
          }),
        );
        await bench.arrived(ledger, deliveries);
        expect(await ledger.claimReading(5)).toEqual([]);
        expect((await bench.conversation(id)).awake).toBe(false);
      });
    });

    describe('text of the bot, when a person has taken the conversation', () => {
      it('is left to the sender where a part of it has been shown, and withdrawn elsewhere', async () => {
        const claim = await bench.claimed(said('withdrawn', 'x'));
        const { id } = claim.conversation;
        const plan = answering(claim, ['shown in part', 'not shown']);
        const { deliveries } = committed(
          await ledger.commit({
            ...plan,
            outbox: plan.outbox.map((one, n) =>
              n === 0 ? { ...one, payload: { ...one.payload, replaces: 'C1:9.9' } } : one,
            ),
          }),
        );
        await ledger.finishDelivering([
          {
            conversation: id,
            results: dispatches(deliveries).map(({ outbound }) => ({
              ...{ id: outbound.id, ok: false, unsent: true, halfSent: false, pauseMs: 0 },
            })),
          },
        ]);
        await bench.run(sql`update conversations set status = 'human', owner = 'Mira'`);
        const taken = only(await other.claimDelivering(5));
        expect(taken.status).toBe('human');
        expect(only(taken.dispatches).outbound).toMatchObject({
          content: { markdown: 'shown in part' },
          replaces: 'C1:9.9',
        });
        expect(await bench.outbox(id)).toMatchObject([
          { dead: false },
          { dead: true, error: 'withdrawn: a person has the conversation' },
        ]);
      });
    });

    describe('everything at once', () => {
      it('ends with every event read once, and nobody stuck', { timeout: 120_000 }, async () => {
        const busy = createBusyDay(bench, { workers: 6, events: engine === 'postgres' ? 600 : 200 });
        await busy.run();
        expect(busy.sent.length).toBeGreaterThan(100);
        const read = [...busy.read];
        expect(read.length).toBe(new Set(read).size);
        expect(read.filter((key) => busy.expected.has(key)).sort()).toEqual([...busy.expected].sort());
        expect(await count('held_events')).toBe(0);
        expect(
          await count(
            'conversations',
            sql`inbox_seq <> consumed_seq or inbox_seq <> (select count(*) from inbox i where i.conversation_id = conversations.id)`,
          ),
        ).toBe(0);
        expect(await count('outbox', sql`delivered_at is null and dead_at is null`)).toBe(0);
        // One receipt at the desk for each reply that a person's customer got.
        const receipts = read.filter((key) => key.startsWith('delivered:')).length;
        expect(receipts).toBeGreaterThan(5);
        expect(receipts).toBe(await count('outbox', sql`said_by = 'human' and delivered_at is not null`));
        expect(busy.held()).toBeGreaterThan(0);
      });
    });
  });
};

/**
 * A random mixture of everything that meets on the same rows: customers who write at the top of a channel and in threads, who
 * vote and edit, people at desks whose cards are still on their way, answers, relays, failures and pauses.
 */
const createBusyDay = (bench: Bench, { workers, events }: { readonly workers: number; readonly events: number }) => {
  const sent: string[] = [];
  const read: string[] = [];
  /** Keys that must be read; what is overheard without a conversation need not. */
  const expected = new Set<string>();
  const threads: string[] = [];
  const desks: string[] = [];
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(Math.random() * items.length)];
  const isOneOf = (n: number): boolean => Math.random() * n < 1;
  let started = 0;
  let held = 0;

  const next = (): InboundEvent => {
    started += 1;
    const author = `T0ACME:U${Math.floor(Math.random() * 8)}`;
    const desk = isOneOf(2) ? desks.at(-1) : pick(desks);
    if (desk !== undefined && isOneOf(3)) return inDesk(desk, 'a reply', { externalId: `desk:${started}` });
    const thread = pick(threads);
    if (thread === undefined || isOneOf(3)) {
      threads.push(`${started}`);
      return topLevel(`${started}`, author, { joinsWithinMs: 40 });
    }
    if (isOneOf(4))
      return topLevel(`reaction ${started}`, author, {
        attention: 'overheard',
        body: { kind: 'feedback', score: 1, of: `top:${thread}` },
      });
    const { joinsWithinMs: _, ...inThread } = topLevel(thread, author, { dedupeKey: `in:${started}` });
    return { ...inThread, attention: 'addressed' };
  };
  const write = async (ledger: Ledger): Promise<void> => {
    while (started < events) {
      const batch = times(1 + Math.floor(Math.random() * 4)).map(next);
      const named = batch.map((event) =>
        event.joinsWithinMs === undefined ? event : { ...event, externalId: `top:${event.address.thread}` },
      );
      const taken = await ledger.accept(named.map((event) => entry(event)));
      named.forEach((event, index) => {
        sent.push(event.dedupeKey);
        if (taken[index]?.kind !== 'overheard') expected.add(event.dedupeKey);
        if (taken[index]?.kind === 'held') held += 1;
      });
      if (isOneOf(4)) await ledger.accept(named.map((event) => entry(event)).reverse());
      await pause(Math.random() * 10);
    }
  };

  const plan = (claim: Claim): Commit => {
    const { conversation, counterpart } = claim;
    if (conversation.kind === 'customer') {
      const reply = answering(claim);
      if (claim.escalation !== undefined || isOneOf(2)) return reply;
      return {
        ...reply,
        changes: [{ conversation: conversation.id, version: conversation.version, status: 'waiting' }],
        escalation: slackCase(conversation.id),
      };
    }
    const replies = claim.pending.filter(({ event }) => event.author.role === 'human');
    if (counterpart === undefined || replies.length === 0) return answering(claim, []);
    const rows = replies.map(({ event }, index): NewOutboxRow => {
      const plain = row(counterpart, index, { by: 'human' });
      return { ...plain, payload: { ...plain.payload, meta: { relays: String(event.externalId) } } };
    });
    return {
      ...answering(
        claim,
        replies.map(() => 'a reply'),
      ),
      changes: [{ conversation: counterpart.id, version: counterpart.version, status: 'human', owner: 'Mira' }],
      outbox: rows,
    };
  };
  const deliver = async (ledger: Ledger, deliveries: readonly DeliveryClaim[]): Promise<void> => {
    await ledger.finishDelivering(
      deliveries.map(({ conversationId, dispatches: all }) => ({
        conversation: conversationId,
        results: all.map(({ outbound, attempt }) => {
          const { id, address } = outbound;
          if (attempt < 3 && isOneOf(8))
            return {
              ...{ id, ok: false, permanent: false, refused: true, error: 'rate_limited' },
              ...{ pauseMs: Math.random() * 30, ...(isOneOf(2) ? { paceMs: Math.random() * 30 } : {}) },
            };
          const thread = address.thread === '' ? `card ${id}` : address.thread;
          return { id, ok: true, externalId: `${address.space}:${id}`, address: { ...address, thread } };
        }),
      })),
    );
  };
  const send = async (ledger: Ledger, deliveries: readonly DeliveryClaim[]): Promise<void> => {
    // The team answers on a card before its receipt is stored.
    for (const { outbound } of dispatches(deliveries)) {
      if (outbound.address.space === deskSpace && outbound.address.thread === '') desks.push(`card ${outbound.id}`);
    }
    await pause(Math.random() * 5);
    await deliver(ledger, deliveries);
  };
  const work = async (ledger: Ledger, isDone: () => boolean): Promise<void> => {
    while (!isDone()) {
      const claims = await ledger.claimReading(3);
      await Promise.all([
        ...claims.map(async (claim) => {
          const result = await ledger.commit(plan(claim));
          if (result === 'stale') {
            await ledger.releaseReading(claim.conversation.id, { pauseMs: 0, failed: false });
            return;
          }
          read.push(...keysOf(claim));
          await send(ledger, result.deliveries);
        }),
        (async () => send(ledger, await ledger.claimDelivering(4)))(),
      ]);
      if (claims.length === 0) await pause(5);
    }
  };

  return {
    sent,
    read,
    expected,
    held: () => held,
    async run() {
      const ledgers = times(workers).map((n) => bench.worker(`busy-${n}`));
      let writing = true;
      let idle = 0;
      const deadline = Date.now() + 90_000;
      const settle = async (): Promise<void> => {
        while (idle < 3 && Date.now() < deadline) {
          await pause(100);
          const [left] = await bench.run(
            sql`select count(*)::int as n from conversations where wake_at is not null or deliver_at is not null`,
          );
          idle = !writing && left?.n === 0 ? idle + 1 : 0;
        }
      };
      await Promise.all([
        Promise.all(ledgers.slice(0, 3).map(write)).finally(() => {
          writing = false;
        }),
        ...ledgers.map((ledger) => work(ledger, () => idle >= 3 || Date.now() >= deadline)),
        settle(),
      ]);
    },
  };
};
