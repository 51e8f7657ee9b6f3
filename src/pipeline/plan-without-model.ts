import type { Conversation } from '#core/conversation.ts';
import type { Claim, Commit } from '#core/ledger.ts';
import type { Message } from '#core/message.ts';
import type { Pending } from '#core/turn.ts';
import { recall, wordsOf } from './context.ts';
import { decisionsOn } from './decisions.ts';
import { bot, createDraft, type Draft, openCase } from './draft.ts';
import type { Gathered } from './gather.ts';
import { relayFromDesk } from './relay.ts';
import type { route } from './route.ts';
import { wantsPerson } from './steps/wants-person.ts';
import type { TurnDeps } from './take-turn.ts';
import { type Standing, wordsFor } from './words.ts';

/** Everything that needs no model: the desk, relays, failures, silence. */
export const planWithoutModel = async (
  { claim, particulars }: Gathered,
  where: Exclude<ReturnType<typeof route>, { kind: 'turn' }>,
  deps: TurnDeps,
): Promise<Commit> => {
  const draft = createDraft(claim, (channel) => deps.adapters.get(channel), deps.desk.place);
  const { conversation, counterpart, escalation } = claim;
  switch (where.kind) {
    case 'desk':
      return relayFromDesk(claim, draft, deps);
    case 'silent':
      return draft.finish({ decisions: decisionsOn(claim.pending, { speaks: false, reason: where.why }) });
    case 'to-desk': {
      showDesk(draft, counterpart, where.pending);
      const said = conversation.status === 'waiting' ? await lastBotMessage(claim, deps) : undefined;
      const asksAgain = conversation.status === 'waiting' && wantsPerson(wordsOf(where.pending));
      // Not where people talk to each other.
      const isToUs = where.pending.some(
        ({ event: { attention = 'addressed', author, toOthers } }) =>
          attention === 'addressed' || (toOthers !== true && author.externalId === conversation.customer.externalId),
      );
      if (isToUs && (said?.meta.kind === 'escalate' || asksAgain))
        draft.say(conversation, bot, {
          markdown: wordsFor(conversation.locale).added,
          meta: { kind: 'notice' },
          by: 'bot',
        });
      return draft.finish({
        decisions: decisionsOn(claim.pending, { speaks: false, reason: 'people have this case' }),
      });
    }
    case 'standing': {
      showDesk(draft, counterpart, escalation?.status === 'resolved' ? [] : where.pending);
      const { code } = escalation ?? { code: '' };
      const standing: Standing =
        conversation.status === 'human'
          ? {
              kind: 'human',
              name: conversation.owner ?? 'Our team',
              ...(escalation === undefined || escalation.status === 'resolved' ? {} : { code }),
            }
          : conversation.status === 'waiting'
            ? { kind: 'waiting', code, reach: deps.reach() }
            : { kind: 'none' };
      draft.say(conversation, bot, {
        markdown: wordsFor(conversation.locale).standing(standing),
        // Asked for, so it is no mere notice; and no answer from knowledge either.
        meta: { kind: 'escalate' },
        by: 'system',
      });
      return draft.finish({
        decisions: decisionsOn(claim.pending, { speaks: true, reason: 'asked how the case stands' }),
      });
    }
    case 'judged': {
      const name = conversation.customer.name ?? 'The customer';
      if (counterpart !== undefined)
        draft.tellDesk(
          counterpart,
          where.isSolved ? `${name} says that it is solved.` : `${name} says that it is not solved.`,
        );
      const words = wordsFor(conversation.locale);
      if (!where.isSolved && (await lastBotMessage(claim, deps))?.content.markdown !== words.unsolved)
        draft.say(conversation, bot, {
          markdown: words.unsolved,
          meta: { kind: 'ask-back' },
          actions: [{ id: 'human', label: words.bringPerson }],
          by: 'bot',
        });
      return draft.finish();
    }
    case 'taken-over': {
      draft.change(conversation, { status: 'human', owner: where.by });
      const decisions = decisionsOn(claim.pending, { speaks: false, reason: `${where.by} answers here` });
      if (escalation !== undefined && escalation.status !== 'resolved') {
        showDesk(draft, counterpart, where.pending);
        // It was theirs before: what they write directly is nothing new to the desk.
        if (escalation.claimedById === where.byId) return draft.finish({ decisions });
        const state = { escalation: 'claimed', claimedBy: where.by } as const;
        const card = escalation.card === undefined ? undefined : deps.desk.redraw(escalation.card, state);
        if (card !== undefined && counterpart !== undefined) {
          draft.redraw(counterpart, escalation.cardMessageId, card, deps.desk.describe(card));
          draft.tellDesk(counterpart, `${where.by} has answered the customer directly and has this conversation now.`);
        }
        return draft.finish({
          escalationUpdate: {
            id: escalation.id,
            status: 'claimed',
            claimedBy: where.by,
            claimedById: where.byId,
            ...(card === undefined ? {} : { card }),
          },
          decisions,
        });
      }
      // Where our people read along, the conversation is simply theirs.
      if (deps.adapters.get(conversation.address.channel)?.capabilities.staffPresent === true)
        return draft.finish({ decisions });
      const brief = {
        question: conversation.title || 'Answered directly',
        why: `${where.by} answered from their own mail client.`,
        tried: [],
      };
      return draft.finish({
        escalation: openCase(deps.desk, claim, {
          reason: 'policy',
          brief,
          code: deps.newCode(),
          claimedBy: where.by,
          claimedById: where.byId,
          particulars,
        }),
      });
    }
    case 'undelivered': {
      draft.note(conversation, bot, `A message could not be delivered: ${where.reason}`);
      if (!where.permanent) return draft.finish();
      const { reason, recipient } = where;
      const block = recipient === undefined ? {} : { block: { conversation: conversation.id, reason, recipient } };
      // A colleague may have it without a case: then there is no thread where anybody would read of it.
      const isHeld = escalation !== undefined && escalation.status !== 'resolved';
      const failed = failedReplies(claim);
      if (failed.length === 0 && isHeld) failed.push({ why: reason });
      // Beside each reply that it was, also when its case has been closed meanwhile.
      if (counterpart !== undefined) for (const failure of failed) tellFailure(draft, claim, counterpart, failure);
      if (isHeld) {
        showDesk(draft, counterpart, where.pending);
        return draft.finish(block);
      }
      draft.change(conversation, { status: 'waiting' });
      const { window } = await recall(claim, deps, false);
      const asked = window.findLast(({ author }) => author.role === 'customer')?.content.markdown;
      const brief = {
        question: wordsOf(where.pending) || asked || conversation.title || 'A message could not be delivered',
        why:
          recipient === undefined || recipient === conversation.customer.externalId
            ? `Nothing reaches this customer here: ${reason}`
            : `Nothing reaches ${recipient} here: ${reason}`,
        tried: [],
      };
      return draft.finish({
        ...block,
        escalation: openCase(deps.desk, claim, {
          reason: 'delivery-failure',
          brief,
          code: deps.newCode(),
          window,
          particulars,
          due: deps.firstReplyDue(),
        }),
      });
    }
  }
};

/** Something that did not reach the customer; `of` is the desk's message that it was. */
interface Failure {
  readonly why: string;
  readonly of?: string;
}

/** Replies of people that did not arrive. */
const failedReplies = ({ pending }: Claim): Failure[] =>
  pending.flatMap(({ event: { author, body } }) =>
    author.role === 'bot' && body.kind === 'action' && body.action === 'delivery-failed' && body.of !== undefined
      ? [{ of: body.of, why: body.value }]
      : [],
  );

/** Says at the desk that something did not reach the customer, beside the reply that it was. */
const tellFailure = (draft: Draft, { conversation }: Claim, desk: Conversation, { why, of }: Failure): void =>
  draft.tellDesk(desk, `This did not reach ${conversation.customer.name ?? 'the customer'}: ${why}`, {
    meta: { kind: 'notice', ...(of === undefined ? {} : { receipt: { of, ok: false } }) },
  });

/** The desk thread of this case reads what the customer wrote. */
const showDesk = (draft: Draft, desk: Conversation | undefined, pending: readonly Pending[]): void => {
  for (const { messageId, event } of pending) {
    if (desk === undefined || messageId === undefined || event.body.kind !== 'message') continue;
    draft.toDesk(desk, messageId, event.body.content, event.author);
  }
};

const lastBotMessage = async (claim: Claim, deps: TurnDeps): Promise<Message | undefined> =>
  (await recall(claim, deps, false)).window.findLast((message) => message.author.role === 'bot');
