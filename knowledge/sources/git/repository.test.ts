import { execFileSync, spawn } from 'node:child_process';
import { glob, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Item, ItemState } from '../../document.ts';
import { type LoadOptions, load, survey } from '../load.ts';
import { fetchRepository } from './fetch-repository.ts';
import { parseRepositoryAddress } from './repository-address.ts';

const hasGit = (() => {
  try {
    return execFileSync('git', ['--version']).length > 0;
  } catch {
    return false;
  }
})();
const { FRONTDESK_GATE: gate, PATH: path } = process.env;

let base = '';
let work = '';
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false', ...args], {
    cwd: work,
    stdio: 'pipe',
  });
const put = async (path: string, content: string) => {
  await mkdir(join(work, path, '..'), { recursive: true });
  await writeFile(join(work, path), content);
};
const publish = () => {
  git('add', '-A', '-f');
  git('commit', '-q', '-m', 'next');
  git('push', '-q', '--force', join(base, 'docs.git'), 'HEAD:refs/heads/main');
};

const loadAll = async (source: string, options: Partial<LoadOptions> = {}) => {
  const all = { base, cacheFolder: join(base, 'cache'), ...options };
  const { entries, unreadable, root, missing } = await survey(source, all);
  const items: Item[] = [...unreadable];
  for (const entry of entries) items.push(...(await Array.fromAsync(load(entry, all))));
  return { items, root, missing, count: entries.reduce((sum, entry) => sum + entry.count, 0) };
};
const pathOf = ({ key }: { readonly key: string }): string => key.slice(key.indexOf('#') + 1);
const keys = (items: readonly Item[]) =>
  items.map((item) =>
    'content' in item ? pathOf(item) : 'unchanged' in item ? `= ${pathOf(item)}` : 'reason' in item ? item.reason : '',
  );

describe.skipIf(!hasGit && !gate)('a git repository (needs git)', () => {
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'git-'));
    work = join(base, 'work');
    await mkdir(work);
    execFileSync('git', ['init', '-q', '--bare', '--initial-branch=main', join(base, 'docs.git')]);
    git('init', '-q');
    await put('README.md', '# Docs');
    await put('docs/a.md', 'A');
    await put('docs/ünï cödé.md', 'U');
    await put('docs/deep/b.txt', 'B');
    await put('src/main.ts', 'code');
    await put('.github/hidden.md', 'hidden');
    await put('docs/large.pdf', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n');
    await symlink('/etc/passwd', join(work, 'docs/link.md'));
    publish();
    git('tag', 'v1');
    git('push', '-q', join(base, 'docs.git'), 'v1');
  });
  afterAll(() => rm(base, { recursive: true, force: true }));

  it('gives its documents, links and program left out', async () => {
    const { items, root, missing, count } = await loadAll('docs.git');
    const name = join(base, 'docs.git');
    expect({ root, missing, count }).toEqual({ root: name, missing: false, count: 5 });
    expect(keys(items)).toEqual(['README.md', 'docs/a.md', 'docs/deep/b.txt', 'docs/large.pdf', 'docs/ünï cödé.md']);
    // Another repository has a `docs/a.md`, too.
    expect(items[1]).toMatchObject({
      key: `${name}#docs/a.md`,
      source: `${name}#docs/a.md`,
      content: Buffer.from('A'),
    });
    const [, , deep, large] = items;
    expect(deep && 'read' in deep && (await deep.read())).toMatchObject({
      document: { path: ['docs', 'deep'], title: 'b' },
    });
    expect(large && 'read' in large && (await large.read())).toMatchObject({ reason: expect.stringContaining('LFS') });
  });

  it('reads a folder of a tag only', async () => {
    const { items, root } = await loadAll('docs.git#v1:docs/deep');
    expect(keys(items)).toEqual(['docs/deep/b.txt']);
    expect(root).toBe(`${join(base, 'docs.git')}@v1#docs/deep`);
    expect(await loadAll('docs.git#v1:doc')).toMatchObject({ missing: true });
  });

  it('fetches only what is new, and reads only what changed, also after a force push', async () => {
    const first = await loadAll('docs.git');
    const states = new Map<string, ItemState | undefined>(
      first.items.flatMap((item) => ('content' in item ? [[item.source, item.state]] : [])),
    );
    await put('docs/a.md', 'A2');
    await rm(join(work, 'docs/deep'), { recursive: true });
    git('commit', '-q', '--amend', '--allow-empty', '-m', 'rewritten');
    publish();
    const again = await loadAll('docs.git', { known: (source) => states.get(source) });
    expect(keys(again.items)).toEqual(['= README.md', 'docs/a.md', '= docs/large.pdf', '= docs/ünï cödé.md']);
  });

  it('is fetched over http with the password of its address, which no document and no file tells', async () => {
    const authorization = `Basic ${Buffer.from('me:s3cret').toString('base64')}`;
    const server = createServer((request, response) => {
      if (request.headers.authorization !== authorization) return void response.writeHead(401).end();
      const { pathname, search } = new URL(request.url ?? '', 'http://x');
      const env = {
        ...{ PATH: path ?? '', GIT_PROJECT_ROOT: base, GIT_HTTP_EXPORT_ALL: '1', PATH_INFO: pathname },
        ...{ REQUEST_METHOD: request.method ?? '', QUERY_STRING: search.slice(1) },
        ...{
          CONTENT_TYPE: request.headers['content-type'] ?? '',
          HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        },
        ...{ GIT_PROTOCOL: String(request.headers['git-protocol'] ?? '') },
      };
      const backend = spawn('git', ['-c', 'safe.directory=*', 'http-backend'], { env });
      request.pipe(backend.stdin);
      const parts: Buffer[] = [];
      backend.stdout.on('data', (part: Buffer) => parts.push(part));
      backend.on('close', () => {
        const answer = Buffer.concat(parts);
        const end = answer.indexOf('\r\n\r\n');
        const type = /content-type: (.*)/i.exec(answer.subarray(0, end).toString())?.[1] ?? '';
        response.writeHead(200, { 'content-type': type.trim() }).end(answer.subarray(end + 4));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const options = { privateHosts: [host], cacheFolder: join(base, 'http') };
    const { items, root } = await loadAll(`http://me:s3cret@${host}/docs.git#v1:docs/deep`, options);
    const refused = await loadAll(`http://me:wrong@${host}/docs.git`, options);
    await new Promise((resolve) => server.close(resolve));
    expect(root).toBe(`http://${host}/docs.git@v1#docs/deep`);
    expect(items).toMatchObject([{ source: `http://${host}/docs.git@v1#docs/deep/b.txt` }]);
    expect(keys(refused.items).join()).not.toMatch(/wrong|undefined/);
    const config = await Array.fromAsync(glob('**/config', { cwd: join(base, 'http') }));
    for (const file of config) expect(await readFile(join(base, 'http', file), 'utf8')).not.toMatch(/s3cret|Basic/);
    expect(config).toHaveLength(2);
  });

  it('says what is wrong, and says nothing about what it once held', async () => {
    const reason = async (source: string, options: Partial<LoadOptions> = {}) => {
      const { items, missing } = await loadAll(source, options);
      expect(missing).toBe(true);
      return keys(items).join();
    };
    expect(await reason('absent.git')).toContain('absent.git');
    expect(await reason('docs.git#no-such-branch')).toContain('no-such-branch');
    expect(await reason('docs.git#--upload-pack=touch')).toContain('is no branch');
    const { entries, unreadable } = await survey('docs.git', { base });
    expect([entries, unreadable]).toMatchObject([[], [{ reason: expect.stringContaining('cache folder') }]]);
    const inside = await reason('https://me:secret@localhost/docs.git');
    expect(inside).toContain('localhost is not a public address');
    expect(await reason('http://me:secret@127.0.0.1:1/docs.git', { privateHosts: ['127.0.0.1:1'] })).not.toContain(
      'secret',
    );
  });

  it('gives up on what is too large, and removes a lock that a killed run left behind', async () => {
    const address = parseRepositoryAddress('docs.git#main', base);
    if (!address) throw new Error('not an address');
    const options = { cacheFolder: join(base, 'locked') };
    expect(await fetchRepository(address, options, { timeoutMs: 60_000, maxBytes: 100 })).toMatchObject({
      ok: false,
      reason: 'larger than 0.0001 MB',
    });
    const limits = { timeoutMs: 60_000, maxBytes: 10_000_000 };
    const fetched = await fetchRepository(address, options, limits);
    if (!fetched.ok) throw new Error(fetched.reason);
    const lock = join(fetched.mirror, 'shallow.lock');
    await writeFile(lock, '');
    expect(await fetchRepository(address, options, limits)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('shallow.lock'),
    });
    const hourAgo = new Date(Date.now() - 3_600_000);
    await utimes(lock, hourAgo, hourAgo);
    expect(await fetchRepository(address, options, limits)).toEqual(fetched);
    expect(await readdir(join(fetched.mirror, 'hooks')).catch(() => [])).toEqual([]);
  });
});
