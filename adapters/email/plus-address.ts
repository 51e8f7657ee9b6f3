import type { ConversationId } from '#core/message.ts';
import { domainOf, localPartOf, sameAddress } from './mail-address.ts';
import { sign, verify } from './signature.ts';

const tagged = /^(.*)\+c(\d{1,19})\.([a-z2-7]{16})$/i;
/** With the tag of a case at the desk (`deskPlusAddress`) as well. */
const anyTag = /^(.*)\+(?:c\d{1,19}|d\d{1,19}-[a-z2-7]{4})\.[a-z2-7]{16}$/i;

/** Our own address with the conversation in it, signed: `support+c12.<signature>@example.org`. Goes into Reply-To. */
export const plusAddress = (address: string, conversation: ConversationId, secret: string): string =>
  `${localPartOf(address)}+c${conversation}.${sign(`plus:${conversation}`, secret)}@${domainOf(address)}`;

/** `address` without the tag that we put there; any other address as it is. */
export const withoutTag = (address: string): string => {
  const local = anyTag.exec(localPartOf(address))?.[1];
  return local === undefined ? address : `${local}@${domainOf(address)}`;
};

/** The conversation of a plus-address of ours, when it is for one of `own` mailboxes and its signature is our own. */
export const conversationOf = (
  address: string,
  own: readonly string[],
  secrets: readonly string[],
): ConversationId | undefined => {
  const [, , conversation, signature] = tagged.exec(localPartOf(address)) ?? [];
  if (conversation === undefined || signature === undefined) return undefined;
  const ours = own.some((mailbox) => sameAddress(mailbox, withoutTag(address)));
  return ours && verify(`plus:${conversation}`, signature, secrets) ? (conversation as ConversationId) : undefined;
};
