import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPageLinks } from './page-links.ts';

const url = new URL('https://example.org/help/a');
const links = (html: string, header?: string) => readPageLinks(html, url, header).links.map(({ href }) => href);

describe('readPageLinks', () => {
  it('understands links against the page, or its <base>', () => {
    const html = '<a href="b">b</a> <A HREF=/c?x=1&amp;y=2>c</A><area href="d"><a href="http://[">bad</a><a>none</a>';
    const expected = ['https://example.org/help/b', 'https://example.org/c?x=1&y=2', 'https://example.org/help/d'];
    expect(links(html)).toEqual(expected);
    expect(links(`<base href="/x/">${html}`)[0]).toBe('https://example.org/x/b');
  });

  it('leaves out what is no link', () => {
    expect(links('<!-- <a href="b"> --><script>"<a href=c>"</script><a rel="x nofollow" href="d">d</a>')).toEqual([]);
  });

  it('finds the canonical address', () => {
    expect(readPageLinks('<link rel="canonical" href="/help/b"><link rel=canonical href=c>', url).canonical?.href).toBe(
      'https://example.org/help/b',
    );
  });

  it.each([
    ['<meta name="ROBOTS" content="NoIndex, follow">', '', true, false],
    ['<meta name="frontdesk" content="none">', '', true, true],
    ['<meta name="otherbot" content="noindex">', '', false, false],
    ['', 'noindex', true, false],
    ['', 'otherbot: noindex, nofollow', false, false],
    ['', 'otherbot: noindex, frontdesk: nofollow', false, true],
    ['', 'max-snippet: 20, nofollow', false, true],
    ['', 'unavailable_after: 25 Jun 2030 15:00:00 PST', false, false],
  ])('obeys %s %s', (html, header, noindex, nofollow) => {
    const read = readPageLinks(`${html}<a href="b">b</a>`, url, header);
    expect(read).toMatchObject({ noindex, nofollow });
    expect(read.links).toHaveLength(nofollow ? 0 : 1);
  });

  it('reads tags as browsers do', () => {
    expect(
      links(`<p title="a > b"><a data-x='<a href=no>' href='b'>b</a><title><a href="t"></title><a\nhref = "c"/>`),
    ).toEqual(['https://example.org/help/b', 'https://example.org/help/c']);
    expect(links('<a href="&#47;x&#x2F;y" href="z">')).toEqual(['https://example.org/x/y']);
    expect(links('<a href="b"><textarea><a href="c"></textarea><!-- open <a href="d">')).toHaveLength(1);
  });

  it('reads any page to its end', () => {
    const parts = [
      '<a href="b">',
      '<div>',
      '<a <a ',
      '<!--',
      '<script>',
      '<p x="',
      "<p x='",
      '<a b c ',
      '</',
      '<!',
      '=',
      '< ',
    ];
    for (const part of parts) {
      const read = links(`<a href="first">${part.repeat(100_000)}`);
      expect(read[0]).toBe('https://example.org/help/first');
      expect(read.length).toBeLessThanOrEqual(5_000);
    }
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts, '>', '"', "'", ' ', 'x', '-->', '</script>')), (pieces) => {
        expect(() => links(pieces.join(''))).not.toThrow();
      }),
    );
  });
});
