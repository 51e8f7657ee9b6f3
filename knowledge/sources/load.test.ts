import { appendFileSync } from 'node:fs';
import { appendFile, chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Found, Item, ItemState } from '../document.ts';
import { closeReaders, largestDocument } from '../formats/index.ts';
import type { FetchPage, PageRequest } from './fetch-page.ts';
import { type LoadOptions, load, survey } from './load.ts';

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

afterAll(closeReaders);

const loadAll = async (source: string, options: Partial<LoadOptions> = {}): Promise<Item[]> => {
  const all = { base, fetchPage: noPage, ...options };
  const { entries, unreadable } = await survey(source, all);
  const items: Item[] = [...unreadable];
  for (const entry of entries) items.push(...(await Array.fromAsync(load(entry, all))));
  return items;
};
const keys = (items: readonly Item[]) =>
  items.map((item) => ('key' in item ? item.key : 'reason' in item ? item.reason : item));
const found = (items: readonly Item[]): Found[] => items.filter((item) => 'content' in item);
const remember = (items: readonly Item[]) => {
  const states = new Map<string, ItemState | undefined>(found(items).map(({ source, state }) => [source, state]));
  return (source: string) => states.get(source);
};
/** Later than any change that a test makes: a file's dates can be trusted. */
const clock = { now: () => Date.now() + 3_600_000, sleep: () => Promise.resolve() };

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
    const items = entry ? await Array.fromAsync(load(entry, { base: join(base, 'elsewhere') })) : [];
    expect(keys(items)).toEqual([join(base, 'kb/a.md')]);
  });

  it('take the file name as title where a document has none', async () => {
    await put('kb/reset-your_password.txt', 'Press the button.');
    const [item] = await loadAll('kb');
    expect(item && 'read' in item && (await item.read())).toEqual({
      ok: true,
      document: { title: 'reset your password', text: 'Press the button.' },
    });
  });

  it('give the folders above a document as its path; a README stands for its folder', async () => {
    await put('kb/billing/tax-rates/germany.md', '# Germany\n\n19 %');
    await put('kb/billing/tax-rates/README.txt', 'All rates.');
    await put('kb/index.md', '# Start\n\nHere.');
    const readings = await Promise.all(found(await loadAll('kb')).map((item) => item.read()));
    expect(readings.map((reading) => reading.ok && [reading.document.path, reading.document.title])).toEqual([
      [['billing'], 'tax rates'],
      [['billing', 'tax rates'], 'Germany'],
      [undefined, 'Start'],
    ]);
  });

  it('keep names apart that differ in case only, and compose accents', async () => {
    await Promise.all(['kb/FAQ.md', 'kb/faq.md', 'kb/caf\u0065\u0301.md'].map((path) => put(path)));
    expect(keys(await loadAll('kb'))).toEqual(['kb/FAQ.md', 'kb/caf\u00e9.md', 'kb/faq.md']);
  });

  it('read what .gitignore names, and skip node_modules', async () => {
    await put('kb/.gitignore', 'export.md');
    await put('kb/export.md');
    await put('kb/node_modules/x/README.md');
    expect(keys(await loadAll('kb'))).toEqual(['kb/export.md']);
  });

  it('do not open a file whose size and dates are what they were', async () => {
    await put('kb/a.md', 'one');
    await put('kb/b.md', 'two');
    const first = await loadAll('kb', { clock });
    await appendFile(join(base, 'kb/b.md'), '!');
    const second = await loadAll('kb', { clock, known: remember(first) });
    expect(second).toMatchObject([
      { unchanged: true, key: 'kb/a.md', source: join(base, 'kb/a.md') },
      { key: 'kb/b.md', content: Buffer.from('two!') },
    ]);
    // Same size, same date of change: the date that only the system sets tells.
    const past = new Date(1_000_000_000_000);
    await utimes(join(base, 'kb/a.md'), past, past);
    const third = await loadAll('kb', { clock });
    await put('kb/a.md', 'six');
    await utimes(join(base, 'kb/a.md'), past, past);
    expect(found(await loadAll('kb', { clock, known: remember(third) })).map(({ key }) => key)).toEqual(['kb/a.md']);
  });

  it('are read again while they change, but not for ever', async () => {
    await put('kb/a.md', 'one');
    const path = join(base, 'kb/a.md');
    let changes = 1;
    // Asked just before the file is read.
    const known = () => {
      if (changes-- > 0) appendFileSync(path, '!');
      return undefined;
    };
    expect(await loadAll('kb', { known })).toMatchObject([{ content: Buffer.from('one!') }]);
    changes = 10;
    expect(keys(await loadAll('kb', { known }))).toEqual([
      'it changed while it was read; the next sync reads it again',
    ]);
  });

  it('remember nothing of a file that changed this very moment', async () => {
    await put('kb/a.md');
    const now = () => 0;
    expect(found(await loadAll('kb', { clock: { ...clock, now } })).map((item) => item.state)).toEqual([undefined]);
  });

  it.skipIf(process.getuid?.() === 0)('report what this user may not read', async () => {
    await put('kb/a.md');
    await put('kb/inner/b.md');
    await chmod(join(base, 'kb/a.md'), 0o000);
    await chmod(join(base, 'kb/inner'), 0o000);
    const items = keys(await loadAll('kb'));
    await chmod(join(base, 'kb/inner'), 0o700);
    expect(items).toEqual(['permission denied; let this user read it', 'permission denied; let this user read it']);
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
    expect(items.map((item) => ('source' in item ? item.source : '').slice(base.length + 1))).toEqual([
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
    expect(first && 'read' in first && (await first.read())).toEqual({
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
  const validators = { url: 'https://example.org/help', etag: '"1"' };
  const serve = (asked: PageRequest[] = []): FetchPage => {
    return async (url, request = {}) => {
      asked.push(request);
      if (request.validators?.etag === '"1"') return { ok: false, reason: 'not modified', status: 304 };
      const bytes = Buffer.from(`# T\n\nat ${url.href}`);
      return { ok: true, bytes, mediaType: 'text/markdown', url, validators };
    };
  };

  it('are fetched, named by their URL and linked to it', async () => {
    const [item] = await loadAll('https://example.org/help#part', { fetchPage: serve() });
    expect(item).toMatchObject({ key: 'https://example.org/help', source: 'https://example.org/help' });
    expect(item && 'read' in item && (await item.read())).toMatchObject({
      ok: true,
      document: { title: 'T', url: 'https://example.org/help', text: expect.stringContaining('at https://example') },
    });
  });

  it('are asked for by what the server said the last time', async () => {
    const first = await loadAll('https://example.org/help', { fetchPage: serve() });
    const asked: PageRequest[] = [];
    const again = { fetchPage: serve(asked), known: remember(first) };
    expect(await loadAll('https://example.org/help', again)).toEqual([
      { unchanged: true, key: 'https://example.org/help', source: 'https://example.org/help' },
    ]);
    expect(asked).toEqual([{ validators }]);
  });

  it('report why they could not be had; one that was there and is gone is gone', async () => {
    expect(keys(await loadAll('https://example.org/a'))).toEqual(['offline']);
    expect(keys(await loadAll('http://'))).toEqual(['not a valid URL']);
    const first = await loadAll('https://example.org/help', { fetchPage: serve() });
    const gone: FetchPage = async () => ({ ok: false, reason: 'the server answered 410', status: 410 });
    expect(keys(await loadAll('https://example.org/help', { fetchPage: gone }))).toEqual(['the server answered 410']);
    expect(await loadAll('https://example.org/help', { fetchPage: gone, known: remember(first) })).toEqual([]);
  });
});
