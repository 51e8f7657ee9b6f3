import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Found, Unreadable } from '../document.ts';
import { largestDocument } from '../formats/index.ts';
import type { FetchPage } from './fetch-page.ts';
import { load, survey } from './load.ts';

let base = '';
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'load-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

const put = async (path: string, content: string | Uint8Array = 'text'): Promise<void> => {
  await mkdir(join(base, path, '..'), { recursive: true });
  await writeFile(join(base, path), content);
};
const noPage: FetchPage = () => Promise.resolve({ ok: false, reason: 'offline' });

const loadAll = async (source: string, fetchPage = noPage): Promise<(Found | Unreadable)[]> => {
  const { entries, unreadable } = await survey(source, { base });
  const items: (Found | Unreadable)[] = [...unreadable];
  for (const entry of entries) items.push(...(await Array.fromAsync(load(entry, { base, fetchPage }))));
  return items;
};
const keys = (items: readonly (Found | Unreadable)[]) => items.map((item) => ('key' in item ? item.key : item.reason));

describe('folders', () => {
  it('are walked in order, hidden names skipped', async () => {
    await Promise.all(
      ['kb/b.md', 'kb/a/z.txt', 'kb/a/B.html', 'kb/.git/config', 'kb/.hidden.md', 'kb/README'].map((path) => put(path)),
    );
    expect(keys(await loadAll('kb'))).toEqual(['kb/README', 'kb/a/B.html', 'kb/a/z.txt', 'kb/b.md']);
  });

  it('do not follow links, and report those that lead out or nowhere', async () => {
    await put('kb/in.md');
    await put('outside/secret.md');
    await symlink('in.md', join(base, 'kb/inside.md'));
    await symlink('../outside', join(base, 'kb/out'));
    await symlink('..', join(base, 'kb/up'));
    await symlink('absent', join(base, 'kb/void.md'));
    expect(keys(await loadAll('kb'))).toEqual([
      'a link that leads out of the folder is not followed',
      'a link that leads out of the folder is not followed',
      'a link that leads nowhere',
      'kb/in.md',
    ]);
  });

  it('name documents outside the base by their whole path', async () => {
    await put('kb/a.md');
    await mkdir(join(base, 'elsewhere'));
    const { entries } = await survey(join(base, 'kb'), { base: join(base, 'elsewhere') });
    const [entry] = entries;
    const items = entry ? await Array.fromAsync(load(entry, { base: join(base, 'elsewhere'), fetchPage: noPage })) : [];
    expect(keys(items)).toEqual([join(base, 'kb/a.md')]);
  });

  it('take the file name as title where a document has none', async () => {
    await put('kb/reset-your_password.txt', 'Press the button.');
    const [item] = await loadAll('kb');
    expect(item && 'read' in item && item.read()).toEqual({
      ok: true,
      document: { title: 'reset your password', text: 'Press the button.' },
    });
  });

  it('report what is missing or too large', async () => {
    expect(await survey('absent', { base })).toMatchObject({
      missing: true,
      unreadable: [{ reason: 'no such file or folder' }],
    });
    await put('big.txt', Buffer.alloc(largestDocument + 1));
    expect(keys(await loadAll('big.txt'))).toEqual([expect.stringContaining('split it')]);
  });
});

describe('JSON Lines', () => {
  it('give a document per line and a reason per bad line', async () => {
    const lines = [
      '{"_id":"a","title":"A","text":"one","url":"https://example.org/a"}',
      '',
      '{"_id":"b"',
      '{"_id":"a","text":"again"}',
      '{"_id":"c","text":"x\\u0000"}',
    ];
    await put(
      'kb.jsonl',
      Buffer.concat([
        Buffer.from(`${lines.join('\r\n')}\n`),
        Buffer.from([0xff, 0x0a]),
        Buffer.from('{"_id":2,"text":"last"}'),
      ]),
    );
    const { entries } = await survey('kb.jsonl', { base });
    expect(entries).toEqual([{ kind: 'lines', source: join(base, 'kb.jsonl'), count: 7 }]);
    const items = await loadAll('kb.jsonl');
    expect(items.map(({ source }) => source.slice(base.length + 1))).toEqual([
      'kb.jsonl#a',
      'kb.jsonl:3',
      'kb.jsonl:4',
      'kb.jsonl:5',
      'kb.jsonl:6',
      'kb.jsonl#2',
    ]);
    expect(keys(items)).toEqual([
      'a',
      'not valid JSON',
      '_id "a" is already taken by line 1',
      'contains NUL characters',
      'not valid UTF-8 text; save it as UTF-8',
      '2',
    ]);
    const [first] = items;
    expect(first && 'read' in first && first.read()).toEqual({
      ok: true,
      document: { title: 'A', text: 'one', url: 'https://example.org/a' },
    });
  });

  it('survive a line without end', async () => {
    await put(
      'kb.jsonl',
      Buffer.concat([Buffer.alloc(largestDocument + 10, 'x'), Buffer.from('\n{"_id":"a","text":"one"}\n')]),
    );
    expect(keys(await loadAll('kb.jsonl'))).toEqual([expect.stringContaining('MB'), 'a']);
  });
});

describe('pages', () => {
  const page: FetchPage = (url) =>
    Promise.resolve({ ok: true, bytes: Buffer.from(`<title>T</title><p>at ${url.href}</p>`), mediaType: 'text/html' });

  it('are fetched, named by their URL and linked to it', async () => {
    const [item] = await loadAll('https://example.org/help#part', page);
    expect(item).toMatchObject({ key: 'https://example.org/help', source: 'https://example.org/help' });
    expect(item && 'read' in item && item.read()).toEqual({
      ok: true,
      document: { title: 'T', url: 'https://example.org/help', text: 'at https://example.org/help' },
    });
  });

  it('report why they could not be had', async () => {
    expect(keys(await loadAll('https://example.org/'))).toEqual(['offline']);
    expect(keys(await loadAll('http://'))).toEqual(['not a valid URL']);
  });
});
