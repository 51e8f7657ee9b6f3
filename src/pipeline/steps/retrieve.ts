import type { Knowledge } from '#core/knowledge.ts';
import type { Step } from '#core/turn.ts';

/** Looks the question up. A short follow-up borrows the words of the question before it. */
export const retrieve =
  (knowledge: Knowledge, limit: number, onSearched: (ms: number) => void = () => {}): Step =>
  async (turn, next) => {
    if (turn.question.trim() === '') return next(turn);
    turn.progress({ status: 'Looking through our articles…' });
    const started = performance.now();
    const { passages, terms, confidence } = await knowledge.search(
      query(
        turn.question,
        turn.session.window.findLast((message) => message.author.role === 'customer')?.content.markdown,
      ),
      {
        audience: turn.audience,
        limit,
        ...(turn.conversation.locale === '' ? {} : { locale: turn.conversation.locale }),
      },
    );
    onSearched(performance.now() - started);
    return next({ ...turn, passages, evidence: confidence, ...(terms === undefined ? {} : { terms }) });
  };

const followUp =
  /^\s*(?:and|what about|how about|what if|or|also|then|und|et|y|e)\b|\b(?:it|that|this|those|them|one)\b/iu;

/** Pure: the text to search with. At most 2,000 characters: what follows in a long mail is rarely the question. */
export const query = (question: string, previous: string | undefined): string => {
  const short = question.trim().split(/\s+/).length <= 8;
  const text =
    short && previous !== undefined && previous !== question && followUp.test(question)
      ? `${previous.slice(0, 1_000)}\n${question}`
      : question;
  return text.slice(0, 2_000);
};
