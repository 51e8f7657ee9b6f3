import { createHash } from 'node:crypto';
import type { Attachment, Identity, Json } from '#core/message.ts';
import type { Classification } from './classify.ts';
import { limits } from './limits.ts';
import { normaliseAddress } from './mail-address.ts';
import type { Mail } from './parse-mail.ts';
import { withoutTag } from './plus-address.ts';

/** What translation depends on besides the bytes. */
export interface DecodeSettings {
  /** Our mailbox. `undefined`: a recorded mail is looked at without settings; whom it was delivered to is taken for us. */
  readonly address?: string | undefined;
  readonly aliases: readonly string[];
  readonly staff: readonly string[];
  /** Where the support team works its cases by mail, if it does. */
  readonly desks: readonly string[];
  readonly authservId?: string | undefined;
  /** Empty: nothing signed can be checked, and all of it is taken for ours (`inspect`). */
  readonly secrets: readonly string[];
  /** Read from our Sent folder: only somebody with our mailbox's password can have put it there. */
  readonly sentByUs: boolean;
  /** When the mail was read; stands in for a missing or impossible Date. */
  readonly receivedAt: Date;
}

export interface Blob {
  readonly ref: string;
  readonly bytes: Uint8Array;
}

/** A mail as it came, with everything that several parts of the translation ask for. */
export interface Context {
  readonly mail: Mail;
  readonly raw: Blob;
  readonly settings: DecodeSettings;
  /** Our addresses; the first one names the mailbox. */
  readonly own: readonly [string, ...string[]];
  readonly messageId: string;
  readonly classification: Classification;
}

const day = 24 * 60 * 60 * 1000;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
export const blobOf = (bytes: Uint8Array): Blob => ({ ref: `sha256:${sha256(bytes)}`, bytes });

/** Whom the mail was for, by the fields that mail servers add on delivery. */
export const deliveredTo = (mail: Mail): readonly string[] =>
  ['delivered-to', 'x-original-to', 'envelope-to', 'x-delivered-to', 'x-envelope-to']
    .flatMap((name) => mail.all(name).slice(0, 10))
    .flatMap((value) => normaliseAddress(value) ?? []);

/** Our addresses for this mail; the first one names the mailbox. */
export const ownAddresses = (mail: Mail, settings: DecodeSettings): readonly [string, ...string[]] => {
  const delivered = deliveredTo(mail).map(withoutTag);
  const [guess = 'mailbox@unknown.invalid'] = [...delivered, ...mail.to.map(({ address }) => withoutTag(address))];
  return [settings.address ?? guess.toLowerCase(), ...settings.aliases];
};

/** The files of a mail, each under a name of its own, and what had to be left out. */
export const readAttachments = (mail: Mail) => {
  const seen = new Set<string>();
  const kept = mail.parts.slice(0, limits.attachments).map((part) => {
    let { name } = part;
    for (let copy = 2; seen.has(name); copy += 1) name = part.name.replace(/(\.[^.]*)?$/, ` (${copy})$1`);
    seen.add(name);
    return { part, name, blob: blobOf(part.bytes) };
  });
  const attachments = kept.map(
    ({ part, name, blob }): Attachment => ({ name, mime: part.mime, bytes: part.bytes.byteLength, ref: blob.ref }),
  );
  const dropped = mail.parts.length - kept.length;
  const notes =
    dropped > 0
      ? [
          `The mail has ${mail.parts.length} attachments; the first ${limits.attachments} are here, ${dropped} only in the original.`,
        ]
      : [];
  const nameOf = (contentId: string) => kept.find(({ part }) => part.contentId === contentId)?.name;
  return { attachments, blobs: kept.map(({ blob }) => blob), notes, nameOf };
};

export const textTooLong = `The mail's text is longer than ${limits.textChars.toLocaleString('en')} characters; the rest is only in the original.`;

/** When the mail was written, as far as that can be. */
export const dateOf = (mail: Mail, receivedAt: Date): Date => {
  const { date } = mail;
  const possible = date !== undefined && date.getTime() > 0 && date.getTime() < receivedAt.getTime() + day;
  return possible ? date : receivedAt;
};

export const dedupeKeyOf = ({ own, messageId }: Context, suffix = ''): string =>
  `email:${own[0].toLowerCase()}:${messageId}${suffix}`;

/** What `frontdesk inspect` prints besides the event. */
export const inspectOf = (
  { mail, classification, raw }: Context,
  body: { readonly text: string; readonly quoted: string },
  attachments: readonly Attachment[],
  identity: Identity,
): { readonly [key: string]: Json } => ({
  class: classification.class,
  why: classification.why,
  from: mail.from?.address ?? null,
  subject: mail.subject,
  text: body.text,
  quoted: body.quoted,
  attachments: attachments.map(({ name, mime, bytes }) => ({ name, mime, bytes })),
  identity: { ...identity },
  raw: raw.ref,
});
