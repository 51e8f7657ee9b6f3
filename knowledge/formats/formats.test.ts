import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpuMs } from '#test/cpu-time.ts';
import { formatOf, formatOfMediaType, largestDocument, readDocument } from './index.ts';
import { parseJsonLine } from './json-line.ts';

const read = (extension: string, content: string | Uint8Array) =>
  readDocument(formatOf(extension), typeof content === 'string' ? Buffer.from(content) : content);
const text = (extension: string, content: string): string => {
  const reading = read(extension, content);
  return reading.ok ? reading.document.text : reading.reason;
};

describe('Markdown', () => {
  it('takes title, url and language from front matter', () => {
    expect(
      read('md', '---\ntitle: "Refunds: how"\nurl: https://example.org/r\nlanguage: de\nother: 1\n---\n\nText\n'),
    ).toEqual({
      ok: true,
      document: { title: 'Refunds: how', url: 'https://example.org/r', language: 'de', text: 'Text' },
    });
  });

  it('takes the first heading of level 1 as title, but not one inside code', () => {
    expect(read('md', '```\n# comment\n```\n\n# Real\n\nText')).toMatchObject({
      ok: true,
      document: { title: 'Real' },
    });
  });

  it('leaves a rule at the start alone, and links that no browser should follow out', () => {
    expect(read('md', '---\nText')).toEqual({ ok: true, document: { text: '---\nText' } });
    expect(read('md', '---\nurl: "javascript:alert(1)"\n---\nText')).toEqual({ ok: true, document: { text: 'Text' } });
  });

  it('says what is wrong with front matter', () => {
    expect(text('md', '---\ntitle: [\n---\nText')).toMatch(/front matter is not valid YAML/);
    expect(text('md', '---\nurl: 5\n---\nText')).toMatch(/wrong: url/);
  });
});

describe('HTML', () => {
  const page = `<!doctype html><html lang="de-AT"><head><title>Refunds &amp; more</title><style>p{}</style></head><body>
    <nav>Home</nav><script>alert(1)</script><main><h1>Refunds</h1><p>Ask <a href="https://example.org" onclick="x()">us</a>.</p>
    <ul><li>One</li><li>Two</li></ul><table><thead><tr><th>Plan</th><th>Days</th></tr></thead><tbody><tr><td>Free</td><td>1</td></tr>
    <tr><td>Te|am</td><td>2</td></tr></tbody></table><pre><code>npm i</code></pre></main><footer>Imprint</footer></body></html>`;

  it('keeps the prose of the main part as Markdown', () => {
    expect(read('html', page)).toEqual({
      ok: true,
      document: {
        title: 'Refunds & more',
        language: 'de-AT',
        text: '# Refunds\n\nAsk [us](https://example.org).\n\n-   One\n-   Two\n\n| Plan | Days |\n| --- | --- |\n| Free | 1 |\n| Te\\|am | 2 |\n\n```\nnpm i\n```',
      },
    });
  });

  it('takes the title from <h1> when there is no <title>, and a table without a head', () => {
    expect(read('html', '<h1>Only <b>this</b></h1><table><tr><td>a</td></tr><tr><td>b</td></tr></table>')).toEqual({
      ok: true,
      document: { title: 'Only this', text: '# Only **this**\n\n| a |\n| --- |\n| b |' },
    });
  });

  it('survives deep nesting, floods of openings, and script-laden pages, quickly', { timeout: 300_000 }, () => {
    const started = cpuMs();
    expect(text('html', `${'<div>'.repeat(50_000)}deep${'</div>'.repeat(50_000)}`)).toBe('deep');
    expect(text('html', `${'<title '.repeat(50_000)}<p>x</p>`)).toBeDefined();
    expect(
      text(
        'html',
        `<img src=x onerror=alert(1)><svg><script>alert(1)</script></svg>${'<script>x</script>'.repeat(5_000)}<p>fine</p>`,
      ),
    ).toBe('fine');
    expect(cpuMs() - started).toBeLessThan(10_000);
  });

  it('reads a declared encoding', () => {
    const latin = Buffer.from('<meta charset="iso-8859-1"><p>Caf\xe9</p>', 'latin1');
    expect(read('html', latin)).toMatchObject({ ok: true, document: { text: 'Café' } });
    expect(
      readDocument(formatOfMediaType('text/html'), Buffer.from('<p>Caf\xe9</p>', 'latin1'), 'windows-1252'),
    ).toMatchObject({ ok: true });
  });
});

describe('CSV', () => {
  it('becomes a table, quotes and separators understood', () => {
    expect(text('csv', 'Plan,Note\r\nFree,"one, ""seat""\nonly"\r\nTeam,a|b\r\n')).toBe(
      '| Plan | Note |\n| --- | --- |\n| Free | one, "seat" only |\n| Team | a\\|b |',
    );
    expect(text('csv', 'a;b\n1;\n')).toBe('| a | b |\n| --- | --- |\n| 1 |  |');
    expect(text('csv', 'a,"b')).toMatch(/quoted field/);
  });

  it('ends, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', ',', ';', '\n', '\r', 'a', '\t', '|') }), (content) => {
        expect(text('csv', content)).toEqual(expect.any(String));
      }),
    );
  });
});

describe('unreadable', () => {
  it.each([
    ['pdf', '%PDF-1.7', 'PDF is not supported yet; convert to Markdown, HTML or text'],
    ['docx', 'PK', 'Word (docx) is not supported yet; convert to Markdown, HTML or text'],
    [
      'png',
      'x',
      'unknown format .png; convert to Markdown (.md), HTML (.html), text (.txt), CSV (.csv) or JSON Lines (.jsonl)',
    ],
    ['md', '', 'it is empty'],
    ['md', ' \n', 'it is empty'],
    ['html', '<script>1</script>', 'it is empty'],
    ['txt', 'a\0b', 'contains NUL bytes, so it is not a text file'],
  ])('.%s %j: %s', (extension, content, reason) => {
    expect(read(extension, content)).toEqual({ ok: false, reason });
  });

  it('names a wrong encoding and an oversized document', () => {
    expect(read('md', Buffer.from('Caf\xe9', 'latin1'))).toEqual({
      ok: false,
      reason: 'not valid UTF-8 text; save it as UTF-8',
    });
    expect(read('html', '<meta charset="klingon"><p>x</p>')).toEqual({
      ok: false,
      reason: 'unknown encoding KLINGON; save it as UTF-8',
    });
    expect(read('txt', Buffer.alloc(largestDocument + 1, 'a'))).toMatchObject({
      ok: false,
      reason: expect.stringContaining('split it'),
    });
    expect(read('txt', Buffer.from('\ufeffHi', 'utf16le'))).toEqual({ ok: true, document: { text: 'Hi' } });
  });
});

describe('JSON Lines', () => {
  it('takes what it knows and names what is wrong', () => {
    expect(parseJsonLine('{"_id":7,"title":null,"text":"x","more":1}')).toEqual({
      ok: true,
      line: { _id: '7', title: null, text: 'x' },
    });
    expect(parseJsonLine('{"_id":"a"}')).toMatchObject({ ok: false, reason: expect.stringContaining('text') });
    expect(parseJsonLine('[]')).toMatchObject({ ok: false });
    expect(parseJsonLine('{')).toEqual({ ok: false, reason: 'not valid JSON' });
    expect(parseJsonLine('{"_id":"a","text":"\\u0000"}')).toMatchObject({
      ok: false,
      reason: expect.stringContaining('NUL'),
    });
    expect(parseJsonLine('{"_id":"a","text":"\\\\u0000"}')).toMatchObject({ ok: true });
  });
});
