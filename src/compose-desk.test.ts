import { describe, expect, it } from 'vitest';
import type { Hours } from '#core/hours.ts';
import type { AcceptedEvent } from '#core/ledger.ts';
import type { ConversationId } from '#core/message.ts';
import { theCard } from '#test/fakes/pipeline.ts';
import { recordingLog } from '#test/recording-log.ts';
import { createAnswers, createExpectations, openDesk, tendDesk, upkeepOf } from './compose-desk.ts';
import { readConfig } from './config.ts';
import type { OpenCase } from './desk/tend.ts';
import { createSignal } from './pipeline/signal.ts';
import type { Cases } from './store/cases.ts';
import type { DeskRows } from './store/desk.ts';

const read = (env: Readonly<Record<string, string>>) =>
  readConfig({ env, readFile: () => '', localSecret: () => 'a secret of this test' });
const hours: Hours = { timeZone: 'Europe/Berlin', weekly: { monday: [{ from: '09:00', to: '17:00' }] }, holidays: [] };
const never: Hours = { ...hours, weekly: {} };
const monday = (time: string) => new Date(`2026-01-05T${time}:00Z`);
const unused = (name: string) => () => Promise.reject(new Error(`${name} was asked.`));
const rowsOf = (more: Partial<DeskRows>): DeskRows =>
  ({
    stateOf: unused('stateOf'),
    usualWaitMinutes: async () => undefined,
    expireHeld: async () => [],
    ...more,
  }) as DeskRows;

describe('what customers may expect', () => {
  const expecting = async (
    upkeep: Partial<Parameters<typeof createExpectations>[0]>,
    at: Date,
    usual: () => Promise<number | undefined> = async () => undefined,
  ) => {
    await using stack = new AsyncDisposableStack();
    const found = createExpectations(
      { sla: {}, remindAfterMinutes: 10, secondLevelAfterMinutes: 0, ...upkeep },
      rowsOf({ usualWaitMinutes: usual }),
      () => at,
      stack,
    );
    await new Promise(setImmediate);
    return { reach: found.reach(), due: found.firstReplyDue() };
  };

  it('is a person at any time where no hours are set, as quick as they usually are', async () => {
    expect((await expecting({}, monday('03:00'))).reach).toEqual({ kind: 'open' });
    expect((await expecting({}, monday('03:00'), async () => 12)).reach).toEqual({ kind: 'open', usualMinutes: 12 });
    // Nobody knows how quick: not a reason to say nothing.
    const failing = await expecting({}, monday('03:00'), () => Promise.reject(new Error('the database is away')));
    expect(failing.reach).toEqual({ kind: 'open' });
  });

  it('is a person while it is open, else when it opens again', async () => {
    expect((await expecting({ hours }, monday('08:00'), async () => 12)).reach).toEqual({
      kind: 'open',
      usualMinutes: 12,
    });
    expect((await expecting({ hours }, monday('07:59'), async () => 12)).reach).toEqual({
      kind: 'closed',
      timeZone: 'Europe/Berlin',
      opensAt: monday('08:00'),
      asked: monday('07:59'),
    });
    expect((await expecting({ hours }, monday('16:00'))).reach).toMatchObject({
      opensAt: new Date('2026-01-12T08:00:00Z'),
    });
  });

  it('is no time where nothing ever opens', async () => {
    expect(await expecting({ hours: never, sla: { firstResponseMinutes: 60, hours: never } }, monday('10:00'))).toEqual(
      {
        reach: { kind: 'away' },
        due: undefined,
      },
    );
  });

  it('is a first reply by the end of what is promised, counted in open time', async () => {
    expect((await expecting({}, monday('10:00'))).due).toBeUndefined();
    const sla = { firstResponseMinutes: 60 };
    expect((await expecting({ sla }, monday('10:00'))).due).toEqual(monday('11:00'));
    expect((await expecting({ sla, hours }, monday('03:00'))).due).toEqual(monday('09:00'));
    expect((await expecting({ sla, hours }, monday('15:30'))).due).toEqual(new Date('2026-01-12T08:30:00Z'));
  });
});

describe('the settings of a desk', () => {
  it('say when people are nudged; never to a second level that there is not', () => {
    const { desk } = read({});
    expect(upkeepOf(desk)).toEqual({ sla: {}, remindAfterMinutes: 10, secondLevelAfterMinutes: 0 });
    const more = {
      ...desk,
      hours,
      sla: { firstResponseMinutes: 60 },
      secondLevel: { channel: 'slack', space: 'C2' },
    } as const;
    expect(upkeepOf(more)).toEqual({
      hours,
      sla: { firstResponseMinutes: 60, hours },
      remindAfterMinutes: 10,
      secondLevelAfterMinutes: 30,
    });
  });

  it('say where cards go and where a case is shown as a whole', () => {
    const config = read({ PUBLIC_URL: 'https://help.example.org' });
    const web = openDesk(config);
    expect(web.place).toEqual({ channel: 'web', space: 'desk', ownThreads: true });
    expect(web.urlOf?.('7F3K')).toBe('https://help.example.org/console/case-7F3K');
    expect(web).not.toHaveProperty('secondLevel');
    const place = { channel: 'slack', space: 'C1' } as const;
    const slack = openDesk({
      ...config,
      channels: { ...config.channels, desk: place },
      desk: { ...config.desk, secondLevel: { channel: 'slack', space: 'C2' } },
    });
    expect(slack.place).toEqual({ ...place, ownThreads: false });
    expect(slack.secondLevel).toEqual({ channel: 'slack', space: 'C2' });
  });
});

describe('a minute of the desk', () => {
  const open: OpenCase = {
    id: '5',
    code: '7F3K',
    status: 'open',
    deskConversationId: '9' as ConversationId,
    told: [],
    events: [{ kind: 'opened', at: monday('10:00') }],
  };
  const upkeep = { sla: {}, remindAfterMinutes: 10, secondLevelAfterMinutes: 0 };
  const tended = async (
    cases: readonly OpenCase[],
    at: Date,
    held: Awaited<ReturnType<DeskRows['expireHeld']>> = [],
  ) => {
    const told: unknown[] = [];
    const log = recordingLog();
    const reading = createSignal();
    const woken = reading.wait(1, new AbortController().signal);
    await tendDesk(
      upkeep,
      {
        open: async () => [...cases],
        tell: async (nudges) => {
          told.push(...nudges);
          return nudges.length;
        },
        cardAt: unused('cardAt'),
      } as Cases,
      rowsOf({ expireHeld: async () => held }),
      reading,
      at,
      log,
    );
    await woken;
    return { told, log };
  };

  it('tells what is due, and nothing when nothing is', async () => {
    expect((await tended([open], monday('10:10'))).told).toMatchObject([{ action: 'remind', key: 'remind:5' }]);
    expect((await tended([open], monday('10:09'))).told).toEqual([]);
    expect((await tended([], monday('10:10'))).told).toEqual([]);
  });

  it('says in the log which threads never became known', async () => {
    const lost = { channel: 'slack', space: 'C1', thread: '7.0' } as const;
    const { log } = await tended([], monday('10:00'), [lost]);
    expect(log.lines).toHaveLength(1);
    expect(JSON.stringify(log.lines)).toContain('7.0');
  });
});

describe('the card that a press wants back', () => {
  const cardOf = { channel: 'teams', space: 'C1', thread: '7' } as const;
  const taken = (...ids: readonly (string | undefined)[]): AcceptedEvent[] =>
    ids.map((id, index) => ({
      kind: 'accepted',
      seq: index + 1,
      ...(id === undefined ? {} : { conversationId: id as ConversationId }),
    }));
  const answers = (settled: (id: ConversationId, seq: number) => Promise<boolean>, cardAt: Cases['cardAt']) => {
    const log = recordingLog();
    const cases = { open: unused('open'), tell: unused('tell'), cardAt } as unknown as Cases;
    return { log, ...createAnswers(rowsOf({}), cases, settled, log) };
  };

  it('is looked up once everything that was pressed has its outcome', async () => {
    const order: string[] = [];
    const { findCard } = answers(
      async (id, seq) => {
        await new Promise(setImmediate);
        order.push(`settled ${id} ${seq}`);
        return true;
      },
      async (place, actionId) => {
        order.push(`card ${place.thread} ${actionId}`);
        return { card: theCard, refusal: 'Mira already has this conversation.' };
      },
    );
    expect(await findCard({ cardOf, actionId: 'a1' }, taken('1', '2'))).toEqual({
      card: theCard,
      refusal: 'Mira already has this conversation.',
      settled: true,
    });
    expect(order).toEqual(['settled 1 1', 'settled 2 2', 'card 7 a1']);
  });

  it('is shown as it is to somebody who only looks, or pressed in no case of ours', async () => {
    const { findCard } = answers(unused('settled'), async () => ({ card: theCard }));
    expect(await findCard({ cardOf }, [])).toEqual({ card: theCard, settled: true });
    expect(await findCard({ cardOf }, taken(undefined))).toEqual({ card: theCard, settled: true });
  });

  it('is not there yet while the press waits for its thread to become known', async () => {
    const { findCard } = answers(unused('settled'), async () => ({}));
    expect(await findCard({ cardOf, actionId: 'a1' }, [{ kind: 'held', seq: 0 }])).toEqual({ settled: false });
  });

  it('says so when it takes too long, for any of them', async () => {
    const { findCard } = answers(
      async (id) => id === '1',
      async () => ({ card: theCard }),
    );
    expect(await findCard({ cardOf, actionId: 'a1' }, taken('1', '2'))).toEqual({ card: theCard, settled: false });
  });

  it('costs the press nothing when it cannot be looked up', async () => {
    for (const { findCard, log } of [
      answers(async () => true, unused('cardAt')),
      answers(unused('settled'), async () => ({ card: theCard })),
    ]) {
      expect(await findCard({ cardOf, actionId: 'a1' }, taken('1'))).toEqual({ settled: false });
      expect(log.lines).toHaveLength(1);
    }
  });
});
