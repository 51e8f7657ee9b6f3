import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeskEvent, DeskState } from '#core/escalation.ts';
import { transition } from './transition.ts';

const open: DeskState = { escalation: 'open', conversation: 'waiting' };
const mine: DeskState = { escalation: 'claimed', claimedBy: 'Mira', conversation: 'human' };
const closed: DeskState = { escalation: 'resolved', claimedBy: 'Mira', conversation: 'resolved' };
const returned: DeskState = { ...closed, conversation: 'bot' };
const kinds: readonly DeskEvent['kind'][] = [
  'claim',
  'reply',
  'note',
  'resolve',
  'return-to-bot',
  'reassign',
  'reopen',
];

describe('transition', () => {
  it.each<[string, DeskState, DeskEvent['kind'], string, DeskState | string]>([
    ['a claim takes an open case', open, 'claim', 'Mira', mine],
    ['so does a reply', open, 'reply', 'Mira', mine],
    ['the first claim wins', mine, 'claim', 'Tom', 'Mira already has this conversation.'],
    ['nobody else replies', mine, 'reply', 'Tom', 'Mira already has this conversation.'],
    ['nobody else closes', mine, 'resolve', 'Tom', 'Mira already has this conversation.'],
    ['nobody else hands back', mine, 'return-to-bot', 'Tom', 'Mira already has this conversation.'],
    ['whoever has it closes it', mine, 'resolve', 'Mira', closed],
    ['anybody closes what nobody has', open, 'resolve', 'Mira', closed],
    ['whoever has it hands back', mine, 'return-to-bot', 'Mira', returned],
    [
      'a closed case is not claimed',
      closed,
      'claim',
      'Mira',
      'This case is closed. Reopen it to go on with this customer.',
    ],
    ['nothing is said in it', closed, 'reply', 'Mira', 'This case is closed. Reopen it to go on with this customer.'],
    ['it is reopened by whoever had it', closed, 'reopen', 'Mira', mine],
    ['and by anybody else', closed, 'reopen', 'Tom', { ...mine, claimedBy: 'Tom' }],
    ['also after it was handed back', returned, 'reopen', 'Mira', mine],
    [
      'not while a newer case waits',
      { ...closed, conversation: 'waiting' },
      'reopen',
      'Mira',
      'The customer has a newer case by now: go on there.',
    ],
    [
      'nor while somebody has a newer one',
      { ...closed, conversation: 'human' },
      'reopen',
      'Mira',
      'The customer has a newer case by now: go on there.',
    ],
  ])('%s', (_what, state, event, agent, expected) => {
    expect(transition(state, event, agent)).toEqual(
      typeof expected === 'string' ? { ok: false, refusal: expected } : { ok: true, state: expected, changed: true },
    );
  });

  it('does nothing twice', () => {
    for (const [state, event, agent] of [
      [mine, 'claim', 'Mira'],
      [mine, 'reply', 'Mira'],
      [closed, 'resolve', 'Tom'],
      [open, 'reopen', 'Mira'],
      [mine, 'reopen', 'Tom'],
    ] as const)
      expect(transition(state, event, agent)).toEqual({ ok: true, state, changed: false });
  });

  it('lets everybody take notes, always', () => {
    for (const state of [open, mine, closed, returned])
      expect(transition(state, 'note', 'Tom')).toEqual({ ok: true, state, changed: false });
  });

  describe('gives a case to somebody else', () => {
    const toms: DeskState = { ...mine, claimedBy: 'Tom' };
    it.each<[string, DeskState, string, string | undefined, DeskState]>([
      ['whoever has it', mine, 'Mira', 'Tom', toms],
      ['anybody else', mine, 'Ana', 'Tom', toms],
      ['whoever says so takes it over', mine, 'Tom', undefined, toms],
      ['also when nobody has it', open, 'Mira', 'Tom', toms],
      ['or takes it, as a claim would', open, 'Mira', undefined, mine],
    ])('%s', (_what, state, agent, to, expected) => {
      expect(transition(state, 'reassign', agent, to)).toEqual({ ok: true, state: expected, changed: true });
    });

    it('changes nothing when they have it, and takes none out of a closed case', () => {
      expect(transition(mine, 'reassign', 'Tom', 'Mira')).toEqual({ ok: true, state: mine, changed: false });
      expect(transition(mine, 'reassign', 'Mira')).toEqual({ ok: true, state: mine, changed: false });
      for (const state of [closed, returned])
        expect(transition(state, 'reassign', 'Mira', 'Tom')).toEqual({
          ok: false,
          refusal: 'This case is closed. Reopen it to go on with this customer.',
        });
    });

    it('and nobody else is named by any other event', () => {
      for (const kind of kinds.filter((one) => one !== 'reassign'))
        for (const state of [open, mine, closed, returned])
          expect(transition(state, kind, 'Mira', 'Tom')).toEqual(transition(state, kind, 'Mira'));
    });
  });

  describe('of the article that was drafted from a case', () => {
    const drafted: DeskState = { ...closed, article: 'draft' };
    const published: DeskState = { ...closed, article: 'published' };
    it('is decided by anybody, the first one counts, and may be undone', () => {
      expect(transition(drafted, 'publish', 'Tom')).toEqual({ ok: true, changed: true, state: published });
      expect(transition(published, 'publish', 'Mira')).toEqual({ ok: true, changed: false, state: published });
      expect(transition(published, 'dismiss', 'Mira')).toEqual({
        ok: false,
        refusal: 'Somebody has published this draft already.',
      });
      expect(transition(published, 'restore', 'Mira')).toEqual({ ok: true, changed: true, state: drafted });
      expect(transition(closed, 'publish', 'Mira')).toEqual({
        ok: false,
        refusal: 'There is no draft article of this case.',
      });
    });

    it('withdraws a draft when the case goes on, and keeps what was published', () => {
      expect(transition(drafted, 'reopen', 'Mira')).toEqual({ ok: true, changed: true, state: mine });
      expect(transition(published, 'reopen', 'Mira')).toEqual({
        ...{ ok: true, changed: true },
        state: { ...mine, article: 'published' },
      });
      expect(transition({ ...mine, article: 'published' }, 'resolve', 'Mira')).toMatchObject({ state: published });
    });
  });

  it('names nobody whom it does not know', () => {
    expect(transition({ escalation: 'claimed', conversation: 'human' }, 'claim', 'Tom')).toEqual({
      ok: false,
      refusal: 'A colleague already has this conversation.',
    });
  });

  it('keeps its order with reopening: one owner at a time, taken over only outright or through a closed case', () => {
    const people = fc.constantFrom('Mira', 'Tom');
    const deed = fc.tuple(fc.constantFrom(...kinds), people, fc.option(people, { nil: undefined }));
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 20 }), (deeds) => {
        let state = open;
        for (const [kind, agent, to] of deeds) {
          const result = transition(state, kind, agent, to);
          if (!result.ok) {
            expect(result.refusal).toMatch(/^[A-Z].+\.$/);
            continue;
          }
          const { state: after, changed } = result;
          if (!changed) expect(after).toBe(state);
          if (after.claimedBy !== state.claimedBy && state.claimedBy !== undefined)
            expect([state.escalation, kind, after.claimedBy]).toEqual(
              kind === 'reassign' ? ['claimed', 'reassign', to ?? agent] : ['resolved', 'reopen', agent],
            );
          if (after.escalation === 'claimed')
            expect(after).toMatchObject({ conversation: 'human', claimedBy: expect.any(String) });
          if (after.escalation === 'resolved') expect(['resolved', 'bot']).toContain(after.conversation);
          if (state.escalation === 'resolved' && changed) expect(kind).toBe('reopen');
          state = after;
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
