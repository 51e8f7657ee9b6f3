import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityOf, normaliseUrl } from './normalise-url.ts';
import { isSameHost, isWithin, parseSiteAddress } from './site-address.ts';

const normal = (url: string): string | undefined => normaliseUrl(new URL(url))?.href;

/** What addresses are made of, and what goes wrong in them. */
const piece = fc.constantFrom(
  ...[
    '/',
    '//',
    'a',
    '.',
    '..',
    '%2e',
    '%2F',
    '%7e',
    '%c3%a9',
    'é',
    '%',
    '%zz',
    ';',
    'jsessionid=1',
    ';sid=',
    ':',
    '@',
  ],
  ...['?', '&', '=', 'utm_x=1', 'sid=2', 'b=1', '#', ' ', '+', '\\', '[', "'", '"', '<'],
);

describe('normaliseUrl', () => {
  it.each([
    ['HTTPS://Example.org:443/a#part', 'https://example.org/a'],
    ['http://example.org:80//a///b/', 'http://example.org/a/b/'],
    ['https://example.org/%7Ejo/%c3%a9?', 'https://example.org/~jo/%C3%A9'],
    ['https://example.org/a?utm_source=x&b=2&a=1&gclid=1&fbclid=2', 'https://example.org/a?a=1&b=2'],
    ['https://example.org/a;jsessionid=12ab?PHPSESSID=3&tag=x&tag=a', 'https://example.org/a?tag=x&tag=a'],
    ['https://example.org/a/../b/./c', 'https://example.org/b/c'],
  ])('writes %s as %s', (url, expected) => expect(normal(url)).toBe(expected));

  it.each(['ftp://example.org/', 'mailto:a@example.org', 'javascript:alert(1)', 'https://me:secret@example.org/'])(
    'is nothing for %s',
    (url) => expect(normal(url)).toBeUndefined(),
  );

  it('stays the same when it is done again, and never leaves its origin', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = `https://example.org/${pieces.join('')}`;
        const url = new URL(text);
        const once = normaliseUrl(url);
        if (!once) throw new Error(`${text} was dropped`);
        expect(normaliseUrl(once)?.href).toBe(once.href);
        expect(once.origin).toBe(url.origin);
        expect(once.hash).toBe('');
      }),
    );
  });

  it('does not depend on the order of parameters, their tracking, or a fragment', () => {
    const parameters = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/).filter((name) => name !== 'sid'));
    fc.assert(
      fc.property(parameters, (names) => {
        const pairs = names.map((name) => `${name}=1`);
        const one = normal(`https://example.org/a?${pairs.join('&')}`);
        const other = normal(`https://example.org/a?utm_medium=x&${pairs.toReversed().join('&')}#top`);
        expect(other).toBe(one);
      }),
    );
  });
});

describe('identityOf', () => {
  const prefix = new URL('https://example.org/help/');
  it.each([
    ['https://example.org/help', 'https://example.org/help/'],
    ['https://example.org/help/', 'https://example.org/help/'],
    ['https://example.org/help?page=2', 'https://example.org/help/?page=2'],
    ['https://example.org/help/a/', 'https://example.org/help/a'],
  ])('of %s is %s', (url, expected) => expect(identityOf(new URL(url), prefix)).toBe(expected));
});

describe('a site', () => {
  it.each([
    ['https://example.org', 'https://example.org/', undefined],
    ['https://example.org/help/#top', 'https://example.org/help/', undefined],
    ['https://example.org/help/sitemap.xml', 'https://example.org/help/', 'https://example.org/help/sitemap.xml'],
    ['http://example.org/post-sitemap2.xml.gz', 'http://example.org/', 'http://example.org/post-sitemap2.xml.gz'],
  ])('is %s', (source, prefix, sitemap) => {
    const address = parseSiteAddress(source);
    expect([address?.prefix.href, address?.sitemap?.href]).toEqual([prefix, sitemap]);
  });

  it.each([
    'https://example.org/page',
    'https://example.org/?page=2',
    '/folder/',
    'https://',
    'https://a.org/feed.xml',
  ])('is not %s', (source) => expect(parseSiteAddress(source)).toBeUndefined());

  it('ends where its path ends', () => {
    const prefix = new URL('https://example.org/help/');
    const within = (path: string) => isWithin(prefix, new URL(path, prefix));
    expect(['/help', '/help/', '/help/a', '/helpful', '/', 'http://example.org/help/a'].map(within)).toEqual([
      ...[true, true, true, false, false, false],
    ]);
  });

  it('may be on https, and with or without www', () => {
    const is = (one: string, other: string) => isSameHost(new URL(one), new URL(other));
    expect(is('http://example.org/', 'https://www.example.org/')).toBe(true);
    expect(is('https://example.org/', 'http://example.org/')).toBe(false);
    expect(is('https://example.org/', 'https://example.com/')).toBe(false);
    expect(is('http://localhost:1/', 'http://localhost:2/')).toBe(false);
  });
});
