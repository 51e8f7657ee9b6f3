import { limits } from './limits.ts';
import { domainOf } from './mail-address.ts';
import { sign, verify } from './signature.ts';

const bracketed = /<([^<>\s\p{Cc}]{3,500})>/gu;
const bare = /^[^<>\s@\p{Cc}]{1,400}@[^<>\s@\p{Cc}]{1,250}$/u;
const ownId = /^fd\.([\w-]{1,64})\.([a-z2-7]{16})@/i;

/**
 * The ids of a Message-ID, In-Reply-To or References field, in order, without their angle brackets; each once. A long
 * list keeps its first id (the thread's root) and its last ones.
 */
export const messageIds = (field: string | undefined): readonly string[] => {
  const text = (field ?? '').slice(0, 200_000).toWellFormed();
  const found = [...text.matchAll(bracketed)].map(([, id]) => id ?? '');
  const ids = [...new Set(found.length > 0 ? found : text.split(/\s+/).filter((word) => bare.test(word)))];
  return ids.length <= limits.references ? ids : [...ids.slice(0, 1), ...ids.slice(1 - limits.references)];
};

/**
 * Message-ID (without brackets) of an outbound mail: a pure function of the outbox row, the secret and our domain, so
 * that every try of one row carries the same id and receivers can drop the second copy.
 */
export const outboundMessageId = (outboxId: string, address: string, secret: string): string => {
  const id = outboxId.replace(/[^\w-]/g, '_').slice(0, 64);
  return `fd.${id}.${sign(`message-id:${id}`, secret)}@${domainOf(address)}`;
};

/** Whether `id` is a Message-ID that we gave out ourselves. */
export const isOwnMessageId = (id: string, secrets: readonly string[]): boolean => {
  const [, outboxId, signature] = ownId.exec(id) ?? [];
  return outboxId !== undefined && signature !== undefined && verify(`message-id:${outboxId}`, signature, secrets);
};
