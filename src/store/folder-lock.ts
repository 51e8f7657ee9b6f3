import { readFileSync } from 'node:fs';
import { type FileHandle, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '#core/errors.ts';

/** A lock file without a name in it is just being written, unless it is older than this, in milliseconds. */
const writingMs = 2_000;

/**
 * Takes `folder` for this process until disposed. Throws `conflict`, naming the process that has it. A lock whose process is
 * gone (kill -9, a restarted container that reuses the pid) is taken over, by one process alone.
 */
export const lockFolder = async (folder: string): Promise<AsyncDisposable> => {
  const file = join(folder, 'lock');
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (await claim(file)) return { [Symbol.asyncDispose]: () => rm(file, { force: true }) };
    const owner = await readFile(file, 'utf8').catch(() => undefined);
    if (owner === undefined) continue;
    const [pid, start] = owner.split(' ');
    if (owner !== '' && isHeld(Number(pid), start)) {
      throw new AppError(
        'conflict',
        `Another Frontdesk (process ${pid}) is using ${folder}. Stop it first, or set FRONTDESK_HOME to another folder; several processes need DATABASE_URL.`,
      );
    }
    if (owner === '' && (await ageOf(file)) < writingMs) await delay(20);
    else await removeStale(file, owner);
  }
  throw new AppError('conflict', `Could not lock ${folder}: another process keeps taking it.`);
};

/** Creates the file with our name in it; false when it exists. */
const claim = async (file: string): Promise<boolean> => {
  const handle = await create(file);
  if (handle === undefined) return false;
  await handle.writeFile(`${process.pid} ${startOf(process.pid) ?? ''}`);
  await handle.close();
  return true;
};

/**
 * Removes a lock that nobody holds, unless somebody else has just done so and taken the folder: two processes that find the
 * same stale lock would otherwise both get in. Whoever holds the second file may remove the first.
 */
const removeStale = async (file: string, owner: string): Promise<void> => {
  const guard = `${file}.takeover`;
  const handle = await create(guard);
  if (handle === undefined) {
    // Held for a few milliseconds, unless its process died in the middle.
    if ((await ageOf(guard)) > writingMs) await rm(guard, { force: true });
    else await delay(20);
    return;
  }
  try {
    if ((await readFile(file, 'utf8').catch(() => undefined)) === owner) await rm(file, { force: true });
  } finally {
    await handle.close();
    await rm(guard, { force: true });
  }
};

const create = (file: string): Promise<FileHandle | undefined> =>
  open(file, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  });

const ageOf = async (file: string): Promise<number> => {
  const found = await stat(file).catch(() => undefined);
  return found === undefined ? 0 : Date.now() - found.mtimeMs;
};

const isHeld = (pid: number, start: string | undefined): boolean => {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  const now = startOf(pid);
  // Ourselves: this process has the folder open already, or an earlier one had the same pid.
  if (pid === process.pid) return now !== undefined && now === start;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return now === undefined || start === undefined || start === '' || now === start;
};

/** When a process started (Linux: field 22 of /proc/PID/stat), because pids are reused. */
const startOf = (pid: number): string | undefined => {
  try {
    // The second field is the program's name in parentheses, which may hold anything.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(/.*\) /s)[1]?.split(' ')[19];
  } catch {
    return undefined;
  }
};
