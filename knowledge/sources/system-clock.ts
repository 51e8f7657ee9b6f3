import { setTimeout } from 'node:timers/promises';
import type { Clock } from './source.ts';

export const systemClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) => setTimeout(ms, undefined, signal ? { signal } : {}),
};
