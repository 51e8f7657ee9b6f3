import type { DeskEvent, DeskState, HumanDesk } from '#core/escalation.ts';
import type { Claim, Commit } from '#core/ledger.ts';
import type { Author, InboundEvent } from '#core/message.ts';
import { bot, type Draft } from './draft.ts';
import { wordsFor } from './words.ts';

/** What a desk event makes of a case; pure, from `src/desk`. */
export type Transition = (
  state: DeskState,
  event: DeskEvent['kind'],
  agent: string,
) =>
  | { readonly ok: true; readonly state: DeskState; readonly changed: boolean }
  | { readonly ok: false; readonly refusal: string };

/** Everything unread in a desk thread, applied in order: what the customer reads, who has the case, what was refused. */
export const relayFromDesk = (claim: Claim, draft: Draft, desk: HumanDesk, transition: Transition): Commit => {
  const { conversation, escalation, counterpart } = claim;
  if (escalation === undefined || counterpart === undefined) return draft.finish();
  const before: DeskState = {
    escalation: escalation.status,
    conversation: counterpart.status,
    ...(escalation.claimedBy === undefined ? {} : { claimedBy: escalation.claimedBy }),
  };
  // While its card is on the way the thread has no name yet; where it will be is known.
  const deskChannel = (conversation.address.space === '' ? desk.place : conversation.address).channel;
  let state = before;
  let claimedById = escalation.claimedById;
  const refusals: NonNullable<Commit['refusals']>[number][] = [];

  for (const event of asItStands(claim.pending)) {
    if (event.author.role === 'bot') {
      tellOfOurOwn(draft, claim, event, state);
      continue;
    }
    const agent = agentOf(event, state.claimedBy, claimedById);
    if (isTooLate(event, claim))
      draft.tellDesk(
        conversation,
        `${agent.name}: what the customer has been sent stays as it was. Write again to correct it.`,
      );
    const intent = desk.interpret(event);
    if (intent === undefined) continue;
    const result = transition(state, intent.kind, agent.name);
    if (!result.ok) {
      const actionId = event.externalId ?? event.dedupeKey;
      refusals.push({ escalationId: escalation.id, actionId, reason: result.refusal });
      const isReply = intent.kind === 'reply';
      draft.tellDesk(conversation, `${agent.name}: ${result.refusal}${isReply ? ' Your message was not sent.' : ''}`, {
        meta: {
          kind: 'notice',
          ...(isReply && event.externalId !== undefined ? { receipt: { of: event.externalId, ok: false } } : {}),
        },
      });
      continue;
    }
    speak(draft, claim, {
      event,
      intent,
      agent,
      before: state,
      after: result.state,
      changed: result.changed,
      isElsewhere: event.address.channel !== deskChannel || event.unseen === true,
    });
    if (result.changed) claimedById = agent.externalId;
    state = result.state;
  }

  const changed = state.escalation !== before.escalation || state.claimedBy !== before.claimedBy;
  const card = changed && escalation.card !== undefined ? desk.redraw(escalation.card, state) : undefined;
  if (card !== undefined) draft.redraw(conversation, escalation.cardMessageId, card, desk.describe(card));
  return draft.finish({
    refusals,
    ...(changed
      ? {
          escalationUpdate: {
            id: escalation.id,
            status: state.escalation,
            ...(state.claimedBy === undefined ? {} : { claimedBy: state.claimedBy }),
            ...(claimedById === undefined ? {} : { claimedById }),
            ...(card === undefined ? {} : { card }),
          },
        }
      : {}),
  });
};

/** What is unread at the desk, with words that were changed or taken back before anybody read them. */
const asItStands = (pending: Claim['pending']): readonly InboundEvent[] => {
  const events = pending.map(({ event }) => event);
  const deleted = new Set(events.flatMap(({ body }) => (body.kind === 'delete' ? [body.of] : [])));
  const edits = new Map(events.flatMap(({ body }) => (body.kind === 'edit' ? [[body.of, body.content] as const] : [])));
  return events.flatMap((event) => {
    const { body, externalId = '' } = event;
    if (body.kind !== 'message') return [event];
    if (deleted.has(externalId)) return [];
    const content = edits.get(externalId);
    return [content === undefined ? event : { ...event, body: { ...body, content } }];
  });
};

/** A change to words that have been read before: what the customer has seen stays as it was. Notes concern nobody else. */
const isTooLate = ({ body }: InboundEvent, { pending }: Claim): boolean =>
  (body.kind === 'delete' || (body.kind === 'edit' && !body.content.markdown.trimStart().startsWith('//'))) &&
  !pending.some(({ event }) => event.body.kind === 'message' && event.externalId === body.of);

/**
 * Whoever acts, under the name that the case knows them by: a platform may not say a name each time. Two people of one name are
 * told apart where the platform does; in the console the name is the person.
 */
const agentOf = (
  { author }: InboundEvent,
  claimedBy: string | undefined,
  claimedById: string | undefined,
): Author & { readonly name: string } => {
  const { externalId } = author;
  const name = author.name ?? externalId;
  if (claimedBy !== undefined && externalId === claimedById) return { role: 'human', externalId, name: claimedBy };
  const isNamesake = name === claimedBy && claimedById !== undefined && ![externalId, claimedById].some(isByName);
  return { role: 'human', externalId, name: isNamesake ? `${name} (${externalId})` : name };
};

/** An id of the console, which knows people by their names. */
const isByName = (externalId: string): boolean => externalId.startsWith('agent:');

/** What the customer and the desk's own thread read of one thing that a person did. */
const speak = (
  draft: Draft,
  { conversation, counterpart: customer }: Claim,
  {
    event,
    intent,
    agent,
    before,
    after,
    changed,
    isElsewhere,
  }: {
    readonly event: InboundEvent;
    readonly intent: DeskEvent;
    readonly agent: Author & { readonly name: string };
    readonly before: DeskState;
    readonly after: DeskState;
    readonly changed: boolean;
    /** Written in another place than the thread: the console, a form. */
    readonly isElsewhere: boolean;
  },
): void => {
  if (customer === undefined) return;
  const words = wordsFor(customer.locale);
  const notice = (markdown: string): void =>
    draft.say(customer, bot, { markdown, meta: { kind: 'notice' }, by: 'system' });
  if (changed && after.escalation === 'claimed' && before.escalation !== 'claimed') notice(words.joined(agent.name));
  if (intent.kind === 'reply') {
    draft.change(customer, {});
    const { markdown, attachments } = intent.content;
    draft.say(customer, agent, {
      markdown,
      attachments,
      meta: event.externalId === undefined ? {} : { relays: event.externalId },
      by: 'human',
    });
  }
  if (intent.kind === 'note') {
    const { markdown, attachments } = intent.content;
    draft.note(customer, agent, withoutSlashes(markdown), attachments);
  }
  if (changed && intent.kind === 'resolve') notice(words.resolved(agent.name));
  if (changed && intent.kind === 'return-to-bot') notice(words.returned(agent.name));
  if (changed) {
    draft.change(customer, {
      status: after.conversation,
      owner: after.conversation === 'human' ? agent.name : null,
      ...(intent.kind === 'return-to-bot' ? { newEpoch: true } : {}),
    });
  }
  // It is shown in the thread as well, so that everybody sees it.
  if (isElsewhere && (intent.kind === 'reply' || intent.kind === 'note')) {
    const { markdown, attachments } = intent.content;
    draft.tellDesk(conversation, intent.kind === 'note' ? `Internal note: ${withoutSlashes(markdown)}` : markdown, {
      author: agent,
      attachments,
    });
  }
};

/** A note's words; the slashes only said that it is one. */
const withoutSlashes = (note: string): string => note.replace(/^\s*\/\/\s?/, '');

/** Our own events: a reply has arrived, nobody has taken the case yet. */
const tellOfOurOwn = (draft: Draft, claim: Claim, { body }: InboundEvent, state: DeskState): void => {
  if (body.kind !== 'action') return;
  const { conversation, counterpart: customer, escalation } = claim;
  if (body.action === 'delivered' && body.of !== undefined) {
    const name = customer?.customer.name ?? 'the customer';
    draft.tellDesk(conversation, `Delivered to ${name}.`, {
      meta: { kind: 'notice', receipt: { of: body.of, ok: true } },
    });
  }
  if (body.action === 'remind' && state.escalation === 'open' && escalation !== undefined)
    draft.tellDesk(conversation, `Nobody has taken ${escalation.code} yet. The customer is still waiting.`);
};
