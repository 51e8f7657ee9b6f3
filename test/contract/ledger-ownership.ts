import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Claim, type Commit, type Committed, type Ledger, type NewOutboxRow, sendGraceMs } from '#core/ledger.ts';
import type { ConversationId } from '#core/message.ts';
import type { Database } from '#src/store/database.ts';
import { openTestDatabase } from '../database.ts';
import { said } from '../spine.ts';
import { answering, type Bench, committed, only, openBench, row } from './ledger-fixture.ts';

/** What keeps the bot from starting to speak once a person has a conversation, on every engine. */
export const describeLedgerOwnershipContract = (engine: Database['engine']): void => {
  describe(`who may speak (${engine})`, () => {
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

    /** As if so much time had passed since anything was marked. */
    const wait = (ms: number) =>
      Promise.all([
        bench.run(sql`update outbox set sending_at = sending_at - make_interval(secs => ${ms / 1000}::float)`),
        bench.run(sql`update conversations set shows_until = shows_until - make_interval(secs => ${ms / 1000}::float)`),
      ]);
    const taking = (claim: Claim, more: Partial<Commit> = {}): Commit => {
      const { id, version } = claim.conversation;
      return answering(claim, [], {
        changes: [{ conversation: id, version, status: 'human', owner: 'Mira' }],
        ...more,
      });
    };
    /** An answer that is about to be sent, and the claim of a colleague's word that came after it. */
    const answered = async (
      thread: string,
      by: NewOutboxRow['by'] = 'bot',
      texts: readonly string[] = ['an answer'],
    ) => {
      const claim = await bench.claimed(said(thread, 'question'));
      const plan = answering(claim, texts, {
        outbox: texts.map((markdown, index) => row(claim.conversation, index, { by, markdown })),
      });
      const lane = only(committed(await ledger.commit(plan)).deliveries);
      const next = await bench.claimed(said(thread, 'I take this'), other);
      return { id: claim.conversation.id, lane, next };
    };
    const statusOf = async (id: ConversationId) => (await bench.conversation(id)).status;

    describe('beginShowing', () => {
      it('says yes to whoever has the turn at this version, and to nobody else', async () => {
        const { conversation } = await bench.claimed(said('one', 'question'));
        const { id, version } = conversation;
        expect(await ledger.beginShowing(id, version)).toBe(true);
        expect(await ledger.beginShowing(id, version)).toBe(true);
        expect(await other.beginShowing(id, version)).toBe(false);
        expect(await ledger.beginShowing(id, version + 1)).toBe(false);
        expect(await ledger.beginShowing('999999' as ConversationId, 0)).toBe(false);
      });

      it('says no once the turn is over, or a person has the conversation', async () => {
        const claim = await bench.claimed(said('one', 'question'));
        const { id, version } = claim.conversation;
        await bench.run(sql`update conversations set status = 'human' where id = ${id}::bigint`);
        expect(await ledger.beginShowing(id, version)).toBe(false);
        await bench.run(sql`update conversations set status = 'bot' where id = ${id}::bigint`);
        await ledger.commit(answering(claim));
        expect(await ledger.beginShowing(id, version)).toBe(false);
        expect(await ledger.beginShowing(id, version + 1)).toBe(false);
      });

      it('is waited for by whoever takes the conversation, for as long as it may take to begin and no longer', async () => {
        const claim = await bench.claimed(said('one', 'question'));
        const { id, version } = claim.conversation;
        expect(await ledger.beginShowing(id, version)).toBe(true);
        expect(await ledger.commitTaking(taking(claim))).toBe('busy');
        await wait(sendGraceMs / 2);
        expect(await ledger.commitTaking(taking(claim))).toBe('busy');
        await wait(sendGraceMs);
        expect(await ledger.commitTaking(taking(claim))).toMatchObject({ messages: [] });
        expect(await statusOf(id)).toBe('human');
      });
    });

    describe('holdDelivering', () => {
      it('answers who has the conversation, as long as the lane is ours', async () => {
        const { id, lane, next } = await answered('one');
        expect(await ledger.holdDelivering(id)).toBe('bot');
        expect(await other.holdDelivering(id)).toBeUndefined();
        await wait(2 * sendGraceMs);
        expect(await other.commitTaking(taking(next))).toMatchObject({ messages: [] });
        expect(await ledger.holdDelivering(id)).toBe('human');
        await bench.arrived(ledger, [lane]);
        expect(await ledger.holdDelivering(id)).toBeUndefined();
        expect(await ledger.holdDelivering('999999' as ConversationId)).toBeUndefined();
      });

      it('keeps the lane and marks anew what is left of it', async () => {
        const { id, next } = await answered('one', 'bot', ['first', 'second']);
        await wait(2 * sendGraceMs);
        await bench.run(
          sql`update conversations set delivering_until = now() + interval '10 milliseconds' where id = ${id}::bigint`,
        );
        expect(await ledger.holdDelivering(id)).toBe('bot');
        expect(await other.commitTaking(taking(next))).toBe('busy');
        const [{ left } = { left: 0 }] = await bench.run(
          sql`select extract(epoch from delivering_until - clock_timestamp())::float as left from conversations where id = ${id}::bigint`,
        );
        expect(left).toBeGreaterThan(5);
      });

      it('is lost when somebody else has the lane by now', async () => {
        const { id } = await answered('one');
        await bench.expire();
        expect(await other.claimDelivering(10)).toHaveLength(1);
        expect(await ledger.holdDelivering(id)).toBeUndefined();
        expect(await other.holdDelivering(id)).toBe('bot');
      });
    });

    describe('commitTaking', () => {
      it('is busy while text of the bot is about to be sent, and writes nothing then', async () => {
        const { id, next } = await answered('one');
        const before = await bench.conversation(id);
        const plan = taking(next, answering(next, ['Mira has joined']));
        const joining = { ...plan, changes: taking(next).changes };
        expect(await other.commitTaking(joining)).toBe('busy');
        expect(await bench.conversation(id)).toMatchObject({
          version: before.version,
          status: 'bot',
          consumed_seq: before.consumed_seq,
        });
        expect(await bench.outbox(id)).toHaveLength(1);
        await wait(2 * sendGraceMs);
        expect(await other.commitTaking(joining)).toMatchObject({ messages: [expect.any(String)] });
        expect(await bench.conversation(id)).toMatchObject({ status: 'human', owner: 'Mira' });
      });

      it('waits for nothing that has arrived, was given up, or goes out under no lane of anybody', async () => {
        const arrived = await answered('arrived');
        await bench.arrived(ledger, [arrived.lane]);
        expect(await other.commitTaking(taking(arrived.next))).not.toBe('busy');

        const dead = await answered('dead');
        await ledger.finishDelivering([
          {
            conversation: dead.id,
            results: [
              {
                id: dead.lane.dispatches[0]?.outbound.id ?? '',
                ok: false,
                permanent: true,
                withdrawn: true,
                error: 'withdrawn: x',
              },
            ],
          },
        ]);
        expect(await other.commitTaking(taking(dead.next))).not.toBe('busy');

        // Its worker died: whoever claims the lane next reads who has the conversation.
        const lost = await answered('lost');
        await bench.run(
          sql`update conversations set delivering_until = now() - interval '1 second' where id = ${lost.id}::bigint`,
        );
        expect(await other.commitTaking(taking(lost.next))).not.toBe('busy');
      });

      it('waits for nobody but the bot', async () => {
        for (const by of ['human', 'system'] as const) {
          const { id, next } = await answered(by, by);
          expect(await other.commitTaking(taking(next))).not.toBe('busy');
          expect(await statusOf(id)).toBe('human');
        }
      });

      it('is stale where the conversation has moved on', async () => {
        const claim = await bench.claimed(said('one', 'question'));
        await bench.run(
          sql`update conversations set version = version + 1 where id = ${claim.conversation.id}::bigint`,
        );
        expect(await ledger.commitTaking(taking(claim))).toBe('stale');
        expect(await statusOf(claim.conversation.id)).toBe('bot');
      });

      it('passes at once what takes nothing: it is theirs already, or goes elsewhere', async () => {
        const { id, next } = await answered('one');
        await bench.run(sql`update conversations set status = 'human' where id = ${id}::bigint`);
        expect(await other.commitTaking(taking(next))).not.toBe('busy');
        const closing = await answered('two');
        const { version } = closing.next.conversation;
        const plan = taking(closing.next, { changes: [{ conversation: closing.id, version, status: 'resolved' }] });
        expect(await other.commitTaking(plan)).not.toBe('busy');
        // Another conversation's answer is no matter.
        await answered('three');
        const quiet = await bench.claimed(said('four', 'question'));
        expect(await ledger.commitTaking(taking(quiet))).not.toBe('busy');
      });

      it('leaves nothing of the bot to be sent that had not begun', async () => {
        const claim = await bench.claimed(said('one', 'question'));
        const { id } = claim.conversation;
        const lane = only(committed(await ledger.commit(answering(claim, ['first']))).deliveries);
        const second = await bench.claimed(said('one', 'more'));
        await ledger.commit(answering(second, ['second']));
        const next = await bench.claimed(said('one', 'I take this'), other);
        await wait(2 * sendGraceMs);
        expect(await other.commitTaking(taking(next))).not.toBe('busy');
        await bench.arrived(ledger, [lane]);
        await bench.hurry();
        expect(await ledger.claimDelivering(10)).toEqual([]);
        expect(await bench.outbox(id)).toMatchObject([
          { text: 'first', delivered: true },
          { text: 'second', delivered: false, dead: true, error: expect.stringContaining('withdrawn') },
        ]);
      });

      it('is not kept waiting by what has not begun: an answer in many parts, or one that is being shown', async () => {
        const { id, lane, next } = await answered('parts', 'bot', ['first', 'second', 'third']);
        expect(await other.commitTaking(taking(next))).toBe('busy');
        // Between two parts of the answer.
        expect(await ledger.holdDelivering(id)).toBeUndefined();
        await wait(2 * sendGraceMs);
        expect(await other.commitTaking(taking(next))).not.toBe('busy');
        expect(await ledger.holdDelivering(id)).toBe('human');
        await bench.arrived(ledger, [lane]);

        const claim = await bench.claimed(said('shown', 'question'));
        const { version } = claim.conversation;
        expect(await ledger.beginShowing(claim.conversation.id, version)).toBe(true);
        expect(await ledger.commitTaking(taking(claim))).toBe('busy');
        expect(await ledger.beginShowing(claim.conversation.id, version)).toBe(false);
      });

      it('holds nothing up for long when whoever was taking it has died', async () => {
        const { id, next } = await answered('one');
        expect(await other.commitTaking(taking(next))).toBe('busy');
        expect(await ledger.holdDelivering(id)).toBeUndefined();
        await bench.run(sql`update conversations set taking_until = taking_until - interval '2 seconds'`);
        expect(await ledger.holdDelivering(id)).toBe('bot');
      });

      it('leaves nothing of the bot to be sent later, though the person has closed it by then', async () => {
        const { id, lane, next } = await answered('one');
        const [dispatch] = lane.dispatches;
        const pauseMs = 60_000;
        await ledger.finishDelivering([
          {
            conversation: id,
            results: [
              {
                id: dispatch?.outbound.id ?? '',
                ok: false,
                permanent: false,
                refused: true,
                error: 'rate_limited: x',
                pauseMs,
              },
            ],
          },
        ]);
        committed((await other.commitTaking(taking(next))) as Committed);
        const closing = await bench.claimed(said('one', 'bye'));
        const { version } = closing.conversation;
        const changes = [{ conversation: id, version, status: 'resolved', owner: null }] as const;
        committed(await ledger.commit(answering(closing, [], { changes })));
        await bench.hurry();
        expect(await ledger.claimDelivering(10)).toEqual([]);
        expect(await bench.outbox(id)).toMatchObject([{ delivered: false, dead: true }]);
      });

      it('never meets anybody in a circle, and comes through, while everything happens at once', async () => {
        const claims: Awaited<ReturnType<typeof answered>>[] = [];
        for (let n = 0; n < 8; n += 1) claims.push(await answered(`crowd ${n}`));
        const takes = claims.map(async ({ next }) => {
          for (;;) {
            const result = await other.commitTaking(taking(next));
            if (result !== 'busy') return result;
            await pause(5);
          }
        });
        const sends = claims.map(async ({ id, lane }) => {
          await ledger.holdDelivering(id);
          await bench.arrived(ledger, [lane]);
        });
        const words = claims.map((_one, n) => bench.take(said(`crowd ${n}`, 'and?'), said(`crowd ${7 - n}`, 'hello?')));
        const [results] = await Promise.all([Promise.all(takes), Promise.all(sends), Promise.all(words)]);
        expect(results).not.toContain('stale');
        for (const { id } of claims) expect(await statusOf(id)).toBe('human');
      });
    });
  });
};
