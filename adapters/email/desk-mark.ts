import { createHash } from 'node:crypto';
import type { ConversationId } from '#core/message.ts';
import { domainOf, localPartOf, sameAddress } from './mail-address.ts';
import { isOwnMessageId, outboundMessageId } from './message-id.ts';
import { sign, verify } from './signature.ts';

/**
 * `d12-k3fz`: the desk conversation 12 as it is worked at one desk address. It names the thread there, and is in the Reply-To
 * and the Message-ID of every mail to the desk, signed: so an agent's mail leads to its case by itself.
 */
const mark = /^d(\d{1,19})-([a-z2-7]{4})$/;
const tagged = /^(.*)\+(d\d{1,19}-[a-z2-7]{4})\.([a-z2-7]{16})$/i;
const inMessageId = /^fd\.[\w-]{1,30}_(d\d{1,19}-[a-z2-7]{4})\.[a-z2-7]{16}@/i;

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
/** Tells desk addresses apart, no more: what must not be guessed is the signature. */
const placeOf = (deskAddress: string): string =>
  [...createHash('sha256').update(deskAddress.toLowerCase()).digest().subarray(0, 4)]
    .map((byte) => alphabet[byte % alphabet.length] ?? '')
    .join('');

/** The name of a case's thread at a desk address. */
export const deskMark = (conversation: ConversationId, deskAddress: string): string =>
  `d${conversation}-${placeOf(deskAddress)}`;

/** Whether a thread named `name` is worked at `deskAddress`. */
export const isMarkOf = (name: string, deskAddress: string): boolean => mark.exec(name)?.[2] === placeOf(deskAddress);

/** Our own address with a case in it, signed for this purpose alone: `support+d12-k3fz.<signature>@example.org`. */
export const deskPlusAddress = (address: string, name: string, secret: string): string =>
  `${localPartOf(address)}+${name}.${sign(`desk:${name}`, secret)}@${domainOf(address)}`;

/** Message-ID (without brackets) of a mail to the desk; see `outboundMessageId`. */
export const deskMessageId = (outboxId: string, name: string, address: string, secret: string): string =>
  outboundMessageId(`${outboxId.slice(0, 30)}_${name}`, address, secret);

/** A mark that somebody wrote; `isOurs` when its signature is. Without `secrets` nothing can be checked, and all are. */
export interface FoundMark {
  readonly name: string;
  readonly isOurs: boolean;
}

/** The mark in an address of one of `own` mailboxes; `undefined` when it has none. */
export const markOfAddress = (
  address: string,
  own: readonly string[],
  secrets: readonly string[],
): FoundMark | undefined => {
  const [, local, name, signature] = tagged.exec(localPartOf(address)) ?? [];
  if (local === undefined || name === undefined || signature === undefined) return undefined;
  if (!own.some((mailbox) => sameAddress(mailbox, `${local}@${domainOf(address)}`))) return undefined;
  const folded = name.toLowerCase();
  return { name: folded, isOurs: secrets.length === 0 || verify(`desk:${folded}`, signature, secrets) };
};

/** The mark in a Message-ID that we gave out ourselves; `undefined` for every other id. */
export const markOfMessageId = (id: string, secrets: readonly string[]): FoundMark | undefined => {
  const name = inMessageId.exec(id)?.[1];
  if (name === undefined || (secrets.length > 0 && !isOwnMessageId(id, secrets))) return undefined;
  return { name: name.toLowerCase(), isOurs: true };
};
