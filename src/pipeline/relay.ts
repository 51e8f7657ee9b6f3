import type { DeskEvent, DeskState, HumanDesk } from '#core/escalation.ts';
import type { Claim, Commit } from '#core/ledger.ts';
import type { Attachment, Author, InboundEvent } from '#core/message.ts';
import { articleAfter, decisionOf, isOfArticle, showsSameArticle } from './article-decision.ts';
import { bot, type Draft } from './draft.ts';
import type { TurnDeps } from './take-turn.ts';
import { wordsFor } from './words.ts';

/** What a desk event makes of a case; pure, from `src/desk`. */
export type Transition = (
  state: DeskState,
  event: DeskEvent['kind'],
  agent: string,
  to?: string,
) =>
  | { readonly ok: true; readonly state: DeskState; readonly changed: boolean }
  | { readonly ok: false; readonly refusal: string };

/** Everything unread in a desk thread, applied in order: what the customer reads, who has the case, what was refused. */
export const relayFromDesk = (
  claim: Claim,
  draft: Draft,
  { desk, transition, reach }: Pick<TurnDeps, 'desk' | 'transition' | 'reach'>,
): Commit => {
  const { conversation, escalation, counterpart } = claim;
  if (escalation === undefined || counterpart === undefined) return draft.finish();
  const before: DeskState = {
    escalation: escalation.status,
    conversation: counterpart.status,
    ...(escalation.claimedBy === undefined ? {} : { claimedBy: escalation.claimedBy }),
    ...(escalation.article === undefined ? {} : { article: escalation.article.status }),
  };
  // While its card is on the way the thread has no name yet; where it will be is known.
  const deskChannel = (conversation.address.space === '' ? desk.place : conversation.address).channel;
  let state = before;
  let claimedById = escalation.claimedById;
  let movesOn = false;
  let decidedBy = escalation.article?.decidedBy;
  const refusals: NonNullable<Commit['refusals']>[number][] = [];

  for (const event of asItStands(claim.pending)) {
    if (event.author.role === 'bot') {
      tellOfOurOwn(draft, claim, event, state, reach);
      movesOn ||= event.body.kind === 'action' && event.body.action === 'second-level';
      continue;
    }
    const agent = agentOf(event.author, state.claimedBy, claimedById);
    if (isTooLate(event, claim))
      draft.tellDesk(
        conversation,
        `${agent.name}: what the customer has been sent stays as it was. Write again to correct it.`,
      );
    if (event.body.kind === 'message' && event.body.noReply !== undefined) {
      // Nobody can say what of it was meant for the customer (a forwarded mail): the team keeps it, and whoever wrote it is told.
      const { content, noReply } = event.body;
      draft.note(counterpart, agent, content.markdown, content.attachments);
      draft.tellDesk(conversation, `${agent.name}: ${noReply} Your message was not sent.`, {
        meta: {
          kind: 'notice',
          ...(event.externalId === undefined ? {} : { receipt: { of: event.externalId, ok: false } }),
        },
      });
      continue;
    }
    const intent = desk.interpret(event);
    if (intent === undefined) continue;
    const to = intent.kind === 'reassign' ? intent.to : undefined;
    const receiver = to === undefined ? undefined : agentOf({ role: 'human', ...to }, state.claimedBy, claimedById);
    const result = isOfAnotherCard(event, escalation.code)
      ? ({ ok: false, refusal: 'That card is out of date; use the newest one in this thread.' } as const)
      : to !== undefined && to.name === undefined
        ? ({ ok: false, refusal: 'This person is not in this place. They can take the case over themselves.' } as const)
        : transition(state, intent.kind, agent.name, receiver?.name);
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
    if (isOfArticle(intent)) {
      if (result.changed) decidedBy = result.state.article === 'draft' ? undefined : agent.name;
      state = result.state;
      continue;
    }
    speak(draft, claim, {
      event,
      intent,
      agent,
      before: state,
      after: result.state,
      changed: result.changed,
      isElsewhere:
        event.address.channel !== deskChannel ||
        event.unseen === true ||
        // Below the card that a case left behind when it moved on.
        (conversation.address.space !== '' && event.address.space !== conversation.address.space),
    });
    if (result.changed) claimedById = to?.externalId ?? agent.externalId;
    state = result.state;
  }

  const changed = state.escalation !== before.escalation || state.claimedBy !== before.claimedBy;
  const decision = decisionOf(escalation.article, state.article, decidedBy);
  const redrawn =
    escalation.card === undefined
      ? undefined
      : desk.redraw(escalation.card, state, articleAfter(escalation.article, state.article, decision));
  const card = changed || !showsSameArticle(escalation.card, redrawn) ? redrawn : undefined;
  if (card !== undefined) draft.redraw(conversation, escalation.cardMessageId, card, desk.describe(card));
  if (movesOn && state.escalation === 'open') moveOn(draft, claim, desk);
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
    ...(decision === undefined && (changed || card === undefined)
      ? {}
      : {
          article: {
            escalationId: escalation.id,
            ...(card === undefined ? {} : { card }),
            ...(decision === undefined ? {} : { decision }),
          },
        }),
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

/** A button says which case it was drawn for. */
const isOfAnotherCard = ({ body }: InboundEvent, code: string): boolean =>
  body.kind === 'action' && body.value !== '' && body.value !== code;

/** A change to words that have been read before: what the customer has seen stays as it was. Notes concern nobody else. */
const isTooLate = ({ body }: InboundEvent, { pending }: Claim): boolean =>
  (body.kind === 'delete' || (body.kind === 'edit' && !body.content.markdown.trimStart().startsWith('//'))) &&
  !pending.some(({ event }) => event.body.kind === 'message' && event.externalId === body.of);

/**
 * Whoever acts, under the name that the case knows them by: a platform may not say a name each time. Two people of one name are
 * told apart where the platform does; in the console the name is the person.
 */
const agentOf = (
  author: Author,
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
  const isNew = after.escalation === 'claimed' && after.claimedBy !== undefined;
  if (changed && isNew && (before.escalation !== 'claimed' || before.claimedBy !== after.claimedBy)) {
    notice(
      before.escalation === 'claimed' && before.claimedBy !== undefined
        ? words.tookOver(after.claimedBy, before.claimedBy)
        : words.joined(after.claimedBy),
    );
    if (intent.kind === 'reassign')
      draft.tellDesk(
        conversation,
        after.claimedBy === agent.name
          ? `${agent.name} has taken this over.`
          : `${agent.name} has given this to ${after.claimedBy}.`,
      );
  }
  if (intent.kind === 'reply') {
    draft.change(customer, {});
    const { markdown, attachments } = intent.content;
    const [kept, lost] = [attachments.filter(isOurs), attachments.filter((file) => !isOurs(file))];
    if (lost.length > 0)
      draft.tellDesk(
        conversation,
        `${agent.name}: ${lost.map(({ name }) => name).join(', ')} could not be fetched and was not sent. Please attach it again.`,
      );
    if (markdown.trim() !== '' || kept.length > 0)
      draft.say(customer, agent, {
        markdown,
        attachments: kept,
        meta: event.externalId === undefined ? {} : { relays: event.externalId },
        by: 'human',
      });
  }
  if (intent.kind === 'note') {
    const { markdown, attachments } = intent.content;
    draft.note(customer, agent, withoutSlashes(markdown), attachments);
  }
  if (changed && intent.kind === 'resolve')
    draft.say(customer, bot, {
      markdown: words.resolved(agent.name),
      meta: { kind: 'notice', asks: 'satisfaction' },
      by: 'system',
    });
  if (changed && intent.kind === 'return-to-bot') notice(words.returned(agent.name));
  if (changed) {
    draft.change(customer, {
      status: after.conversation,
      owner: after.conversation === 'human' ? (after.claimedBy ?? agent.name) : null,
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

/** A file whose bytes we have; what could not be fetched from its platform keeps its name alone. */
const isOurs = ({ ref }: Attachment): boolean => ref.startsWith('sha256:');

/** A note's words; the slashes only said that it is one. */
const withoutSlashes = (note: string): string => note.replace(/^\s*\/\/\s?/, '');

/** Our own events: a reply has arrived, a clock has run out, nobody has taken the case yet. */
const tellOfOurOwn = (
  draft: Draft,
  { conversation, counterpart: customer, escalation }: Claim,
  { body }: InboundEvent,
  state: DeskState,
  reach: TurnDeps['reach'],
): void => {
  if (body.kind !== 'action' || escalation === undefined) return;
  const { code } = escalation;
  if (body.action === 'delivered' && body.of !== undefined) {
    const name = customer?.customer.name ?? 'the customer';
    draft.tellDesk(conversation, `Delivered to ${name}.`, {
      meta: { kind: 'notice', receipt: { of: body.of, ok: true } },
    });
  }
  if (body.action === 'overdue' && state.escalation !== 'resolved') draft.tellDesk(conversation, body.value);
  if (state.escalation !== 'open') return;
  if (body.action === 'remind') {
    draft.tellDesk(conversation, `Nobody has taken ${code} yet. The customer is still waiting.`);
    if (customer !== undefined) {
      // Locked with the desk, in order.
      draft.change(customer, {});
      draft.say(customer, bot, {
        markdown: wordsFor(customer.locale).stillWaiting(code, reach()),
        // Not a notice: it is worth a mail of its own.
        meta: { kind: 'escalate' },
        by: 'system',
      });
    }
  }
};

/** Nobody took it in time: the card stays behind without its buttons, and the case goes on below a new one. */
const moveOn = (draft: Draft, { conversation, escalation }: Claim, desk: HumanDesk): void => {
  if (desk.secondLevel === undefined || escalation?.card === undefined) return;
  const { card, cardMessageId } = escalation;
  const superseded = { ...card, actions: [], superseded: 'Nobody took this in time: it is with the second level now.' };
  draft.redraw(conversation, cardMessageId, superseded, desk.describe(superseded));
  draft.move(conversation, desk.secondLevel, card, desk.describe(card));
};
