import type { Turn, TurnOutcome } from '#core/turn.ts';
import { wordsOf } from './words.ts';

/**
 * The honest "I don't know", which offers a person. `said` replaces our standard words (the model's question in the
 * customer's language); `why` is for the record. What happens when this comes twice in a row is the pipeline's to decide.
 */
export const askBack = (turn: Turn, why: string, said?: string): TurnOutcome => ({
  kind: 'ask-back',
  content: { markdown: said ?? wordsOf(turn).notFound, attachments: [] },
  why,
  confidence: turn.evidence,
});
