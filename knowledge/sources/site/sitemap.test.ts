import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { FetchPage } from '../fetch-page.ts';
import { parseSitemap, readSitemaps } from './sitemap.ts';

const urlset = (...places: string[]) =>
  `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${places
    .map((place) => `<url><loc>${place}</loc></url>`)
    .join('')}</urlset>`;
const index = (...places: string[]) =>
  `<sitemapindex>${places.map((place) => `<sitemap><loc>${place}</loc></sitemap>`).join('')}</sitemapindex>`;

const parse = async (text: string | Uint8Array) => {
  const parsed = await parseSitemap(Buffer.from(text));
  return parsed.ok
    ? [...parsed.pages, ...parsed.sitemaps.map((url) => ({ url }))].map(({ url }) => url.href)
    : parsed.reason;
};

describe('parseSitemap', () => {
  it('reads pages with their dates', async () => {
    const xml = `<urlset><url><loc> https://example.org/a?x=1&amp;y=2 </loc><lastmod>2024-03-01</lastmod></url>
      <url><lastmod>2024</lastmod></url><url><loc>no url</loc></url><url><loc><![CDATA[https://example.org/b]]></loc><lastmod>soon</lastmod></url></urlset>`;
    expect(await parseSitemap(Buffer.from(xml))).toEqual({
      ok: true,
      sitemaps: [],
      pages: [
        { url: new URL('https://example.org/a?x=1&y=2'), modifiedAt: new Date('2024-03-01') },
        { url: new URL('https://example.org/b') },
      ],
    });
  });

  it('reads packed ones, indexes and empty ones', async () => {
    expect(await parse(gzipSync(urlset('https://example.org/a')))).toEqual(['https://example.org/a']);
    expect(await parse(index('https://example.org/s.xml'))).toEqual(['https://example.org/s.xml']);
    expect(await parse('<urlset/>')).toEqual([]);
    expect(await parse('<sitemapindex></sitemapindex>')).toEqual([]);
  });

  it('says why it cannot read others', async () => {
    expect(await parse('<html><body>Not found</body></html>')).toBe('not a sitemap');
    expect(await parse(gzipSync(Buffer.alloc(30_000_000, 'x')))).toBe('larger than 12 MB');
    expect(await parse(gzipSync('x').subarray(0, 12))).toBe('not valid XML');
    expect(await parse(`<urlset>${'<a>'.repeat(10_000)}`)).toEqual(expect.any(String));
    expect(await parse(`<urlset>${'<a/>'.repeat(600_000)}</urlset>`)).toBe('holds more than a sitemap may');
    expect(await parse(`<!DOCTYPE x [<!ENTITY a "b">]>${urlset('https://example.org/&a;')}`)).toBe('not valid XML');
  });
});

describe('readSitemaps', () => {
  const serve =
    (files: Readonly<Record<string, string>>): FetchPage =>
    async ({ pathname }) => {
      const text = files[pathname];
      if (text === undefined) return { ok: false, reason: 'the server answered 404', status: 404 };
      if (text === '500') return { ok: false, reason: 'the server answered 500', status: 500 };
      return { ok: true, bytes: Buffer.from(text), mediaType: 'text/xml' };
    };
  const at = (path: string) => new URL(path, 'https://example.org');
  const read = async (files: Readonly<Record<string, string>>, named: string[], guessed: string[] = []) => {
    const { pages, failures } = await readSitemaps({ named: named.map(at), guessed: guessed.map(at) }, serve(files));
    return [pages.map(({ url }) => url.pathname), failures];
  };

  it('follows indexes, each sitemap once, within the origin', async () => {
    const files = {
      '/i.xml': index('https://example.org/a.xml', 'https://example.org/i.xml', 'https://elsewhere.org/b.xml'),
      '/a.xml': urlset('https://example.org/one', 'https://example.org/two'),
      '/b.xml': urlset('https://example.org/wrong'),
    };
    expect(await read(files, ['/i.xml', '/a.xml'])).toEqual([['/one', '/two'], []]);
  });

  it('says which one is missing from the list, and nothing of those that were guessed', async () => {
    const files = { '/a.xml': '500', '/html': '<html></html>' };
    expect(await read(files, ['/a.xml', '/html', '/none'], ['/none2', '/html'])).toEqual([
      [],
      [
        'the sitemap https://example.org/a.xml: the server answered 500',
        'the sitemap https://example.org/html: not a sitemap',
      ],
    ]);
  });

  it('does not go on for ever', async () => {
    const endless: FetchPage = async ({ pathname }) => ({
      ok: true,
      bytes: Buffer.from(index(`https://example.org${pathname}x`, `https://example.org${pathname}y`)),
      mediaType: 'text/xml',
    });
    const { failures } = await readSitemaps({ named: [at('/s')], guessed: [] }, endless);
    expect(new Set(failures)).toEqual(new Set(['its sitemaps are nested deeper than 3']));
    const wide = index(...Array.from({ length: 60 }, (_, number) => `https://example.org/${number}`));
    expect(await read({ '/s': wide }, ['/s'])).toEqual([[], ['there are more than 50 sitemaps']]);
  });
});
