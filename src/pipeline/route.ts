import type { Claim } from '#core/ledger.ts';
import type { InboundEvent } from '#core/message.ts';
import { asksForStatus, isStatusWord } from '#core/status-question.ts';
import type { Pending } from '#core/turn.ts';

/** Where a claimed batch goes. Everything but `turn` is decided without a model. */
export type Route =
  /** The bot answers. `newEpoch`: the customer came back after a case was closed, or asks us after a colleague had it. */
  | { readonly kind: 'turn'; readonly pending: readonly Pending[]; readonly newEpoch: boolean }
  /** Somebody at the desk did something. */
  | { readonly kind: 'desk' }
  /** A person has it, or is on the way: pass the customer's words to the desk. */
  | { readonly kind: 'to-desk'; readonly pending: readonly Pending[] }
  /** One of our own answered the customer elsewhere: the conversation is theirs. */
  | {
      readonly kind: 'taken-over';
      readonly by: string;
      readonly byId: string;
      readonly pending: readonly Pending[];
    }
  /** A message of ours did not arrive. */
  | {
      readonly kind: 'undelivered';
      readonly reason: string;
      readonly permanent: boolean;
      /** Whom it did not reach, when the platform says that nothing will. */
      readonly recipient?: string;
      readonly pending: readonly Pending[];
    }
  /** The customer asks how their case stands. */
  | { readonly kind: 'standing'; readonly pending: readonly Pending[] }
  /** The customer says whether a closed case is solved. */
  | { readonly kind: 'judged'; readonly isSolved: boolean }
  | { readonly kind: 'silent'; readonly why: string };

/** Pure: from what is unread to who handles it. */
export const route = ({ conversation, pending, escalation }: Claim): Route => {
  if (conversation.kind === 'desk') return { kind: 'desk' };

  const words = standing(pending, conversation.customer.externalId);
  const failures = pending.flatMap(({ event }) => failureOf(event));
  const failure = failures.find(({ permanent }) => permanent) ?? failures.at(-1);
  // What may still arrive by itself does not keep a question waiting.
  if (failure !== undefined && (failure.permanent || words.length === 0)) {
    return { kind: 'undelivered', ...failure, pending: words };
  }

  const asksUs = words.some(({ event }) => event.attention === 'addressed');
  const colleague = pending.findLast(
    ({ event }) =>
      isColleague(event, conversation.customer.externalId) &&
      event.body.kind === 'message' &&
      event.body.noReply === undefined &&
      event.body.internal !== true,
  );
  // Whoever is asked by name after a colleague has spoken is asked to go on.
  const askedAfter = words.some(
    ({ seq, event }) => event.attention === 'addressed' && colleague !== undefined && seq > colleague.seq,
  );
  const isHeld = escalation !== undefined && escalation.status !== 'resolved';
  // A case stays with people in any order of events: it is theirs, and they read what we were asked.
  if (colleague !== undefined && (isHeld || !askedAfter)) {
    const { name, externalId } = colleague.event.author;
    return { kind: 'taken-over', by: name ?? externalId, byId: externalId, pending: words };
  }

  if (words.length === 0) {
    const isSolved =
      conversation.status === 'resolved'
        ? verdictOf(pending, escalation?.askedAs ?? [], conversation.customer.externalId)
        : undefined;
    return isSolved === undefined ? { kind: 'silent', why: whySilent(pending) } : { kind: 'judged', isSolved };
  }
  const { externalId } = conversation.customer;
  if (
    words.every(
      ({ event: { author, body, attention = 'addressed', toOthers } }) =>
        author.externalId === externalId &&
        // In a room they may be asking whoever is there; while nobody has it yet, that is us. The bare word is said to a machine.
        body.kind === 'message' &&
        body.content.attachments.length === 0 &&
        asksForStatus(body.content.markdown) &&
        (attention === 'addressed' ||
          (toOthers !== true &&
            (conversation.status === 'waiting' ||
              (conversation.status === 'bot' && isStatusWord(body.content.markdown))))),
    )
  )
    return { kind: 'standing', pending: words };
  if (conversation.status === 'waiting' || (conversation.status === 'human' && isHeld))
    return { kind: 'to-desk', pending: words };
  // A colleague answers where the customer writes, without a case: theirs until somebody asks us.
  if (conversation.status === 'human')
    return asksUs
      ? { kind: 'turn', pending: words, newEpoch: true }
      : { kind: 'silent', why: 'a colleague has this conversation' };
  if (
    conversation.status === 'resolved' &&
    words.every(({ event }) => event.body.kind === 'message' && isThanks(event.body.content.markdown))
  ) {
    return { kind: 'silent', why: 'pleasantry' };
  }
  return { kind: 'turn', pending: words, newEpoch: conversation.status === 'resolved' || colleague !== undefined };
};

/** The customer's last vote on the question whether their case is solved; nobody else's who reads along. */
const verdictOf = (pending: readonly Pending[], askedAs: readonly string[], asker: string): boolean | undefined => {
  const votes = pending.flatMap(({ event: { author, body } }) =>
    body.kind === 'feedback' && isSame(author.externalId, asker) && askedAs.includes(body.of) ? [body.score === 1] : [],
  );
  return votes.at(-1);
};

/** A platform may leave out from where somebody votes: `U1` for `T1:U1`. */
const isSame = (voter: string, asker: string): boolean => voter === asker || asker.endsWith(`:${voter}`);

/** One of our own, who is neither the one asking nor asking us. */
const isColleague = ({ author, attention }: InboundEvent, asker: string): boolean =>
  author.role === 'human' && attention !== 'addressed' && author.externalId !== asker;

/** That one of our own messages did not arrive: reported from outside, or by our own delivering lane. */
const failureOf = ({
  author,
  body,
}: InboundEvent): readonly { readonly reason: string; readonly permanent: boolean; readonly recipient?: string }[] => {
  if (body.kind === 'bounce')
    return [{ reason: body.reason, permanent: body.permanent, recipient: body.recipient.toLowerCase() }];
  if (body.kind !== 'action' || body.action !== 'delivery-failed' || author.role !== 'bot') return [];
  return [{ reason: body.value, permanent: true }];
};

/**
 * The customer's messages and pressed buttons that still stand: edits applied, deleted and cancelled ones gone, automatic
 * mail left out. A changed text that was answered before is a question again. `asker` counts as the customer whoever they are,
 * and so does one of our own who speaks to us.
 */
export const standing = (pending: readonly Pending[], asker: string): readonly Pending[] => {
  const cancelledAt =
    pending.findLast(({ event }) => event.body.kind === 'action' && event.body.action === 'cancel')?.seq ?? -1;
  const deleted = new Set(pending.flatMap(({ event }) => (event.body.kind === 'delete' ? [event.body.of] : [])));
  const edits = new Map(
    pending.flatMap(({ event }) => (event.body.kind === 'edit' ? [[event.body.of, event.body.content] as const] : [])),
  );
  const unread = new Set(pending.flatMap(({ event }) => (event.body.kind === 'message' ? [event.externalId] : [])));
  return pending.flatMap((entry) => {
    const { event } = entry;
    const { author, body } = event;
    if (author.role === 'bot' || isColleague(event, asker) || entry.seq <= cancelledAt) return [];
    if (body.kind === 'action') return [entry];
    if (body.kind === 'edit') {
      const isLast = edits.get(body.of) === body.content;
      if (unread.has(body.of) || deleted.has(body.of) || !isLast || body.content.markdown.trim() === '') return [];
      return [{ ...entry, event: { ...event, externalId: body.of, body: { kind: 'message', content: body.content } } }];
    }
    if (body.kind !== 'message' || body.noReply !== undefined || body.internal === true) return [];
    if (event.externalId !== undefined && deleted.has(event.externalId)) return [];
    const content = event.externalId === undefined ? undefined : edits.get(event.externalId);
    if (content !== undefined && content.markdown.trim() === '' && content.attachments.length === 0) return [];
    return [content === undefined ? entry : { ...entry, event: { ...event, body: { ...body, content } } }];
  });
};

const whySilent = (pending: readonly Pending[]): string => {
  for (const { event } of pending) {
    if (event.body.kind === 'message' && event.body.noReply !== undefined) return event.body.noReply;
  }
  return pending.some(({ event }) => event.body.kind === 'feedback') ? 'feedback' : 'withdrawn';
};

const thanks =
  /^(?:(?:ok(?:ay)?|great|perfect|super|cool|awesome|excellent|got it|that(?:'s| is)? (?:great|perfect|all)|works?(?: now)?|it works(?: now)?|many|thanks?|thank you|thx|ty|cheers|much appreciated|so much|very much|a lot|again|for (?:the|your) (?:quick )?(?:help|reply|answer|response)|danke(?: schön| sehr)?|vielen dank|merci(?: beaucoup)?|gracias|grazie|obrigad[oa]|bedankt|all good|no worries|bye|have a (?:nice|good|great) (?:day|one|weekend))(?:[\s,.!;:)]|\p{Extended_Pictographic})*)+$/iu;

/** Only thanks or an acknowledgement: nothing to answer. */
export const isThanks = (text: string): boolean => {
  const plain = text.trim();
  return (
    plain.length <= 200 &&
    (/^(?:\p{Extended_Pictographic}|\p{Emoji_Presentation}|\s|\u200d|\ufe0f)+$/u.test(plain) || thanks.test(plain))
  );
};
