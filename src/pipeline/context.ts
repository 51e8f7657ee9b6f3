/** What a turn knows before its first step, and what the next one will know after it. */
import type { Particulars } from '#core/channel.ts';
import { detectLanguage } from '#core/language.ts';
import type { Claim, Commit, Committed } from '#core/ledger.ts';
import type { Message } from '#core/message.ts';
import type { Session } from '#core/session.ts';
import type { Pending, Turn, TurnOutcome } from '#core/turn.ts';
import { bot } from './draft.ts';
import { summarise } from './summarise.ts';
import type { TurnDeps } from './take-turn.ts';

/** The hot context: from the session store, else from Postgres. */
export const recall = async (
  claim: Claim,
  { sessions, ledger, limits, meter }: TurnDeps,
  newEpoch: boolean,
): Promise<Session> => {
  const { id, version } = claim.conversation;
  // What was changed or taken back is in the rows, but not in what we remember of them.
  const isAltered = claim.pending.some(({ event: { body } }) => body.kind === 'edit' || body.kind === 'delete');
  const hot = isAltered ? undefined : await sessions.load(id, version);
  meter.session(hot === undefined ? 'miss' : 'hit');
  if (hot !== undefined) return newEpoch ? { ...hot, turnsLeft: limits.turnsPerEpoch, escalated: false } : hot;
  const isNew = claim.consumed === 0 && claim.identity === 'anonymous';
  const { window, memories, answersInEpoch } = isNew
    ? { window: [], memories: [], answersInEpoch: 0 }
    : await ledger.loadContext(id, limits.window);
  const unread = new Set(claim.pending.map((entry) => entry.messageId));
  return {
    version,
    window: window.filter((message) => !unread.has(message.id)),
    memories,
    ...(claim.personId === undefined ? {} : { personId: claim.personId }),
    escalated: claim.escalation !== undefined,
    turnsLeft: limits.turnsPerEpoch - (newEpoch ? 0 : answersInEpoch),
  };
};

/** What the customer wrote, as one text. */
export const wordsOf = (pending: readonly Pending[]): string =>
  pending
    .flatMap(({ event }) => (event.body.kind === 'message' ? [event.body.content.markdown] : []))
    .join('\n')
    .trim();

/** In a room where somebody speaks to us: their words, and not what people say to each other at the same time. */
const saidToUs = (pending: readonly Pending[]): readonly Pending[] => {
  const isToUs = ({ event: { attention = 'addressed' } }: Pending): boolean => attention === 'addressed';
  const speakers = new Set(pending.filter(isToUs).map(({ event }) => event.author.externalId));
  const ours = pending.filter((entry) => {
    const { author, toOthers } = entry.event;
    return isToUs(entry) || (toOthers !== true && (speakers.size === 0 || speakers.has(author.externalId)));
  });
  return ours.length === 0 ? pending : ours;
};

/** Did the customer write all of this, and not another participant? What is remembered belongs to the customer. */
export const areCustomersOwn = ({ conversation }: Claim, pending: readonly Pending[]): boolean =>
  pending.every(({ event }) => event.author.externalId === conversation.customer.externalId);

/** The customer's organisation, unless one of these messages comes from elsewhere or brings an outsider in. */
const organizationsOf = ({ organization }: Claim, pending: readonly Pending[]): readonly string[] =>
  organization !== undefined &&
  pending.every(({ event: { identity } }) => identity === undefined || identity.organization === organization)
    ? [organization]
    : [];

/** What was said in our hearing since we spoke last: what a bare mention is about. */
const unanswered = ({ window }: Session): string =>
  window
    .slice(window.findLastIndex(({ author }) => author.role === 'bot') + 1)
    .map(({ content }) => content.markdown)
    .join('\n')
    .trim();

export const newTurn = (
  claim: Claim,
  pending: readonly Pending[],
  session: Session,
  { readers, before }: Particulars,
  show: Turn['progress'],
  signal: AbortSignal,
): Turn => {
  const { conversation } = claim;
  const levels = pending.map(({ event }) => event.identity?.level ?? claim.identity);
  const identity = levels.includes('anonymous') ? 'anonymous' : levels.includes('claimed') ? 'claimed' : 'verified';
  const words = wordsOf(saidToUs(pending));
  const asked = words || unanswered(session) || conversation.title;
  // "Can you help?" is about what was said before; a question of its own is not.
  const question = before === undefined || asked.split(/\s+/).length >= 8 ? asked : `${before}\n${asked}`.trim();
  const locale = conversation.locale === '' ? (detectLanguage(question) ?? '') : conversation.locale;
  return {
    conversation: { ...conversation, locale },
    pending,
    question,
    session,
    audience: { ...(readers ?? { organizations: organizationsOf(claim, pending), shared: false }), identity },
    // What is remembered of a person is for that person alone: a claimed identity gets none of it, nor does whoever they copy in.
    memories: identity === 'verified' && areCustomersOwn(claim, pending) ? session.memories : [],
    passages: [],
    evidence: 0,
    signal,
    progress: show,
  };
};

/** The session after this turn, so that the next one asks nobody. */
export const advance = (
  claim: Claim,
  plan: Commit,
  committed: Committed,
  { session, outcome, heard: pending }: { session: Session; outcome: TurnOutcome; heard: readonly Pending[] },
  size: number,
): Session => {
  const { id, version } = claim.conversation;
  const heard = pending.flatMap(({ event, messageId }): Message[] =>
    event.body.kind === 'message' && messageId !== undefined
      ? [
          {
            id: messageId,
            conversationId: id,
            author: event.author,
            visibility: 'customer',
            content: event.body.content,
            meta: {},
            at: event.at,
          },
        ]
      : [],
  );
  const said = plan.messages.flatMap((message, index): Message[] => {
    const messageId = committed.messages[index];
    return message.conversation === id && message.visibility === 'customer' && messageId !== undefined
      ? [
          {
            id: messageId,
            conversationId: id,
            author: bot,
            visibility: 'customer',
            content: message,
            meta: message.meta,
            at: new Date(),
          },
        ]
      : [];
  });
  const window = [...session.window, ...heard, ...said];
  const summary = summarise(session.summary, window.slice(0, -size));
  return {
    ...session,
    version: version + 1,
    window: window.slice(-size),
    ...(summary === undefined ? {} : { summary }),
    escalated: session.escalated || outcome.kind === 'escalate',
    turnsLeft: session.turnsLeft - (outcome.kind === 'silent' ? 0 : 1),
  };
};
