import type { Claim } from '#core/ledger.ts';
import type { TurnOutcome } from '#core/turn.ts';
import { createTakeTurn, type TurnDeps, type TurnResult } from './take-turn.ts';

/** A batch that failed again and again goes to a person, with what the customer wrote; nothing of it is answered by the bot. */
export const createGiveUp = (deps: TurnDeps): ((claim: Claim, signal: AbortSignal) => Promise<TurnResult>) =>
  createTakeTurn({
    ...deps,
    answererName: 'none',
    decide: (turn): Promise<TurnOutcome> =>
      Promise.resolve({
        kind: 'escalate',
        reason: 'tool-failure',
        confidence: 1,
        brief: { question: turn.question, why: 'Answering failed several times; see the log.', tried: [] },
        holding: { markdown: '', attachments: [] },
      }),
  });
