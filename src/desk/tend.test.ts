import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hours } from '#core/hours.ts';
import type { ConversationId } from '#core/message.ts';
import { type OpenCase, tend, type Upkeep } from './tend.ts';

const monday = (time: string) => new Date(`2026-03-02T${time}:00Z`);
const hours: Hours = { timeZone: 'UTC', weekly: { monday: [{ from: '09:00', to: '17:00' }] }, holidays: [] };
const upkeep: Upkeep = {
  sla: { firstResponseMinutes: 60, nextResponseMinutes: 30, resolutionMinutes: 480 },
  remindAfterMinutes: 10,
  secondLevelAfterMinutes: 30,
};
const open = (more: Partial<OpenCase> = {}): OpenCase => ({
  id: '5',
  code: '7F3K',
  status: 'open',
  deskConversationId: '9' as ConversationId,
  told: [],
  events: [{ kind: 'opened', at: monday('10:00') }],
  ...more,
});
const actions = (one: OpenCase, time: string, by = upkeep) => tend(one, by, monday(time)).map(({ action }) => action);

describe('what a desk is told', () => {
  it('comes when it is due, in order', () => {
    expect(actions(open(), '10:09')).toEqual([]);
    expect(actions(open(), '10:10')).toEqual(['remind']);
    expect(actions(open(), '10:30')).toEqual(['remind', 'second-level']);
    expect(actions(open(), '11:01')).toEqual(['remind', 'overdue', 'second-level']);
  });

  it('is not told twice, and not of a case that somebody has', () => {
    expect(actions(open({ told: ['remind:5', 'second-level:5'] }), '10:40')).toEqual([]);
    const claimed = open({
      status: 'claimed',
      events: [...open().events, { kind: 'claimed', at: monday('10:05'), by: 'Mira' }],
    });
    expect(actions(claimed, '10:40')).toEqual([]);
    expect(actions(claimed, '11:01')).toEqual(['overdue']);
  });

  it('counts only the time in which somebody is there', () => {
    const early = open({ events: [{ kind: 'opened', at: monday('06:00') }] });
    const byHours = { ...upkeep, hours, sla: { ...upkeep.sla, hours } };
    expect(actions(early, '08:59', byHours)).toEqual([]);
    expect(actions(early, '09:10', byHours)).toEqual(['remind']);
    expect(actions(early, '06:10')).toEqual(['remind']);
  });

  it('says which promise and when, and anew for the next one', () => {
    const answered = open({
      status: 'claimed',
      events: [
        ...open().events,
        { kind: 'person-replied', at: monday('10:20') },
        { kind: 'customer-wrote', at: monday('10:30') },
      ],
    });
    expect(tend(answered, upkeep, monday('11:05'))).toEqual([
      {
        conversation: '9',
        key: `overdue:5:next:${monday('11:00').getTime()}`,
        action: 'overdue',
        value: 'The next reply to 7F3K is overdue: it was due Mon 11:00 (UTC).',
      },
    ]);
  });

  it('never comes when everything is switched off', () => {
    const off = { sla: {}, remindAfterMinutes: 0, secondLevelAfterMinutes: 0 };
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true, min: monday('10:00') }), (now) => {
        expect(tend(open(), off, now)).toEqual([]);
      }),
    );
  });
});
