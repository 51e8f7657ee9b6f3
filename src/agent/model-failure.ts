import { errorMessage } from '#core/errors.ts';

export type ModelFailureCode =
  | 'rate-limited'
  | 'server-error'
  | 'unreachable'
  | 'cut-stream'
  | 'timeout'
  | 'refused'
  | 'bad-request'
  | 'unfinished';

/** What an operator does about it; the endpoint's own message stays out of the log, as it may quote keys and texts. */
const advice: Readonly<Record<ModelFailureCode, string>> = {
  'rate-limited': 'the endpoint answers 429: raise its limits or lower the concurrency',
  'server-error': 'the endpoint answers with server errors',
  unreachable: 'no connection to the endpoint: check OPENAI_BASE_URL and the network',
  'cut-stream': 'the endpoint closed the stream before the answer was complete',
  timeout: 'the endpoint is too slow: nothing arrived in time',
  refused: 'the endpoint refuses us: check OPENAI_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL',
  'bad-request': 'the endpoint rejects the request: does the model support tools, and is its context long enough',
  unfinished: 'the model stopped before its answer was complete (length limit or content filter)',
};

const passing: ReadonlySet<ModelFailureCode> = new Set([
  'rate-limited',
  'server-error',
  'unreachable',
  'cut-stream',
  'timeout',
]);

/** The model did not give a whole reply. Thrown by the model's answerer, decided on by the resilient one. */
export class ModelFailure extends Error {
  override readonly name = 'ModelFailure';
  readonly code: ModelFailureCode;
  readonly status: number | undefined;
  /** How long the endpoint asked us to wait. */
  readonly retryAfterMs: number | undefined;
  /** A tool with an effect has run: trying again might do it twice. */
  readonly acted: boolean;

  constructor(
    code: ModelFailureCode,
    {
      status,
      retryAfterMs,
      acted = false,
      cause,
    }: { status?: number | undefined; retryAfterMs?: number | undefined; acted?: boolean; cause?: unknown } = {},
  ) {
    super(status === undefined ? advice[code] : `${advice[code]} (${status})`, { cause });
    this.code = code;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.acted = acted;
  }

  /** It may pass by itself. */
  get retryable(): boolean {
    return passing.has(this.code) && !this.acted;
  }

  /** It says something about the endpoint, not about this one request. */
  get endpointIsIll(): boolean {
    return passing.has(this.code) || this.code === 'refused';
  }
}

interface Thrown {
  readonly status?: unknown;
  readonly headers?: unknown;
  readonly name?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
}

const header = (headers: unknown, name: string): string | undefined => {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const value = (headers as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : undefined;
};

const retryAfterMs = (headers: unknown): number | undefined => {
  const seconds = Number(header(headers, 'retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
};

const codeOfStatus = (status: number): ModelFailureCode => {
  if (status === 429) return 'rate-limited';
  if (status === 408) return 'timeout';
  if (status >= 500) return 'server-error';
  return status === 401 || status === 403 || status === 404 ? 'refused' : 'bad-request';
};

const connecting =
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ECONNRESET|EHOSTUNREACH|ENETUNREACH|Connection error|fetch failed/i;

/**
 * What a thrown error of LangChain, the OpenAI client or fetch means. `undefined`: not the endpoint's doing, so a bug of
 * ours that should surface as it is.
 */
export const modelFailure = (thrown: unknown, acted: boolean): ModelFailure | undefined => {
  if (thrown instanceof ModelFailure) return thrown;
  const { status, headers, name, cause } = (thrown ?? {}) as Thrown;
  if (typeof status === 'number') {
    return new ModelFailure(codeOfStatus(status), {
      status,
      retryAfterMs: retryAfterMs(headers),
      acted,
      cause: thrown,
    });
  }
  const text = `${String(name)} ${errorMessage(thrown)} ${cause === undefined ? '' : errorMessage(cause)}`;
  if (/timeout|timed out/i.test(text)) return new ModelFailure('timeout', { acted, cause: thrown });
  // undici: "terminated" (cause: SocketError "other side closed") when a response ends in the middle.
  if (/terminated|premature|other side closed|aborted/i.test(text)) {
    return new ModelFailure('cut-stream', { acted, cause: thrown });
  }
  if (connecting.test(text) || (thrown as Thrown)?.code === 'ECONNREFUSED') {
    return new ModelFailure('unreachable', { acted, cause: thrown });
  }
  // A proxy's error page or half an event where JSON should be.
  return thrown instanceof SyntaxError ? new ModelFailure('cut-stream', { acted, cause: thrown }) : undefined;
};
