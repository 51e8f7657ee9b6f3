import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Claim, Commit, Ledger } from '#core/ledger.ts';
import type { ConversationId, EscalationId, InboundEvent, MessageId } from '#core/message.ts';
import type { Database } from '#src/store/database.ts';
import { openTestDatabase } from '../database.ts';
import { said } from '../spine.ts';
import {
  about,
  aCase,
  answering,
  atDesk,
  type Bench,
  committed,
  entry,
  mail,
  only,
  openBench,
  row,
} from './ledger-fixture.ts';

const text = (event: InboundEvent | undefined): string =>
  event?.body.kind === 'message' ? event.body.content.markdown : '';

/** The suite that the message path passes on every engine. */
export const describeLedgerContract = (engine: Database['engine']): void => {
  describe(`the ledger (${engine})`, () => {
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
    beforeEach(() => bench.clear());

    /** Opens a case for a customer and gives both sides. */
    const openCase = async (thread = 'case') => {
      const claim = await bench.claimed(said(thread, 'a person please'));
      const { id, version } = claim.conversation;
      const result = committed(
        await ledger.commit(
          answering(claim, ['holding'], {
            changes: [{ conversation: id, version, status: 'waiting' }],
            escalation: aCase(id),
          }),
        ),
      );
      await bench.arrived(ledger, result.deliveries);
      return { id, escalation: result.escalationId as EscalationId, result };
    };

    describe('accept', () => {
      it('takes one event once, however often and wherever it comes in at the same time', async () => {
        const event = said('same', 'once');
        const ledgers = [ledger, other, bench.worker('worker-3'), bench.worker('worker-4')];
        const results = await Promise.all(Array.from({ length: 24 }, (_, n) => ledgers[n % 4]?.accept([entry(event)])));
        const taken = results.flatMap((result) => result ?? []);
        const accepted = only(taken.filter(({ kind }) => kind === 'accepted'));
        expect(accepted.seq).toBe(1);
        for (const again of taken)
          expect(again).toMatchObject({
            conversationId: accepted.conversationId,
            messageId: accepted.messageId,
            seq: 1,
          });
        expect(await bench.run(sql`select count(*)::int as n from messages`)).toEqual([{ n: 1 }]);
      });

      it('finds repeats inside one call, and after the inbox has been swept', async () => {
        const event = said('twice', 'once');
        const [first, second] = await bench.take(event, event);
        expect([first?.kind, second?.kind]).toEqual(['accepted', 'duplicate']);
        await bench.run(sql`delete from inbox`);
        expect(only(await bench.take(event))).toEqual({ kind: 'duplicate', seq: 0 });
      });

      it('makes one conversation of first messages that arrive together', async () => {
        const results = await Promise.all(
          Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? ledger : other).accept([entry(said('new', `${n}`))])),
        );
        expect(new Set(results.map(([taken]) => taken?.conversationId)).size).toBe(1);
        expect(results.map(([taken]) => taken?.seq).sort((a = 0, b = 0) => a - b)).toEqual(
          Array.from({ length: 20 }, (_, n) => n + 1),
        );
        expect(await bench.run(sql`select count(*)::int as n from people`)).toEqual([{ n: 1 }]);
      });

      it('answers in the order of the call and keeps it for each conversation', async () => {
        const events = Array.from({ length: 30 }, (_, n) => said(`order-${n % 3}`, `${n}`));
        const taken = await bench.take(...events);
        expect(taken).toHaveLength(30);
        const claims = await ledger.claimReading(10);
        expect(claims).toHaveLength(3);
        for (const { pending } of claims) {
          const numbers = pending.map(({ event }) => Number(text(event)));
          expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
          expect(pending.map(({ seq }) => seq)).toEqual(Array.from({ length: 10 }, (_, n) => n + 1));
        }
      });

      it('knows a customer who writes in two places', async () => {
        const author = { role: 'customer', externalId: 'T1:U1', name: 'Ada' } as const;
        await bench.take(said('one', 'x', { author }), said('two', 'y', { author }));
        const people = (await ledger.claimReading(5)).map(({ personId }) => personId);
        expect(people[0]).toBeDefined();
        expect(people[1]).toBe(people[0]);
      });

      it('gives back what came in, dates, names, traces and addresses with it', async () => {
        const event = said('whole', 'Grüße 👋', {
          title: 'A title',
          identity: { level: 'verified', evidence: 'signed', organization: 'example.org' },
          address: { channel: 'slack', space: 'support', thread: 'whole', state: { deep: { list: [1, null, 'x'] } } },
        });
        await ledger.accept([entry(event, { trace: '00-trace-01', priority: 'high' })]);
        const claim = only(await ledger.claimReading(5));
        expect(claim).toMatchObject({
          identity: 'verified',
          organization: 'example.org',
          consumed: 0,
          attempts: 0,
          receiptHash: '',
          conversation: {
            kind: 'customer',
            status: 'bot',
            title: 'A title',
            priority: 'high',
            version: 0,
            epoch: 0,
            address: event.address,
            customer: event.author,
          },
        });
        expect(claim).not.toHaveProperty('escalation');
        const pending = only(claim.pending);
        expect(pending).toMatchObject({ seq: 1, trace: '00-trace-01', event: { ...event, at: event.at } });
        expect(pending.event.at).toEqual(event.at);
        expect(pending.acceptedAt.getTime()).toBeGreaterThan(Date.now() - 60_000);
      });

      it('keeps the newest state of an address, and the old one when an event brings none', async () => {
        const at = (state?: { n: number }) => ({
          channel: 'slack' as const,
          space: 's',
          thread: 't',
          ...(state ? { state } : {}),
        });
        await bench.take(
          said('t', 'a', { address: at({ n: 1 }) }),
          said('t', 'b', { address: at({ n: 2 }) }),
          said('t', 'c', { address: at() }),
        );
        expect(only(await ledger.claimReading(1)).conversation.address.state).toEqual({ n: 2 });
      });

      it('stores what Postgres has no place for', async () => {
        const odd = 'a\0b \ud800 c \udc00 d \\u0000 "\\ud800" 👍 e';
        const tidy = 'a\ufffdb \ufffd c \ufffd d \\u0000 "\\ud800" 👍 e';
        const event = said('odd', odd, { title: odd, author: { role: 'customer', externalId: 'odd\0', name: odd } });
        await bench.take({ ...event, address: { ...event.address, state: { 'key\0': odd } } });
        const claim = only(await ledger.claimReading(1));
        expect(text(claim.pending[0]?.event)).toBe(tidy);
        expect(claim.conversation).toMatchObject({
          title: tidy,
          customer: { name: tidy },
          address: { state: { 'key\ufffd': tidy } },
        });
        const result = committed(await ledger.commit(answering(claim, [odd])));
        expect(result.deliveries[0]?.dispatches[0]?.outbound.content.markdown).toBe(tidy);
        const id = result.deliveries[0]?.dispatches[0]?.outbound.id as string;
        await ledger.finishDelivering([
          { conversation: claim.conversation.id, results: [{ id, ok: false, permanent: true, error: odd }] },
        ]);
        expect(await bench.outbox(claim.conversation.id)).toMatchObject([{ error: tidy }]);
        await ledger.quarantine({ channel: 'email', source: odd, reason: odd });
        expect(await bench.run(sql`select source, reason from quarantine`)).toEqual([{ source: tidy, reason: tidy }]);
      });

      it('takes very long texts', async () => {
        const long = 'All work and no play. '.repeat(100_000);
        const claim = await bench.claimed(said('long', long));
        expect(text(claim.pending[0]?.event)).toBe(long);
        committed(await ledger.commit(answering(claim, [long])));
        const { window } = await ledger.loadContext(claim.conversation.id, 5);
        expect(window.map(({ content }) => content.markdown.length)).toEqual([long.length, long.length]);
      });

      it.each<[string, (event: InboundEvent) => InboundEvent]>([
        ['a time that is none', (event) => ({ ...event, at: new Date(Number.NaN) })],
        ['a role that is none', (event) => ({ ...event, author: { ...event.author, role: 'ghost' as 'customer' } })],
        [
          'a message without text',
          (event) => ({ ...event, body: { kind: 'message', content: { attachments: [] } as never } }),
        ],
        ['an id that no index takes', (event) => ({ ...event, dedupeKey: randomText(9_000) })],
        [
          'a conversation that is no number',
          (event) => ({ ...event, threading: { references: [], conversation: 'x' as ConversationId } }),
        ],
      ])('refuses %s as bad-request, and writes nothing', async (_what, spoil) => {
        await expect(bench.take(said('fine', 'fine'), spoil(said('bad', 'bad')))).rejects.toMatchObject({
          code: 'bad-request',
          message: expect.stringMatching(/SQLSTATE/),
        });
        expect(
          await bench.run(
            sql`select (select count(*) from conversations)::int + (select count(*) from dedupe)::int as n`,
          ),
        ).toEqual([{ n: 0 }]);
      });
    });

    describe('a burst', () => {
      it('waits until it settles, and is then read as one', async () => {
        await ledger.accept([entry(said('burst', 'one'), { settleMs: 60_000 })]);
        await ledger.accept([entry(said('burst', 'two'), { settleMs: 60_000 })]);
        expect(await ledger.claimReading(5)).toEqual([]);
        expect(await ledger.depth()).toEqual({ reading: 0, delivering: 0 });
        await bench.hurry();
        expect(only(await ledger.claimReading(5)).pending.map(({ event }) => text(event))).toEqual(['one', 'two']);
      });

      it('never keeps its first message waiting for more than three pauses, however many follow', async () => {
        const [taken] = await ledger.accept([entry(said('flood', '0'), { settleMs: 10_000 })]);
        const id = taken?.conversationId as ConversationId;
        for (const secondsLater of [4, 8, 12, 16, 20, 24, 28]) {
          // The first message moves into the past, as time passes.
          await bench.run(sql`update inbox set at = at - interval '4 s'`);
          await bench.run(
            sql`update conversations set wake_at = wake_at - interval '4 s', queue_at = queue_at - interval '4 s'`,
          );
          await ledger.accept([
            entry(said('flood', `${secondsLater}`), {
              settleMs: 10_000,
              priority: secondsLater === 8 ? 'critical' : 'normal',
            }),
          ]);
          const wakesIn = Number((await bench.conversation(id)).wakes_in);
          expect(wakesIn).toBeLessThanOrEqual(Math.min(10, 30 - secondsLater) + 0.1);
          expect(wakesIn).toBeGreaterThan(Math.min(10, 30 - secondsLater) - 2);
        }
      });

      it('does not postpone what is due already, nor hurry what backs off after a failure', async () => {
        const claim = await bench.claimed(said('due', 'one'));
        const { id } = claim.conversation;
        await ledger.accept([entry(said('due', 'two'), { settleMs: 60_000 })]);
        expect((await bench.conversation(id)).due).toBe(true);
        await ledger.releaseReading(id, { pauseMs: 30_000, failed: true });
        await ledger.accept([entry(said('due', 'three'), { settleMs: 0 })]);
        expect(Number((await bench.conversation(id)).wakes_in)).toBeGreaterThan(25);
        await bench.hurry();
        expect(only(await ledger.claimReading(1))).toMatchObject({ attempts: 1, pending: [{}, {}, {}] });
      });
    });

    describe('the reading lane', () => {
      it('gives a conversation to one worker at a time', async () => {
        await bench.take(...Array.from({ length: 20 }, (_, n) => said(`lane-${n}`, 'x')));
        const claims = await Promise.all(
          Array.from({ length: 8 }, (_, n) => (n % 2 === 0 ? ledger : other).claimReading(5)),
        );
        const ids = claims.flat().map(({ conversation }) => conversation.id);
        expect(ids).toHaveLength(new Set(ids).size);
        const rest = [...(await ledger.claimReading(50)), ...(await other.claimReading(50))];
        expect(ids.length + rest.length).toBe(20);
      });

      it('passes a conversation on when its lease runs out, and counts the attempt', async () => {
        const claim = await bench.claimed(said('dead', 'x'));
        expect(await other.claimReading(5)).toEqual([]);
        await bench.expire();
        const taken = only(await other.claimReading(5));
        expect(taken).toMatchObject({
          attempts: 1,
          conversation: { id: claim.conversation.id, version: claim.conversation.version },
        });
        // A clean release is no failure.
        await other.releaseReading(claim.conversation.id, { pauseMs: 0, failed: false });
        expect(only(await ledger.claimReading(5)).attempts).toBe(1);
      });

      it('keeps what a heartbeat renews, and tells the versions of what is still ours', async () => {
        const mine = await bench.claimed(said('mine', 'x'));
        const lost = await bench.claimed(said('lost', 'x'));
        await bench.expire();
        expect(await ledger.renewReading([mine.conversation.id])).toEqual(new Map([[mine.conversation.id, 0]]));
        expect(only(await other.claimReading(5)).conversation.id).toBe(lost.conversation.id);
        expect(await ledger.renewReading([mine.conversation.id, lost.conversation.id])).toEqual(
          new Map([[mine.conversation.id, 0]]),
        );
        expect(await ledger.renewReading([])).toEqual(new Map());
      });

      it('gives nothing of another worker away', async () => {
        const { conversation } = await bench.claimed(said('theirs', 'x'));
        await other.releaseReading(conversation.id, { pauseMs: 0, failed: true });
        expect(await bench.conversation(conversation.id)).toMatchObject({ reading_by: 'worker-1', attempts: 0 });
      });

      it('wakes again for what arrived during the turn, and sleeps when nothing did', async () => {
        const claim = await bench.claimed(said('during', 'one'));
        const { id } = claim.conversation;
        await bench.take(said('during', 'two'));
        expect(await ledger.isSettled(id, 1)).toBe(false);
        committed(await ledger.commit(answering(claim)));
        expect([await ledger.isSettled(id, 1), await ledger.isSettled(id, 2)]).toEqual([true, false]);
        const next = only(await ledger.claimReading(5));
        expect(next).toMatchObject({ consumed: 1, pending: [{ seq: 2 }] });
        committed(await ledger.commit(answering(next)));
        expect(await bench.conversation(id)).toMatchObject({ awake: false, reading_by: null });
        expect(await ledger.claimReading(5)).toEqual([]);
      });

      it('reads the urgent first, also when only a later message was urgent', async () => {
        await ledger.accept([entry(said('low', 'x'), { priority: 'low' })]);
        await bench.take(said('normal', 'x'), said('turned', 'x'));
        await ledger.accept([
          entry(said('critical', 'x'), { priority: 'critical' }),
          entry(said('turned', 'now'), { priority: 'urgent' }),
        ]);
        const order = [];
        for (let n = 0; n < 4; n += 1) order.push(only(await ledger.claimReading(1)).conversation.address.thread);
        expect(order).toEqual(['critical', 'turned', 'normal', 'low']);
      });

      it('lets nobody starve: whoever waited longer than the head start comes before the newest', async () => {
        await ledger.accept([entry(said('old', 'x'), { priority: 'low' })]);
        await bench.run(sql`update conversations set queue_at = queue_at - interval '45 minutes'`);
        await ledger.accept([entry(said('new', 'x'), { priority: 'critical' })]);
        expect(only(await ledger.claimReading(1)).conversation.address.thread).toBe('old');
      });
    });

    describe('the version', () => {
      it.each<[string, (event: InboundEvent) => InboundEvent['body']]>([
        [
          'an edit',
          (event) => ({ kind: 'edit', of: event.externalId ?? '', content: { markdown: 'changed', attachments: [] } }),
        ],
        ['a deletion', (event) => ({ kind: 'delete', of: event.externalId ?? '' })],
        ['a cancel button', () => ({ kind: 'action', action: 'cancel', value: '' })],
      ])('moves with %s of what is unread, so that the running turn cannot commit', async (_what, body) => {
        const event = said('unread', 'first');
        const claim = await bench.claimed(event);
        await bench.take(about(event, body(event)));
        expect((await bench.conversation(claim.conversation.id)).version).toBe(1);
        expect(await ledger.commit(answering(claim))).toBe('stale');
        await ledger.releaseReading(claim.conversation.id, { pauseMs: 0, failed: false });
        expect(only(await ledger.claimReading(1))).toMatchObject({
          attempts: 0,
          pending: [{ seq: 1 }, { seq: 2 }],
          conversation: { version: 1 },
        });
      });

      it.each<[string, (event: InboundEvent) => InboundEvent['body']]>([
        [
          'an edit',
          (event) => ({ kind: 'edit', of: event.externalId ?? '', content: { markdown: 'changed', attachments: [] } }),
        ],
        ['a deletion', (event) => ({ kind: 'delete', of: event.externalId ?? '' })],
        ['a cancel button', () => ({ kind: 'action', action: 'cancel', value: '' })],
        ['a vote', () => ({ kind: 'feedback', score: 1, of: 'nothing' })],
        [
          'an edit of nothing we know',
          () => ({ kind: 'edit', of: 'unknown', content: { markdown: 'x', attachments: [] } }),
        ],
      ])('stays with %s of what was answered', async (_what, body) => {
        const event = said('read', 'first');
        await bench.take(event);
        const [claim] = await bench.answerAll();
        const id = claim?.conversation.id as ConversationId;
        await bench.take(about(event, body(event)));
        expect((await bench.conversation(id)).version).toBe(1);
      });

      it('stays with a new message, so that the running turn can commit', async () => {
        const claim = await bench.claimed(said('next', 'one'));
        await bench.take(said('next', 'two'));
        committed(await ledger.commit(answering(claim)));
      });

      it('keeps every version of a changed text', async () => {
        const file = { name: 'a.txt', mime: 'text/plain', bytes: 1, ref: 'sha256:aa' };
        const event = said('record', 'first', {
          body: { kind: 'message', content: { markdown: 'first', attachments: [file] } },
        });
        await bench.take(
          event,
          about(event, { kind: 'edit', of: event.externalId ?? '', content: { markdown: 'second', attachments: [] } }),
        );
        expect(
          await bench.run(sql`select markdown, attachments, edited_at is not null as edited from messages`),
        ).toEqual([{ markdown: 'second', attachments: [], edited: true }]);
        await bench.take(about(event, { kind: 'delete', of: event.externalId ?? '' }));
        expect(await bench.run(sql`select markdown, deleted_at is not null as deleted from messages`)).toEqual([
          { markdown: '', deleted: true },
        ]);
        expect(await bench.run(sql`select markdown from message_versions order by replaced_at`)).toEqual([
          { markdown: 'first' },
          { markdown: 'second' },
        ]);
      });
    });

    describe('mail threads', () => {
      const idOf = async (event: InboundEvent): Promise<ConversationId> =>
        only(await bench.take(event)).conversationId as ConversationId;

      it('go on for who takes part: the author, whom they copied, and nobody else', async () => {
        const first = mail('ada@example.org', { cc: ['bob@example.org'] });
        const id = await idOf(first);
        const references = [first.externalId ?? ''];
        expect(await idOf(mail('ada@example.org', { references }))).toBe(id);
        expect(await idOf(mail('bob@example.org', { references }))).toBe(id);
        const stranger = mail('eve@example.net', { references });
        const linked = await idOf(stranger);
        expect(linked).not.toBe(id);
        expect((await bench.conversation(linked)).linked_to).toBe(id);
        // The stranger's own thread goes on as theirs, and stays out of the first.
        expect(await idOf(mail('eve@example.net', { references: [stranger.externalId ?? '', ...references] }))).toBe(
          linked,
        );
        expect(await idOf(mail('ada@example.org', { references }))).toBe(id);
      });

      it('are found by a signed plus-address, which is a candidate only', async () => {
        const id = await idOf(mail('ada@example.org'));
        expect(await idOf(mail('ada@example.org', { conversation: id }))).toBe(id);
        const linked = await idOf(mail('eve@example.net', { conversation: id }));
        expect((await bench.conversation(linked)).linked_to).toBe(id);
        // A conversation that is gone, or of another channel, is no candidate.
        const chat = only(await bench.take(said('chat', 'x'))).conversationId as ConversationId;
        for (const conversation of ['999999', chat]) {
          expect(
            (await bench.conversation(await idOf(mail('ada@example.org', { conversation })))).linked_to,
          ).toBeNull();
        }
      });

      it('prefer the plus-address to references, and earlier references to later ones', async () => {
        const [one, two, three] = [mail('ada@example.org'), mail('ada@example.org'), mail('ada@example.org')];
        const ids = [await idOf(one), await idOf(two), await idOf(three)];
        expect(
          await idOf(
            mail('ada@example.org', { references: ['<unknown@x>', two.externalId ?? '', one.externalId ?? ''] }),
          ),
        ).toBe(ids[1]);
        expect(
          await idOf(mail('ada@example.org', { references: [one.externalId ?? ''], conversation: ids[2] ?? '' })),
        ).toBe(ids[2]);
      });

      it('look on for a conversation that the author takes part in', async () => {
        const theirs = mail('bob@example.org');
        const mine = mail('ada@example.org');
        await idOf(theirs);
        const id = await idOf(mine);
        expect(
          await idOf(mail('ada@example.org', { references: [theirs.externalId ?? '', mine.externalId ?? ''] })),
        ).toBe(id);
      });

      it('take reports about our own mail and answers of our own staff from anybody', async () => {
        const first = mail('ada@example.org');
        const id = await idOf(first);
        const references = [first.externalId ?? ''];
        const bounce = mail('mailer-daemon@example.net', {
          references,
          body: { kind: 'bounce', recipient: 'ada@example.org', permanent: true, reason: '5.1.1 no such user' },
        });
        expect(await idOf(bounce)).toBe(id);
        const staff = mail('mira@example.com', {
          references,
          author: { role: 'human', externalId: 'mira@example.com', name: 'Mira' },
        });
        expect(await idOf(staff)).toBe(id);
        // A report makes nobody a participant, an answer does.
        expect(
          await bench.run(sql`select external_id from participants where conversation_id = ${id}::bigint order by 1`),
        ).toEqual([{ external_id: 'ada@example.org' }, { external_id: 'mira@example.com' }]);
      });

      it('make no participant of a stranger who came at the same moment', async () => {
        const root = '<root@example.org>';
        const mails = Array.from({ length: 12 }, (_, n) => mail(`p${n}@example.org`, { references: [root] }));
        const taken = await Promise.all(mails.map((event, n) => (n % 2 === 0 ? ledger : other).accept([entry(event)])));
        expect(new Set(taken.map(([one]) => one?.conversationId)).size).toBe(12);
      });
    });

    describe('commit', () => {
      it('writes nothing when the version has moved', async () => {
        const claim = await bench.claimed(said('stale', 'x'));
        const { id } = claim.conversation;
        await bench.run(sql`update conversations set version = version + 1`);
        expect(
          await ledger.commit(
            answering(claim, ['no'], {
              escalation: aCase(id),
              receipt: { previous: '', hash: 'h', payload: {} },
              block: { conversation: id, reason: 'no', recipient: 'nobody' },
            }),
          ),
        ).toBe('stale');
        expect(
          await bench.run(sql`select (select count(*) from outbox)::int + (select count(*) from escalations)::int + (select count(*) from receipts)::int
          + (select count(*) from messages where role = 'bot')::int + (select count(*) from addresses where blocked is not null)::int as n`),
        ).toEqual([{ n: 0 }]);
        expect(await bench.conversation(id)).toMatchObject({ consumed_seq: 0, reading_by: 'worker-1' });
      });

      it('keeps commits that meet apart: each its own result, and only the guilty one fails', async () => {
        const claims: Claim[] = [];
        for (let n = 0; n < 8; n += 1) claims.push(await bench.claimed(said(`together-${n}`, `${n}`)));
        const spoilt = (claim: Claim): Commit => {
          const plan = answering(claim, ['no']);
          return { ...plan, messages: plan.messages.map((message) => ({ ...message, role: 'ghost' as 'bot' })) };
        };
        await bench.run(
          sql`update conversations set version = version + 1 where id = ${claims[5]?.conversation.id ?? ''}::bigint`,
        );
        // In another order than that of their ids.
        const order = [...claims.keys()].reverse();
        const results = await Promise.allSettled(
          order.map((n) => {
            const claim = claims[n] as Claim;
            return ledger.commit(n === 3 ? spoilt(claim) : answering(claim, [`answer ${n}`]));
          }),
        );
        for (const [index, n] of order.entries()) {
          const result = results[index];
          if (n === 3) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'bad-request' } });
          else if (n === 5) expect(result).toEqual({ status: 'fulfilled', value: 'stale' });
          else {
            expect(result).toMatchObject({
              status: 'fulfilled',
              value: {
                deliveries: [
                  {
                    conversationId: claims[n]?.conversation.id,
                    dispatches: [{ outbound: { content: { markdown: `answer ${n}` } } }],
                  },
                ],
              },
            });
          }
        }
      });

      it('refuses a worker that lost its lease, before and after the other has answered', async () => {
        const claim = await bench.claimed(said('fence', 'x'));
        await bench.expire();
        const taken = only(await other.claimReading(5));
        expect(await ledger.commit(answering(claim, ['late']))).toBe('stale');
        committed(await other.commit(answering(taken, ['in time'])));
        expect(await ledger.commit(answering(claim, ['later']))).toBe('stale');
        expect((await bench.outbox(claim.conversation.id)).map((sent) => sent.text)).toEqual(['in time']);
      });

      it('refuses when another conversation that it changes has moved, and moves both when not', async () => {
        const { id, escalation } = await openCase();
        const desk = await bench.claimed(atDesk(escalation, 'claim'));
        const customer = desk.counterpart;
        expect(customer).toMatchObject({ id, status: 'waiting' });
        const claiming = (version: number) => ({
          ...answering(desk, []),
          changes: [{ conversation: id, version, status: 'human' as const, owner: 'Mira' }],
          escalationUpdate: { id: escalation, status: 'claimed' as const, claimedBy: 'Mira' },
        });
        expect(await ledger.commit(claiming((customer?.version ?? 0) - 1))).toBe('stale');
        expect(await bench.run(sql`select status from escalations`)).toEqual([{ status: 'open' }]);
        committed(await ledger.commit(claiming(customer?.version ?? 0)));
        expect(await bench.conversation(id)).toMatchObject({
          status: 'human',
          owner: 'Mira',
          version: (customer?.version ?? 0) + 1,
        });
        expect(await bench.run(sql`select status, claimed_by, claimed_at is not null as at from escalations`)).toEqual([
          { status: 'claimed', claimed_by: 'Mira', at: true },
        ]);
      });

      it('stops the bot from committing once a person has claimed', async () => {
        const { id, escalation } = await openCase();
        await bench.run(sql`update conversations set status = 'bot' where id = ${id}::bigint`);
        const running = await bench.claimed(said('case', 'still there?'));
        const desk = await bench.claimed(atDesk(escalation, 'claim'), other);
        committed(
          await other.commit({
            ...answering(desk, []),
            changes: [{ conversation: id, version: desk.counterpart?.version ?? -1, status: 'human', owner: 'Mira' }],
          }),
        );
        expect((await ledger.renewReading([id])).get(id)).not.toBe(running.conversation.version);
        expect(await ledger.commit(answering(running, ['too late']))).toBe('stale');
      });

      it('hands its rows over at once, their first attempt recorded, in order', async () => {
        const claim = await bench.claimed(said('now', 'x'));
        const { id } = claim.conversation;
        const result = committed(await ledger.commit(answering(claim, ['one', 'two', 'three'], { trace: '00-t-01' })));
        const delivery = only(result.deliveries);
        expect(delivery).toMatchObject({ conversationId: id, status: 'bot' });
        expect(delivery.dispatches.map(({ outbound }) => outbound.content.markdown)).toEqual(['one', 'two', 'three']);
        expect(delivery.dispatches[0]).toMatchObject({
          by: 'bot',
          attempt: 1,
          halfSent: false,
          trace: '00-t-01',
          outbound: {
            conversationId: id,
            messageId: result.messages[0],
            address: { channel: 'slack', space: 'support', thread: 'now' },
          },
        });
        expect(await bench.outbox(id)).toMatchObject([
          { attempt: 1, sending: true },
          { attempt: 1, sending: true },
          { attempt: 1, sending: true },
        ]);
        // Under our lease: nobody else sends them.
        expect(await other.claimDelivering(5)).toEqual([]);
        await bench.arrived(ledger, result.deliveries);
        expect(await bench.conversation(id)).toMatchObject({ delivering: false, delivering_by: null });
        expect(await ledger.depth()).toEqual({ reading: 0, delivering: 0 });
      });

      it('leaves rows to the lane while earlier ones wait, so that none overtakes', async () => {
        const first = await bench.claimed(said('queue', 'one'));
        const { id } = first.conversation;
        const sending = committed(await ledger.commit(answering(first, ['one'])));
        const second = await bench.claimed(said('queue', 'two'));
        expect(committed(await ledger.commit(answering(second, ['two']))).deliveries).toEqual([]);
        const failed = sending.deliveries[0]?.dispatches[0]?.outbound.id as string;
        await ledger.finishDelivering([
          {
            conversation: id,
            results: [{ id: failed, ok: false, permanent: false, refused: true, error: '429', pauseMs: 600_000 }],
          },
        ]);
        const third = await bench.claimed(said('queue', 'three'));
        expect(committed(await ledger.commit(answering(third, ['three']))).deliveries).toEqual([]);
        await bench.hurry();
        expect(
          only(await ledger.claimDelivering(5)).dispatches.map(({ outbound }) => outbound.content.markdown),
        ).toEqual(['one', 'two', 'three']);
      });

      it('opens a case: escalation, desk conversation, its address and its card', async () => {
        const { id, escalation, result } = await openCase();
        expect(result.deliveries).toHaveLength(2);
        const card = result.deliveries.find(({ conversationId }) => conversationId !== id);
        expect(card?.dispatches[0]).toMatchObject({
          by: 'system',
          outbound: {
            address: { channel: 'web', space: 'desk', thread: escalation },
            content: { markdown: 'card' },
            actions: [{ id: 'claim' }],
          },
        });
        const desk = await bench.claimed(atDesk(escalation, 'claim'));
        expect(desk).toMatchObject({
          conversation: { kind: 'desk', id: card?.conversationId, title: 'Where is my order?' },
          counterpart: { id, kind: 'customer', status: 'waiting' },
          escalation: {
            id: escalation,
            code: '7F3K',
            status: 'open',
            reason: 'asked-for-human',
            conversationId: id,
            deskConversationId: card?.conversationId,
            desk: { channel: 'web', space: 'desk', thread: escalation },
            epoch: 0,
          },
        });
        expect(desk.escalation?.openedAt).toBeInstanceOf(Date);
        const customer = await bench.claimed(said('case', 'hello?'));
        expect(customer).toMatchObject({
          escalation: { id: escalation },
          counterpart: { id: card?.conversationId, kind: 'desk' },
        });
        expect((await ledger.loadContext(card?.conversationId as ConversationId, 5)).window).toEqual([]);
      });

      it('learns the thread of a card from its receipt', async () => {
        const claim = await bench.claimed(said('learn', 'x'));
        const { id } = claim.conversation;
        const result = committed(
          await ledger.commit(
            answering(claim, [], {
              escalation: aCase(id, { desk: { channel: 'slack', space: 'C1', ownThreads: false } }),
            }),
          ),
        );
        const delivery = only(result.deliveries);
        expect(delivery.dispatches[0]?.outbound.address).toEqual({ channel: 'slack', space: 'C1', thread: '' });
        await ledger.finishDelivering([
          {
            conversation: delivery.conversationId,
            results: [
              {
                id: delivery.dispatches[0]?.outbound.id as string,
                ok: true,
                externalId: 'ts-1',
                address: { channel: 'slack', space: 'C1', thread: 'ts-1', state: { a: 1 } },
              },
            ],
          },
        ]);
        const reply = said('ts-1', 'on it', {
          address: { channel: 'slack', space: 'C1', thread: 'ts-1' },
          author: { role: 'human', externalId: 'U1' },
        });
        expect(await bench.claimed(reply)).toMatchObject({
          conversation: { kind: 'desk', id: delivery.conversationId, address: { state: { a: 1 } } },
          counterpart: { id },
        });
      });

      it('links a second case to the first, in its epoch', async () => {
        const { id, escalation } = await openCase();
        const desk = await bench.claimed(atDesk(escalation, 'return'));
        committed(
          await ledger.commit({
            ...answering(desk, []),
            changes: [
              {
                conversation: id,
                version: desk.counterpart?.version ?? -1,
                status: 'bot',
                owner: null,
                newEpoch: true,
              },
            ],
            escalationUpdate: { id: escalation, status: 'resolved', claimedBy: 'Mira' },
            refusals: [
              { escalationId: escalation, actionId: 'a1', reason: 'no' },
              { escalationId: escalation, actionId: 'a1', reason: 'again' },
            ],
          }),
        );
        expect(await bench.conversation(id)).toMatchObject({ status: 'bot', owner: null, epoch: 1 });
        expect(await bench.run(sql`select action_id, reason from refusals`)).toEqual([
          { action_id: 'a1', reason: 'no' },
        ]);
        const again = await bench.claimed(said('case', 'a person, again'));
        expect(again.escalation).toMatchObject({ id: escalation, status: 'resolved', epoch: 0 });
        const second = committed(
          await ledger.commit(answering(again, [], { escalation: aCase(id, { claimedBy: 'Mira' }) })),
        );
        expect(
          await bench.run(
            sql`select status, claimed_by, previous_id::text, epoch from escalations where id = ${second.escalationId}::bigint`,
          ),
        ).toEqual([{ status: 'claimed', claimed_by: 'Mira', previous_id: escalation, epoch: 1 }]);
      });

      it('chains receipts', async () => {
        const first = await bench.claimed(said('chain', 'one'));
        committed(
          await ledger.commit(
            answering(first, [], { receipt: { previous: first.receiptHash, hash: 'h1', payload: { n: 1 } } }),
          ),
        );
        const second = await bench.claimed(said('chain', 'two'));
        expect(second.receiptHash).toBe('h1');
        committed(
          await ledger.commit(answering(second, [], { receipt: { previous: 'h1', hash: 'h2', payload: { n: 2 } } })),
        );
        expect(
          await bench.run(sql`select version, previous_hash, hash, payload from receipts order by version`),
        ).toEqual([
          { version: 1, previous_hash: '', hash: 'h1', payload: { n: 1 } },
          { version: 2, previous_hash: 'h1', hash: 'h2', payload: { n: 2 } },
        ]);
      });

      it('remembers a fact once, also when a turn brings it twice', async () => {
        const claim = await bench.claimed(said('memory', 'x'));
        const fact = {
          personId: claim.personId as string,
          hash: 'f1',
          kind: 'fact',
          text: 'likes tea',
          importance: 0.5,
        };
        committed(
          await ledger.commit(
            answering(claim, [], {
              memories: [fact, fact, { ...fact, hash: 'f2', text: 'old', expiresAt: new Date(0) }],
            }),
          ),
        );
        const next = await bench.claimed(said('memory', 'y'));
        committed(await ledger.commit(answering(next, [], { memories: [{ ...fact, importance: 0.9 }] })));
        const { memories } = await ledger.loadContext(next.conversation.id, 5);
        expect(memories).toMatchObject([{ kind: 'fact', text: 'likes tea' }]);
        expect(memories[0]?.importance).toBeCloseTo(0.9);
      });

      it('blocks the addresses of a conversation, and says so with what is sent there', async () => {
        const claim = await bench.claimed(said('blocked', 'x'));
        const { id } = claim.conversation;
        const result = committed(
          await ledger.commit(
            answering(claim, ['x'], { block: { conversation: id, reason: 'bounced', recipient: 'nobody' } }),
          ),
        );
        expect(result.deliveries[0]?.dispatches[0]?.blocked).toBe('bounced');
        await bench.expire();
        await bench.hurry();
        expect(only(await ledger.claimDelivering(5)).dispatches[0]?.blocked).toBe('bounced');
      });

      it('takes somebody in copy who bounces out of the conversation, and blocks nothing', async () => {
        const first = mail('ada@example.org', { cc: ['bob@example.org'] });
        const claim = await bench.claimed(first);
        const { id } = claim.conversation;
        const block = { conversation: id, reason: 'bounced', recipient: 'bob@example.org' };
        const result = committed(await ledger.commit(answering(claim, ['x'], { block })));
        const outbound = result.deliveries[0]?.dispatches[0];
        expect(outbound).not.toHaveProperty('blocked');
        expect(outbound?.outbound.participants).toEqual(['ada@example.org']);
        expect(
          await bench.run(sql`select external_id from participants where conversation_id = ${id}::bigint`),
        ).toEqual([{ external_id: 'ada@example.org' }]);
      });

      it('sends to a customer who bounced again once they have written, proven, from there', async () => {
        const first = mail('ada@example.org');
        const claim = await bench.claimed(first);
        const { id } = claim.conversation;
        const block = { conversation: id, reason: 'bounced', recipient: 'ada@example.org' };
        committed(await ledger.commit(answering(claim, [], { block })));
        const reasons = async () =>
          (await bench.run(sql`select blocked from addresses where conversation_id = ${id}::bigint`)).map(
            ({ blocked }) => blocked,
          );
        const write = (level: 'claimed' | 'verified') =>
          bench.take(mail('ada@example.org', { references: [first.externalId ?? ''], identity: { level } }));
        await write('claimed');
        expect(await reasons()).toEqual(['bounced']);
        await write('verified');
        expect(await reasons()).toEqual([null]);
      });

      it('lets only those who prove who they are bring others into a conversation that is there', async () => {
        const level = { level: 'claimed' } as const;
        const question = mail('ada@example.org', { identity: level, cc: ['bob@example.org'] });
        const claim = await bench.claimed(question);
        const references = [question.externalId as string];
        await bench.take(mail('ada@example.org', { references, identity: level, cc: ['eve@evil.example'] }));
        const [delivery] = committed(await ledger.commit(answering(claim))).deliveries;
        expect(delivery?.dispatches[0]?.outbound.participants?.toSorted()).toEqual([
          'ada@example.org',
          'bob@example.org',
        ]);
      });

      it('leads nobody into a thread by the name that they gave their own mail', async () => {
        const taken = { channel: 'email', space: 'help@example.com', thread: '<root@example.org>' } as const;
        const ada = await bench.claimed(
          mail('ada@example.org', { references: ['<root@example.org>'], address: taken }),
        );
        const eve = await bench.claimed(
          mail('eve@evil.example', {
            references: ['<root@example.org>'],
            externalId: '<root@example.org>',
            address: { ...taken, state: { to: 'eve' } },
          }),
        );
        expect(eve.conversation.id).not.toBe(ada.conversation.id);
        expect(eve.conversation.linkedTo).toBe(ada.conversation.id);
        expect(eve.conversation.address).toMatchObject({ channel: 'email', state: { to: 'eve' } });
      });

      it('asks a participant in copy to prove again who they are once they have', async () => {
        const question = mail('ada@example.org', { cc: ['bob@example.org'] });
        const { conversation } = await bench.claimed(question);
        const references = [question.externalId as string];
        const [proven] = await bench.take(mail('bob@example.org', { references }));
        expect(proven?.conversationId).toBe(conversation.id);
        const [claimed] = await bench.take(mail('bob@example.org', { references, identity: { level: 'claimed' } }));
        expect(claimed?.conversationId).not.toBe(conversation.id);
      });

      it('lets a participant in copy who cannot be reached leave, and goes on with the customer', async () => {
        const claim = await bench.claimed(mail('ada@example.org', { cc: ['bob@example.org'] }));
        const { id } = claim.conversation;
        const block = { conversation: id, reason: 'bounced', recipient: 'bob@example.org' };
        const [first] = committed(await ledger.commit(answering(claim, ['x'], { block }))).deliveries;
        expect(first?.dispatches[0]?.blocked).toBeUndefined();
        expect(first?.dispatches[0]?.outbound.participants).toEqual(['ada@example.org']);
        await bench.expire();
        await bench.hurry();
        const again = only(await ledger.claimDelivering(5)).dispatches[0];
        expect(again?.blocked).toBeUndefined();
        expect(again?.outbound.participants).toEqual(['ada@example.org']);
      });

      it('opens a blocked address again when somebody proves to write from there', async () => {
        const question = mail('ada@example.org');
        const claim = await bench.claimed(question);
        const { id } = claim.conversation;
        const block = { conversation: id, reason: 'mailbox full', recipient: 'ada@example.org' };
        committed(await ledger.commit(answering(claim, [], { block })));
        const references = [question.externalId as string];
        const unproven = await bench.claimed(
          mail('ada@example.org', { references, identity: { level: 'claimed', email: 'ada@example.org' } }),
        );
        expect(unproven.conversation.id).not.toBe(id);
        const proven = await bench.claimed(mail('ada@example.org', { references }));
        expect(proven.conversation.id).toBe(id);
        const answer = committed(await ledger.commit(answering(proven, ['y'])));
        expect(answer.deliveries[0]?.dispatches[0]?.blocked).toBeUndefined();
      });

      it('answers whom the turn saw, whoever wrote meanwhile', async () => {
        const question = mail('ada@example.org', { cc: ['bob@example.org'] });
        const first = { ...question, address: { ...question.address, state: { to: 'ada' } } };
        const claim = await bench.claimed(first);
        const aside = mail('bob@example.org', { references: [question.externalId as string] });
        await bench.take({ ...aside, address: { ...first.address, state: { to: 'bob' } } });
        const [delivery] = committed(await ledger.commit(answering(claim))).deliveries;
        expect(delivery?.dispatches[0]?.outbound.address.state).toEqual({ to: 'ada' });
        await bench.expire();
        await bench.hurry();
        const again = only(await ledger.claimDelivering(5)).dispatches[0];
        expect(again?.outbound.address.state).toEqual({ to: 'ada' });
      });

      it('passes an older message on, files and all', async () => {
        const { id } = await openCase();
        const claim = await bench.claimed(said('case', 'more'));
        const desk = claim.counterpart;
        const messageId = claim.pending[0]?.messageId as MessageId;
        const result = committed(
          await ledger.commit({
            ...answering(claim, []),
            outbox: desk === undefined ? [] : [row(desk, messageId, { by: 'system', markdown: 'more' })],
          }),
        );
        expect(only(only(result.deliveries).dispatches)).toMatchObject({
          by: 'system',
          outbound: { messageId, conversationId: desk?.id, content: { markdown: 'more' } },
        });
        expect((await bench.conversation(id)).delivering).toBe(false);
      });

      it('loads the context that it has written, without notes and deleted messages', async () => {
        const event = said('context', 'question');
        const claim = await bench.claimed(event);
        const { id } = claim.conversation;
        const plan = answering(claim, ['answer']);
        const note = {
          ...plan.messages[0],
          conversation: id,
          visibility: 'internal',
          markdown: 'note',
          meta: {},
        } as (typeof plan.messages)[number];
        committed(await ledger.commit({ ...plan, messages: [...plan.messages, note] }));
        const gone = said('context', 'deleted');
        await bench.take(
          gone,
          about(gone, { kind: 'delete', of: gone.externalId ?? '' }),
          said('context', 'auto', {
            body: { kind: 'message', content: { markdown: 'out of office', attachments: [] }, noReply: 'automatic' },
          }),
        );
        const { window, answersInEpoch } = await ledger.loadContext(id, 10);
        expect(window.map(({ content, author }) => [author.role, content.markdown])).toEqual([
          ['customer', 'question'],
          ['bot', 'answer'],
        ]);
        expect(answersInEpoch).toBe(1);
        expect((await ledger.loadContext(id, 1)).window.map(({ content }) => content.markdown)).toEqual(['answer']);
      });
    });

    describe('the delivering lane', () => {
      /** A row whose commit's worker died before it had sent it. */
      const orphaned = async (thread: string, texts: readonly string[] = ['answer']) => {
        const claim = await bench.claimed(said(thread, 'x'));
        const { deliveries } = committed(await ledger.commit(answering(claim, texts)));
        await bench.expire();
        await bench.hurry();
        return { id: claim.conversation.id, deliveries };
      };

      it('takes over what was being sent, marked as half-sent, in order', async () => {
        const { id } = await orphaned('half', ['one', 'two']);
        const claim = only(await other.claimDelivering(5));
        expect(
          claim.dispatches.map(({ outbound, halfSent, attempt }) => [outbound.content.markdown, halfSent, attempt]),
        ).toEqual([
          ['one', true, 2],
          ['two', true, 2],
        ]);
        expect(await ledger.claimDelivering(5)).toEqual([]);
        expect(await other.renewDelivering([id])).toEqual(new Map([[id, 'bot']]));
        expect(await ledger.renewDelivering([id])).toEqual(new Map());
      });

      it('gives back untouched what was never tried', async () => {
        const { id } = await orphaned('untried', ['one', 'two']);
        const { dispatches } = only(await other.claimDelivering(5));
        const [one, two] = dispatches.map(({ outbound }) => outbound.id);
        await other.finishDelivering([
          {
            conversation: id,
            results: [
              { id: one ?? '', ok: false, permanent: false, refused: true, error: '429', pauseMs: 60_000 },
              { id: two ?? '', ok: false, unsent: true, halfSent: false, pauseMs: 60_000 },
            ],
          },
        ]);
        expect(await bench.outbox(id)).toMatchObject([
          { attempt: 2, sending: false, error: '429' },
          { attempt: 1, sending: false },
        ]);
      });

      it('keeps a row half-sent unless the platform said no', async () => {
        const { id, deliveries } = await orphaned('unknown');
        const row1 = deliveries[0]?.dispatches[0]?.outbound.id as string;
        await other.claimDelivering(5);
        await other.finishDelivering([
          {
            conversation: id,
            results: [{ id: row1, ok: false, permanent: false, refused: false, error: 'cut', pauseMs: 0 }],
          },
        ]);
        expect(only(await other.claimDelivering(5)).dispatches[0]?.halfSent).toBe(true);
        await other.finishDelivering([
          {
            conversation: id,
            results: [{ id: row1, ok: false, permanent: false, refused: true, error: '429', pauseMs: 0 }],
          },
        ]);
        expect(only(await other.claimDelivering(5)).dispatches[0]?.halfSent).toBe(false);
      });

      it('moves only deliver_at when it backs off: reading goes on', async () => {
        const { id } = await orphaned('backoff');
        const { dispatches } = only(await ledger.claimDelivering(5));
        await ledger.finishDelivering([
          {
            conversation: id,
            results: [
              {
                id: dispatches[0]?.outbound.id ?? '',
                ok: false,
                permanent: false,
                refused: true,
                error: '429',
                pauseMs: 600_000,
              },
            ],
          },
        ]);
        const state = await bench.conversation(id);
        expect(Number(state.delivers_in)).toBeGreaterThan(590);
        expect(state).toMatchObject({ awake: false, version: 1, delivering_by: null });
        expect(await ledger.claimDelivering(5)).toEqual([]);
        expect((await bench.claimed(said('backoff', 'next'))).conversation.id).toBe(id);
      });

      it('tells the conversation of a message that is given up, once', async () => {
        const { id } = await orphaned('dead');
        const { dispatches } = only(await ledger.claimDelivering(5));
        const results = [
          {
            id: dispatches[0]?.outbound.id ?? '',
            ok: false as const,
            permanent: true as const,
            error: 'channel_not_found',
          },
        ];
        await ledger.finishDelivering([{ conversation: id, results }]);
        await ledger.finishDelivering([{ conversation: id, results }]);
        const claim = only(await ledger.claimReading(5));
        expect(only(claim.pending).event).toMatchObject({
          author: { role: 'bot' },
          body: { kind: 'action', action: 'delivery-failed', value: 'channel_not_found' },
        });
        expect(await bench.outbox(id)).toMatchObject([{ dead: true, error: 'channel_not_found' }]);
        expect((await bench.conversation(id)).delivering).toBe(false);
      });

      it('tells nobody of a notice of ours, nor of what was withdrawn', async () => {
        const claim = await bench.claimed(said('quiet', 'x'));
        const { id } = claim.conversation;
        const plan = answering(claim, ['notice', 'withdrawn']);
        const { deliveries } = committed(
          await ledger.commit({
            ...plan,
            outbox: plan.outbox.map((one, n) => ({ ...one, by: n === 0 ? 'system' : 'bot' })),
          }),
        );
        const [notice, withdrawn] = deliveries[0]?.dispatches.map(({ outbound }) => outbound.id) ?? [];
        await ledger.finishDelivering([
          {
            conversation: id,
            results: [
              { id: notice ?? '', ok: false, permanent: true, error: 'gone' },
              { id: withdrawn ?? '', ok: false, permanent: true, withdrawn: true, error: 'a person has it' },
            ],
          },
        ]);
        expect(await bench.conversation(id)).toMatchObject({ awake: false, inbox_seq: 1 });
        expect(await bench.outbox(id)).toMatchObject([{ dead: true }, { dead: true }]);
      });

      it('withdraws text of the bot that was not tried before a person claimed, and nothing else', async () => {
        const claim = await bench.claimed(said('withdraw', 'x'));
        const { id } = claim.conversation;
        const plan = answering(claim, ['tried', 'untried', 'by a person', 'a notice']);
        const by = ['bot', 'bot', 'human', 'system'] as const;
        const { deliveries } = committed(
          await ledger.commit({ ...plan, outbox: plan.outbox.map((one, n) => ({ ...one, by: by[n] ?? 'bot' })) }),
        );
        const ids = deliveries[0]?.dispatches.map(({ outbound }) => outbound.id) ?? [];
        await ledger.finishDelivering([
          {
            conversation: id,
            results: ids.slice(1).map((one) => ({ id: one, ok: false, unsent: true, halfSent: false, pauseMs: 0 })),
          },
        ]);
        await bench.run(sql`update conversations set status = 'human', owner = 'Mira'`);
        const taken = only(await other.claimDelivering(5));
        expect(taken.status).toBe('human');
        expect(taken.dispatches.map(({ outbound, halfSent }) => [outbound.content.markdown, halfSent])).toEqual([
          ['tried', true],
          ['by a person', false],
          ['a notice', false],
        ]);
        expect((await bench.outbox(id)).filter(({ dead }) => dead)).toMatchObject([
          { text: 'untried', error: 'withdrawn: a person has the conversation' },
        ]);
        expect((await bench.conversation(id)).inbox_seq).toBe(1);
      });

      it('lets go of a lane that has nothing left to send', async () => {
        const { id } = await orphaned('nothing');
        await bench.run(sql`update outbox set dead_at = now()`);
        expect(await ledger.claimDelivering(5)).toEqual([]);
        expect(await bench.conversation(id)).toMatchObject({ delivering: false, delivering_by: null });
      });

      it('claims long queues in pieces, oldest first', async () => {
        const { id } = await orphaned(
          'long',
          Array.from({ length: 45 }, (_, n) => `${n}`),
        );
        const seen: string[] = [];
        for (
          let claims = await ledger.claimDelivering(5);
          claims.length > 0;
          claims = await ledger.claimDelivering(5)
        ) {
          seen.push(...only(claims).dispatches.map(({ outbound }) => outbound.content.markdown));
          await bench.arrived(ledger, claims);
        }
        expect(seen).toEqual(Array.from({ length: 45 }, (_, n) => `${n}`));
        expect((await bench.conversation(id)).delivering).toBe(false);
      });

      it('believes a worker that lost the lane only what arrived', async () => {
        const { id, deliveries } = await orphaned('late', ['arrived', 'refused', 'untried']);
        const [arrived, refused, untried] = deliveries[0]?.dispatches.map(({ outbound }) => outbound.id) ?? [];
        await other.claimDelivering(5);
        await ledger.finishDelivering([
          {
            conversation: id,
            results: [
              { id: arrived ?? '', ok: true, externalId: 'ts-1' },
              { id: refused ?? '', ok: false, permanent: true, error: 'late' },
              { id: untried ?? '', ok: false, unsent: true, halfSent: false, pauseMs: 0 },
            ],
          },
        ]);
        expect(await bench.outbox(id)).toMatchObject([
          { delivered: true, provider_id: 'ts-1' },
          { delivered: false, dead: false, sending: true, attempt: 2 },
          { delivered: false, sending: true, attempt: 2 },
        ]);
        expect(await bench.conversation(id)).toMatchObject({ delivering_by: 'worker-2', inbox_seq: 1 });
      });

      it('keeps the platform’s id with the message, where reports and replies look for it', async () => {
        const { id, deliveries } = await orphaned('ids');
        await bench.arrived(ledger, deliveries);
        expect(
          await bench.run(sql`select external_id from messages where conversation_id = ${id}::bigint and role = 'bot'`),
        ).toEqual([{ external_id: `sent:${deliveries[0]?.dispatches[0]?.outbound.id}` }]);
        const vote = said('ids', '', {
          body: { kind: 'feedback', score: -1, of: `sent:${deliveries[0]?.dispatches[0]?.outbound.id}` },
        });
        await bench.take(vote, {
          ...vote,
          dedupeKey: 'vote-2',
          body: { kind: 'feedback', score: 1, of: `sent:${deliveries[0]?.dispatches[0]?.outbound.id}` },
        });
        expect(await bench.run(sql`select score from feedback`)).toEqual([{ score: 1 }]);
      });
    });

    describe('many at once', () => {
      it('commits, batches, heartbeats and receipts that meet on two conversations never fail', {
        timeout: 60_000,
      }, async () => {
        const cases = [await openCase('meet-1'), await openCase('meet-2'), await openCase('meet-3')];
        const workers = Array.from({ length: 6 }, (_, n) => bench.worker(`meeting-${n}`));
        const all = (await bench.run(sql`select id::text from conversations`)).map(({ id }) => id as ConversationId);
        const deadline = Date.now() + 1_500;
        let commits = 0;
        let calls = 0;
        const busy = workers.map(async (worker, n) => {
          while (Date.now() < deadline) {
            calls += 1;
            // Events of both sides in one call, in either order.
            const both = cases.flatMap(({ escalation }, index) => [
              said(`meet-${index + 1}`, 'x'),
              atDesk(escalation, 'claim'),
            ]);
            await worker.accept((n % 2 === 0 ? both : both.reverse()).map((event) => entry(event)));
            await Promise.all([
              worker.renewReading(n % 2 === 0 ? all : [...all].reverse()),
              worker.renewDelivering(n % 2 === 0 ? [...all].reverse() : all),
              (async () => {
                for (const claim of await worker.claimReading(3)) {
                  const { counterpart } = claim;
                  const result = await worker.commit({
                    ...answering(claim),
                    changes:
                      counterpart === undefined ? [] : [{ conversation: counterpart.id, version: counterpart.version }],
                  });
                  if (result === 'stale')
                    await worker.releaseReading(claim.conversation.id, { pauseMs: 0, failed: false });
                  else {
                    commits += 1;
                    await bench.arrived(worker, result.deliveries);
                  }
                }
              })(),
              (async () => bench.arrived(worker, await worker.claimDelivering(3)))(),
            ]);
          }
        });
        await Promise.all(busy);
        expect(calls).toBeGreaterThan(10);
        expect(commits).toBeGreaterThan(10);
        // Whatever met, each conversation has its events in an unbroken row.
        expect(
          await bench.run(
            sql`select count(*)::int as n from conversations c where inbox_seq <> (select count(*) from inbox i where i.conversation_id = c.id)`,
          ),
        ).toEqual([{ n: 0 }]);
      });

      it('gives every message of many conversations to exactly one turn', { timeout: 60_000 }, async () => {
        const workers = Array.from({ length: 4 }, (_, n) => bench.worker(`reader-${n}`));
        const read: string[] = [];
        const total = 200;
        let taken = 0;
        const producing = Array.from({ length: 3 }, async (_, p) => {
          for (let n = p; n < total; n += 3) {
            await ledger.accept([entry(said(`many-${n % 11}`, `m${n}`))]);
            taken += 1;
          }
        });
        const reading = workers.map(async (worker) => {
          const deadline = Date.now() + 30_000;
          while (read.length < total && Date.now() < deadline) {
            for (const claim of await worker.claimReading(4)) {
              if ((await worker.commit(answering(claim, []))) === 'stale') continue;
              read.push(...claim.pending.map(({ event }) => text(event)));
            }
          }
        });
        await Promise.all([...producing, ...reading]);
        expect(taken).toBe(total);
        expect(read).toHaveLength(total);
        expect(new Set(read).size).toBe(total);
      });
    });

    it('puts a source into quarantine once', async () => {
      await ledger.quarantine({ channel: 'email', source: 'INBOX/7', reason: 'first', blobRef: 'sha256:aa' });
      await ledger.quarantine({ channel: 'email', source: 'INBOX/7', reason: 'second' });
      await ledger.quarantine({ channel: 'email', source: 'x'.repeat(10_000), reason: 'y'.repeat(100_000) });
      expect(await bench.run(sql`select reason, blob_ref from quarantine where source = 'INBOX/7'`)).toEqual([
        { reason: 'first', blob_ref: 'sha256:aa' },
      ]);
      expect(
        await bench.run(
          sql`select length(source) as source, length(reason) as reason from quarantine where source <> 'INBOX/7'`,
        ),
      ).toEqual([{ source: 500, reason: 2_000 }]);
    });

    it('counts a conversation that is not there as settled', async () => {
      expect(await ledger.isSettled('424242' as ConversationId, 1)).toBe(true);
    });
  });
};

/** Text that does not compress. */
const randomText = (length: number): string =>
  Array.from({ length }, () => String.fromCharCode(33 + Math.floor(Math.random() * 90))).join('');
