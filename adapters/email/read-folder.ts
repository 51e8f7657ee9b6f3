import type { ImapFlow, MailboxObject } from 'imapflow';
import { z } from 'zod';
import type { Cursors, Delivery, Log } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import { limits } from './limits.ts';
import { withDeadline } from './with-deadline.ts';

/** How far a folder has been read, as stored. */
const cursorSchema = z.object({
  /** A new value means that all UIDs changed (RFC 3501 §2.3.1.1). */
  uidValidity: z.string(),
  lastUid: z.number().int().nonnegative(),
  /** Mails up to here were in the folder before we read it under this UIDVALIDITY; only some of them are ours to answer. */
  baselineUid: z.number().int().nonnegative(),
  /** When the folder was read for the very first time. */
  since: z.iso.datetime(),
});
type Cursor = z.output<typeof cursorSchema>;

export interface FolderOptions {
  readonly address: string;
  /** As deliveries name it: `INBOX` or `\Sent`. */
  readonly mailbox: string;
  /**
   * What of the mail that was there before the first start is read. `recent`: unseen mail of the last three days, so
   * that whoever wrote just before gets an answer and an old mailbox is not answered anew. `none`: nothing.
   */
  readonly history: 'recent' | 'none';
  /** Mark a mail \Seen once it is acknowledged. */
  readonly marksSeen: boolean;
  readonly cursors: Cursors;
  readonly log: Log;
  readonly now: () => Date;
  readonly commandMs: number;
}

export interface FolderReader {
  /** Whether the folder has more than was read, by its STATUS; `undefined` counts as yes. */
  hasNews(status: { readonly uidValidity?: bigint | undefined; readonly uidNext?: number | undefined }): boolean;
  /** Everything new, oldest first. Asking for the next acknowledges the last. Throws when the connection breaks. */
  read(client: ImapFlow, path: string): AsyncGenerator<Delivery>;
}

const recentDays = 3;
const day = 24 * 60 * 60 * 1000;
/** A mail that the server fails to hand out this often goes to quarantine, so that the ones behind it get their turn. */
const maxFetches = 3;

/** Reads one folder from its stored cursor on. */
export const createFolderReader = (options: FolderOptions): FolderReader => {
  const { address, mailbox, cursors, log, now, commandMs } = options;
  const name = `email:${address}:${mailbox}`;
  const fetches = new Map<number, number>();
  let known: Cursor | undefined;

  const command = <T>(what: string, work: Promise<T>): Promise<T> =>
    withDeadline(work, commandMs, `${what} ${mailbox}`);

  const save = async (cursor: Cursor): Promise<Cursor> => {
    await cursors.save(name, cursor);
    known = cursor;
    return cursor;
  };

  const currentCursor = async (folder: MailboxObject): Promise<Cursor> => {
    const stored = cursorSchema.safeParse(await cursors.load(name));
    const uidValidity = String(folder.uidValidity);
    const baselineUid = folder.uidNext - 1;
    if (!stored.success) {
      const since = now().toISOString();
      const lastUid = options.history === 'recent' ? 0 : baselineUid;
      return save({ uidValidity, lastUid, baselineUid, since });
    }
    if (stored.data.uidValidity === uidValidity) return stored.data;
    // What was read before comes again under new UIDs; its dedupe keys tell.
    log.warn(
      { mailbox: name, was: stored.data.uidValidity, is: uidValidity },
      'UIDVALIDITY changed: folder is read again',
    );
    return save({ ...stored.data, uidValidity, lastUid: 0, baselineUid });
  };

  const search = async (client: ImapFlow, query: Parameters<ImapFlow['search']>[0]): Promise<readonly number[]> => {
    const uids = await command('search', client.search(query, { uid: true }));
    if (uids === false || uids === undefined) throw new Error(`the server refused to search ${mailbox}`);
    return uids;
  };

  /** Of the mails that were there before us: unseen ones of the last days, and whatever came since we started. */
  const backlog = async (client: ImapFlow, cursor: Cursor): Promise<readonly number[]> => {
    if (cursor.lastUid >= cursor.baselineUid) return [];
    const uid = `${cursor.lastUid + 1}:${cursor.baselineUid}`;
    const started = new Date(cursor.since);
    // SINCE compares whole days, in a time zone of the server's: ask for a day more, then look closely.
    const candidates = await search(client, { uid, since: new Date(started.getTime() - (recentDays + 1) * day) });
    if (candidates.length === 0) return [];
    const mails = await command(
      'list',
      client.fetchAll(candidates.join(','), { flags: true, internalDate: true }, { uid: true }),
    );
    const wanted = mails.filter(({ flags, internalDate }) => {
      const at = new Date(internalDate ?? 0).getTime();
      const isRecent = options.history === 'recent' && at >= started.getTime() - recentDays * day;
      return at >= started.getTime() || (isRecent && flags?.has('\\Seen') !== true);
    });
    return wanted.map((mail) => mail.uid);
  };

  const newUids = async (client: ImapFlow, cursor: Cursor): Promise<readonly number[]> => {
    const after = Math.max(cursor.lastUid, cursor.baselineUid);
    // `n:*` always names the last mail, also when its UID is below n.
    const fresh = (await search(client, { uid: `${after + 1}:*` })).filter((uid) => uid > after);
    return [...(await backlog(client, cursor)), ...fresh].toSorted((a, b) => a - b);
  };

  /** The mail's bytes, cut off just beyond the limit; empty when the server cannot hand it out; `undefined` when it is gone. */
  const fetchRaw = async (client: ImapFlow, uid: number): Promise<Uint8Array | undefined> => {
    const attempt = (fetches.get(uid) ?? 0) + 1;
    fetches.set(uid, attempt);
    if (attempt > maxFetches) {
      log.error({ mailbox: name, uid }, 'mail could not be fetched and goes to quarantine');
      return new Uint8Array(0);
    }
    try {
      const query = { source: { start: 0, maxLength: limits.mailBytes + 1 } };
      const mail = await withDeadline(
        client.fetchOne(String(uid), query, { uid: true }),
        4 * commandMs,
        'fetch a mail',
      );
      if (mail === false || mail === undefined) return undefined;
      return mail.source ?? new Uint8Array(0);
    } catch (thrown) {
      log.warn({ mailbox: name, uid, attempt, error: errorMessage(thrown) }, 'mail could not be fetched');
      throw thrown;
    }
  };

  return {
    hasNews: ({ uidValidity, uidNext }) =>
      known === undefined ||
      uidValidity === undefined ||
      uidNext === undefined ||
      String(uidValidity) !== known.uidValidity ||
      uidNext > Math.max(known.lastUid, known.baselineUid) + 1,

    async *read(client, path) {
      const current = client.mailbox;
      const folder =
        current !== false && current.path === path ? current : await command('open', client.mailboxOpen(path));
      let cursor = await currentCursor(folder);
      for (const uid of await newUids(client, cursor)) {
        const raw = await fetchRaw(client, uid);
        if (raw !== undefined) yield { kind: 'mail', mailbox, uid, raw };
        // The consumer is back, so the mail is committed. Not before this may the cursor move.
        fetches.delete(uid);
        cursor = await save({ ...cursor, lastUid: uid });
        if (raw !== undefined && options.marksSeen) {
          await command('mark a mail in', client.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true }));
        }
      }
      known = cursor;
    },
  };
};
