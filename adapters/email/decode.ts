import type { Decoded } from '#core/channel.ts';
import type { Address, Author, Identity, InboundBody, InboundEvent, Threading } from '#core/message.ts';
import { cleanText } from '../shared/clean.ts';
import { classify } from './classify.ts';
import { isStaff } from './config.ts';
import { decodeDesk, deskReport } from './decode-desk.ts';
import { htmlToMarkdown } from './html-to-markdown.ts';
import { limits } from './limits.ts';
import { domainOf, sameAddress } from './mail-address.ts';
import {
  blobOf,
  type Context,
  type DecodeSettings,
  dateOf,
  dedupeKeyOf,
  deliveredTo,
  inspectOf,
  ownAddresses,
  readAttachments,
  textTooLong,
} from './mail-context.ts';
import { isOwnMessageId } from './message-id.ts';
import { type BounceReport, parseBounce } from './parse-bounce.ts';
import { type Mail, parseMail } from './parse-mail.ts';
import { conversationOf } from './plus-address.ts';
import { authorOnly, participants, type ReplyState, recipients } from './reply-state.ts';
import { splitQuote } from './split-quote.ts';
import { identify, type Trust } from './trust.ts';

/** Header field that every mail of ours carries; its value is our address, so that two desks can still talk. */
export const loopHeader = 'X-Frontdesk';

/** Why a mail is our own and must not be read as a customer's, or `undefined`. */
const ownMail = ({ mail, own, settings, messageId }: Context): string | undefined => {
  const loop = mail.all(loopHeader.toLowerCase()).map((value) => value.trim());
  if (loop.some((value) => settings.address === undefined || own.some((address) => sameAddress(address, value)))) {
    return `sent by this desk (${loopHeader} field)`;
  }
  if (isOwnMessageId(messageId, settings.secrets)) return 'sent by this desk (its Message-ID is one of ours)';
  const fromUs = mail.from !== undefined && own.some((address) => sameAddress(address, mail.from?.address ?? ''));
  if (fromUs && !settings.sentByUs && settings.address !== undefined) return 'From is our own address';
  return undefined;
};

const threadRoot = (
  ids: { readonly references: readonly string[]; readonly inReplyTo: readonly string[] },
  own: string,
) => ids.references[0] ?? ids.inReplyTo[0] ?? own;

const threadingOf = ({ mail, own, settings }: Context, also: readonly string[] = []): Threading => {
  const addresses = [...mail.to, ...mail.cc].slice(0, limits.recipients).map(({ address }) => address);
  const [conversation] = [...addresses, ...deliveredTo(mail), ...also].flatMap(
    (address) => conversationOf(address, own, settings.secrets) ?? [],
  );
  return {
    ...(conversation === undefined ? {} : { conversation }),
    references: [...new Set([...mail.inReplyTo, ...mail.references.toReversed()])],
  };
};

interface Body {
  readonly text: string;
  readonly quoted: string;
  readonly notes: readonly string[];
}

const readBody = (mail: Mail, imageName: (contentId: string) => string | undefined): Body => {
  const cut = (text: string) => cleanText(text.slice(0, limits.textChars));
  if (mail.html !== undefined && mail.html.trim() !== '') {
    const { segments, truncated } = htmlToMarkdown(mail.html, imageName);
    const { text, quoted } = splitQuote(segments, mail.subject);
    const isCut = text.length > limits.textChars || (truncated && segments.at(-1)?.kind !== 'quote');
    if (text !== '') return { text: cut(text), quoted: cut(quoted), notes: isCut ? [textTooLong] : [] };
  }
  const plain = mail.text ?? '';
  const { text, quoted } = splitQuote(cut(plain), mail.subject);
  return { text, quoted, notes: plain.length > limits.textChars ? [textTooLong] : [] };
};

const withNotes = (text: string, notes: readonly string[]): string =>
  [text, ...notes.map((note) => `[${note}]`)].filter((part) => part !== '').join('\n\n');

/** Who may read the answer decides what may be in it: with outsiders in copy no organisation's knowledge is shared. */
const withOutsiders = (identity: Identity, state: ReplyState): Identity => {
  const { organization, ...rest } = identity;
  const domains = [...state.to, ...state.cc].map(({ address }) => domainOf(address));
  return organization !== undefined && domains.every((domain) => domain === organization) ? identity : rest;
};

const messageEvent = (context: Context): Decoded => {
  const { mail, settings, own, classification, messageId, raw } = context;
  const { attachments, blobs, notes, nameOf } = readAttachments(mail);
  const body = readBody(mail, nameOf);
  const sender: Trust = settings.sentByUs
    ? {
        identity: {
          level: 'verified',
          evidence: 'in our own Sent folder',
          ...(mail.from ? { email: mail.from.address } : {}),
        },
      }
    : identify(mail, settings.authservId);
  const found = threadingOf(context);
  const inThread = found.conversation !== undefined || found.references.length > 0;
  if (settings.sentByUs && !inThread) {
    return { events: [], unsupported: 'written in our own mail program, but no answer in a thread' };
  }
  const isHuman =
    settings.sentByUs ||
    (inThread && sender.method === 'dmarc' && mail.from !== undefined && isStaff(mail.from.address, settings.staff));
  const told = recipients(mail, own);
  // A colleague among colleagues says nothing to the customer: a note, and whom answers go to stays as it is.
  const isNote =
    isHuman && [...told.to, ...told.cc].every(({ address }) => !settings.sentByUs && isStaff(address, settings.staff));
  // Whoever only claims to be somebody in a thread must neither bring others into it nor lead its answers elsewhere.
  const isDoubtful = inThread && sender.identity.level !== 'verified';
  const people = isHuman
    ? told
    : isDoubtful
      ? authorOnly(mail, own, settings.authservId === undefined)
      : participants(mail, own);
  const crowd = people.to.length + people.cc.length > limits.recipients;
  const state: ReplyState = {
    subject: mail.subject,
    lastMessageId: messageId,
    references: [...(mail.references.length > 0 ? mail.references : mail.inReplyTo.slice(0, 1))],
    to: [...people.to],
    cc: crowd ? [] : [...people.cc],
    raw: raw.ref,
  };
  const brings = [...people.to, ...people.cc];
  const threading: Threading = {
    ...found,
    participants: brings.slice(0, limits.recipients).map(({ address }) => address.toLowerCase()),
  };
  const allNotes = [...body.notes, ...notes];
  const content = { markdown: withNotes(body.text, allNotes), attachments };
  const noReply =
    classification.class === 'message' ? undefined : `${classification.class} mail: ${classification.why}`;
  const eventBody: InboundBody = {
    kind: 'message',
    content,
    ...(noReply === undefined ? {} : { noReply }),
    ...(isNote ? { internal: true } : {}),
  };
  const author: Author = {
    role: isHuman ? 'human' : 'customer',
    externalId: (mail.from?.address ?? '').toLowerCase(),
    ...(mail.from?.name ? { name: mail.from.name } : {}),
  };
  const identity = withOutsiders(sender.identity, state);
  const event: InboundEvent = {
    dedupeKey: dedupeKeyOf(context),
    address: { channel: 'email', space: own[0], thread: threadRoot(mail, messageId), ...(isNote ? {} : { state }) },
    author,
    at: dateOf(mail, settings.receivedAt),
    body: eventBody,
    externalId: messageId,
    identity,
    threading,
    ...(mail.subject === '' ? {} : { title: mail.subject }),
    inspect: inspectOf(context, { ...body, text: content.markdown }, attachments, identity),
  };
  const unsupported = [
    ...allNotes,
    ...(crowd ? [`more than ${limits.recipients} recipients: only the author will get an answer`] : []),
  ].join(' ');
  return { events: [event], blobs: [raw, ...blobs], ...(unsupported === '' ? {} : { unsupported }) };
};

const bounceEvents = (context: Context, report: BounceReport): Decoded => {
  const { mail, settings, own, raw, messageId } = context;
  const { attachments, blobs } = readAttachments(mail);
  const body = readBody(mail, () => undefined);
  const { identity } = identify(mail, settings.authservId);
  const { conversation } = threadingOf(context, report.replyTo);
  const of = report.original;
  // Anybody can write a report about anything; only what names a mail of ours may stop a conversation.
  const isOurs = conversation !== undefined || (of !== undefined && isOwnMessageId(of, settings.secrets));
  if (!isOurs && settings.secrets.length > 0) {
    return { events: [], unsupported: 'a delivery report, but about no mail of ours' };
  }
  const address: Address = {
    channel: 'email',
    space: own[0],
    thread: report.references.at(-1) ?? of ?? messageId,
  };
  const events = report.failures.map(
    ({ recipient, permanent, reason }, index): InboundEvent => ({
      dedupeKey: dedupeKeyOf(context, index === 0 ? '' : `:${recipient.toLowerCase()}`),
      address,
      author: { role: 'customer', externalId: (mail.from?.address ?? 'mailer-daemon').toLowerCase() },
      at: dateOf(mail, settings.receivedAt),
      body: { kind: 'bounce', ...(of === undefined ? {} : { of }), recipient, permanent, reason },
      externalId: messageId,
      identity,
      threading: { ...(conversation === undefined ? {} : { conversation }), references: of === undefined ? [] : [of] },
      ...(mail.subject === '' ? {} : { title: mail.subject }),
      inspect: { ...inspectOf(context, body, attachments, identity), recipient, permanent, reason },
    }),
  );
  return { events, blobs: [raw, ...blobs] };
};

/**
 * A raw mail as events. Pure but for hashing: no network, no clock. Never throws for what a sender wrote: a mail that
 * cannot be understood comes back as `quarantine` with the reason, our own mail as `unsupported`.
 */
export const decodeMail = async (bytes: Uint8Array, settings: DecodeSettings): Promise<Decoded> => {
  if (bytes.byteLength === 0)
    return { events: [], quarantine: 'the mail is empty, or could not be read from the server' };
  const raw = blobOf(bytes);
  const quarantine = (reason: string): Decoded => ({ events: [], blobs: [raw], quarantine: reason });
  if (bytes.byteLength > limits.mailBytes) {
    return quarantine(`the mail is larger than ${limits.mailBytes / 1024 / 1024} MB; only its beginning was read`);
  }
  const parsed = await parseMail(bytes);
  if (!parsed.ok) return quarantine(parsed.reason);
  const { mail } = parsed;
  const own = ownAddresses(mail, settings);
  // A mail without an id gets one from its content: the same bytes are the same mail.
  const messageId = mail.messageId ?? `${raw.ref.slice('sha256:'.length, 40)}@missing-id.${domainOf(own[0])}`;
  const context: Context = { mail, raw, settings, own, messageId, classification: classify(mail) };

  const ours = ownMail(context);
  if (ours !== undefined) return { events: [], unsupported: ours };
  const isReport = context.classification.class === 'bounce';
  const report = isReport ? parseBounce(mail) : undefined;
  if (report !== undefined && report.failures.length > 0)
    return deskReport(context, report) ?? bounceEvents(context, report);
  // What belongs to a case at the desk is never a customer's, whoever wrote it.
  const desk = decodeDesk(context);
  if (desk !== undefined) return desk;
  if (mail.from === undefined) return quarantine('the mail has no single usable From address');
  if (!isReport) return messageEvent(context);
  const why = `delivery report without a failed recipient (${context.classification.why})`;
  return messageEvent({ ...context, classification: { class: 'automatic', why } });
};
