import type { EscalationReason } from '#core/escalation.ts';
import type { Citation } from '#core/message.ts';
import { asksForStatus } from '#core/status-question.ts';
import type { Turn, TurnOutcome } from '#core/turn.ts';
import { asksAboutUs } from './about-us.ts';
import { wantsPerson } from './wants-person.ts';

/** The outcome that brings a person in, with all they need to start. */
export const handOver = (turn: Turn, reason: EscalationReason, why: string, suggestedReply?: string): TurnOutcome => ({
  kind: 'escalate',
  reason,
  confidence: 1,
  brief: {
    question: questionOf(turn),
    why,
    tried: triedSources(turn),
    ...(suggestedReply === undefined ? {} : { suggestedReply }),
  },
  holding: { markdown: '', attachments: [] },
});

/** What the customer wants: the words of this turn, or the last real question before "yes, a person please". */
const questionOf = (turn: Turn): string => {
  const { window } = turn.session;
  // What was asked before the last case was closed is that case's.
  const earlier = window
    .slice(window.findLastIndex(({ meta }) => meta.asks !== undefined) + 1)
    .filter(({ author }) => author.role === 'customer')
    .map(({ content }) => content.markdown)
    .filter((text) => text.trim().length > 12 && !asksForStatus(text) && !asksAboutUs(text));
  const words = turn.question.trim();
  const count = words.split(/\s+/).length;
  // "I would like to talk to a person" says nothing of what it is about.
  const isOwn = count >= (wantsPerson(words) ? 14 : 8);
  const best = isOwn ? words : (earlier.at(-1) ?? words);
  return best === '' ? 'The customer asked for a person.' : best;
};

/** What the customer was shown, or what was found for this question: up to three sources, each document once. */
const triedSources = (turn: Turn): readonly Citation[] => {
  const shown = turn.session.window.flatMap((message) => message.meta.citations ?? []).reverse();
  const byDocument = new Map([...turn.passages, ...shown].map((source) => [source.documentId, source]));
  return [...byDocument.values()].slice(0, 3).map(({ documentId, title, url, text }, index) => ({
    n: index + 1,
    documentId,
    title,
    ...(url === undefined ? {} : { url }),
    text,
  }));
};
