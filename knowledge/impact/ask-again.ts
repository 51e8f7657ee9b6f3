import type { PastQuestion } from '#core/answer-log.ts';
import type { Knowledge } from '#core/knowledge.ts';
import type { Citation } from '#core/message.ts';
import type { Turn, TurnOutcome } from '#core/turn.ts';

/** What a question comes to. */
export interface Reply {
  readonly isAnswer: boolean;
  readonly markdown: string;
  readonly citations: readonly Citation[];
  /** That the corpus answers, 0…1. */
  readonly confidence: number;
}

/** Passages that a turn is given, and how much of a question is looked up, as the pipeline has it. */
const limit = 6;
const longestQuestion = 2_000;

/** One past question once more, with its asker's own audience and what was said before it; by words alone. */
export const askAgain = async (
  { text, audience, locale, thread, conversationId, at }: PastQuestion,
  search: Knowledge['search'],
  answer: (turn: Turn) => TurnOutcome | Promise<TurnOutcome>,
): Promise<Reply> => {
  const { passages, terms, confidence } = await search(text.slice(0, longestQuestion), {
    audience,
    limit,
    thread,
    leg: 'lexical',
    ...(locale === '' ? {} : { locale }),
  });
  const customer = { role: 'customer', externalId: 'preview' } as const;
  const outcome = await answer({
    conversation: {
      id: conversationId,
      kind: 'customer',
      address: { channel: 'web', space: 'preview', thread: 'preview' },
      customer,
      status: 'bot',
      locale,
      title: '',
      priority: 'normal',
      epoch: 0,
      version: 0,
    },
    pending: [
      {
        seq: 1,
        event: {
          dedupeKey: 'preview',
          address: { channel: 'web', space: 'preview', thread: 'preview' },
          author: customer,
          at,
          body: { kind: 'message', content: { markdown: text, attachments: [] } },
        },
      },
    ],
    question: text,
    session: { version: 0, window: [], memories: [], escalated: false, turnsLeft: 1 },
    audience,
    memories: [],
    passages,
    ...(terms === undefined ? {} : { terms }),
    evidence: confidence,
    signal: new AbortController().signal,
    progress: () => {},
  });
  return {
    isAnswer: outcome.kind === 'answer',
    markdown: outcome.kind === 'answer' ? outcome.content.markdown : '',
    citations: outcome.kind === 'answer' ? outcome.citations : [],
    confidence,
  };
};
