import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder, ending in a slash. */
export const repositoryRoot = fileURLToPath(new URL('..', import.meta.url));

/**
 * Paths, relative to the root, of every file that is or would be committed: what git tracks, and new files that it does not
 * ignore. Throws outside a clone, because a check over no files would pass.
 */
export function repositoryFiles(): readonly string[] {
  const listing = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repositoryRoot,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const files = new Set(listing.split('\0').filter((path) => path !== ''));
  return [...files].filter((path) => existsSync(join(repositoryRoot, path))).sort();
}
