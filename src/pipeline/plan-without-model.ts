import type { Conversation } from '#core/conversation.ts';
import type { Claim, Commit } from '#core/ledger.ts';
import type { Message } from '#core/message.ts';
import type { Pending } from '#core/turn.ts';
import { recall, wordsOf } from './context.ts';
import { bot, createDraft, type Draft, openCase } from './draft.ts';
import { relayFromDesk } from './relay.ts';
import type { route } from './route.ts';
import { wantsPerson } from './steps/wants-person.ts';
import type { TurnDeps } from './take-turn.ts';
import { wordsFor } from './words.ts';

/** Everything that needs no model: the desk, relays, failures, silence. */
export const planWithoutModel = async (
  claim: Claim,
  where: Exclude<ReturnType<typeof route>, { kind: 'turn' }>,
  deps: TurnDeps,
): Promise<Commit> => {
  const draft = createDraft(claim, (channel) => deps.adapters.get(channel));
  const { conversation, counterpart, escalation } = claim;
  switch (where.kind) {
    case 'desk':
      return relayFromDesk(claim, draft, deps.desk, deps.transition);
    case 'silent':
      return draft.finish();
    case 'to-desk': {
      showDesk(draft, counterpart, where.pending);
      const said = conversation.status === 'waiting' ? await lastBotMessage(claim, deps) : undefined;
      const asksAgain = conversation.status === 'waiting' && wantsPerson(wordsOf(where.pending));
      if (said?.meta.kind === 'escalate' || asksAgain)
        draft.say(conversation, bot, {
          markdown: wordsFor(conversation.locale).added,
          meta: { kind: 'notice' },
          by: 'bot',
        });
      return draft.finish();
    }
    case 'taken-over': {
      draft.change(conversation, { status: 'human', owner: where.by });
      if (escalation !== undefined && escalation.status !== 'resolved') {
        showDesk(draft, counterpart, where.pending);
        return draft.finish({ escalationUpdate: { id: escalation.id, status: 'claimed', claimedBy: where.by } });
      }
      const brief = {
        question: conversation.title || 'Answered directly',
        why: `${where.by} answered from their own mail client.`,
        tried: [],
      };
      return draft.finish({
        escalation: openCase(deps.desk, claim, { reason: 'policy', brief, code: deps.newCode(), claimedBy: where.by }),
      });
    }
    case 'undelivered': {
      draft.note(conversation, bot, `A message could not be delivered: ${where.reason}`);
      if (!where.permanent) return draft.finish();
      const { reason, recipient } = where;
      const block = recipient === undefined ? {} : { block: { conversation: conversation.id, reason, recipient } };
      if (conversation.status === 'waiting' || conversation.status === 'human') {
        showDesk(draft, counterpart, where.pending);
        return draft.finish(block);
      }
      draft.change(conversation, { status: 'waiting' });
      const brief = {
        question: wordsOf(where.pending) || conversation.title || 'A message could not be delivered',
        why:
          recipient === undefined || recipient === conversation.customer.externalId
            ? `Nothing reaches this customer here: ${reason}`
            : `Nothing reaches ${recipient} here: ${reason}`,
        tried: [],
      };
      return draft.finish({
        ...block,
        escalation: openCase(deps.desk, claim, { reason: 'delivery-failure', brief, code: deps.newCode() }),
      });
    }
  }
};

/** The desk thread of this case reads what the customer wrote. */
const showDesk = (draft: Draft, desk: Conversation | undefined, pending: readonly Pending[]): void => {
  for (const { messageId, event } of pending) {
    if (desk === undefined || messageId === undefined || event.body.kind !== 'message') continue;
    draft.toDesk(desk, messageId, event.body.content, event.author);
  }
};

const lastBotMessage = async (claim: Claim, deps: TurnDeps): Promise<Message | undefined> =>
  (await recall(claim, deps, false)).window.findLast((message) => message.author.role === 'bot');
