import type { EscalationReason } from '#core/escalation.ts';
import type { Turn, TurnOutcome } from '#core/turn.ts';
import { toCitation } from './cite.ts';

const maxQuestionChars = 200;
const maxTried = 3;

export interface HandOver {
  readonly reason: EscalationReason;
  /** Why now, in words that a colleague reads on the card. */
  readonly why: string;
  /** The question in one line; the customer's own words when nobody found better ones. */
  readonly question?: string;
  readonly suggestedReply?: string;
}

const oneLine = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= maxQuestionChars ? line : `${line.slice(0, maxQuestionChars - 1).trimEnd()}…`;
};

/** The outcome that brings a person in, with a card that says what was tried. */
export const handOver = (turn: Turn, { reason, why, question, suggestedReply }: HandOver): TurnOutcome => ({
  kind: 'escalate',
  reason,
  brief: {
    question: oneLine(question?.trim() ? question : turn.question),
    why,
    tried: turn.passages.slice(0, maxTried).map((passage, at) => toCitation(at + 1, passage)),
    ...(suggestedReply?.trim() ? { suggestedReply: suggestedReply.trim() } : {}),
  },
  // Left empty: the pipeline has the words, with the reference and the usual wait that nobody knows here.
  holding: { markdown: '', attachments: [] },
  confidence: turn.evidence,
});
