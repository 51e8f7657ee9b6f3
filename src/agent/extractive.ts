import type { Runnable } from '@langchain/core/runnables';
import type { Answerer, Turn, TurnOutcome } from '#core/turn.ts';
import { askBack } from './ask-back.ts';
import { extract } from './extract.ts';
import { handOver } from './hand-over.ts';

export interface ExtractiveSettings {
  /** From this evidence on (0…1) the answer is quoted. */
  readonly answer: number;
  /** Below that, and from this on, we say that we do not know and offer a person; below this one is brought at once. */
  readonly askBack: number;
}

export const defaultExtractive: ExtractiveSettings = { answer: 0.5, askBack: 0 };

const unanswered = (turn: Turn, why: string, { askBack: offers }: ExtractiveSettings): TurnOutcome =>
  turn.evidence < offers ? handOver(turn, { reason: 'low-confidence', why }) : askBack(turn, why);

/** The whole answer without a model, as a function: quote, or say honestly that nothing was found. */
export const quotePassages = (turn: Turn, settings: ExtractiveSettings): TurnOutcome => {
  if (turn.passages.length === 0) return unanswered(turn, 'Nothing was found.', settings);
  if (turn.evidence < settings.answer) return unanswered(turn, 'What was found hardly answers the question.', settings);
  const found = extract(turn.question, turn.passages, turn.terms);
  if (found === undefined) return askBack(turn, 'What was found has no text that could be quoted.');
  return {
    kind: 'answer',
    content: { markdown: found.text, attachments: [] },
    citations: found.citations,
    confidence: turn.evidence,
  };
};

/** The extractive answer as a Runnable: the same shape as the model's, to be traced or composed like it. */
export const createExtractiveRunnable = async (
  settings: ExtractiveSettings = defaultExtractive,
): Promise<Runnable<Turn, TurnOutcome>> => {
  const { RunnableLambda } = await import('@langchain/core/runnables');
  return RunnableLambda.from((turn: Turn) => quotePassages(turn, settings)).withConfig({ runName: 'extractive' });
};

/**
 * The default answerer: no model, no network. LangChain is loaded with the first answer, so that a start without a model
 * does not pay for it.
 */
export const createExtractiveAnswerer = (settings: Partial<ExtractiveSettings> = {}): Answerer => {
  let runnable: Promise<Runnable<Turn, TurnOutcome>> | undefined;
  return {
    name: 'extractive',
    answer: async (turn) => {
      turn.signal.throwIfAborted();
      runnable ??= createExtractiveRunnable({ ...defaultExtractive, ...settings });
      return (await runnable).invoke(turn);
    },
  };
};
