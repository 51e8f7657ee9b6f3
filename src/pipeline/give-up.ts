import type { Claim } from '#core/ledger.ts';
import type { TurnOutcome } from '#core/turn.ts';
import { whetherToSpeak } from './steps/attend.ts';
import { createTakeTurn, type TurnDeps, type TurnResult } from './take-turn.ts';

/** A batch that failed again and again goes to a person, with what the customer wrote; nothing of it is answered by the bot. */
export const createGiveUp = (deps: TurnDeps): ((claim: Claim, signal: AbortSignal) => Promise<TurnResult>) =>
  createTakeTurn({
    ...deps,
    answererName: 'none',
    decide: async (turn): Promise<TurnOutcome> => {
      const { speaks, reason } = whetherToSpeak(turn);
      if (!speaks) return { kind: 'silent', why: reason };
      return {
        kind: 'escalate',
        reason: 'tool-failure',
        confidence: 1,
        brief: { question: turn.question, why: 'Answering failed several times; see the log.', tried: [] },
        holding: { markdown: '', attachments: [] },
      };
    },
  });
