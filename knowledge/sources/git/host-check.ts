import { lookup } from 'node:dns/promises';
import { errorMessage } from '#core/errors.ts';
import { isPublicAddress } from '../public-address.ts';
import type { RepositoryAddress } from './repository-address.ts';

/** An address that git may connect to, or why not. No address for a host that the operator allows by name. */
export type HostCheck =
  | { readonly ok: true; readonly address?: string }
  | { readonly ok: false; readonly reason: string };

/** Checks that the host of a remote repository is public, or one of `privateHosts`. */
export const checkHost = async (
  { host, port }: RepositoryAddress,
  privateHosts: readonly string[],
  resolve: typeof lookup = lookup,
): Promise<HostCheck> => {
  if (host === undefined) return { ok: true };
  const names = [host, `[${host}]`].flatMap((name) => [name, `${name}:${port}`]).map((name) => name.toLowerCase());
  if (privateHosts.some((allowed) => names.includes(allowed.trim().toLowerCase()))) return { ok: true };
  try {
    const found = (await resolve(host, { all: true })).find(({ address }) => isPublicAddress(address));
    if (found) return { ok: true, address: found.address };
    return {
      ok: false,
      reason: `${host} is not a public address; if it is meant to be read, name it in KNOWLEDGE_PRIVATE_HOSTS`,
    };
  } catch (error) {
    return { ok: false, reason: errorMessage(error) };
  }
};
