import MailComposer from 'nodemailer/lib/mail-composer';
import { type ChannelAdapter, type ChannelDeps, type Decoded, defineChannel } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import { checkSmtp, submitMail } from './client.ts';
import { desksOf, type EmailConfig, emailConfig } from './config.ts';
import { decodeMail } from './decode.ts';
import { encodeMail } from './encode.ts';
import { encodeDeskMail, isForDesk, isUnchanged } from './encode-desk.ts';
import { createLoopGuard } from './loop-guard.ts';
import { imapClient, imapProblem, listenMailbox, type MailboxOptions, sentMailbox } from './mailbox.ts';
import { withDeadline } from './with-deadline.ts';

/** Waits of the mailbox listener; tests shorten them. */
export type EmailTiming = Pick<MailboxOptions, 'pollMs' | 'commandMs' | 'backoffMs' | 'random'>;

const checkMs = 10_000;

const checkImap = async ({ imapUrl }: EmailConfig): Promise<{ readonly ok: boolean; readonly detail: string }> => {
  const where = `IMAP ${imapUrl.host}:${imapUrl.port}`;
  const client = imapClient(imapUrl, checkMs);
  try {
    await withDeadline(client.connect(), checkMs, 'connect');
    await withDeadline(client.status('INBOX', { messages: true }), checkMs, 'look at INBOX');
    return { ok: true, detail: `${where} hands out mail` };
  } catch (thrown) {
    return { ok: false, detail: `${where}: ${imapProblem(thrown)}` };
  } finally {
    client.close();
  }
};

/** A mailbox read over IMAP, answers sent over SMTP. */
export const createEmailAdapter = (
  config: EmailConfig,
  deps: ChannelDeps,
  timing: EmailTiming = {},
): ChannelAdapter => {
  const desks = desksOf(config);
  const isLoop = createLoopGuard(deps.now);

  /** What becomes of a decoded mail here: too many in one case are a loop, and customers may be answered elsewhere. */
  const admit = (decoded: Decoded): Decoded => {
    const [event] = decoded.events;
    if (event === undefined) return decoded;
    const { events: _unread, ...rest } = decoded;
    if (event.attention !== 'desk')
      return config.customers ? decoded : { events: [], unsupported: 'a mail to a mailbox that is for the desk alone' };
    return isLoop(event.address.thread)
      ? { ...rest, events: [], quarantine: 'so many mails to one case in so short a time are a loop of programs' }
      : decoded;
  };

  return {
    id: 'email',
    capabilities: {
      maxChars: 100_000,
      actions: false,
      attachments: true,
      streaming: false,
      edits: false,
      threads: true,
      settleMs: 1_000,
      notices: false,
      machinesAnswer: true,
    },

    async receive(delivery) {
      const response = { status: 200, body: '' };
      if (delivery.kind !== 'mail') {
        return {
          events: [],
          unsupported: `email takes mail, not ${delivery.kind}`,
          response: { status: 404, body: '' },
        };
      }
      try {
        const decoded = await decodeMail(delivery.raw, {
          address: config.address,
          aliases: config.aliases,
          staff: config.staff,
          desks,
          authservId: config.authservId,
          secrets: deps.secrets,
          sentByUs: delivery.mailbox === sentMailbox,
          receivedAt: deps.now(),
        });
        return { ...admit(decoded), response };
      } catch (thrown) {
        // A bug of ours, met by this one mail: people look at it, the mails behind it go on.
        const error = errorMessage(thrown);
        deps.log.error({ mailbox: delivery.mailbox, uid: delivery.uid, error }, 'mail could not be decoded');
        return { events: [], quarantine: `the mail could not be decoded: ${error}`, response };
      }
    },

    async send(message, signal) {
      const isDesk = isForDesk(message, config.address);
      if (isDesk && isUnchanged(message))
        return { ok: true, externalId: message.replaces ?? message.id, address: message.address };
      const files = await Promise.all(
        message.content.attachments.map(async (attachment) => ({
          attachment,
          bytes: await deps.blobs.get(attachment.ref),
        })),
      );
      const encode = isDesk ? encodeDeskMail : encodeMail;
      const encoded = encode(message, { config, secret: deps.secrets[0], now: deps.now() }, files);
      if (!encoded.ok) return { ok: false, code: 'no-recipient', message: encoded.reason, permanent: true };
      const { mail, envelope, messageId, address } = encoded;
      const raw = await new MailComposer(mail).compile().build();
      const recipients = [...envelope.to, ...envelope.cc];
      const submitted = await submitMail(config.smtpUrl, { from: envelope.from, recipients, raw }, signal);
      if (!submitted.ok) return submitted;
      const missed = submitted.rejected.filter(({ recipient }) => envelope.to.includes(recipient));
      const [first] = missed;
      if (first !== undefined && missed.length === envelope.to.length) {
        // Only people in copy got it. The second copy of a later try carries the same Message-ID.
        const permanent = missed.every((one) => one.permanent);
        return { ok: false, code: 'recipient-rejected', message: first.message, permanent };
      }
      if (submitted.rejected.length > 0) {
        deps.log.warn({ outbox: message.id, rejected: submitted.rejected.length }, 'some recipients were refused');
      }
      return { ok: true, externalId: messageId, address };
    },

    listen: (signal) =>
      listenMailbox(
        {
          ...timing,
          server: config.imapUrl,
          address: config.address,
          cursors: deps.cursors,
          log: deps.log,
          now: deps.now,
        },
        signal,
      ),

    async check(signal) {
      const results = await Promise.all([checkImap(config), checkSmtp(config.smtpUrl, signal)]);
      return { ok: results.every(({ ok }) => ok), detail: results.map(({ detail }) => detail).join('; ') };
    },
  };
};

/** The email channel as it is plugged in. */
export const email = defineChannel({
  id: 'email',
  config: emailConfig,
  create: (config, deps) => createEmailAdapter(config, deps),
  inspect: (payload, { address, aliases = [], staff = [], authservId, ...desk } = {}) =>
    decodeMail(payload, {
      ...{ address, aliases, staff, desks: desksOf(desk), authservId },
      ...{ secrets: [], sentByUs: false, receivedAt: new Date() },
    }),
});
