import type { Commit } from '#core/ledger.ts';
import type { Pending } from '#core/turn.ts';
import type { Decision } from './steps/attend.ts';

/** The same decision for every event of channels where speaking is a question. */
export const decisionsOn = (
  pending: readonly Pending[],
  { speaks, reason }: Decision,
): NonNullable<Commit['decisions']> =>
  pending.flatMap(({ event: { attention, dedupeKey, address } }) =>
    attention === undefined ? [] : [{ key: dedupeKey, address, speaks, reason }],
  );
