import PostalMime from 'postal-mime';
import { type Dovecot, startDovecot } from './servers/dovecot.ts';
import { type SmtpServer, startSmtp } from './servers/smtp.ts';

/** A mail as somebody's mail program writes it. Message-IDs without brackets. */
export interface Letter {
  readonly from: string;
  readonly to?: string;
  readonly subject?: string;
  readonly id: string;
  readonly inReplyTo?: string;
  readonly references?: readonly string[];
  readonly headers?: readonly string[];
  readonly text: string;
}

/** A mail as its reader's program shows it. */
export type ReadMail = Awaited<ReturnType<typeof read>>;

export const ourAddress = 'support@acme.example';
/** What our own mail server writes into Authentication-Results. */
export const authservId = 'mx.acme.example';

const bracketed = (id: string): string => `<${id}>`;

const write = ({
  from,
  to = ourAddress,
  subject = 'A question',
  id,
  inReplyTo,
  references = [],
  headers = [],
  text,
}: Letter): string =>
  [
    ...headers,
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    `Message-ID: ${bracketed(id)}`,
    `Date: ${new Date().toUTCString()}`,
    ...(inReplyTo === undefined ? [] : [`In-Reply-To: ${bracketed(inReplyTo)}`]),
    ...(references.length === 0 ? [] : [`References: ${references.map(bracketed).join(' ')}`]),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    '',
  ].join('\r\n');

const ids = (field: string | undefined): readonly string[] =>
  [...(field ?? '').matchAll(/<([^<>]+)>/g)].map(([, id]) => id ?? '');

const read = async (raw: string) => {
  const mail = await PostalMime.parse(Buffer.from(raw, 'latin1'));
  const header = (name: string): string | undefined => mail.headers.find(({ key }) => key === name)?.value;
  return {
    raw,
    header,
    from: mail.from,
    to: (mail.to ?? []).flatMap(({ address }) => address ?? []),
    cc: (mail.cc ?? []).flatMap(({ address }) => address ?? []),
    replyTo: mail.replyTo?.[0]?.address ?? '',
    subject: mail.subject ?? '',
    id: ids(header('message-id'))[0] ?? '',
    inReplyTo: ids(header('in-reply-to'))[0],
    references: ids(header('references')),
    text: mail.text ?? '',
    html: mail.html ?? '',
  };
};

/** The reply that a mail program makes of `mail`: to its Reply-To, in its thread, the old text quoted below. */
export const replyTo = (
  mail: ReadMail,
  letter: Omit<Letter, 'to' | 'inReplyTo' | 'references' | 'subject'>,
): Letter => ({
  ...letter,
  to: mail.replyTo,
  subject: mail.subject,
  inReplyTo: mail.id,
  references: [...mail.references, mail.id],
  text: `${letter.text}\r\n\r\nOn Thu, 2 May 2024 at 10:00, Support <${ourAddress}> wrote:\r\n${mail.text.replace(/^/gm, '> ')}`,
});

/** A mail system in small: an IMAP server with everybody's mailbox, and an SMTP server that delivers into them. */
export interface MailSystem extends AsyncDisposable {
  readonly dovecot: Dovecot;
  readonly smtp: SmtpServer;
  /** Settings of a product that answers `ourAddress`. */
  readonly env: Readonly<Record<string, string>>;
  /** Puts a mail into our mailbox, as it comes from outside. `envelopeFrom` is empty for reports. */
  post(letter: Letter): Promise<void>;
  postRaw(raw: string, envelopeFrom: string): Promise<void>;
  /** Everything that we have sent to an address, oldest first. */
  sentTo(address: string): Promise<readonly ReadMail[]>;
}

export const startMailSystem = async (): Promise<MailSystem> => {
  await using stack = new AsyncDisposableStack();
  const dovecot = stack.use(await startDovecot());
  const smtp = stack.use(
    await startSmtp(async ({ from, to, raw }) => {
      for (const recipient of to) await dovecot.deliver(recipient, Buffer.from(raw, 'latin1'), from);
    }),
  );
  const held = stack.move();
  return {
    dovecot,
    smtp,
    env: {
      CHANNELS: 'web,email',
      EMAIL_ADDRESS: ourAddress,
      EMAIL_AUTHSERV_ID: authservId,
      IMAP_URL: dovecot.imapUrl(ourAddress),
      SMTP_URL: smtp.url,
    },
    post: (letter) => dovecot.deliver(ourAddress, write(letter), /[^<\s]+@[^>\s]+/.exec(letter.from)?.[0] ?? ''),
    postRaw: (raw, envelopeFrom) => dovecot.deliver(ourAddress, raw, envelopeFrom),
    sentTo: (address) =>
      Promise.all(smtp.received.filter(({ to }) => to.includes(address)).map(({ raw }) => read(raw))),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
};
