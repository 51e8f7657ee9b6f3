import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SendResult } from '#core/message.ts';
import type { MailServer } from './config.ts';

type Failure = Extract<SendResult, { ok: false }>;

/** How long each part of a submission may take, in milliseconds. */
export interface SmtpTimeouts {
  readonly connectMs: number;
  readonly silenceMs: number;
}

const defaultTimeouts: SmtpTimeouts = { connectMs: 15_000, silenceMs: 60_000 };

export interface Submission {
  readonly from: string;
  readonly recipients: readonly string[];
  readonly raw: Buffer;
}

export type Submitted =
  | {
      readonly ok: true;
      readonly rejected: readonly {
        readonly recipient: string;
        readonly permanent: boolean;
        readonly message: string;
      }[];
    }
  | Failure;

/** What nodemailer puts on its errors. */
interface SmtpError extends Error {
  readonly code?: string | undefined;
  readonly responseCode?: number | undefined;
  readonly response?: string | undefined;
  readonly command?: string | undefined;
  readonly recipient?: string | undefined;
  readonly rejectedErrors?: readonly SmtpError[] | undefined;
}

/** Commands that are about this mail; a 5xx to any other is about the server or our account. */
const mailCommands = /^(MAIL FROM|RCPT TO|DATA|API|BDAT)/i;
/** RFC 4954 §6: authentication is missing, too weak, or wrong. */
const loginCodes = new Set([530, 534, 535, 538]);

const isPermanent = (error: SmtpError): boolean =>
  error.responseCode === undefined
    ? error.code === 'EMESSAGE'
    : error.responseCode >= 500 && !loginCodes.has(error.responseCode) && mailCommands.test(error.command ?? 'RCPT TO');

const failureOf = (error: SmtpError): Failure => {
  if (error.code === 'EAUTH' || loginCodes.has(error.responseCode ?? 0)) {
    return {
      ok: false,
      code: 'smtp-login',
      message: `the SMTP server refused our login (${error.responseCode ?? error.code}): check user and password in SMTP_URL`,
      permanent: false,
    };
  }
  const rejected = error.rejectedErrors ?? [];
  const permanent = rejected.length > 0 ? rejected.every(isPermanent) : isPermanent(error);
  const code = error.responseCode === undefined ? (error.code ?? 'ESMTP').toLowerCase() : `smtp-${error.responseCode}`;
  return { ok: false, code, message: (error.response ?? error.message).slice(0, 500), permanent };
};

const aborted: Failure = {
  ok: false,
  code: 'aborted',
  message: 'the send was interrupted before the server accepted it',
  permanent: false,
};

const connectionTo = (server: MailServer, timeouts: SmtpTimeouts): SMTPConnection =>
  new SMTPConnection({
    host: server.host,
    port: server.port,
    secure: server.security === 'tls',
    requireTLS: server.security === 'starttls',
    ignoreTLS: server.security === 'none',
    tls: { rejectUnauthorized: server.verify },
    connectionTimeout: timeouts.connectMs,
    greetingTimeout: timeouts.connectMs,
    dnsTimeout: timeouts.connectMs,
    socketTimeout: timeouts.silenceMs,
  });

/** Runs `work` on a fresh, logged-in connection; the connection is closed whatever happens. */
const withConnection = async <T>(
  server: MailServer,
  timeouts: SmtpTimeouts,
  signal: AbortSignal,
  work: (connection: SMTPConnection, step: Step) => Promise<T>,
): Promise<T> => {
  const connection = connectionTo(server, timeouts);
  const broken = Promise.withResolvers<never>();
  // Nobody may be waiting when it breaks; the next step rejects then.
  broken.promise.catch(() => undefined);
  const abort = () => broken.reject(signal.reason);
  connection.on('error', broken.reject);
  connection.on('end', () => {
    const closed = Object.assign(new Error('the server closed the connection'), { code: 'ECONNECTION' });
    // The command under way hears first what the server said before it hung up (421).
    setImmediate(() => broken.reject(closed));
  });
  signal.addEventListener('abort', abort, { once: true });
  const step: Step = (run) => {
    const { promise, resolve, reject } = Promise.withResolvers<Parameters<Parameters<typeof run>[0]>[1]>();
    run((error, value) => (error ? reject(error) : resolve(value)));
    return Promise.race([broken.promise, promise]);
  };
  try {
    signal.throwIfAborted();
    await step<void>((done) => connection.connect((error) => done(error, undefined)));
    const { auth } = server;
    if (auth !== undefined)
      await step<void>((done) => connection.login({ credentials: { ...auth } }, (error) => done(error, undefined)));
    const result = await work(connection, step);
    connection.quit();
    return result;
  } finally {
    signal.removeEventListener('abort', abort);
    connection.close();
  }
};

/** Runs one command and waits for its answer, or for the end of the connection. */
type Step = <T>(run: (done: (error: Error | null | undefined, value: T) => void) => void) => Promise<T>;

/**
 * Hands one mail to the SMTP server. A refusal is a value: `permanent` by the reply code (RFC 5321 §4.2.1: 5yz final,
 * 4yz later), except where the code is about our login or the server itself. `rejected` names recipients that the
 * server did not take while it took others.
 */
export const submitMail = async (
  server: MailServer,
  { from, recipients, raw }: Submission,
  signal: AbortSignal,
  timeouts: SmtpTimeouts = defaultTimeouts,
): Promise<Submitted> => {
  try {
    const info = await withConnection(server, timeouts, signal, (connection, step) =>
      step<{ readonly rejectedErrors?: readonly SmtpError[] | undefined }>((done) =>
        connection.send({ from, to: [...recipients], size: raw.byteLength }, raw, done),
      ),
    );
    const rejected = (info.rejectedErrors ?? []).map((error) => ({
      recipient: error.recipient ?? '',
      permanent: isPermanent(error),
      message: (error.response ?? error.message).slice(0, 500),
    }));
    return { ok: true, rejected };
  } catch (thrown) {
    if (signal.aborted) return aborted;
    return failureOf(thrown instanceof Error ? thrown : new Error(String(thrown)));
  }
};

/** Whether the server is there and takes our login. */
export const checkSmtp = async (
  server: MailServer,
  signal: AbortSignal,
  timeouts: SmtpTimeouts = defaultTimeouts,
): Promise<{ readonly ok: boolean; readonly detail: string }> => {
  try {
    await withConnection(server, timeouts, signal, async () => undefined);
    return { ok: true, detail: `SMTP ${server.host}:${server.port} accepts mail` };
  } catch (thrown) {
    const { message } = failureOf(thrown instanceof Error ? thrown : new Error(String(thrown)));
    return { ok: false, detail: `SMTP ${server.host}:${server.port}: ${message}` };
  }
};
