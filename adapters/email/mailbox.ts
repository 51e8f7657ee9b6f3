import { setTimeout as sleep } from 'node:timers/promises';
import { ImapFlow } from 'imapflow';
import type { Cursors, Delivery, Log } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { MailServer } from './config.ts';
import { limits } from './limits.ts';
import { createFolderReader, type FolderReader } from './read-folder.ts';
import { withDeadline } from './with-deadline.ts';

/** `Delivery.mailbox` of mails found in our Sent folder, whatever the server calls it. */
export const sentMailbox = '\\Sent';

export interface MailboxOptions {
  readonly server: MailServer;
  /** Names the cursors. */
  readonly address: string;
  readonly cursors: Cursors;
  readonly log: Log;
  readonly now: () => Date;
  /** 0…1, spreads reconnects of many processes. */
  readonly random?: () => number;
  /** Between two looks without a sign of new mail, in milliseconds; also how soon a hung connection is noticed. */
  readonly pollMs?: number;
  /** How long the server may take for one command. */
  readonly commandMs?: number;
  /** Waits between reconnects: doubled from the first to the last. */
  readonly backoffMs?: readonly [first: number, last: number];
}

type Settings = Required<MailboxOptions>;

const defaults = {
  random: Math.random,
  pollMs: 30_000,
  commandMs: 30_000,
  backoffMs: [1_000, 60_000],
} as const;

/** A client that is not connected yet. One is good for one connection only. */
export const imapClient = (server: MailServer, commandMs: number): ImapFlow => {
  const client = new ImapFlow({
    host: server.host,
    port: server.port,
    secure: server.security === 'tls',
    tls: { rejectUnauthorized: server.verify },
    ...(server.security === 'starttls' ? { doSTARTTLS: true } : {}),
    ...(server.security === 'none' ? { doSTARTTLS: false } : {}),
    auth: { user: server.auth?.user ?? '', pass: server.auth?.pass ?? '' },
    clientInfo: { name: 'frontdesk' },
    connectionTimeout: commandMs,
    greetingTimeout: commandMs,
    // We say ourselves when to idle, so that new mail is heard of at once.
    disableAutoIdle: true,
    maxLiteralSize: 2 * limits.mailBytes,
    logger: false,
  });
  // Every failure also rejects the command that is under way, or ends the connection; both are handled there.
  client.on('error', () => undefined);
  return client;
};

/** What went wrong with a connection, with the fix where it is the operator's. */
export const imapProblem = (thrown: unknown): string => {
  const failed = thrown instanceof Error && 'authenticationFailed' in thrown && thrown.authenticationFailed === true;
  return failed ? 'the IMAP server refused our login: check user and password in IMAP_URL' : errorMessage(thrown);
};

/** A door bell: remembers one ring until somebody has waited for it. */
const createBell = () => {
  let rung = false;
  let wake: () => void = () => undefined;
  return {
    ring: () => {
      rung = true;
      wake();
    },
    /** Until the bell rings or `ms` have passed. */
    wait: async (ms: number) => {
      if (!rung) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        const timer = setTimeout(resolve, ms);
        await promise;
        clearTimeout(timer);
      }
      rung = false;
    },
  };
};

/** One connection: reads what is new, then waits for more, until it breaks (throws) or `signal` aborts (returns). */
const readConnection = async function* (
  settings: Settings,
  folders: { readonly inbox: FolderReader; readonly sent: FolderReader },
  signal: AbortSignal,
  onHealthy: () => void,
): AsyncGenerator<Delivery> {
  const { server, commandMs, pollMs, log } = settings;
  const client = imapClient(server, commandMs);
  const bell = createBell();
  let closed = false;
  client.on('exists', bell.ring);
  client.on('close', () => {
    closed = true;
    bell.ring();
  });
  const stop = () => client.close();
  signal.addEventListener('abort', stop, { once: true });
  const command = <T>(what: string, work: Promise<T>): Promise<T> => withDeadline(work, commandMs, what);
  try {
    await command('connect', client.connect());
    const listed = await command('list folders', client.list());
    const sentPath = listed.find(({ specialUse }) => specialUse === '\\Sent')?.path;
    log.info({ mailbox: settings.address, sent: sentPath ?? null }, 'mailbox connected');
    while (!signal.aborted) {
      if (sentPath !== undefined) {
        const status = await command('look at Sent', client.status(sentPath, { uidNext: true, uidValidity: true }));
        if (status === false || folders.sent.hasNews(status)) yield* folders.sent.read(client, sentPath);
      }
      yield* folders.inbox.read(client, 'INBOX');
      onHealthy();
      // Ends by itself when the next command is due; a failure closes the connection.
      void client.idle().catch(stop);
      await bell.wait(pollMs);
      if (closed) throw new Error('the connection was closed');
      // A server that is gone without a word answers nothing.
      await command('ask whether the server is there', client.noop());
    }
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  } finally {
    signal.removeEventListener('abort', stop);
    client.close();
  }
};

/**
 * New mail of the inbox, and of the Sent folder where the server names one, as it arrives; ends when `signal` aborts.
 * Asking for the next delivery acknowledges the last: only then the cursor moves and an inbox mail is marked \Seen.
 * Connections are renewed with back-off and jitter, and reading goes on where it was acknowledged.
 */
export const listenMailbox = async function* (options: MailboxOptions, signal: AbortSignal): AsyncGenerator<Delivery> {
  const settings: Settings = { ...defaults, ...options };
  const [first, last] = settings.backoffMs;
  const folders = {
    inbox: createFolderReader({ ...settings, mailbox: 'INBOX', history: 'recent', marksSeen: true }),
    sent: createFolderReader({ ...settings, mailbox: sentMailbox, history: 'none', marksSeen: false }),
  };
  let failures = 0;
  while (!signal.aborted) {
    try {
      yield* readConnection(settings, folders, signal, () => {
        failures = 0;
      });
    } catch (thrown) {
      const delayMs = Math.min(last, first * 2 ** failures) * (0.5 + settings.random() / 2);
      failures += 1;
      settings.log.warn(
        { mailbox: settings.address, attempt: failures, retryInMs: Math.round(delayMs), error: imapProblem(thrown) },
        'mailbox connection lost',
      );
      await sleep(delayMs, undefined, { signal }).catch(() => undefined);
    }
  }
};
