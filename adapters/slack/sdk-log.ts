import { type Logger, LogLevel } from '@slack/web-api';
import type { Log } from '#core/channel.ts';

/** Tokens, and the ticket in the address of a socket: whoever has it may read along. */
const secretPatterns = [
  /\bx(?:ox[a-z]|app)[\w.-]*-[\w-]+/g,
  /\b(ticket|app_id|code|client_secret|refresh_token)=[^&\s"']+/g,
];

/** A text without anything in it that opens a door. */
export const withoutSecrets = (text: string): string =>
  secretPatterns.reduce(
    (clean, pattern) => clean.replace(pattern, (found) => `${/^\w+=/.exec(found)?.[0] ?? ''}[hidden]`),
    text,
  );

const textOf = (part: unknown): string => {
  if (part instanceof Error) return part.message;
  return typeof part === 'string' ? part : (JSON.stringify(part) ?? String(part));
};

/**
 * The logger that Slack's SDKs write to. Debug lines are dropped: they hold message texts. What an SDK calls an error is
 * reported once more, with what to do, by whoever called it; here it is a warning, or a debug line when `quiet`.
 */
export const sdkLog = (log: Log, source: string, quiet = false): Logger => {
  const write =
    (level: 'debug' | 'warn') =>
    (...parts: readonly unknown[]): void =>
      log[quiet ? 'debug' : level](
        { source },
        withoutSecrets(parts.map(textOf).join(' ').slice(0, 2_000)).slice(0, 500),
      );
  return {
    debug: () => undefined,
    info: write('debug'),
    warn: write('warn'),
    error: write('warn'),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
};
