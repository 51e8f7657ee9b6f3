import type { Knowledge, ThreadLine } from '#core/knowledge.ts';
import type { Message } from '#core/message.ts';
import type { Step, Turn } from '#core/turn.ts';

/** What is looked up of a message: what follows in a long mail is rarely the question. In UTF-16 code units. */
const longestQuestion = 2_000;
/** Messages before the question that a follow-up may mean. */
const remembered = 6;

/** Looks the question up. A follow-up finds its subject in what was said before; what was said from a deleted document counts no more. */
export const retrieve =
  (knowledge: Knowledge, limit: number): Step =>
  async (turn, next) => {
    if (turn.question.trim() === '') return next(turn);
    turn.progress({ status: 'Looking through our articles…' });
    const [{ passages, terms, confidence }, window] = await Promise.all([
      knowledge.search(turn.question.slice(0, longestQuestion), {
        audience: turn.audience,
        limit,
        thread: before(turn),
        ...(turn.conversation.locale === '' ? {} : { locale: turn.conversation.locale }),
      }),
      withoutWithdrawn(knowledge, turn.session.window),
    ]);
    const session = { ...turn.session, window };
    return next({ ...turn, session, passages, evidence: confidence, ...(terms === undefined ? {} : { terms }) });
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

/** The messages without those that rest on a document that is gone. */
const withoutWithdrawn = async (knowledge: Knowledge, window: readonly Message[]): Promise<readonly Message[]> => {
  const sources = new Set(window.flatMap(cited));
  if (sources.size === 0) return window;
  const gone = await knowledge.withdrawn([...sources]);
  return gone.size === 0 ? window : window.filter((message) => !cited(message).some((id) => gone.has(id)));
};
