import type { InboundEvent, Message } from '#core/message.ts';
import { isAcknowledgement, isQuestion } from '#core/questions.ts';
import type { Pending, Step, Turn } from '#core/turn.ts';

/** Whether we speak, and why; the reason is kept with the turn. */
export interface Decision {
  readonly speaks: boolean;
  readonly reason: string;
}

/**
 * Is this for us? Who speaks to us gets an answer; in rooms where several people talk, we answer questions that nobody else was
 * asked, follow threads that we are part of, and keep out of what people say to each other. Pure.
 */
export const whetherToSpeak = ({
  pending,
  session,
  conversation,
}: Pick<Turn, 'pending' | 'session' | 'conversation'>): Decision => {
  const direct = pending.find(({ event }) => isAddressed(event));
  if (direct !== undefined) return { speaks: true, reason: 'said to us' };
  const ours = pending.filter(({ event }) => event.toOthers !== true);
  if (ours.length === 0) return { speaks: false, reason: 'said to somebody else' };

  const asker = conversation.customer.externalId;
  const lastSpoke = session.window.findLastIndex(({ author }) => author.role === 'bot');
  // Whoever speaks between us and the asker is who the asker speaks to from then on, in one batch as in several.
  let othersSpoke = session.window.slice(lastSpoke + 1).some(({ author }) => author.externalId !== asker);
  if (lastSpoke < 0) {
    // The asker of an open question goes on in its thread, or says it anew: as open as its beginning.
    const open = pending.filter(({ event: { attention, author, toOthers } }) => {
      const isAsker = author.externalId === asker;
      const isOpen = toOthers !== true && (attention === 'open' || (isAsker && !othersSpoke));
      othersSpoke ||= !isAsker || toOthers === true;
      return isOpen;
    });
    if (open.length === 0) return { speaks: false, reason: 'not said to us' };
    return isQuestion(textOf(open))
      ? { speaks: true, reason: 'a question where we answer questions' }
      : { speaks: false, reason: 'not a question' };
  }

  for (const entry of pending) {
    const { author, toOthers } = entry.event;
    const isAsker = author.externalId === asker;
    if (toOthers !== true && !othersSpoke) {
      // Said to the whole room after we have answered: a new question where we answer those, else nobody spoke to us.
      const isToRoom = entry.event.joinsWithinMs !== undefined;
      if (isToRoom && entry.event.attention !== 'open') continue;
      if (isAsker && !isToRoom && goesOn(entry, session.window[lastSpoke]))
        return { speaks: true, reason: 'the asker goes on in our thread' };
      if (isQuestion(textOf([entry]))) return { speaks: true, reason: 'a question in our thread' };
    }
    othersSpoke ||= !isAsker;
  }
  return { speaks: false, reason: 'people are talking to each other' };
};

/** Does the asker want to hear more? After a question of ours whatever they say does; after an answer not an "I will try that". */
const goesOn = (entry: Pending, last: Message | undefined): boolean =>
  last?.meta.kind !== 'answer' || !isAcknowledgement(textOf([entry]));

/** Outside of rooms everything is for us; so is every button. */
const isAddressed = ({ attention, body }: InboundEvent): boolean =>
  attention === undefined || attention === 'addressed' || body.kind === 'action';

const textOf = (pending: readonly Pending[]): string =>
  pending.flatMap(({ event }) => (event.body.kind === 'message' ? [event.body.content.markdown] : [])).join('\n');

/** Keeps us out of what is not for us. */
export const attend: Step = async (turn, next) => {
  const { speaks, reason } = whetherToSpeak(turn);
  return speaks ? next(turn) : { kind: 'silent', why: reason };
};
