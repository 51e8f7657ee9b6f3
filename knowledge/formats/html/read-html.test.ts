import { describe, expect, it } from 'vitest';
import { cpuMs } from '#test/cpu-time.ts';
import { formatOf, formatOfMediaType } from '../format.ts';
import { readContent } from '../read-content.ts';

const read = (html: string | Uint8Array, url?: string) =>
  readContent(formatOf('html'), typeof html === 'string' ? Buffer.from(html) : html, undefined, url ? { url } : {});
const text = async (html: string): Promise<string> => {
  const reading = await read(html);
  return reading.ok ? reading.document.text : reading.reason;
};

describe('prose', () => {
  const page = `<!doctype html><html lang="de-AT"><head><title>Refunds &amp; more</title><style>p{}</style></head><body>
    <nav>Home</nav><script>alert(1)</script><main><h1>Refunds</h1><p>Ask <a href="https://example.org" onclick="x()">us</a>.</p>
    <ul><li>One</li><li>Two</li></ul><table><thead><tr><th>Plan</th><th>Days</th></tr></thead><tbody><tr><td>Free</td><td>1</td></tr>
    <tr><td>Te|am</td><td>2</td></tr></tbody></table><pre><code>npm i</code></pre></main><footer>Imprint</footer></body></html>`;

  it('keeps the prose of the main part as Markdown', async () => {
    expect(await read(page)).toEqual({
      ok: true,
      document: {
        title: 'Refunds & more',
        language: 'de-AT',
        text: '# Refunds\n\nAsk [us](https://example.org).\n\n-   One\n-   Two\n\n| Plan | Days |\n| --- | --- |\n| Free | 1 |\n| Te\\|am | 2 |\n\n```\nnpm i\n```',
      },
    });
  });

  it('takes the title from <h1> when there is no <title>, and a table without a head', async () => {
    expect(await read('<h1>Only <b>this</b></h1><table><tr><td>a</td></tr><tr><td>b</td></tr></table>')).toEqual({
      ok: true,
      document: { title: 'Only this', text: '# Only **this**\n\n| a |\n| --- |\n| b |' },
    });
  });

  it('survives deep nesting, floods of openings, and script-laden pages, quickly', { timeout: 300_000 }, async () => {
    const started = cpuMs();
    expect(await text(`${'<div>'.repeat(20_000)}deep${'</div>'.repeat(20_000)}`)).toBe('deep');
    expect(await text(`${'<title '.repeat(20_000)}<p>x</p>`)).toBeDefined();
    expect(
      await text(
        `<img src=x onerror=alert(1)><svg><script>alert(1)</script></svg>${'<script>x</script>'.repeat(5_000)}<p>fine</p>`,
      ),
    ).toBe('fine');
    expect(cpuMs() - started).toBeLessThan(10_000);
  });

  it('reads a declared encoding, and what is declared wrongly', async () => {
    const latin = (html: string) => read(Buffer.from(html, 'latin1'));
    const cafe = { ok: true, document: { text: 'Café' } };
    expect(await latin('<meta charset="iso-8859-1"><p>Caf\xe9</p>')).toEqual(cafe);
    expect(await latin('<meta charset="utf-8"><p>Caf\xe9</p>')).toEqual(cafe);
    expect(await latin('<meta charset="klingon"><p>Caf\xe9</p>')).toEqual(cafe);
    expect(await readContent(formatOfMediaType('text/html'), Buffer.from('<p>Café</p>'), 'windows-1252')).toMatchObject(
      { ok: true, document: { text: expect.stringContaining('Caf') } },
    );
    expect(await latin('<p>\x81\x8d\x90</p>')).toMatchObject({ ok: false, reason: expect.stringContaining('UTF-8') });
  });

  it('keeps columns of a table together, and takes a table that only arranges apart', async () => {
    expect(
      await text(
        '<table><tr><th colspan=2>Plan</th><th>Days</th></tr><tr><td>A</td><td><p>b</p><p>c</p></td><td>3</td></tr></table>',
      ),
    ).toBe('| Plan |  | Days |\n| --- | --- | --- |\n| A | b c | 3 |');
    expect(
      await text(
        '<table><tr><td><table><tr><td>Hello</td></tr></table></td></tr><tr><td><p>World</p></td></tr></table>',
      ),
    ).toBe('Hello\n\nWorld');
    expect(await text('<pre>a\n  b</pre>')).toBe('```\na\n  b\n```');
  });
});

describe('a page of a site', () => {
  const help = `<html lang="en"><head><title>Reset a password - Fernhill Help</title>
    <link rel="canonical" href="/help/reset?utm=1"><meta property="article:published_time" content="2024-03-01T10:00:00+01:00">
    <meta property="article:modified_time" content="2024-04-02"></head><body class="has-cookie-banner">
    <div id="cookie-banner">We use cookies. <a href="#">Accept</a></div><header role="banner"><a href="/">Fernhill</a></header>
    <ol class="breadcrumbs"><li><a href="/">Home</a></li><li><a href="/acc">Account</a> /</li><li>Reset a password</li></ol>
    <article><h1>Reset a password</h1><p>Open <a href="settings">the settings</a> and <a href="#b">press</a> Reset.</p>
    <div class="share">Tweet this</div></article><footer>Imprint</footer></body></html>`;

  it('says where it belongs and when it was written, and nothing of what stands around it', async () => {
    expect(await read(help, 'https://example.org/help/42')).toEqual({
      ok: true,
      document: {
        title: 'Reset a password',
        path: ['Account'],
        url: 'https://example.org/help/reset?utm=1',
        language: 'en',
        publishedAt: new Date('2024-03-01T09:00:00Z'),
        modifiedAt: new Date('2024-04-02T00:00:00Z'),
        text: '# Reset a password\n\nOpen [the settings](https://example.org/help/settings) and press Reset.',
      },
    });
  });

  it('has no address of another host, and no links that lead nowhere', async () => {
    const elsewhere = help.replace('href="/help/reset', 'href="https://evil.example/');
    const reading = await read(elsewhere, 'https://example.org/help/42');
    expect(reading.ok && reading.document.url).toBeUndefined();
    expect(await text(help)).toContain('Open the settings and press Reset.');
  });

  it('is found between its menus when it marks nothing', async () => {
    const menu = `<div>${Array.from({ length: 30 }, (_, at) => `<a href="/p${at}">Some other page ${at}</a> `).join('')}</div>`;
    const prose = Array.from(
      { length: 6 },
      (_, at) => `<p>Paragraph ${at} says, at some length, what to do when the printer is offline, and why.</p>`,
    );
    const page = await text(
      `<html><body>${menu}<div><h2>Printer offline</h2>${prose.join('')}</div>${menu}</body></html>`,
    );
    expect(page).toContain('Paragraph 5 says');
    expect(page).not.toContain('Some other page');
  });
});
