/** Settings of the support team: when people are there, what is promised, and what happens when nobody takes a case. */
import { z } from 'zod';
import { hoursSchema } from '#core/hours.ts';
import { slaSchema } from '#core/sla.ts';
import { int, setting } from '../setting.ts';
import { deskPlace } from './desk-place.ts';

export const desk = z.object({
  hours: setting(hoursSchema.optional(), {
    about:
      'When people are there: { timeZone: Europe/Berlin, monday: "09:00-17:00", …, holidays: [2026-12-25] }. Always, when not set.',
  }),
  sla: setting(slaSchema.omit({ hours: true }).default({}), {
    about:
      'What is promised, in minutes of open time: { firstResponseMinutes, nextResponseMinutes, resolutionMinutes }.',
  }),
  secondLevel: setting(deskPlace().optional(), {
    env: 'DESK_SECOND_LEVEL',
    about: 'Where a case goes on that nobody has taken for long: another place of the same kind as DESK.',
  }),
  secondLevelAfterMinutes: setting(int(1, 10_080).default(30), {
    env: 'DESK_SECOND_LEVEL_AFTER_MINUTES',
    about: 'How long that is, in minutes of open time.',
  }),
  remindAfterMinutes: setting(int(0, 10_080).default(10), {
    env: 'DESK_REMIND_AFTER_MINUTES',
    about:
      'When nobody has claimed a case after so many minutes of open time, desk and customer are told; 0 for never.',
  }),
});
