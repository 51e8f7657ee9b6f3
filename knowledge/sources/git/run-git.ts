import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { errorMessage } from '#core/errors.ts';

/** How git is run: nothing of this machine's configuration, no questions, no hooks, one transport. */
export interface GitSetting {
  /** Bare repository. */
  readonly folder: string;
  /** Default: none at all. */
  readonly protocol?: string;
  /** Configuration for this run, passed by environment so that secrets are in no list of processes. */
  readonly config?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export type GitAnswer =
  | { readonly ok: true; readonly output: Buffer }
  | { readonly ok: false; readonly reason: string };

/** Where git is usually installed: the environment of this process is none of its business. */
const searchPath = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin:/opt/local/bin';
const largestOutput = 200_000_000;

const always: Readonly<Record<string, string>> = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.symlinks': 'false',
  'gc.autoDetach': 'false',
  'fetch.recurseSubmodules': 'false',
  'fetch.fsckObjects': 'true',
  'http.followRedirects': 'false',
  'http.lowSpeedLimit': '1000',
  'http.lowSpeedTime': '30',
};

/** Starts git in a bare repository. */
export const startGit = (
  args: readonly string[],
  { folder, protocol = 'none', config = {}, signal }: GitSetting,
): ChildProcessWithoutNullStreams => {
  const settings = Object.entries({ ...always, ...config });
  return spawn('git', [...args], {
    cwd: folder,
    ...(signal ? { signal } : {}),
    killSignal: 'SIGKILL',
    env: {
      PATH: searchPath,
      HOME: folder,
      LC_ALL: 'C',
      GIT_DIR: folder,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_ATTR_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_ASKPASS: 'true',
      SSH_ASKPASS: 'true',
      GIT_SSH_COMMAND: 'ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout=15',
      GIT_ALLOW_PROTOCOL: protocol,
      GIT_CONFIG_COUNT: String(settings.length),
      ...Object.fromEntries(
        settings.flatMap(([key, value], at) => [
          [`GIT_CONFIG_KEY_${at}`, key],
          [`GIT_CONFIG_VALUE_${at}`, value],
        ]),
      ),
    },
  });
};

/** Runs git to its end and gives what it wrote, or why it failed. */
export const runGit = (args: readonly string[], setting: GitSetting): Promise<GitAnswer> =>
  new Promise((resolve) => {
    const child = startGit(args, setting);
    const output: Buffer[] = [];
    let size = 0;
    let complaint = '';
    child.stdin.on('error', () => {}).end();
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > largestOutput) child.kill('SIGKILL');
      else output.push(chunk);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-4_000);
    });
    child.on('error', (error) => resolve({ ok: false, reason: startReason(error) }));
    child.on('close', (code) => {
      if (code === 0) resolve({ ok: true, output: Buffer.concat(output) });
      else
        resolve({
          ok: false,
          reason: size > largestOutput ? 'its list of files is too long' : withoutSecrets(complaint),
        });
    });
  });

const startReason = (error: unknown): string =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'
    ? 'git is not installed here; install it to read repositories'
    : errorMessage(error);

/** What git complains about, on one line and without user names and passwords. */
export const withoutSecrets = (complaint: string): string => {
  const lines = complaint.split('\n').filter((line) => /^(fatal|error|ssh|Host key|[^:]*denied)/i.test(line));
  const text = (lines.length > 0 ? lines : complaint.split('\n')).join(' ').replace(/\s+/g, ' ').trim();
  const masked = text.replace(/:\/\/[^/@\s]+@/g, '://').replace(/(Basic|Bearer) \S+/gi, '$1 …');
  // Redirects are not followed: they could lead to a host that nobody checked.
  const hint = /returned error: 30[1278]/.test(masked) ? '; it moved: name its new address' : '';
  return masked === '' ? 'git stopped without a word' : masked.slice(0, 500) + hint;
};
