import PostalMime, { addressParser } from 'postal-mime';
import { cleanFileName, cleanLine, cleanMediaType } from '../shared/clean.ts';
import { limits } from './limits.ts';
import { type Mailbox, normaliseAddress } from './mail-address.ts';
import { messageIds } from './message-id.ts';
import { repairCharset } from './repair-charset.ts';

/** One non-text part. */
export interface MailPart {
  readonly name: string;
  readonly mime: string;
  readonly bytes: Uint8Array;
  /** Content-ID without brackets: what `cid:` in the HTML refers to. */
  readonly contentId?: string;
  /** `REPLY`, `REQUEST`… of a calendar part. */
  readonly method?: string;
}

/** A mail taken apart. Addresses are normalised, names and the subject are on one line; nothing else is judged yet. */
export interface Mail {
  /** First value of a header field (lower-case name), unfolded and otherwise as sent. */
  header(name: string): string | undefined;
  /** All values of a header field, topmost first. */
  all(name: string): readonly string[];
  readonly headerNames: readonly string[];
  /** The single author; `undefined` when From is missing, unusable, or names several. */
  readonly from: Mailbox | undefined;
  readonly replyTo: readonly Mailbox[];
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly subject: string;
  readonly messageId: string | undefined;
  readonly inReplyTo: readonly string[];
  readonly references: readonly string[];
  readonly date: Date | undefined;
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly parts: readonly MailPart[];
}

export type ParsedMail = { readonly ok: true; readonly mail: Mail } | { readonly ok: false; readonly reason: string };

type PostalMail = Awaited<ReturnType<typeof PostalMime.parse>>;
type PostalAddress = NonNullable<PostalMail['to']>[number];

const mailboxes = (addresses: readonly PostalAddress[] | undefined): readonly Mailbox[] =>
  (addresses ?? [])
    .flatMap((entry) => (entry.group === undefined ? [entry] : entry.group))
    .flatMap((entry) => {
      const address = normaliseAddress(entry.address ?? '');
      return address === undefined ? [] : [{ name: cleanLine(entry.name ?? '', 200), address }];
    });

const partOf = (part: PostalMail['attachments'][number], index: number): MailPart => {
  const mime = cleanMediaType(part.mimeType);
  const bytes = typeof part.content === 'string' ? Buffer.from(part.content) : new Uint8Array(part.content);
  const contentId = part.contentId?.replace(/^<|>$/g, '');
  const fallback = mime === 'message/rfc822' ? `message-${index + 1}.eml` : `attachment-${index + 1}`;
  return {
    name: cleanFileName(part.filename, fallback),
    mime,
    bytes,
    ...(contentId ? { contentId } : {}),
    ...(part.method ? { method: part.method } : {}),
  };
};

const dateOf = (value: string | undefined): Date | undefined => {
  const date = new Date(value ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
};

const knownHeaders = new Set([
  'from',
  'to',
  'subject',
  'date',
  'message-id',
  'received',
  'return-path',
  'mime-version',
]);

const countLines = (raw: Uint8Array): number => {
  let lines = 0;
  for (let at = raw.indexOf(10); at >= 0; at = raw.indexOf(10, at + 1)) lines += 1;
  return lines;
};

/** MIME bytes as a mail. Fails, with the reason, when they are none, or are nested or headed beyond the limits. */
export const parseMail = async (raw: Uint8Array): Promise<ParsedMail> => {
  if (countLines(raw) > limits.lines) {
    return { ok: false, reason: `the mail has more than ${limits.lines.toLocaleString('en')} lines` };
  }
  let email: PostalMail;
  try {
    email = await PostalMime.parse(raw, {
      forceRfc822Attachments: true,
      maxNestingDepth: limits.nesting,
      maxHeadersSize: limits.headerBytes,
    });
  } catch (thrown) {
    return {
      ok: false,
      reason: `not readable as a mail: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    };
  }
  if (!email.headers.some(({ key }) => knownHeaders.has(key))) {
    return { ok: false, reason: 'not readable as a mail: it has no header fields' };
  }
  const repaired = (text: string | undefined) => text && repairCharset(text, raw);
  const all = (name: string) => email.headers.filter(({ key }) => key === name).map(({ value }) => value);
  const header = (name: string) => email.headers.find(({ key }) => key === name)?.value;
  // Two From fields, or two authors in one, are a way to show one person and be checked as another.
  const named = all('from').flatMap((value) => mailboxes(addressParser(value.slice(0, 10_000))));
  const authors = named.length === 1 && email.from !== undefined ? mailboxes([email.from]) : [];
  return {
    ok: true,
    mail: {
      all,
      header,
      headerNames: [...new Set(email.headers.map(({ key }) => key))],
      from: authors.length === 1 ? authors[0] : undefined,
      replyTo: mailboxes(email.replyTo),
      to: mailboxes(email.to),
      cc: mailboxes(email.cc),
      subject: cleanLine(email.subject ?? '', limits.headerChars),
      messageId: messageIds(header('message-id'))[0],
      inReplyTo: messageIds(header('in-reply-to')),
      references: messageIds(header('references')),
      date: dateOf(email.date),
      text: repaired(email.text),
      html: repaired(email.html),
      parts: email.attachments.map(partOf),
    },
  };
};
