import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A git repository as it was named. */
export interface RepositoryAddress {
  /** What git is asked for; without user name and password where it goes over http. */
  readonly remote: string;
  /** The only transport that git may use. */
  readonly protocol: 'https' | 'http' | 'ssh' | 'file';
  /** How people and documents name it; no secrets. */
  readonly name: string;
  /** `Basic …`, for http. */
  readonly authorization?: string;
  /** Where the remote is reached; none for a local one. */
  readonly host?: string;
  readonly port?: number;
  /** Branch, tag or commit; without one the remote's own choice. */
  readonly ref?: string;
  /** Only what lies below this folder; empty for all, else without slashes at its ends. */
  readonly folder: string;
}

/**
 * Reads `https://host/path.git`, `git+https://…`, `ssh://…`, `git+ssh://…`, `user@host:path`, `file://…/x.git` or a local
 * path that ends in `.git`, each with an optional `#ref` or `#ref:folder`. Undefined for anything else.
 */
export const parseRepositoryAddress = (source: string, base: string): RepositoryAddress | undefined => {
  const [address = '', fragment = ''] = split(source.trim(), '#');
  const place = placeOf(address, base);
  if (!place) return undefined;
  const [ref = '', folder = ''] = split(fragment, ':');
  return { ...place, ...(ref ? { ref } : {}), folder: folder.replace(/^\/+|\/+$/g, '') };
};

const split = (text: string, at: string): string[] => {
  const index = text.indexOf(at);
  return index === -1 ? [text] : [text.slice(0, index), text.slice(index + 1)];
};

const placeOf = (address: string, base: string): Omit<RepositoryAddress, 'folder'> | undefined => {
  const scp = /^([\w.-]+)@([\w.-]+):(?!\/\/)(\S+)$/.exec(address);
  if (scp) return { remote: address, protocol: 'ssh', name: address, host: scp[2] ?? '', port: 22 };
  const isMarked = /^git\+/i.test(address);
  const text = address.replace(/^git\+/i, '');
  if (/^(https?|ssh):\/\//i.test(text)) return remotePlace(text, isMarked);
  if (!/[^/\\]\.git[/\\]?$/.test(text) && !isMarked) return undefined;
  // `file://host/path` is a path of another machine.
  if (/^file:\/\//i.test(text)) return /^file:\/\/\//i.test(text) ? localPlace(fileURLToPath(text)) : undefined;
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(text) ? undefined : localPlace(isAbsolute(text) ? text : resolve(base, text));
};

const remotePlace = (text: string, isMarked: boolean): Omit<RepositoryAddress, 'folder'> | undefined => {
  const url = URL.parse(text);
  if (!url) return undefined;
  const isSsh = url.protocol === 'ssh:';
  if (!isSsh && !isMarked && !url.pathname.endsWith('.git')) return undefined;
  const { username, password, hostname } = url;
  url.password = '';
  // The user name of ssh is part of the address (`git@`); over http it is half of a secret, or all of it.
  if (!isSsh) url.username = '';
  const secret = !isSsh && (username || password) ? `${decoded(username)}:${decoded(password)}` : '';
  return {
    remote: url.href,
    protocol: isSsh ? 'ssh' : url.protocol === 'https:' ? 'https' : 'http',
    name: url.href,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (isSsh ? 22 : url.protocol === 'https:' ? 443 : 80)),
    ...(secret ? { authorization: `Basic ${Buffer.from(secret).toString('base64')}` } : {}),
  };
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const localPlace = (path: string): Omit<RepositoryAddress, 'folder'> => ({
  remote: pathToFileURL(path).href,
  protocol: 'file',
  name: path,
});
