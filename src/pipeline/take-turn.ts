import { setTimeout } from 'node:timers/promises';
import type { SettleArticles } from '#core/article-draft.ts';
import { deskTopic } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { HumanDesk } from '#core/escalation.ts';
import type { Claim, Commit, Committed, DeliveryClaim, Ledger } from '#core/ledger.ts';
import type { Session, SessionStore } from '#core/session.ts';
import type { Memory, Pending, Turn, TurnOutcome } from '#core/turn.ts';
import { advance, areCustomersOwn, newTurn, recall } from './context.ts';
import { decisionsOn } from './decisions.ts';
import { describeOutcome } from './describe-outcome.ts';
import { createDraft, openCase, receiptOf } from './draft.ts';
import { type Gathered, gather } from './gather.ts';
import { planWithoutModel } from './plan-without-model.ts';
import type { PipelineDeps } from './ports.ts';
import type { Transition } from './relay.ts';
import { route } from './route.ts';
import { settledTopic } from './settle.ts';
import { whetherToSpeak } from './steps/attend.ts';
import { createTurnStream, type TurnStream } from './stream.ts';
import type { Reach } from './words.ts';

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
  /** When customers may expect a person, from the clock. */
  readonly reach: () => Reach;
  /** Until when a person should have replied to a case that is opened now; undefined where nothing is promised. */
  readonly firstReplyDue: () => Date | undefined;
  readonly answererName: string;
  /** Where articles are made of what people answer. */
  readonly settleArticles?: SettleArticles;
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
    signal: AbortSignal,
  ): Promise<{ readonly committed: Committed | 'stale' }> => {
    const { trace } = claim.pending.at(-1) ?? {};
    const committed = await store({ ...plan, ...(trace === undefined ? {} : { trace }) }, ledger, signal);
    if (committed === 'stale') return { committed };
    announce(fanout, claim, plan);
    deps.log.debug({ conversationId: claim.conversation.id, outcome, through: plan.consumed }, 'turn committed');
    return { committed };
  };

  const takeBotTurn = async (
    { claim, particulars }: Gathered,
    pending: readonly Pending[],
    newEpoch: boolean,
    stream: TurnStream,
    signal: AbortSignal,
  ): Promise<{ plan: Commit; session: Session; outcome: TurnOutcome }> => {
    const session = await recall(claim, deps, newEpoch);
    const turn = newTurn(claim, pending, session, particulars, stream.show, signal);
    const outcome = await deps.decide(turn);
    const draft = createDraft(claim, (channel) => adapters.get(channel), desk.place);
    const code = outcome.kind === 'escalate' ? deps.newCode() : undefined;
    describeOutcome(draft, claim, outcome, {
      locale: turn.conversation.locale,
      code,
      newEpoch,
      reach: deps.reach(),
      replaces: outcome.kind === 'silent' ? undefined : await stream.settle(),
    });
    const memories =
      claim.personId === undefined || !areCustomersOwn(claim, pending)
        ? []
        : deps.remember(turn, outcome).map((memory) => ({ ...memory, personId: claim.personId as string }));
    const plan = draft.finish({
      ...(outcome.kind === 'escalate' && code !== undefined
        ? {
            escalation: openCase(desk, claim, {
              reason: outcome.reason,
              brief: outcome.brief,
              code,
              window: session.window,
              particulars,
              due: deps.firstReplyDue(),
            }),
          }
        : {}),
      ...(memories.length === 0 ? {} : { memories }),
      decisions: decisionsOn(
        pending,
        outcome.kind === 'silent' ? { speaks: false, reason: outcome.why } : whetherToSpeak(turn),
      ),
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

  /** After a crash a partial message may be there that nobody had time to store: the answer takes its place, too. */
  const withUnfinished = async (claim: Claim, signal: AbortSignal): Promise<Claim> => {
    const { address, kind } = claim.conversation;
    const adapter = adapters.get(address.channel);
    if (claim.attempts === 0 || claim.stream !== undefined || kind === 'desk' || adapter?.unfinished === undefined)
      return claim;
    const stream = await adapter
      .unfinished(address, AbortSignal.any([signal, AbortSignal.timeout(5_000)]))
      .catch((error: unknown) =>
        deps.log.info({ error: errorMessage(error) }, 'partial messages could not be looked for'),
      );
    return typeof stream === 'string' ? { ...claim, stream } : claim;
  };

  return async (unread: Claim, signal: AbortSignal): Promise<TurnResult> => {
    const started = performance.now();
    const gathered = await gather(unread, deps, signal);
    const claim = await withUnfinished(gathered.claim, signal);
    const stream = createTurnStream(claim, adapters.get(claim.conversation.address.channel), ledger, deps.log);
    const where = route(claim);
    let outcome: string = where.kind;
    let plan: Commit;
    let next:
      | { readonly session: Session; readonly outcome: TurnOutcome; readonly heard: readonly Pending[] }
      | undefined;
    if (where.kind === 'turn') {
      const taken = await takeBotTurn(gathered, where.pending, where.newEpoch, stream, signal).catch(async (error) => {
        // Whoever tries again finds what was shown of it.
        await stream.settle();
        throw error;
      });
      ({ plan } = taken);
      outcome = taken.outcome.kind;
      next = { ...taken, heard: where.pending };
    } else {
      plan = await planWithoutModel(gathered, where, deps);
    }
    if (signal.aborted) {
      await stream.settle();
      stream.clear();
      return { kind: 'stale' };
    }
    const { names, files } = gathered;
    const { committed } = await commit(
      claim,
      { ...plan, ...(names.length === 0 ? {} : { names }), ...(files.length === 0 ? {} : { files }) },
      outcome,
      signal,
    );
    deps.meter.turn({
      outcome:
        committed === 'stale' ? 'discarded' : (next?.outcome.kind ?? (where.kind === 'silent' ? 'silent' : 'relayed')),
      ms: performance.now() - started,
    });
    const answers = plan.outbox.some(({ conversation }) => conversation === claim.conversation.id);
    if (committed === 'stale' || !answers) stream.clear();
    if (committed === 'stale') {
      // What is still on its way must not reach into the next try.
      await stream.settle();
      return { kind: 'stale' };
    }
    count(claim, plan, deps);
    if (plan.article?.decision !== undefined) await deps.settleArticles?.();
    // The answer takes the place of what was shown of it; without one that must go.
    const left = plan.outbox.some(({ payload }) => payload.replaces !== undefined) ? undefined : await stream.settle();
    if (left !== undefined) void stream.discard();
    if (next !== undefined && isAllHeard(claim, next.heard))
      await sessions
        .save(claim.conversation.id, advance(claim, plan, committed, next, deps.limits.window))
        .catch((error: unknown) => deps.log.warn({ error: errorMessage(error) }, 'a session could not be kept'));
    return { kind: 'committed', deliveries: committed.deliveries };
  };
};

/** Whoever takes a conversation lets what the bot is about to send there begin first; that is a matter of moments. */
const store = async (commit: Commit, ledger: Ledger, signal: AbortSignal): Promise<Committed | 'stale'> => {
  if (!commit.changes.some(({ status }) => status === 'human')) return ledger.commit(commit);
  while (!signal.aborted) {
    const committed = await ledger.commitTaking(commit);
    if (committed !== 'busy') return committed;
    await setTimeout(20);
  }
  return 'stale';
};

/** Was everything that people could read part of the turn? Else the next one asks the rows: a colleague spoke in between. */
const isAllHeard = (claim: Claim, heard: readonly Pending[]): boolean => {
  const seqs = new Set(heard.map(({ seq }) => seq));
  return claim.pending.every(({ seq, event }) => event.author.role !== 'human' || seqs.has(seq));
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
