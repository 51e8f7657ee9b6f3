import { type Hours, openMsBetween } from '#core/hours.ts';
import type { ConversationId } from '#core/message.ts';
import { type CaseEvent, type Clock, type SlaPolicy, slaOf } from '#core/sla.ts';

/** A case that is not closed, with its log. */
export interface OpenCase {
  readonly id: string;
  readonly code: string;
  readonly status: 'open' | 'claimed';
  readonly claimedBy?: string;
  readonly deskConversationId: ConversationId;
  /** Keys of what its desk was told of already. */
  readonly told: readonly string[];
  readonly events: readonly CaseEvent[];
}

/** When people are to be nudged; minutes of open time, 0 for never. */
export interface Upkeep {
  readonly hours?: Hours;
  readonly sla: SlaPolicy;
  readonly remindAfterMinutes: number;
  readonly secondLevelAfterMinutes: number;
}

/** An event of our own for the conversation of a desk. The same `key` is told once. */
export interface Nudge {
  readonly conversation: ConversationId;
  readonly key: string;
  readonly action: 'remind' | 'second-level' | 'overdue';
  /** Words for the desk, where the action needs any. */
  readonly value: string;
}

const promises: readonly (readonly [clock: 'first' | 'next' | 'resolution', words: string])[] = [
  ['first', 'The first reply to'],
  ['next', 'The next reply to'],
  ['resolution', 'Closing'],
];

/** What the desk of a case is to be told at `now`, and has not been told yet. Pure. */
export const tend = (open: OpenCase, upkeep: Upkeep, now: Date): readonly Nudge[] => {
  const { id, code, deskConversationId: conversation, events, status } = open;
  const openedAt = events.find(({ kind }) => kind === 'opened')?.at;
  const waitedFor = (minutes: number): boolean =>
    status === 'open' &&
    openedAt !== undefined &&
    minutes > 0 &&
    openMsBetween(upkeep.hours, openedAt, now) >= minutes * 60_000;
  const sla = slaOf(events, upkeep.sla, now);
  const nudges: Nudge[] = [];
  if (waitedFor(upkeep.remindAfterMinutes))
    nudges.push({ conversation, key: `remind:${id}`, action: 'remind', value: '' });
  for (const [name, words] of promises) {
    const clock = sla[name];
    if (clock?.state === 'overdue')
      nudges.push({
        conversation,
        key: `overdue:${id}:${name}:${clock.dueAt.getTime()}`,
        action: 'overdue',
        value: `${words} ${code} is overdue: it was due ${when(clock, upkeep.hours?.timeZone ?? 'UTC')}.`,
      });
  }
  if (waitedFor(upkeep.secondLevelAfterMinutes))
    nudges.push({ conversation, key: `second-level:${id}`, action: 'second-level', value: '' });
  return nudges.filter(({ key }) => !open.told.includes(key));
};

const when = ({ dueAt }: Clock, timeZone: string): string =>
  `${new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit', timeZone }).format(dueAt)} (${timeZone})`;
