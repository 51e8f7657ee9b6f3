import pino from 'pino';
import { currentCorrelation } from './correlation.ts';
import { formatPretty } from './pretty.ts';
import { lineRedactor } from './redact.ts';

export { currentCorrelation, withCorrelation } from './correlation.ts';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** A pino logger: fits the core's `Log`, and Fastify's `loggerInstance`. */
export type Logger = pino.Logger;

export interface LogOptions {
  /** `LOG_LEVEL`. */
  readonly level?: LogLevel;
  /** Every secret of the settings. They are masked wherever they appear in a line. */
  readonly secrets?: readonly string[];
  readonly profile?: 'development' | 'staging' | 'production';
  /** Fields of every line, such as the process's role. */
  readonly fields?: object;
  /** Where lines go; standard error by default. */
  readonly destination?: LogDestination;
}

export interface LogDestination {
  readonly isTTY?: boolean;
  write(line: string): unknown;
}

/**
 * The log: one line of JSON each on standard error, with the ids of `withCorrelation` and without secrets. For a developer
 * at a terminal, lines to read instead.
 */
export const createLog = (options: LogOptions = {}): Logger => {
  const { level = 'info', secrets = [], profile = 'production', fields = {} } = options;
  const destination = options.destination ?? standardError();
  const redact = lineRedactor(secrets);
  const pretty = profile === 'development' && destination.isTTY === true;
  const write = (line: string) => {
    const redacted = redact(line);
    destination.write(pretty ? formatPretty(redacted) : redacted);
  };
  return pino(
    {
      level,
      base: { pid: process.pid, ...fields },
      timestamp: pino.stdTimeFunctions.isoTime,
      messageKey: 'message',
      formatters: { level: (label) => ({ level: label }) },
      // A copy: pino adds the fields of the line to it.
      mixin: () => ({ ...currentCorrelation() }),
      serializers: { err: serializeError, error: serializeError, reason: serializeError, cause: serializeError },
    },
    { write },
  );
};

/** Asynchronous, so that a slow reader of the log does not slow the work; pino writes the rest when the process exits. */
const standardError = (): LogDestination => {
  const stream = pino.destination({ fd: 2, sync: false });
  return { isTTY: process.stderr.isTTY === true, write: (line) => stream.write(line) };
};

/**
 * Name, code, message, stack and cause. The other fields of an error are left out: libraries keep requests, arguments and
 * tokens there.
 */
const serializeError = (thrown: unknown, depth = 0): unknown => {
  if (!(thrown instanceof Error)) return thrown;
  const { name, message, stack, cause } = thrown;
  return {
    name,
    message,
    ...('code' in thrown && ['string', 'number'].includes(typeof thrown.code) ? { code: thrown.code } : {}),
    ...(stack === undefined ? {} : { stack }),
    ...(cause === undefined || depth >= 3 ? {} : { cause: serializeError(cause, depth + 1) }),
    ...(thrown instanceof AggregateError && depth < 3
      ? { errors: thrown.errors.slice(0, 10).map((error) => serializeError(error, depth + 1)) }
      : {}),
  };
};
