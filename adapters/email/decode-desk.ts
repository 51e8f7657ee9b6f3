import type { Decoded } from '#core/channel.ts';
import type { Attachment, Author, InboundBody, InboundEvent } from '#core/message.ts';
import { cleanText } from '../shared/clean.ts';
import { isStaff } from './config.ts';
import { type DeskPart, deskParts } from './desk-commands.ts';
import { type FoundMark, isMarkOf, markOfAddress, markOfMessageId } from './desk-mark.ts';
import { type DeskText, deskText } from './desk-text.ts';
import { htmlToMarkdown } from './html-to-markdown.ts';
import { limits } from './limits.ts';
import { localPartOf, type Mailbox, normaliseAddress, sameAddress } from './mail-address.ts';
import { type Context, dateOf, dedupeKeyOf, deliveredTo, inspectOf, readAttachments } from './mail-context.ts';
import type { BounceReport } from './parse-bounce.ts';
import type { Mail } from './parse-mail.ts';
import { withoutTag } from './plus-address.ts';
import { identify } from './trust.ts';

const tooLong = `Only the first ${limits.textChars.toLocaleString('en')} characters of a mail are read: send the rest as a file.`;

/** So much of a mail that cannot be passed on is kept as a note. */
const shownChars = 2_000;

/** The cases that a mail names, by how it names them. */
interface Marks {
  readonly addressed: readonly FoundMark[];
  readonly answered: readonly FoundMark[];
  readonly mentioned: readonly FoundMark[];
}

const marksOf = ({ mail, own, settings }: Context, replyTo: readonly string[] = []): Marks => {
  const addresses = [...mail.to, ...mail.cc].slice(0, limits.recipients).map(({ address }) => address);
  const ids = (found: readonly string[]) => found.flatMap((id) => markOfMessageId(id, settings.secrets) ?? []);
  return {
    addressed: [...addresses, ...deliveredTo(mail), ...replyTo].flatMap(
      (address) => markOfAddress(address, own, settings.secrets) ?? [],
    ),
    answered: ids(mail.inReplyTo),
    mentioned: ids(mail.references),
  };
};

/** A mail to the desk that came back: the case is in the console, but somebody must know why the desk does not see it. */
export const deskReport = (context: Context, report: BounceReport): Decoded | undefined => {
  const { addressed } = marksOf(context, report.replyTo);
  const original =
    report.original === undefined ? undefined : markOfMessageId(report.original, context.settings.secrets);
  if (original === undefined && !addressed.some(({ isOurs }) => isOurs)) return undefined;
  const failure = report.failures.find(({ permanent }) => permanent);
  if (failure === undefined) return { events: [], unsupported: 'a mail to the desk is delayed' };
  return { events: [], blobs: [context.raw], quarantine: `a mail to the desk came back: ${failure.reason}` };
};

/** The one case that a mail is about, or why it is about none of which we are sure. */
const caseOf = (
  context: Context,
  { addressed, answered, mentioned }: Marks,
): { readonly name: string } | { readonly why: string } => {
  const { mail, own, settings } = context;
  const found = addressed.length > 0 ? addressed : answered.length > 0 ? answered : mentioned;
  const names = [...new Set(found.map(({ name }) => name))];
  const [name] = names;
  if (name === undefined || names.length > 1) return { why: 'it names several cases' };
  if (found.some(({ isOurs }) => !isOurs)) return { why: 'the signature in its address is not ours' };
  if (addressed.length > 0) return { name };
  if (answered.length === 0) return { why: 'it comes from a thread of the desk, but answers none of our mails' };
  const isInside = ({ address }: Mailbox): boolean =>
    [...own, ...settings.desks].some((one) => sameAddress(one, address)) || isStaff(address, settings.staff);
  const others = [...mail.to, ...mail.cc].filter((one) => !isInside(one));
  return others.length === 0 ? { name } : { why: 'it answers a mail to the desk, but goes to others as well' };
};

/**
 * Whether the author is of the desk, and proven: by DMARC or an aligned signature of their domain. Without any settings
 * (`inspect`) there is nobody to compare with.
 */
const whyNotOfDesk = ({ mail, settings }: Context): string | undefined => {
  const { identity, method } = identify(mail, settings.authservId);
  if (method !== 'dmarc' && method !== 'dkim')
    return `its author is not proven (${method === undefined ? identity.evidence : 'spf alone is not enough'})`;
  const from = mail.from?.address ?? '';
  const isOfDesk = settings.desks.some((desk) => sameAddress(desk, from)) || isStaff(from, settings.staff);
  return isOfDesk ? undefined : 'its author is not of the support team';
};

/** Whom the customer reads: the name in From, else what the address says; never the address itself. */
const authorOf = ({ name, address }: Mailbox): Author => {
  const words = localPartOf(address)
    .split(/[\W_\d]+/)
    .filter((word) => word !== '')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1));
  return {
    role: 'human',
    externalId: address.toLowerCase(),
    // A mail program without a name for somebody puts the address in its place.
    name: name !== '' && !name.includes('@') ? name : words.join(' ') || 'Support',
  };
};

const personNamed = (person: string): Pick<Author, 'externalId' | 'name'> => {
  const address = normaliseAddress(person);
  // Whom only a name is known of is known as the console knows people.
  if (address === undefined) return { externalId: `agent:${person}`, name: person };
  const { externalId, name } = authorOf({ name: '', address });
  return { externalId, ...(name === undefined ? {} : { name }) };
};

const textOf = ({ mail, own }: Context, imageName: (contentId: string) => string | undefined): DeskText => {
  const cut = (text: string) => cleanText(text.slice(0, limits.textChars));
  const isOurs = (line: string): boolean =>
    (line.slice(0, limits.headerChars).match(/[^\s<>()[\]:"]+@[^\s<>()[\]:"]+/g) ?? []).some((address) =>
      own.some((mailbox) => sameAddress(mailbox, withoutTag(address))),
    );
  const checked = (found: DeskText, isCut: boolean): DeskText =>
    found.ok && isCut ? { ok: false, reason: tooLong } : found;
  if (mail.html !== undefined && mail.html.trim() !== '') {
    const { segments, truncated } = htmlToMarkdown(mail.html, imageName);
    if (segments.length > 0) {
      const found = deskText(
        segments.map(({ kind, markdown }) => ({ kind, markdown: cut(markdown) })),
        isOurs,
      );
      const isCut = segments.some(({ kind, markdown }) => kind === 'text' && markdown.length > limits.textChars);
      return checked(found, isCut || (truncated && segments.at(-1)?.kind !== 'quote'));
    }
  }
  const plain = mail.text ?? '';
  return checked(deskText(cut(plain), isOurs), plain.length > limits.textChars);
};

const proofs = /^application\/(x-)?(pkcs7-signature|pgp-signature|pgp-keys|pkcs7-mime)$/;

/** Files that were sent, without what mail programs add: pictures of signatures and quoted mails, proofs of the mail itself. */
const filesOf = (mail: Mail, attachments: readonly Attachment[], text: string): readonly Attachment[] =>
  attachments.filter(
    ({ name, mime }, index) =>
      !proofs.test(mime) &&
      (mail.parts[index]?.contentId === undefined || mail.html === undefined || text.includes(`[image: ${name}]`)),
  );

const bodyOf = (part: DeskPart, attachments: readonly Attachment[]): InboundBody => {
  if (part.kind === 'reply') return { kind: 'message', content: { markdown: part.text, attachments } };
  if (part.kind === 'note') return { kind: 'message', internal: true, content: { markdown: part.text, attachments } };
  const person = part.action === 'reassign' && part.person !== undefined ? { person: personNamed(part.person) } : {};
  return { kind: 'action', action: part.action, value: '', ...person };
};

const suffixOf = (part: DeskPart): string =>
  part.kind === 'reply' ? '' : part.kind === 'note' ? ':note' : `:${part.action}`;

/**
 * A mail that belongs to a case at the desk, by the signed address that it was written to or by the mail of ours that it
 * answers: `undefined` when it does not. Relayed is only what is new in a mail of somebody who is proven to be of the desk;
 * everybody else's goes into quarantine and never becomes a customer's. Proven words that cannot be passed on are a note
 * with the reason in `noReply`.
 */
export const decodeDesk = (context: Context): Decoded | undefined => {
  const { mail, raw, settings, messageId, classification } = context;
  const marks = marksOf(context);
  if (marks.addressed.length + marks.answered.length + marks.mentioned.length === 0) return undefined;
  if (settings.sentByUs)
    return {
      events: [],
      unsupported: 'written to the desk in our own mail program: answer from an address of the desk',
    };
  if (classification.class !== 'message')
    return { events: [], unsupported: `${classification.class} mail to the desk: ${classification.why}` };
  const quarantine = (why: string): Decoded => ({
    events: [],
    blobs: [raw],
    quarantine: `a mail to the desk is not passed on: ${why}`,
  });
  const about = caseOf(context, marks);
  if ('why' in about) return quarantine(about.why);
  if (mail.from === undefined) return quarantine('it has no single usable From address');
  const why = whyNotOfDesk(context);
  if (why !== undefined) return quarantine(why);
  const space = settings.desks.find((desk) => isMarkOf(about.name, desk));
  if (space === undefined) return quarantine('its case was at a desk that is not worked by mail now');

  const author = authorOf(mail.from);
  const { identity } = identify(mail, settings.authservId);
  const { attachments, blobs, notes, nameOf } = readAttachments(mail);
  const found = textOf(context, nameOf);
  const words = found.ok ? found.text : '';
  const files = filesOf(mail, attachments, words);
  const read = found.ok ? deskParts(words, files.length > 0) : found;
  const inspect = inspectOf(context, { text: words, quoted: '' }, files, identity);
  const event = (suffix: string, body: InboundBody): InboundEvent => ({
    dedupeKey: dedupeKeyOf(context, suffix),
    address: { channel: 'email', space, thread: about.name },
    author,
    at: dateOf(mail, settings.receivedAt),
    body,
    identity,
    attention: 'desk',
    inspect,
  });
  const decoded = (events: readonly InboundEvent[]): Decoded => ({
    events,
    blobs: [raw, ...blobs],
    ...(notes.length === 0 ? {} : { unsupported: notes.join(' ') }),
  });
  if (!read.ok) {
    const markdown = words || cleanText((mail.text ?? '').slice(0, shownChars));
    const content = { markdown, attachments: files };
    const refused: InboundBody = { kind: 'message', internal: true, noReply: read.reason, content };
    return decoded([{ ...event('', refused), externalId: messageId }]);
  }
  const { parts } = read;
  if (parts.length === 0) return { events: [], unsupported: 'nothing new in a mail to the desk' };
  // The mail is its words; files go with them.
  const carrier = parts.find(({ kind }) => kind !== 'command');
  return decoded(
    parts.map((part) => {
      const isCarrier = part === carrier;
      return {
        ...event(suffixOf(part), bodyOf(part, isCarrier ? files : [])),
        ...(isCarrier ? { externalId: messageId } : {}),
      };
    }),
  );
};
