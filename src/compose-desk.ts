/** Joins the life of cases to the clock: what customers may expect, what desks are told, what a pressed card shows. */
import type { Log } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import { addOpenMs, isOpenAt, nextOpening } from '#core/hours.ts';
import type { Config } from './config.ts';
import { createDesk, tend, type Upkeep } from './desk/index.ts';
import type { Answers } from './pipeline/answer-delivery.ts';
import type { createSettled } from './pipeline/settle.ts';
import type { Signal } from './pipeline/signal.ts';
import type { TurnDeps } from './pipeline/take-turn.ts';
import type { Cases } from './store/cases.ts';
import type { DeskRows } from './store/desk.ts';

/** Platforms that want a pressed card back give up after about ten seconds. */
const cardWaitMs = 5_000;

/** The desk where the settings say it is. */
export const openDesk = ({ channels, desk, server }: Config) =>
  createDesk(
    { ...channels.desk, ownThreads: channels.desk.channel === 'web' },
    {
      urlOf: (code) => `${server.publicUrl}/console/case-${code}`,
      ...(desk.secondLevel === undefined ? {} : { secondLevel: desk.secondLevel }),
    },
  );

/** What is promised and when people are nudged, of the settings. */
export const upkeepOf = ({
  hours,
  sla,
  remindAfterMinutes,
  secondLevel,
  secondLevelAfterMinutes,
}: Config['desk']): Upkeep => ({
  ...(hours === undefined ? {} : { hours }),
  sla: { ...sla, ...(hours === undefined ? {} : { hours }) },
  remindAfterMinutes,
  secondLevelAfterMinutes: secondLevel === undefined ? 0 : secondLevelAfterMinutes,
});

/** When customers may expect a person, by business hours and by how long people really take. */
export const createExpectations = (
  upkeep: Upkeep,
  rows: DeskRows,
  now: () => Date,
  stack: AsyncDisposableStack,
): Pick<TurnDeps, 'reach' | 'firstReplyDue'> => {
  let usualMinutes: number | undefined;
  const refresh = async (): Promise<void> => {
    usualMinutes = await rows.usualWaitMinutes().catch(() => undefined);
  };
  const timer = setInterval(() => void refresh(), 300_000).unref();
  stack.defer(() => clearInterval(timer));
  void refresh();
  const { hours, sla } = upkeep;
  return {
    reach: () => {
      const at = now();
      if (hours === undefined || isOpenAt(hours, at))
        return { kind: 'open', ...(usualMinutes === undefined ? {} : { usualMinutes }) };
      const opensAt = nextOpening(hours, at);
      return opensAt === undefined
        ? { kind: 'away' }
        : { kind: 'closed', opensAt, timeZone: hours.timeZone, asked: at };
    },
    firstReplyDue: () =>
      sla.firstResponseMinutes === undefined ? undefined : addOpenMs(hours, now(), sla.firstResponseMinutes * 60_000),
  };
};

/** A minute of what nobody has to wait for: reminders, clocks that have run out, threads that never became known. */
export const tendDesk = async (
  upkeep: Upkeep,
  cases: Cases,
  rows: DeskRows,
  reading: Signal,
  now: Date,
  log: Log,
): Promise<void> => {
  const nudges = (await cases.open()).flatMap((open) => tend(open, upkeep, now));
  if (nudges.length > 0 && (await cases.tell(nudges)) > 0) reading.raise();
  for (const address of await rows.expireHeld(60))
    log.warn(address, 'a desk thread that belongs to no case; nothing of it was passed on');
};

/** What platforms ask for in the same response. */
export const createAnswers = (
  rows: DeskRows,
  cases: Cases,
  settled: ReturnType<typeof createSettled>,
  log: Log,
): Answers => ({
  findState: rows.stateOf,
  async findCard({ cardOf, actionId }, taken) {
    try {
      const waits = taken.flatMap(({ conversationId, seq }) =>
        conversationId == null ? [] : [settled(conversationId, seq, cardWaitMs)],
      );
      // What waits for its thread to become known has no case yet, and no outcome.
      const isHeld = taken.some(({ kind }) => kind === 'held');
      const isSettled = (await Promise.all(waits)).every(Boolean) && !isHeld;
      return { ...(await cases.cardAt(cardOf, actionId)), settled: isSettled };
    } catch (error) {
      // What was pressed is stored; only its picture is missing, and the card is redrawn by itself.
      log.warn({ error: errorMessage(error) }, 'a card could not be looked up');
      return { settled: false };
    }
  },
});
