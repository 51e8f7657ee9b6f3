/**
 * A person takes a conversation while the bot writes in it: nothing of the bot starts to be sent or shown afterwards. Each run is
 * one interleaving of a question, its answer part by part, a claim, replies and workers that die. OWNERSHIP sets how many.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { InboundEvent } from '#core/message.ts';
import { engines, openTestDatabase } from '#test/database.ts';
import { gapsOf, watchHolds } from '#test/flows/promises.ts';
import { cuttable, newSeen, randomOf, reach } from '#test/flows/weather.ts';
import { until } from '#test/product.ts';
import { createRoom, echo, said, startSpine } from '#test/spine.ts';

const runs = Number(process.env.OWNERSHIP ?? 60);
const atOnce = 12;
const mira = { role: 'human', externalId: 'agent:Mira', name: 'Mira' } as const;

it.each(engines)(
  'the bot starts nothing once a person has taken a conversation (%s)',
  {
    timeout: 60_000 + runs * 600,
  },
  async (engine) => {
    await using database = await openTestDatabase(engine);
    await watchHolds(database);
    const random = randomOf(runs);
    const room = createRoom();
    const record = newSeen();
    let born = 0;
    let isOver = false;
    const startWorker = async () => {
      born += 1;
      const name = `w${born}`;
      const link = cuttable(database);
      // Slower and less reliable than any platform: a send may take most of a second, and be cut off.
      const spine = await startSpine(
        link.database,
        { adapter: reach(room, link, record, random) },
        {
          worker: name,
          async decide(turn) {
            if (turn.question.includes('person'))
              return {
                kind: 'escalate',
                reason: 'asked-for-human',
                confidence: 1,
                brief: { question: turn.question, why: 'asked', tried: [] },
                holding: { markdown: 'holding', attachments: [] },
              };
            for (let part = 0; part < 3; part += 1) {
              turn.progress({ text: `re: ${part}` });
              await pause(random() * 60);
            }
            return echo(turn);
          },
        },
      );
      return { name, spine, cut: link.cut };
    };
    const workers = [await startWorker(), await startWorker()];
    const dead: Promise<void>[] = [];
    const killing = (async () => {
      while (!isOver) {
        await pause(200 + random() * 400);
        const place = Math.floor(random() * workers.length);
        const killed = workers[place] as (typeof workers)[number];
        killed.cut();
        dead.push(killed.spine.worker.stop(0));
        workers[place] = await startWorker();
        await sql`update conversations set
          reading_until = case when reading_by = ${killed.name} then '-infinity' else reading_until end,
          delivering_until = case when delivering_by = ${killed.name} then '-infinity' else delivering_until end
          where reading_by = ${killed.name} or delivering_by = ${killed.name}`.execute(database.db);
      }
    })();
    await using door = await startSpine(database, room, { worker: 'door', start: false });

    const caseOf = async (thread: string): Promise<string | undefined> =>
      (
        await sql<{
          id: string;
        }>`select e.id::text from escalations e join addresses a on a.conversation_id = e.conversation_id
        where a.thread = ${thread}`.execute(database.db)
      ).rows[0]?.id;
    const statusOf = async (thread: string): Promise<string | undefined> =>
      (
        await sql<{ status: string }>`select c.status from conversations c join addresses a on a.conversation_id = c.id
        where a.thread = ${thread}`.execute(database.db)
      ).rows[0]?.status;

    const play = async (run: number): Promise<void> => {
      const thread = `run-${run}`;
      await door.say(said(thread, 'a person please'));
      let escalation = '';
      await until(`a case in ${thread}`, async () => {
        escalation = (await caseOf(thread)) ?? '';
        return escalation !== '';
      });
      const act = (body: InboundEvent['body']) =>
        door.say({
          ...said(escalation, ''),
          address: { channel: 'web', space: 'desk', thread: escalation },
          author: mira,
          body,
        });
      await act({ kind: 'action', action: 'return', value: '' });
      await until(`${thread} is the bot’s`, async () => (await statusOf(thread)) === 'bot');
      // The bot begins to write, and somewhere in between a person takes it.
      await door.say(said(thread, `question ${run}`));
      await pause(random() * 250);
      await act({ kind: 'action', action: 'reopen', value: '' });
      if (random() < 0.5) await act({ kind: 'message', content: { markdown: `reply ${run}`, attachments: [] } });
      // Whose workers die again and again is handed over anew: the older case is not reopened beside that.
      await until(`${thread} is with people`, async () => /human|waiting/.test((await statusOf(thread)) ?? ''));
      if (random() < 0.3) await door.say(said(thread, `and ${run}?`));
    };
    let next = 0;
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (next < runs) {
          next += 1;
          await play(next);
        }
      }),
    );
    isOver = true;
    await killing;
    await until('everything has its outcome', async () => {
      await sql`update conversations set wake_at = least(wake_at, now()), deliver_at = least(deliver_at, now())
      where wake_at > now() or deliver_at > now()`.execute(database.db);
      const { rows } = await sql`select from conversations c where c.inbox_seq > c.consumed_seq
      union all select from outbox o where o.delivered_at is null and o.dead_at is null`.execute(database.db);
      return rows.length === 0;
    });
    await Promise.all(workers.map(({ spine }) => spine.worker.stop(1_000)));
    await Promise.all(dead);

    expect(await gapsOf(database, record)).toEqual([]);
    // Each way was taken: answered before the claim, and never answered because of it.
    const answered = new Set(
      room.arrived.flatMap(({ content }) => /^re: question (\d+)$/.exec(content.markdown)?.[1] ?? []),
    );
    expect(answered.size).toBeGreaterThan(0);
    expect(answered.size).toBeLessThan(runs);
  },
);
