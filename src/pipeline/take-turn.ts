import { deskTopic } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { HumanDesk } from '#core/escalation.ts';
import type { Claim, Commit, Committed, DeliveryClaim, Ledger } from '#core/ledger.ts';
import type { Session, SessionStore } from '#core/session.ts';
import type { Memory, Pending, Turn, TurnOutcome } from '#core/turn.ts';
import { advance, areCustomersOwn, newTurn, recall } from './context.ts';
import { describeOutcome } from './describe-outcome.ts';
import { createDraft, openCase, receiptOf } from './draft.ts';
import { planWithoutModel } from './plan-without-model.ts';
import type { PipelineDeps } from './ports.ts';
import type { Transition } from './relay.ts';
import { route } from './route.ts';
import { settledTopic } from './settle.ts';

export interface TurnDeps extends PipelineDeps {
  readonly ledger: Ledger;
  readonly sessions: SessionStore;
  /** The steps of a turn, composed. */
  readonly decide: (turn: Turn) => Promise<TurnOutcome>;
  readonly desk: HumanDesk;
  readonly transition: Transition;
  /** What is worth keeping about the person, from this turn. Pure. */
  readonly remember: (turn: Turn, outcome: TurnOutcome) => readonly (Memory & { readonly hash: string })[];
  /** A short code that a customer may quote. */
  readonly newCode: () => string;
  /** Minutes that customers usually wait for a person, from the clock; undefined when nobody knows yet. */
  readonly usualWait: () => number | undefined;
  readonly answererName: string;
  readonly limits: { readonly window: number; readonly turnsPerEpoch: number };
}

/** What a turn came to: rows to deliver at once, or the claim given back because the conversation had moved on. */
export type TurnResult =
  | { readonly kind: 'committed'; readonly deliveries: readonly DeliveryClaim[] }
  | { readonly kind: 'stale' };

/** Station two: one claimed batch, from reading it to the commit. `signal` aborts when the lease or the version is lost. */
export const createTakeTurn = (deps: TurnDeps) => {
  const { ledger, sessions, desk, fanout, adapters } = deps;

  const commit = async (
    claim: Claim,
    plan: Commit,
    outcome: string,
  ): Promise<{ readonly committed: Committed | 'stale' }> => {
    const committed = await ledger.commit({
      ...plan,
      ...(claim.pending.at(-1)?.trace === undefined ? {} : { trace: claim.pending.at(-1)?.trace as string }),
    });
    if (committed === 'stale') return { committed };
    announce(fanout, claim, plan);
    deps.log.debug({ conversationId: claim.conversation.id, outcome, through: plan.consumed }, 'turn committed');
    return { committed };
  };

  const takeBotTurn = async (
    claim: Claim,
    pending: readonly Pending[],
    newEpoch: boolean,
    signal: AbortSignal,
  ): Promise<{ plan: Commit; session: Session; outcome: TurnOutcome }> => {
    const session = await recall(claim, deps, newEpoch);
    const turn = newTurn(claim, pending, session, signal, deps);
    const outcome = await deps.decide(turn);
    const draft = createDraft(claim, (channel) => adapters.get(channel));
    const code = outcome.kind === 'escalate' ? deps.newCode() : undefined;
    describeOutcome(draft, claim, outcome, {
      locale: turn.conversation.locale,
      code,
      newEpoch,
      usualWait: deps.usualWait(),
    });
    const memories =
      claim.personId === undefined || !areCustomersOwn(claim, pending)
        ? []
        : deps.remember(turn, outcome).map((memory) => ({ ...memory, personId: claim.personId as string }));
    const plan = draft.finish({
      ...(outcome.kind === 'escalate' && code !== undefined
        ? { escalation: openCase(desk, claim, { reason: outcome.reason, brief: outcome.brief, code }) }
        : {}),
      ...(memories.length === 0 ? {} : { memories }),
      receipt: receiptOf(claim, {
        question: turn.question,
        passages: turn.passages,
        outcome: outcome.kind,
        answer: 'content' in outcome ? outcome.content.markdown : '',
        answerer: deps.answererName,
      }),
    });
    return { plan, outcome, session };
  };

  return async (claim: Claim, signal: AbortSignal): Promise<TurnResult> => {
    const started = performance.now();
    const where = route(claim);
    let outcome: string = where.kind;
    let plan: Commit;
    let next:
      | { readonly session: Session; readonly outcome: TurnOutcome; readonly heard: readonly Pending[] }
      | undefined;
    if (where.kind === 'turn') {
      const taken = await takeBotTurn(claim, where.pending, where.newEpoch, signal);
      ({ plan } = taken);
      outcome = taken.outcome.kind;
      next = { ...taken, heard: where.pending };
    } else {
      plan = await planWithoutModel(claim, where, deps);
    }
    if (signal.aborted) return { kind: 'stale' };
    const { committed } = await commit(claim, plan, outcome);
    deps.meter.turn({
      outcome:
        committed === 'stale' ? 'discarded' : (next?.outcome.kind ?? (where.kind === 'silent' ? 'silent' : 'relayed')),
      ms: performance.now() - started,
    });
    if (committed === 'stale') return { kind: 'stale' };
    count(claim, plan, deps);
    if (next !== undefined)
      await sessions
        .save(claim.conversation.id, advance(claim, plan, committed, next, deps.limits.window))
        .catch((error: unknown) => deps.log.warn({ error: errorMessage(error) }, 'a session could not be kept'));
    return { kind: 'committed', deliveries: committed.deliveries };
  };
};

const count = (claim: Claim, plan: Commit, { meter }: TurnDeps): void => {
  const reason = plan.escalation?.reason ?? claim.escalation?.reason ?? 'asked-for-human';
  if (plan.escalation !== undefined) meter.escalation({ event: 'opened', reason });
  const status = plan.escalationUpdate?.status;
  if (status === 'claimed' || status === 'resolved') meter.escalation({ event: status, reason });
};

/** Tells whoever waits or watches. Best effort: the rows are the truth. */
const announce = (fanout: PipelineDeps['fanout'], claim: Claim, plan: Commit): void => {
  fanout.publish(settledTopic(claim.conversation.id), { seq: plan.consumed });
  const customer = claim.conversation.kind === 'customer' ? claim.conversation : claim.counterpart;
  const change = plan.changes.find((entry) => entry.conversation === customer?.id);
  if (customer !== undefined && change?.status !== undefined) {
    const owner = change.owner === undefined ? customer.owner : (change.owner ?? undefined);
    fanout.publish(`chat:${customer.id}`, {
      type: 'conversation',
      conversation: { status: change.status, ...(owner === undefined ? {} : { owner }) },
    });
  }
  const concernsDesk =
    plan.escalation !== undefined || plan.escalationUpdate !== undefined || claim.escalation !== undefined;
  if (concernsDesk)
    fanout.publish(deskTopic, {
      type: 'changed',
      ...(claim.escalation === undefined ? {} : { escalationId: claim.escalation.id }),
    });
};
