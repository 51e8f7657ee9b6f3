import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Item, ItemState } from '../../document.ts';
import { type LoadOptions, load, survey } from '../load.ts';

let base = '';
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'mail-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

const loadAll = async (source: string, options: Partial<LoadOptions> = {}): Promise<Item[]> => {
  const { entries, unreadable } = await survey(source, { base });
  const items: Item[] = [...unreadable];
  for (const entry of entries) items.push(...(await Array.fromAsync(load(entry, { base, ...options }))));
  return items;
};
const mail = (id: string, text: string) =>
  `Message-ID:\r\n <${id}@example.org>\r\nFrom: a@example.org\r\nSubject: About ${id}\r\n\r\n${text}\r\n`;

describe('mbox files', () => {
  it('give each mail once, named by its Message-ID', async () => {
    const separator = 'From a@example.org Mon Jan  5 10:00:00 2015\r\n';
    const anonymous = 'Subject: none\r\n\r\nno id\r\n';
    const mails = [mail('one', '>From the start'), mail('two', 'b'), mail('one', 'again'), anonymous];
    await writeFile(join(base, 'list.mbox'), mails.map((each) => `${separator}${each}\r\n`).join(''));
    const { entries } = await survey('list.mbox', { base });
    expect(entries).toEqual([{ kind: 'mbox', source: join(base, 'list.mbox'), count: 4 }]);
    const items = await loadAll('list.mbox');
    expect(items).toMatchObject([
      { key: 'one@example.org', source: `${join(base, 'list.mbox')}#one@example.org` },
      { key: 'two@example.org' },
      { more: -1 },
      { key: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
    ]);
    const [first] = items;
    expect(first && 'content' in first && Buffer.from(first.content).toString()).toBe(mail('one', 'From the start'));
  });

  it('say when they hold no mail', async () => {
    await writeFile(join(base, 'empty.mbox'), '');
    expect(await loadAll('empty.mbox')).toMatchObject([{ reason: expect.stringContaining('holds no mail') }]);
  });
});

describe('Maildir folders', () => {
  it('read each mail once, and not again when it is only flagged', async () => {
    const folder = join(base, 'box');
    for (const part of ['cur', 'new', 'tmp', '.Junk/cur', '.Junk/new']) {
      await mkdir(join(folder, part), { recursive: true });
    }
    await writeFile(join(folder, 'new/1.host'), mail('one', 'a'));
    await writeFile(join(folder, 'cur/2.host:2,S'), mail('two', 'b'));
    await writeFile(join(folder, 'cur/3.host:2,'), mail('two', 'b'));
    await writeFile(join(folder, '.Junk/cur/4.host'), mail('junk', 'buy'));
    const first = await loadAll('box');
    expect(first).toMatchObject([
      { key: 'one@example.org', source: `${folder}#1.host` },
      { key: 'two@example.org', source: `${folder}#2.host` },
      { more: -1 },
    ]);
    const states = new Map<string, ItemState | undefined>(
      first.flatMap((item) => ('content' in item ? [[item.source, item.state]] : [])),
    );
    await rename(join(folder, 'new/1.host'), join(folder, 'cur/1.host:2,RS'));
    await rm(join(folder, 'cur/3.host:2,'));
    expect(await loadAll('box', { known: (source) => states.get(source) })).toEqual([
      { unchanged: true, key: 'one@example.org', source: `${folder}#1.host` },
      { unchanged: true, key: 'two@example.org', source: `${folder}#2.host` },
    ]);
  });
});
