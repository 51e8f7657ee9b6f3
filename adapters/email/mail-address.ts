import { domainToASCII } from 'node:url';

/** One person of a header field. `address` has its domain in lower-case ASCII; `name` is '' when there is none. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** `local@domain` with the domain in its comparable form, or `undefined` when it is not an address. */
export const normaliseAddress = (text: string): string | undefined => {
  const match = /^\s*<?([^\s\p{Cc}<>@",;:]{1,128}|"[^"\\\p{Cc}]{1,126}")@([^\s\p{Cc}<>@",;:]{1,255})>?\s*$/u.exec(
    text.toWellFormed(),
  );
  const [, local, host] = match ?? [];
  if (local === undefined || host === undefined) return undefined;
  const domain = host.startsWith('[') ? host.toLowerCase() : domainToASCII(host.replace(/\.$/, ''));
  return domain === '' ? undefined : `${local}@${domain}`;
};

/** The part after the last `@`, in lower case. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();

/** The part before the last `@`, as written. */
export const localPartOf = (address: string): string => address.slice(0, address.lastIndexOf('@'));

/** Whether two addresses are one mailbox. Local parts are compared without case, as every mail system in use does. */
export const sameAddress = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
