import type { BigIntStats } from 'node:fs';
import type { ItemState } from '../document.ts';

/** What changes whenever a file is written: its size and both its dates, in nanoseconds. */
export const fingerprintOf = ({ size, mtimeNs, ctimeNs }: BigIntStats): string => `${size}:${mtimeNs}:${ctimeNs}`;

/**
 * The state that tells, the next time, that a file is as it was. None for a file changed so recently that its file system
 * could give the same date to another change.
 */
export const stateOfFile = (info: BigIntStats, now: number): ItemState | undefined => {
  const second = 1_000_000_000n;
  const grainMs = info.ctimeNs % second === 0n && info.mtimeNs % second === 0n ? 2_000 : 50;
  return now - Number(info.ctimeNs / 1_000_000n) > grainMs ? { file: fingerprintOf(info) } : undefined;
};

export const isFileUnchanged = (info: BigIntStats, { file }: ItemState = {}): boolean => file === fingerprintOf(info);
