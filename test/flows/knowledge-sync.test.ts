import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKnowledge, type IngestReport } from '#knowledge/index.ts';
import { openTestDatabase, quietLog } from '#test/database.ts';

const pages = 300;
const ingestChild = fileURLToPath(new URL('../ingest-child.ts', import.meta.url));

/** A help centre of a few hundred pages that knows what a visitor has already. */
const startSite = async () => {
  const texts = new Map<string, { text: string; version: number }>();
  for (let n = 0; n < pages; n += 1)
    texts.set(`/help/page-${n}`, { text: `Topic zebra${n} costs ${n} euros.`, version: 1 });
  const served = { fresh: 0, notModified: 0 };
  /** Linked, but not there any more, or not at the moment. */
  const dead: string[] = [];
  const server: Server = createServer((request, response) => {
    const path = request.url ?? '/';
    if (path === '/help/broken') {
      response.writeHead(500).end();
      return;
    }
    if (path === '/help/') {
      const links = [...texts.keys(), ...dead].map((page) => `<li><a href="${page}">${page}</a></li>`);
      response
        .setHeader('content-type', 'text/html')
        .end(`<title>Help</title><main><h1>Help</h1><p>All pages.</p><ul>${links.join('')}</ul></main>`);
      return;
    }
    const page = texts.get(path);
    if (page === undefined) {
      response.writeHead(404).end();
      return;
    }
    const etag = `"${path}-${page.version}"`;
    if (request.headers['if-none-match'] === etag) {
      served.notModified += 1;
      response.writeHead(304, { etag }).end();
      return;
    }
    served.fresh += 1;
    response
      .writeHead(200, { 'content-type': 'text/html', etag })
      .end(
        `<title>${path}</title><main><h1>${path}</h1><p>${page.text}</p><p>More is written about it below.</p></main>`,
      );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, url: `http://${host}/help/`, texts, served, dead, close: () => server.close() };
};

describe('a web site of some hundred pages', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let site: Awaited<ReturnType<typeof startSite>>;
  beforeAll(async () => {
    [database, site] = await Promise.all([openTestDatabase('embedded'), startSite()]);
  });
  afterAll(async () => {
    site.close();
    await database[Symbol.asyncDispose]();
  });

  it('is read once, and then only what changed moves', async () => {
    const knowledge = createKnowledge({ db: database.db, log: quietLog, privateHosts: [site.host] });
    const sync = () => knowledge.ingest({ sources: [site.url] });
    const rowsOf = async () => {
      const { rows } = await sql<{ id: string; row: string }>`
        select d.id, concat_ws(' ', d.xmin, d.version, array_agg(c.id order by c.ordinal)) as row
        from documents d join chunks c on c.document_id = d.id group by d.id`.execute(database.db);
      return new Map(rows.map(({ id, row }) => [id, row]));
    };
    expect(await sync()).toMatchObject({ added: pages + 1, changed: 0, removed: 0, unreadable: [], incomplete: [] });
    const before = await rowsOf();
    expect(before.size).toBe(pages + 1);

    site.texts.set('/help/page-7', { text: 'Topic zebra7 costs 70 euros now.', version: 2 });
    site.texts.set('/help/page-8', { text: 'Topic zebra8 is free now.', version: 2 });
    site.texts.delete('/help/page-9');
    site.texts.set('/help/new', { text: 'Topic giraffe is new.', version: 1 });
    Object.assign(site.served, { fresh: 0, notModified: 0 });
    // The page that lists them all changed, too.
    expect(await sync()).toMatchObject({ added: 1, changed: 3, unchanged: pages - 3, removed: 1, incomplete: [] });
    expect(site.served).toEqual({ fresh: 3, notModified: pages - 3 });

    const after = await rowsOf();
    const moved = [...before.keys()].filter((id) => before.get(id) !== after.get(id));
    expect(moved.map((id) => id.replace(/^.*\/help\//, '')).sort()).toEqual(['', 'page-7', 'page-8', 'page-9']);
    // A page that is gone for good goes, though the site could not be read as a whole.
    site.texts.delete('/help/page-10');
    site.dead.push('/help/page-10', '/help/broken');
    const third = await sync();
    expect(third).toMatchObject({ added: 0, changed: 1, removed: 1 });
    expect(third.unreadable).toHaveLength(1);
    expect(third.incomplete).toHaveLength(1);

    const answer = await knowledge.search('What does zebra7 cost?', {
      audience: { organizations: [], shared: false, identity: 'anonymous' },
      limit: 1,
    });
    expect(answer.passages[0]).toMatchObject({
      url: `http://${site.host}/help/page-7`,
      text: expect.stringContaining('70 euros'),
    });
  });
});

describe('an ingestion that is killed', () => {
  let home = '';
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'frontdesk-killed-'));
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  it('goes on where it was, and ends as if nothing had happened', async () => {
    const count = 1_200;
    const file = join(home, 'corpus.jsonl');
    const line = (n: number) =>
      JSON.stringify({ _id: `d${n}`, title: `Item ${n}`, text: `Zebra${n} and lion${n % 50} live in house ${n % 7}.` });
    await writeFile(file, Array.from({ length: count }, (_, n) => line(n)).join('\n'));
    const run = (killAt = Number.POSITIVE_INFINITY) =>
      new Promise<IngestReport | 'killed'>((resolve, reject) => {
        const child = fork(ingestChild, [join(home, 'home'), file]);
        let report: IngestReport | 'killed' = 'killed';
        child.on('message', (message: { readonly done?: number; readonly report?: IngestReport }) => {
          if ((message.done ?? 0) >= killAt) child.kill('SIGKILL');
          if (message.report !== undefined) report = message.report;
        });
        child.on('error', reject);
        child.on('close', () => resolve(report));
      });
    expect(await run(500)).toBe('killed');
    const second = await run();
    if (second === 'killed') throw new Error('The second ingestion died.');
    expect(second).toMatchObject({ changed: 0, removed: 0, unreadable: [] });
    expect(second.unchanged).toBeGreaterThan(0);
    expect(second.added + second.unchanged).toBe(count);
    expect(await run()).toMatchObject({ added: 0, changed: 0, unchanged: count, removed: 0 });
  });
});
