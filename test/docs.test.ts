import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, it } from 'vitest';
import { repositoryFiles, repositoryRoot } from './source-files.ts';

const files = repositoryFiles();
const pages = files.filter((path) => path.endsWith('.md') && !/^knowledge\/|\/fixtures\//.test(path));

/** Whether a link leads to a committed file, or a folder that holds one. */
const leadsSomewhere = (path: string): boolean => files.some((file) => file === path || file.startsWith(`${path}/`));

it('every relative link of the documentation leads to something in the repository', () => {
  const links = pages.flatMap((page) =>
    [...readFileSync(`${repositoryRoot}${page}`, 'utf8').matchAll(/\]\(([^)\s#]+)[^)]*\)/g)]
      .map((match) => match[1] ?? '')
      .filter((target) => !/^[a-z]+:/.test(target))
      .map((target) => ({ page, target: posix.join(posix.dirname(page), target).replace(/\/$/, '') })),
  );
  expect(links.length).toBeGreaterThan(30);
  expect(links.filter(({ target }) => !leadsSomewhere(target))).toEqual([]);
});
