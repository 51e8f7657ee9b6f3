import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileReason } from '../file-reason.ts';
import type { SurveyOptions } from '../source.ts';
import { checkHost } from './host-check.ts';
import type { RepositoryAddress } from './repository-address.ts';
import { type GitAnswer, runGit } from './run-git.ts';

/** The commit that is read, in the mirror. */
export const fetchedRef = 'refs/frontdesk/fetched';

export interface RepositoryLimits {
  readonly timeoutMs: number;
  /** Of the mirror on disk. */
  readonly maxBytes: number;
}

const defaultLimits: RepositoryLimits = { timeoutMs: 600_000, maxBytes: 2_000_000_000 };

/** Brings the bare mirror of a repository up to date: the newest commit alone, whatever it had before is not fetched again. */
export const fetchRepository = async (
  address: RepositoryAddress,
  { cacheFolder, privateHosts = [], signal }: Pick<SurveyOptions, 'cacheFolder' | 'privateHosts' | 'signal'>,
  limits: RepositoryLimits = defaultLimits,
): Promise<{ readonly ok: true; readonly mirror: string } | { readonly ok: false; readonly reason: string }> => {
  if (cacheFolder === undefined)
    return { ok: false, reason: 'repositories are only read where there is a cache folder' };
  const ref = address.ref ?? 'HEAD';
  if (!/^[\w][\w./+@-]*$/.test(ref) || ref.includes('..')) {
    return { ok: false, reason: `${JSON.stringify(ref)} is no branch, tag or commit` };
  }
  const host = await checkHost(address, privateHosts);
  if (!host.ok) return host;
  const name = createHash('sha256').update(`${address.remote}\n${ref}`).digest('hex').slice(0, 32);
  const mirror = join(cacheFolder, 'git', `${name}.git`);
  const deadline = AbortSignal.timeout(limits.timeoutMs);
  const tooLarge = new AbortController();
  const watch = setInterval(() => {
    void sizeOf(mirror).then((bytes) => bytes > limits.maxBytes && tooLarge.abort());
  }, 1_000);
  try {
    await prepare(mirror, limits.timeoutMs);
    const fetched = await fetchInto(mirror, address, {
      ref,
      config: configOf(address, host.address),
      signal: AbortSignal.any([deadline, tooLarge.signal, ...(signal ? [signal] : [])]),
    });
    if (fetched.ok && (await sizeOf(mirror)) > limits.maxBytes) tooLarge.abort();
    signal?.throwIfAborted();
    if (tooLarge.signal.aborted) {
      await rm(mirror, { recursive: true, force: true });
      return { ok: false, reason: `larger than ${limits.maxBytes / 1_000_000} MB` };
    }
    if (deadline.aborted) return { ok: false, reason: `not fetched within ${limits.timeoutMs / 1000} s` };
    return fetched.ok ? { ok: true, mirror } : fetched;
  } catch (error) {
    signal?.throwIfAborted();
    return { ok: false, reason: fileReason(error) };
  } finally {
    clearInterval(watch);
  }
};

interface Fetching {
  readonly ref: string;
  readonly config: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const fetchInto = async (
  folder: string,
  { remote, protocol }: RepositoryAddress,
  { ref, config, signal }: Fetching,
): Promise<GitAnswer> => {
  const setting = { folder, signal };
  const ready = await runGit(['init', '--quiet', '--bare', '--template=', folder], setting);
  if (!ready.ok) return ready;
  const fetch = [
    'fetch',
    '--quiet',
    '--depth=1',
    '--no-tags',
    '--no-recurse-submodules',
    '--force',
    '--no-write-fetch-head',
  ];
  return runGit([...fetch, '--', remote, `+${ref}:${fetchedRef}`], { ...setting, protocol, config });
};

const configOf = ({ remote, protocol, authorization, host, port }: RepositoryAddress, address: string | undefined) => ({
  ...(authorization ? { [`http.${remote}.extraHeader`]: `Authorization: ${authorization}` } : {}),
  // The address that was checked, not what the name means a moment later.
  ...(address && protocol !== 'ssh' ? { 'http.curloptResolve': `${host}:${port}:${address}` } : {}),
});

/** Makes the folder; removes locks that a killed run left behind. */
const prepare = async (mirror: string, timeoutMs: number): Promise<void> => {
  await mkdir(mirror, { recursive: true, mode: 0o700 });
  for (const name of await readdir(mirror, { recursive: true })) {
    const path = join(mirror, name);
    if (!name.endsWith('.lock')) continue;
    const info = await stat(path).catch(() => undefined);
    if (info && Date.now() - info.mtimeMs > timeoutMs) await rm(path, { force: true });
  }
};

const sizeOf = async (folder: string): Promise<number> => {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        (info) => info.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
};
