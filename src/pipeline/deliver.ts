import { createBatcher } from '#core/batch.ts';
import type { ChannelAdapter } from '#core/channel.ts';
import { AppError, errorMessage } from '#core/errors.ts';
import { type DeliveryClaim, type Dispatch, type DispatchResult, type Ledger, sendGraceMs } from '#core/ledger.ts';
import { type ConversationId, heldBack, newThread, type Outbound, type SendResult, type Sent } from '#core/message.ts';
import type { PipelineDeps } from './ports.ts';

export interface DeliverSettings {
  /** One send may take this long, in milliseconds; the lease is renewed meanwhile. */
  readonly sendTimeoutMs: number;
  /** A message that could not be delivered for this long is given up, and a person is told. */
  readonly giveUpAfterMs: number;
}

/** Who has a conversation, and when that was asked. */
type Standing = Pick<DeliveryClaim, 'status' | 'askedAt'>;
const isYoung = ({ askedAt }: Standing): boolean => performance.now() - askedAt < sendGraceMs / 2;

/** What a platform asks for beyond this is not believed. */
const longestPauseMs = 86_400_000;

/** Station three: send what one delivering lane holds, in order; the first row that must wait holds the rest. */
export const createDeliver = (
  ledger: Ledger,
  { adapters, log, meter, tracer }: PipelineDeps,
  settings: DeliverSettings,
  now: () => Date,
  random: () => number,
) => {
  type Finished = Parameters<Ledger['finishDelivering']>[0][number];
  const finish = createBatcher<Finished, void>(
    async (items) => {
      await ledger.finishDelivering(items);
      return items.map(() => undefined);
    },
    50,
    (error) => error instanceof AppError && error.code === 'bad-request',
  );

  /** Marks what is left of a lane anew; who has the conversation, nothing when the lane is not ours any more or nobody can say. */
  const hold = async (id: ConversationId): Promise<Standing | undefined> => {
    const askedAt = performance.now();
    try {
      const status = await ledger.holdDelivering(id);
      return status === undefined ? undefined : { status, askedAt };
    } catch (error) {
      log.warn({ conversationId: id, error: errorMessage(error) }, 'a delivery waits: its lease could not be renewed');
      return undefined;
    }
  };

  const dispatch = async (item: Dispatch, known: Standing, signal: AbortSignal): Promise<DispatchResult> => {
    const outbound = atItsThread(item.outbound);
    const { id } = outbound;
    const adapter = adapters.get(outbound.address.channel);
    if (adapter === undefined)
      return { id, ok: false, permanent: true, error: `Channel ${outbound.address.channel} is not switched on.` };
    if (outbound.address.thread === '' && outbound.meta.card === undefined)
      return { id, ok: false, permanent: true, error: 'no-thread: the card of this case could not be shown' };
    if (item.blocked !== undefined) return { id, ok: false, permanent: true, error: item.blocked };
    const limited = AbortSignal.any([signal, AbortSignal.timeout(settings.sendTimeoutMs)]);
    try {
      if (item.halfSent && adapter.find !== undefined) {
        const sent = await adapter.find(outbound, limited);
        if (sent !== undefined) return { id, ok: true, externalId: sent.externalId, address: sent.address };
      }
      // Whoever takes the conversation waits for marks that are young: an old one is no promise, so it is made anew.
      let standing: Standing | undefined = known;
      const goAhead = async (): Promise<boolean> => {
        if (standing !== undefined && !isYoung(standing)) standing = await hold(outbound.conversationId);
        return standing !== undefined && isYoung(standing) && standing.status !== 'human';
      };
      if (item.by !== 'bot') return toResult(id, item, await adapter.send(outbound, limited));
      const sent = (await goAhead()) ? await adapter.send(outbound, limited, goAhead) : heldBack;
      if (sent.ok || sent.code !== heldBack.code) return toResult(id, item, sent);
      if (standing?.status !== 'human') return { id, ok: false, unsent: true, halfSent: item.halfSent, pauseMs: 1_000 };
      // What the customer has seen of it goes with it.
      if (outbound.replaces !== undefined) await takeBack(adapter, outbound, outbound.replaces, limited);
      return { id, ok: false, permanent: true, withdrawn: true, error: 'withdrawn: a person has the conversation' };
    } catch (error) {
      // Adapters return expected failures; whatever is thrown may have happened after the platform took the message.
      log.error(
        { channel: outbound.address.channel, outboxId: id, error: errorMessage(error) },
        'send failed unexpectedly',
      );
      return toResult(id, item, { ok: false, code: 'unknown', message: errorMessage(error), permanent: false });
    }
  };

  /** Best effort: what stays on the platform must not bring the withdrawn text back to life. */
  const takeBack = async (
    adapter: ChannelAdapter,
    { id, address }: Outbound,
    stream: string,
    signal: AbortSignal,
  ): Promise<void> => {
    try {
      await adapter.discard?.(address, stream, signal);
    } catch (error) {
      log.warn({ channel: adapter.id, outboxId: id, error: errorMessage(error) }, 'a partial message stays');
    }
  };

  const toResult = (id: string, item: Dispatch, sent: SendResult): DispatchResult => {
    if (sent.ok) return { id, ok: true, externalId: sent.externalId, address: sent.address };
    const error = `${sent.code}: ${sent.message}`;
    const age = now().getTime() - item.queuedAt.getTime();
    if (sent.permanent || age > settings.giveUpAfterMs) return { id, ok: false, permanent: true, error };
    return {
      id,
      ok: false,
      permanent: false,
      refused: sent.code !== 'unknown',
      ...(sent.code === 'rate_limited' ? { paceMs: Math.min(longestPauseMs, sent.retryAfterMs ?? 1_000) } : {}),
      error,
      pauseMs: Math.min(longestPauseMs, Math.max(sent.retryAfterMs ?? 0, backOff(item.attempt))),
    };
  };

  /** 1 s doubling to 10 minutes, with jitter so that many rows do not come back together. */
  const backOff = (attempt: number): number =>
    Math.min(600_000, 1_000 * 2 ** Math.min(attempt - 1, 10)) * (0.75 + random() / 2);

  return async (claim: DeliveryClaim, signal: AbortSignal): Promise<void> => {
    const results: DispatchResult[] = [];
    let held = 0;
    let standing: Standing | undefined = claim;
    /** What this batch has shown so far: a card gives its thread a name, and what comes after it goes there. */
    const shown = new Map<string, Sent>();
    for (const [index, waiting] of claim.dispatches.entries()) {
      const item = afterCard(waiting, shown);
      // The send before may have taken long: a person may have the conversation by now, or another process the lane.
      if (index > 0 && held === 0 && standing !== undefined && !signal.aborted)
        standing = await hold(claim.conversationId);
      const holder = standing;
      if (held > 0 || signal.aborted || holder === undefined) {
        // A person may be taking the conversation just now: not at once again.
        const pauseMs = held === 0 && holder === undefined ? 1_000 : held;
        results.push({ id: item.outbound.id, ok: false, unsent: true, halfSent: item.halfSent, pauseMs });
        continue;
      }
      const channel = item.outbound.address.channel;
      const result = await tracer.continueFrom(item.trace, () =>
        tracer.span('deliver', { channel, attempt: item.attempt, outboxId: item.outbound.id }, () =>
          dispatch(item, holder, signal),
        ),
      );
      results.push(result);
      if ('unsent' in result) held = result.pauseMs;
      if (result.ok) {
        const { externalId, address } = result;
        if (externalId !== undefined && address !== undefined)
          shown.set(item.outbound.messageId, { externalId, address });
        meter.send({ channel, result: 'sent' });
        meter.delivered({ channel, ms: now().getTime() - item.queuedAt.getTime() });
      } else if ('permanent' in result && result.permanent) {
        const facts = {
          channel,
          outboxId: item.outbound.id,
          conversationId: claim.conversationId,
          error: result.error,
        };
        if (result.withdrawn === true) log.info(facts, 'not delivered, withdrawn');
        else {
          // Why an address is blocked is in the words of whoever refused our mail: no label of ours.
          const code = item.blocked === undefined ? codeOf(result.error) : 'blocked';
          meter.send({ channel, result: 'failed', code });
          meter.deadLetter(channel);
          log.warn(facts, 'not delivered, given up');
        }
      } else if ('error' in result) {
        meter.send({ channel, result: 'retry', code: codeOf(result.error) });
        held = result.pauseMs;
        log.info(
          {
            channel,
            outboxId: item.outbound.id,
            conversationId: claim.conversationId,
            error: result.error,
            pauseMs: Math.round(held),
          },
          'not delivered yet',
        );
      }
    }
    await finish({ conversation: claim.conversationId, results });
  };
};
/** The short word before the first colon, when there is one. */
const codeOf = (error: string): string => /^[\w-]{1,40}(?=:)/.exec(error)?.[0] ?? 'other';

/** A row that was made before its card had landed: it goes into that thread, or takes that card's place. */
const afterCard = (item: Dispatch, shown: ReadonlyMap<string, Sent>): Dispatch => {
  const { outbound } = item;
  const card = shown.get(outbound.messageId);
  const isRedrawn = item.redraws === true && outbound.replaces === undefined && card !== undefined;
  const landed =
    outbound.address.thread === '' ? [...shown.values()].at(-1)?.address : isRedrawn ? card.address : undefined;
  return {
    ...item,
    outbound: {
      ...outbound,
      ...(landed === undefined ? {} : { address: landed }),
      ...(isRedrawn ? { replaces: card.externalId } : {}),
    },
  };
};
/** Adapters know a message without a thread; that it is to have one of its own is for those before them. */
const atItsThread = (outbound: Outbound): Outbound =>
  outbound.address.thread === newThread ? { ...outbound, address: { ...outbound.address, thread: '' } } : outbound;
export type Deliver = ReturnType<typeof createDeliver>;
