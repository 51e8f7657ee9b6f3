import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  type IRetryBackoffContext,
  retry,
} from 'cockatiel';
import type { Log } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { Answerer, Turn, TurnOutcome } from '#core/turn.ts';
import { handOver } from './hand-over.ts';
import { ModelFailure } from './model-failure.ts';

/**
 * Whether the endpoint is being left alone, as several processes know it together. Each process also has a breaker of its
 * own, so an implementation may forget or fail without harm: then every process finds out for itself.
 */
export interface BreakerState {
  isOpen(): boolean | Promise<boolean>;
  /** The endpoint failed too often: leave it alone for `forMs` milliseconds. */
  opened(forMs: number): void | Promise<void>;
  closed(): void | Promise<void>;
}

export interface ResilienceSettings {
  /** Further attempts of one turn while no text has been shown. */
  readonly retries: number;
  /** Longest time for all attempts of a turn, in milliseconds. Longer than the wait of a web client makes no sense. */
  readonly deadlineMs: number;
  /** Pause before the first retry, in milliseconds; doubled for each further one. */
  readonly backoffMs: number;
  /** A `Retry-After` above this many milliseconds is not waited for. */
  readonly patienceMs: number;
  /** Failures in a row after which the endpoint is left alone. */
  readonly failuresToOpen: number;
  /** How long it is left alone, in milliseconds, before one turn tries again. */
  readonly openForMs: number;
}

export const defaultResilience: ResilienceSettings = {
  retries: 1,
  deadlineMs: 60_000,
  backoffMs: 300,
  patienceMs: 2_000,
  failuresToOpen: 3,
  openForMs: 30_000,
};

export interface ResilientAnswererDeps {
  /** Throws `ModelFailure` when its endpoint does. */
  readonly primary: Answerer;
  /** Needs no endpoint. */
  readonly fallback: Answerer;
  readonly log: Log;
  readonly breaker?: BreakerState;
  readonly settings?: Partial<ResilienceSettings>;
}

const ownStateOnly: BreakerState = { isOpen: () => false, opened: () => {}, closed: () => {} };

/** The same turn with an eye on whether the customer has seen text already. */
const watched = (turn: Turn): { readonly turn: Turn; readonly shown: () => boolean } => {
  let shown = false;
  const progress: Turn['progress'] = (step) => {
    shown ||= Boolean(step.text);
    turn.progress(step);
  };
  return { turn: { ...turn, progress }, shown: () => shown };
};

const acted = (thrown: unknown): boolean => thrown instanceof ModelFailure && thrown.acted;

/** What the customer reads of an outcome, as far as it is known here. */
const textOf = (outcome: TurnOutcome): string => ('content' in outcome ? outcome.content.markdown : '');

/**
 * The model while it works, the passages themselves while it does not. Tries again only while the customer has seen no
 * text; leaves an endpoint that keeps failing alone for a while; and whatever was streamed before a failure is replaced by
 * the fallback's text. Throws only the turn's own abort.
 */
export const createResilientAnswerer = (deps: ResilientAnswererDeps): Answerer => {
  const { primary, fallback, log, breaker: shared = ownStateOnly } = deps;
  const settings: ResilienceSettings = { ...defaultResilience, ...deps.settings };

  const circuit = circuitBreaker(
    handleWhen((thrown) => thrown instanceof ModelFailure && thrown.endpointIsIll),
    { halfOpenAfter: settings.openForMs, breaker: new ConsecutiveBreaker(settings.failuresToOpen) },
  );

  const backoff = new DelegateBackoff<IRetryBackoffContext<unknown>>(({ attempt, result }) => {
    const asked = 'error' in result && result.error instanceof ModelFailure ? result.error.retryAfterMs : undefined;
    return Math.max(settings.backoffMs * 2 ** (attempt - 1), asked ?? 0);
  });

  const tell = async (what: () => void | Promise<void>): Promise<void> => {
    try {
      await what();
    } catch (thrown) {
      log.debug({ error: errorMessage(thrown) }, 'the shared state of the model breaker is not available');
    }
  };
  let open = false;
  circuit.onBreak(() => {
    const fields = { forMs: settings.openForMs };
    if (open) log.debug(fields, 'the model endpoint still fails');
    else log.warn(fields, 'the model endpoint keeps failing and is left alone for a while');
    open = true;
    void tell(() => shared.opened(settings.openForMs));
  });
  circuit.onReset(() => {
    open = false;
    void tell(() => shared.closed());
  });

  let degraded = false;
  const enter = (nowDegraded: boolean, failure?: string): void => {
    if (nowDegraded === degraded) return;
    degraded = nowDegraded;
    if (nowDegraded) log.warn({ failure }, 'the model does not answer; quoting the knowledge base instead');
    else log.info({}, 'the model answers again');
  };

  /** Somebody else's breaker is open, or one turn is just trying the endpoint: nobody else should wait for that. */
  const leftAlone = async (): Promise<boolean> => {
    if (circuit.state === CircuitState.HalfOpen) return true;
    try {
      return await shared.isOpen();
    } catch {
      return false;
    }
  };

  const ask = async (turn: Turn, shown: () => boolean): Promise<TurnOutcome> => {
    if (await leftAlone()) throw new BrokenCircuitError();
    const deadline = AbortSignal.timeout(settings.deadlineMs);
    const attempt: Turn = { ...turn, signal: AbortSignal.any([turn.signal, deadline]) };
    const again = retry(
      handleWhen(
        (thrown) =>
          thrown instanceof ModelFailure &&
          thrown.retryable &&
          !shown() &&
          !deadline.aborted &&
          (thrown.retryAfterMs ?? 0) <= settings.patienceMs,
      ),
      { maxAttempts: settings.retries, backoff },
    );
    const once = async (): Promise<TurnOutcome> => {
      try {
        return await primary.answer(attempt);
      } catch (thrown) {
        turn.signal.throwIfAborted();
        throw deadline.aborted ? new ModelFailure('timeout', { acted: acted(thrown), cause: thrown }) : thrown;
      }
    };
    return again.execute(() => circuit.execute(once), turn.signal);
  };

  const replace = async (turn: Turn, failure: unknown): Promise<TurnOutcome> => {
    if (acted(failure)) {
      const why = 'The model failed after it had used a tool that changes something: please check what was done.';
      return handOver(turn, { reason: 'tool-failure', why });
    }
    try {
      return await fallback.answer(turn);
    } catch (thrown) {
      turn.signal.throwIfAborted();
      log.error({ error: errorMessage(thrown) }, 'the fallback answerer failed');
      return handOver(turn, { reason: 'tool-failure', why: 'The automatic answers do not work at the moment.' });
    }
  };

  const answer = async (turn: Turn): Promise<TurnOutcome> => {
    const { turn: seen, shown } = watched(turn);
    try {
      const outcome = await ask(seen, shown);
      enter(false);
      return outcome;
    } catch (thrown) {
      turn.signal.throwIfAborted();
      if (thrown instanceof ModelFailure || thrown instanceof BrokenCircuitError) enter(true, thrown.message);
      else log.error({ error: errorMessage(thrown) }, 'the model answerer failed unexpectedly');
      const halfSaid = shown();
      const outcome = await replace(seen, thrown);
      if (halfSaid) turn.progress({ text: textOf(outcome) });
      return outcome;
    }
  };

  return { name: primary.name, answer };
};
