import { z } from 'zod';
import { limits } from './limits.ts';
import { type Mailbox, sameAddress } from './mail-address.ts';
import type { Mail } from './parse-mail.ts';
import { withoutTag } from './plus-address.ts';

const person = z.object({ name: z.string(), address: z.string() });

/** What an answer to a mail needs; kept in `Address.state`. Message-IDs are without brackets. */
export const replyState = z.object({
  subject: z.string(),
  lastMessageId: z.string().exactOptional(),
  /** Message-IDs before the last one, oldest first. */
  references: z.array(z.string()),
  to: z.array(person),
  cc: z.array(person),
  /** Blob of the mail that this was taken from, as it came. */
  raw: z.string().exactOptional(),
});
export type ReplyState = z.output<typeof replyState>;

const unique = (people: readonly Mailbox[]): readonly Mailbox[] =>
  people.filter(({ address }, index) => people.findIndex((other) => sameAddress(other.address, address)) === index);

const isOwn = (address: string, own: readonly string[]): boolean =>
  own.some((mailbox) => sameAddress(mailbox, withoutTag(address)));

/** Everybody in a mail but us: whom the answer goes to, and who is kept in copy. Bcc is never looked at. */
export const participants = (
  mail: Mail,
  own: readonly string[],
): { readonly to: readonly Mailbox[]; readonly cc: readonly Mailbox[] } => {
  const others = (people: readonly Mailbox[]) => people.filter(({ address }) => !isOwn(address, own));
  const author = mail.from === undefined ? [] : [mail.from];
  const wanted = others(mail.replyTo);
  const to = unique(wanted.length > 0 ? wanted : others(author)).slice(0, 5);
  const rest = unique(others([...mail.to.slice(0, limits.recipients + 1), ...mail.cc.slice(0, limits.recipients + 1)]));
  return { to, cc: rest.filter(({ address }) => !to.some((one) => sameAddress(one.address, address))) };
};

/**
 * Whom the answer goes to when the author of a mail in a thread is not proven: the address in From alone, whatever Reply-To
 * says. Where senders can be proven, copies of an unproven one are left out too; where nobody can be, they are kept.
 */
export const authorOnly = (
  mail: Mail,
  own: readonly string[],
  keepsCopies: boolean,
): { readonly to: readonly Mailbox[]; readonly cc: readonly Mailbox[] } => {
  const { to, cc } = participants({ ...mail, replyTo: [] }, own);
  return { to, cc: keepsCopies ? cc : [] };
};

/** What our own mail client's sent copy is about: its recipients are the ones to go on with. */
export const recipients = (
  mail: Mail,
  own: readonly string[],
): { readonly to: readonly Mailbox[]; readonly cc: readonly Mailbox[] } => {
  const others = (people: readonly Mailbox[]) => unique(people.filter(({ address }) => !isOwn(address, own)));
  return { to: others(mail.to.slice(0, limits.recipients)), cc: others(mail.cc.slice(0, limits.recipients)) };
};
