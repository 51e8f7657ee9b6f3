import type { Citation } from '#core/message.ts';
import type { Turn } from '#core/turn.ts';

/** What we believe of a passage that a tool brought: it was asked for on purpose, but retrieval did not weigh it. */
const toolEvidence = 0.7;

/** Share of the paragraphs (a list counts as one) that carry at least one mark, 0…1. */
const supported = (text: string): number => {
  const paragraphs = text.split(/\n\s*\n/).filter((paragraph) => /\p{L}{3}/u.test(paragraph));
  if (paragraphs.length === 0) return 0;
  return paragraphs.filter((paragraph) => /\[\d+\]/.test(paragraph)).length / paragraphs.length;
};

/**
 * How sure we may be of a model's answer, 0…1: half from the evidence that its sources answer the question, half from how
 * much of its text they are cited for. A model's own claim of certainty counts for nothing.
 */
export const answerConfidence = (turn: Turn, text: string, citations: readonly Citation[]): number => {
  const retrieved = new Set(turn.passages.map(({ documentId, text: passage }) => `${documentId}\n${passage}`));
  const fromTools = citations.some((citation) => !retrieved.has(`${citation.documentId}\n${citation.text}`));
  const evidence = fromTools ? Math.max(turn.evidence, toolEvidence) : turn.evidence;
  return Math.min(1, Math.max(0, (evidence + supported(text)) / 2));
};
