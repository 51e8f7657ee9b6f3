import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Item, ItemState } from '../../document.ts';
import { createFetchPage } from '../fetch-page.ts';
import { type LoadOptions, load, survey } from '../load.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

type Answer = string | ((request: IncomingMessage, response: ServerResponse) => void);
/** Waits for nothing: sleeping only moves the hands. */
const createClock = () => {
  let time = 1_000;
  const slept: number[] = [];
  return {
    slept,
    now: () => time,
    sleep: async (ms: number) => {
      slept.push(ms);
      time += ms;
    },
  };
};

/** A site of these paths; a text is an HTML page with an ETag of its length. */
const serve = async (pages: Readonly<Record<string, Answer>>) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = pages[request.url ?? ''];
    if (typeof answer === 'function') return answer(request, response);
    if (answer === undefined) return void response.writeHead(404).end();
    const etag = `"${answer.length}"`;
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304).end();
    response.writeHead(200, { 'content-type': 'text/html', etag }).end(answer);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, host, origin: `http://${host}` };
};

const links = (...paths: string[]) => paths.map((path) => `<a href="${path}">to</a>`).join('');
const redirect =
  (location: string, status = 302): Answer =>
  (_, response) =>
    response.writeHead(status, { location }).end();
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(code, headers).end();

const loadSite = async (source: string, options: Partial<LoadOptions> = {}) => {
  const host = new URL(source).host;
  const all = { base: '/', privateHosts: [host], clock: createClock(), ...options };
  const found = await survey(source, all);
  const items: Item[] = [...found.unreadable];
  for (const entry of found.entries) items.push(...(await Array.fromAsync(load(entry, all))));
  const short = (text: string) => text.replaceAll(`http://${host}`, '');
  return {
    root: short(found.root),
    missing: found.missing,
    read: items.flatMap((item) => ('content' in item ? [short(item.key)] : [])),
    unchanged: items.flatMap((item) => ('unchanged' in item ? [short(item.key)] : [])),
    unreadable: items.flatMap((item) => ('reason' in item ? [`${short(item.source)}: ${short(item.reason)}`] : [])),
    incomplete: items.flatMap((item) => ('incomplete' in item ? [short(item.incomplete)] : [])),
    expected: items.reduce((sum, item) => sum + ('more' in item ? item.more : 0), found.entries.length),
    states: new Map<string, ItemState | undefined>(
      items.flatMap((item) => ('content' in item ? [[item.source, item.state]] : [])),
    ),
  };
};

describe('a web site', () => {
  it('is what its pages link to and its sitemap lists, below its path', async () => {
    const { origin, asked } = await serve({
      '/help/': links(
        'a',
        './b/#part',
        '/help/a?utm_source=x',
        '/blog/',
        'http://elsewhere.invalid/help/x',
        'x.png',
        '/help',
      ),
      '/help/a': `A ${links('/help/c', '/help/gone', 'mailto:a@example.org')}`,
      '/help/b/': 'B',
      '/help/c': 'C',
      '/help/listed': 'L',
      '/help/sitemap.xml': (request, response) =>
        response.end(`<urlset><url><loc>http://${request.headers.host}/help/listed</loc></url></urlset>`),
      '/blog/': 'no part of it',
    });
    const site = await loadSite(`${origin}/help/`, {});
    expect(site).toMatchObject({ root: '/help/', missing: false, unreadable: [], incomplete: [] });
    expect(site.read).toEqual(['/help/', '/help/listed', '/help/a', '/help/b', '/help/c']);
    expect(site.expected).toBe(5);
    expect(asked).not.toContain('/blog/');
    expect(asked.filter((path) => path.startsWith('/help/a'))).toHaveLength(1);
  });

  it('may be named by its sitemap, whose dates stand in where pages have none', async () => {
    const { origin, host } = await serve({
      '/docs/sitemap.xml': (request, response) =>
        response.end(
          `<urlset><url><loc>http://${request.headers.host}/docs/old</loc><lastmod>2020-01-01</lastmod></url>
           <url><loc>http://${request.headers.host}/docs/new</loc><lastmod>2024-01-01</lastmod></url></urlset>`,
        ),
      '/docs/old': 'O',
      '/docs/new': (_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('N'),
    });
    const options = { base: '/', privateHosts: [host] };
    const { root, entries } = await survey(`${origin}/docs/sitemap.xml`, options);
    expect(root).toBe(`${origin}/docs/`);
    const [entry] = entries;
    const items = entry ? await Array.fromAsync(load(entry, options)) : [];
    const found = items.filter((item) => 'content' in item);
    expect(found.map(({ key }) => key)).toEqual([`${origin}/docs/new`, `${origin}/docs/old`]);
    expect(await found[0]?.read()).toMatchObject({
      ok: true,
      document: { url: `${origin}/docs/new`, modifiedAt: new Date('2024-01-01') },
    });
    expect(await loadSite(`${origin}/other/sitemap.xml`)).toMatchObject({ missing: true });
  });

  it('moves only what changed, and goes on past pages that did not', async () => {
    const pages: Record<string, Answer> = {
      '/': links('/a', '/b'),
      '/a': links('/deep'),
      '/b': 'B',
      '/deep': 'first',
    };
    const { origin } = await serve(pages);
    const first = await loadSite(`${origin}/`);
    expect(first.read).toEqual(['/', '/a', '/b', '/deep']);
    pages['/deep'] = 'second!';
    delete pages['/b'];
    const second = await loadSite(`${origin}/`, { known: (source) => first.states.get(source) });
    expect(second).toMatchObject({ read: ['/deep'], unchanged: ['/', '/a'], unreadable: [], incomplete: [] });
  });

  it('keeps what it cannot have for now apart from what is gone', async () => {
    const pages: Record<string, Answer> = {
      '/': links('/broken', '/gone', '/moved', '/left', '/away'),
      '/broken': links('/behind'),
      '/behind': 'B',
      '/gone': status(410),
      '/moved': redirect('/new'),
      '/new': 'N',
      '/left': redirect('http://elsewhere.invalid/', 301),
      '/away': redirect('http://elsewhere.invalid/login'),
    };
    const { origin } = await serve(pages);
    const first = await loadSite(`${origin}/`);
    expect(first.read).toEqual(['/', '/broken', '/behind', '/new']);
    expect(first.unreadable).toEqual(['/away: redirects to http://elsewhere.invalid/login, outside of the site']);
    pages['/broken'] = status(500);
    const second = await loadSite(`${origin}/`, { known: (source) => first.states.get(source) });
    expect(second.unreadable).toContain('/broken: the server answered 500');
    expect(second.unchanged).toContain('/behind');
    // Nothing is known of what a page links to that never could be read.
    const anew = await loadSite(`${origin}/`);
    expect(anew.incomplete).toContainEqual(expect.stringContaining('what /broken links to is not known'));
  });

  it('does what robots.txt, canonical addresses and robot rules of pages say', async () => {
    const { origin, asked } = await serve({
      '/robots.txt': 'User-agent: *\nDisallow: /\n\nUser-agent: frontdesk\nDisallow: /private\nCrawl-delay: 60',
      '/': links('/private/a', '/hidden', '/dead-end', '/print', '/one', '/bad-canonical'),
      '/hidden': `<meta name="robots" content="noindex">${links('/shown')}`,
      '/shown': 'S',
      '/dead-end': `<meta name="robots" content="nofollow">${links('/never')}`,
      '/print': '<link rel="canonical" href="/page">P',
      '/page': '<link rel="canonical" href="/page">P',
      '/one': '<link rel="canonical" href="/two">1',
      '/two': '<link rel="canonical" href="/one">2',
      '/bad-canonical': '<link rel="canonical" href="/">B',
    });
    const clock = createClock();
    const site = await loadSite(`${origin}/`, { clock });
    expect(site.read.toSorted()).toEqual(['/', '/bad-canonical', '/dead-end', '/page', '/shown', '/two']);
    expect(asked.some((path) => path.startsWith('/private') || path === '/never')).toBe(false);
    expect(new Set(clock.slept)).toEqual(new Set([10_000]));
  });

  it('is left alone when it says so, and when its robots.txt cannot be had', async () => {
    const closed = await serve({ '/robots.txt': 'User-agent: *\nDisallow: /', '/': 'x' });
    expect(await loadSite(`${closed.origin}/`)).toMatchObject({
      missing: true,
      unreadable: ['/: its robots.txt does not allow Frontdesk to read it'],
    });
    const broken = await serve({ '/robots.txt': status(503), '/': 'x' });
    expect(await loadSite(`${broken.origin}/`)).toMatchObject({
      missing: true,
      unreadable: [expect.stringContaining('/robots.txt could not be had (the server answered 503)')],
    });
    expect([...closed.asked, ...broken.asked]).toEqual(['/robots.txt', '/robots.txt']);
  });

  it('is no way to private addresses', async () => {
    const inner = await serve({ '/secret/': 'S', '/robots.txt': '' });
    const { origin } = await serve({
      '/': links('/jump', `${inner.origin}/secret/`, 'http://169.254.169.254/latest/', 'http://[::ffff:127.0.0.1]/'),
      '/jump': redirect(`${inner.origin}/secret/`),
      '/sitemap.xml': redirect(`${inner.origin}/secret/`),
      '/out/': redirect(`${inner.origin}/secret/`),
    });
    const site = await loadSite(`${origin}/`);
    expect(site.read).toEqual(['/']);
    expect(await loadSite(`${origin}/out/`)).toMatchObject({ missing: true });
    expect(inner.asked).toEqual([]);
    const notAllowed = await survey(`${inner.origin}/secret/`, { base: '/' });
    expect(notAllowed).toMatchObject({ missing: true });
    expect(inner.asked).toEqual([]);
  });
});

describe('limits of a web site', () => {
  it('end calendars, paths that grow, and queries without end', async () => {
    const endless: Answer = (request, response) => {
      const url = new URL(request.url ?? '', 'http://x');
      const page = Number(url.searchParams.get('page') ?? 0);
      const month = Number(/(\d\d)$/.exec(url.pathname)?.[1] ?? 0) + 1;
      const more = [`${url.pathname}/loop`, `/list?page=${page + 1}`, `/list?sid=${page + 7}`];
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(links(...more, `/events/2031-${String(month).padStart(2, '0')}`));
    };
    const pages = new Proxy<Record<string, Answer>>(
      {},
      { get: (_, path) => (path === '/robots.txt' ? undefined : endless) },
    );
    const { origin } = await serve(pages);
    const site = await loadSite(`${origin}/`, { site: { variants: 3 } });
    expect(site.read.length).toBeLessThan(40);
    expect(site.read).toContain('/events/2031-03');
    expect(site.read).not.toContain('/events/2031-04');
    expect(site.unreadable).toEqual([
      expect.stringContaining('/list?…: has more than 3 variants'),
      expect.stringContaining('/events/?…: has more than 3 variants'),
    ]);
  });

  it('say what was not read', async () => {
    const chain: Record<string, Answer> = { '/': links('/1') };
    for (let at = 1; at < 12; at += 1) chain[`/${at}`] = links(`/${at + 1}`) + 'x'.repeat(1_000);
    const { origin } = await serve(chain);
    const reasons = async (site: LoadOptions['site'], options = {}) => {
      const { incomplete, read } = await loadSite(`${origin}/`, { ...(site ? { site } : {}), ...options });
      return [read.length, incomplete];
    };
    expect(await reasons({})).toEqual([11, ['some pages are more than 10 links away']]);
    expect(await reasons({ pages: 5 })).toEqual([5, ['it has more than 5 pages']]);
    expect(await reasons({ depth: 2 })).toEqual([3, ['some pages are more than 2 links away']]);
    expect(await reasons({ bytes: 2_000 })).toEqual([3, ['it has more than 0.002 MB']]);
    expect(await reasons({ minutes: 0 })).toEqual([
      0,
      ['it took longer than 0 minutes', 'no page of it could be read'],
    ]);
  });

  it('wait as long as a busy server asks, but not for ever', async () => {
    let busy = 1;
    const { origin, asked } = await serve({
      '/': links('/busy', '/closed'),
      '/busy': (_, response) => {
        if (busy-- > 0) response.writeHead(429, { 'retry-after': '30' }).end();
        else response.writeHead(200, { 'content-type': 'text/html' }).end(links('/after'));
      },
      '/closed': status(503, { 'retry-after': '3600' }),
      '/after': 'A',
    });
    const clock = createClock();
    const site = await loadSite(`${origin}/`, { clock });
    expect(site.read).toContain('/busy');
    expect(site.unreadable).toEqual(['/closed: the server answered 503']);
    expect(site.incomplete).toContain('it asks to be read more slowly');
    expect(clock.slept).toContain(30_000);
    expect(asked.filter((path) => path === '/closed')).toHaveLength(1);
  });

  it('give up on a site that stopped answering, and on endless and silent pages', async () => {
    const endless: Answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      const timer = setInterval(() => response.write('x'.repeat(100_000)), 1);
      response.on('close', () => clearInterval(timer));
    };
    const { origin, host } = await serve({
      '/': links('/endless', '/silent'),
      '/endless': endless,
      '/silent': () => {},
    });
    const patient = createFetchPage({ privateHosts: [host], maxBytes: 200_000 });
    const hasty = createFetchPage({ privateHosts: [host], timeoutMs: 100 });
    const site = await loadSite(`${origin}/`, {
      fetchPage: (url, request) => (url.pathname === '/silent' ? hasty : patient)(url, request),
    });
    expect(site.unreadable).toEqual(['/endless: larger than 0.2 MB', '/silent: no complete answer within 0.1 s']);

    const gone = await serve({ '/': links(...Array.from({ length: 30 }, (_, at) => `/${at}`)) });
    let requests = 0;
    const down = createFetchPage({ privateHosts: [gone.host] });
    const silent = await loadSite(`${gone.origin}/`, {
      fetchPage: async (url, request) => {
        if (!/^\/\d+$/.test(url.pathname)) return down(url, request);
        requests += 1;
        return { ok: false, reason: 'connect ETIMEDOUT' };
      },
    });
    expect(silent.incomplete).toContain('it stopped answering');
    expect(requests).toBeLessThan(15);
  });

  it('end the requests of a crawl that is given up', async () => {
    const { origin, host } = await serve({ '/': links('/a', '/silent'), '/a': 'A', '/silent': () => {} });
    const options = { base: '/', privateHosts: [host] };
    const [entry] = (await survey(`${origin}/`, options)).entries;
    if (!entry) throw new Error('the site is not there');
    const read: string[] = [];
    for await (const item of load(entry, options)) {
      if ('content' in item) read.push(item.key);
      if (read.length === 2) break;
    }
    expect(read).toEqual([`${origin}/`, `${origin}/a`]);
  });
});
