import type { Knowledge, ThreadLine } from '#core/knowledge.ts';
import type { Message } from '#core/message.ts';
import type { Step, Turn } from '#core/turn.ts';

/** What is looked up of a message: what follows in a long mail is rarely the question. In UTF-16 code units. */
const longestQuestion = 2_000;
/** Messages before the question that a follow-up may mean. */
const remembered = 6;

/**
 * Looks the question up. A follow-up finds its subject in what was said before; what was said from a document that is deleted, or that
 * somebody who reads along now must not see, counts no more.
 */
export const retrieve =
  (knowledge: Knowledge, limit: number): Step =>
  async (turn, next) => {
    const remembering = await withoutWithdrawn(knowledge, turn);
    const { question, audience, conversation, progress } = remembering;
    if (question.trim() === '') return next(remembering);
    progress({ status: 'Looking through our articles…' });
    const { passages, terms, confidence } = await knowledge.search(question.slice(0, longestQuestion), {
      audience,
      limit,
      thread: before(remembering),
      ...(conversation.locale === '' ? {} : { locale: conversation.locale }),
    });
    return next({ ...remembering, passages, evidence: confidence, ...(terms === undefined ? {} : { terms }) });
  };

/** What was said before the question, as its customer saw it. */
const before = ({ pending, session }: Turn): readonly ThreadLine[] => {
  const now = new Set(pending.map(({ messageId }) => messageId));
  return session.window
    .filter(({ id, visibility }) => visibility === 'customer' && !now.has(id))
    .slice(-remembered)
    .map(({ author, content, meta: { citations = [] } }) => ({
      role: author.role,
      text: content.markdown.slice(0, longestQuestion),
      ...(citations.length === 0 ? {} : { titles: citations.map(({ title }) => title) }),
    }));
};

const cited = ({ meta }: Message): readonly string[] => (meta.citations ?? []).map(({ documentId }) => documentId);

/**
 * The turn without the messages that rest on a document that is gone, or not for those who read along now. The next turn starts from the
 * session as it was: it may have other readers.
 */
const withoutWithdrawn = async (knowledge: Knowledge, turn: Turn): Promise<Turn> => {
  const { session, audience } = turn;
  const sources = new Set(session.window.flatMap(cited));
  const gone = sources.size === 0 ? sources : await knowledge.withdrawn([...sources], audience);
  if (gone.size === 0) return turn;
  const window = session.window.filter((message) => !cited(message).some((id) => gone.has(id)));
  return { ...turn, session: { ...session, window } };
};
