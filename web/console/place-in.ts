import type { EscalationSummary } from '#src/http/wire.ts';
import type { StatusFilter } from './console-api.ts';

/** A list of one status with a case as it is now: in its place, or no longer there. One that comes in anew waits for the next read. */
export const placeIn = <T extends Pick<EscalationSummary, 'id' | 'status'>>(
  items: readonly T[],
  filter: StatusFilter,
  item: T,
): readonly T[] =>
  items.flatMap((one) => {
    if (one.id !== item.id) return [one];
    return filter === 'all' || filter === item.status ? [item] : [];
  });
