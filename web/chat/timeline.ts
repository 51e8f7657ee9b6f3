import type { MessageWire } from '#src/http/wire.ts';

/** Messages in the order of the server's ids, each once. */
export type Timeline = readonly MessageWire[];

/** Older messages that are read once more when catching up: rows may become visible slightly out of order. */
const overlap = 5;

/** Ids are decimal numbers of any length, growing in time. */
export const compareIds = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

/**
 * Whether a message is in the history. A pressed button is confirmed with a message that nobody stored; its id would
 * stand after all others for ever.
 */
export const isStored = ({ id }: Pick<MessageWire, 'id'>): boolean => /^\d+$/.test(id);

/**
 * Puts messages where they belong. A message that is known already is replaced (its text may have been edited), never
 * doubled. Returns the same array when nothing changed.
 */
export const mergeMessages = (timeline: Timeline, incoming: readonly MessageWire[]): Timeline => {
  const known = new Map(timeline.map((message) => [message.id, message]));
  let changed = false;
  for (const message of incoming) {
    const before = known.get(message.id);
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(message)) continue;
    known.set(message.id, message);
    changed = true;
  }
  return changed ? [...known.values()].sort((a, b) => compareIds(a.id, b.id)) : timeline;
};

/** Messages that the timeline did not have. */
export const unknownOf = (timeline: Timeline, incoming: readonly MessageWire[]): readonly MessageWire[] => {
  const known = new Set(timeline.map((message) => message.id));
  return incoming.filter((message) => !known.has(message.id));
};

/** The id to read on from, a little before `syncedTo`; undefined while the timeline is empty. */
export const resumeAfter = (timeline: Timeline, syncedTo: string): string | undefined => {
  const behind = timeline.filter((message) => compareIds(message.id, syncedTo) <= 0);
  return (behind.at(-1 - overlap) ?? behind[0])?.id;
};

/** The later of two positions. */
export const laterId = (a: string | undefined, b: string | undefined): string | undefined => {
  if (a === undefined || b === undefined) return a ?? b;
  return compareIds(a, b) >= 0 ? a : b;
};
