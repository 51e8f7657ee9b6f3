import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wellFormedText } from '#test/any-text.ts';
import { cpuMs } from '#test/cpu-time.ts';
import { escapeHtml, renderHtml } from './render-html.ts';
import { renderText } from './render-text.ts';
import { safeUrl } from './safe-url.ts';

const markdown = [
  '# Title',
  'A **bold** [link](https://a.example/x) and `code` and https://b.example.',
  'second line',
  '',
  '1. one',
  '2. two',
  '   - inner',
  '',
  '> quoted',
  '',
  '| a | b |',
  '| - | - |',
  '| 1 | 2 |',
  '',
  '```js',
  'const x = "<b>";',
  '```',
].join('\n');

describe('Markdown as text', () => {
  it('reads well without rendering', () => {
    expect(renderText(markdown)).toBe(
      [
        'Title',
        '',
        'A bold link (https://a.example/x) and code and https://b.example.',
        'second line',
        '',
        '1. one',
        '2. two',
        '   - inner',
        '',
        '> quoted',
        '',
        'a | b',
        '1 | 2',
        '',
        '    const x = "<b>";',
      ].join('\n'),
    );
  });

  it('keeps what somebody wrote in HTML as they wrote it', () => {
    expect(renderText('use <b>this</b>\n\n<div>that</div>')).toBe('use <b>this</b>\n\n<div>that</div>');
  });
});

describe('Markdown as HTML', () => {
  it('has structure, line breaks and styles', () => {
    const html = renderHtml(markdown, { p: 'margin:0' });
    expect(html).toContain('<h1>Title</h1>');
    expect(html).toContain('<p style="margin:0">A <strong>bold</strong> <a href="https://a.example/x">link</a>');
    expect(html).toContain('<br>second line');
    expect(html).toContain('<td>1</td>');
    expect(html).toContain('const x = "&#x3C;b>";');
  });

  it.each([
    ['<script>alert(1)</script>', '&#x3C;script>'],
    ['a <img src=x onerror=alert(1)> b', '&#x3C;img src=x'],
    ['[x](javascript:alert(1))', '<a>x</a>'],
    ['![who reads](https://t.example/p.gif)', '<a href="https://t.example/p.gif">who reads</a>'],
    ['[x](data:text/html,<script>)', '<a>x</a>'],
  ])('of %s harms nobody', (source, expected) => expect(renderHtml(source)).toContain(expected));

  it('never lets a tag or an attribute of the author through', () => {
    const piece = fc.oneof(
      wellFormedText(20),
      fc.constantFrom(
        '<script>',
        '<img src=x onerror=y>',
        '</p>',
        '<svg/onload=x>',
        '[a](javascript:x)',
        '[a]: javascript:x',
        '![',
        '](',
        ')',
        '`',
        '```\n',
        '|a|b|\n|-|-|\n',
        '> ',
        '- ',
        '\n\n',
        '&#106;avascript:',
        '<!--',
        '"onclick="x',
        '[^1]',
        '[^1]: y',
        '<a href="javascript:x">',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const html = renderHtml(pieces.join(''), { p: 'margin:0', a: 'color:red' });
        const tags = html.match(/<\/?[a-z][^>]*>?/gi) ?? [];
        for (const tag of tags) {
          expect(tag).toMatch(
            /^<\/?(p|br|hr|h[1-6]|blockquote|pre|code|em|strong|del|a|ul|ol|li|input|table|thead|tbody|tr|th|td|sup|section)(\s[^<>]*)?>$/i,
          );
          expect(tag).not.toMatch(/\s(on\w+|src|srcset|id|class|formaction)\s*=/i);
          expect(tag).not.toMatch(/href="(?!https?:|mailto:|#)/i);
        }
        expect(typeof renderText(pieces.join(''))).toBe('string');
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ['nested quotes', '> '.repeat(20_000)],
    ['nested lists', '- '.repeat(5_000)],
    ['emphasis marks', '*a_ '.repeat(20_000)],
    ['a very long text', 'word '.repeat(60_000)],
    ['brackets', '['.repeat(20_000)],
    ['closing brackets', ']'.repeat(40_000)],
    ['mixed emphasis', '_*'.repeat(20_000)],
    ['declarations', '<!date^1^'.repeat(4_000)],
    ['interrupted quotes', '\n\n> '.repeat(10_000)],
    ['underlines', '=\n'.repeat(20_000)],
    ['backticks', '``\\'.repeat(13_000)],
  ])('takes little time over %s', (_, source) => {
    const started = cpuMs();
    expect(renderHtml(source)).not.toBe('');
    expect(renderText(source).length).toBeGreaterThan(0);
    expect(cpuMs() - started).toBeLessThan(3_000);
  });
});

describe('addresses and characters', () => {
  it('are let through only when they are harmless', () => {
    expect(safeUrl('https://a.example/x?y=1')).toBe('https://a.example/x?y=1');
    expect(safeUrl('mailto:a@b.example')).toBe('mailto:a@b.example');
    for (const url of ['javascript:x', ' javascript:x', 'java\nscript:x', 'data:x', 'vbscript:x', '/relative', '']) {
      expect(safeUrl(url)).toBeUndefined();
    }
    expect(escapeHtml(`<a href="x" title='y'>&`)).toBe('&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;');
  });
});
