import fc from 'fast-check';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { CitedText } from '../citations/cited-text.tsx';
import { Markdown } from './markdown.tsx';
import { plainText } from './plain-text.ts';
import { safeHref } from './safe-href.ts';
import { splitCitations } from './split-citations.ts';

const html = (text: string): string =>
  renderToStaticMarkup(<Markdown text={text} />)
    .replace('<div class="markdown">', '')
    .replace(/<\/div>$/, '');

describe('Markdown', () => {
  test('paragraphs, emphasis, lists', () => {
    expect(html('Choose **Forgot** _it_.\n\n3. one\n4. two')).toBe(
      '<p>Choose <strong>Forgot</strong> <em>it</em>.</p>\n<ol start="3">\n<li>one</li>\n<li>two</li>\n</ol>',
    );
  });

  test("headings step down below the page's own", () => {
    expect(html('# A\n\n## B\n\n##### E')).toBe('<h3>A</h3>\n<h4>B</h4>\n<h5>E</h5>');
  });

  test('tables keep their alignment and scroll by themselves', () => {
    const table = html('| a | b |\n| --- | ---: |\n| 1 | 2 |');
    expect(table).toContain('<section class="table-frame"');
    expect(table).toContain('<th style="text-align:right">b</th>');
    expect(table).toContain('<td style="text-align:right">2</td>');
  });

  test('code, task lists, strike-through', () => {
    expect(html('`a` ~~b~~')).toBe('<p><code>a</code> <del>b</del></p>');
    expect(html('```js\nx < 1\n```')).toBe('<pre tabindex="0"><code>x &lt; 1\n</code></pre>');
    expect(html('- [x] done\n- [ ] open')).toMatch(/☑ .*done[\s\S]*☐ .*open/);
  });

  test('links open elsewhere and give nothing away', () => {
    expect(html('[a](https://x.example/y)')).toBe(
      '<p><a href="https://x.example/y" target="_blank" rel="noopener noreferrer nofollow">a</a></p>',
    );
    expect(html('<help@x.example>')).toBe('<p><a href="mailto:help@x.example" rel="noopener">help@x.example</a></p>');
    expect(html('see www.x.example')).toContain('<a href="http://www.x.example/"');
  });

  test('a remote picture becomes a link: looking must not tell its host', () => {
    const image = html('![a cat](https://x.example/cat.png)');
    expect(image).not.toContain('<img');
    expect(image).toContain('<a href="https://x.example/cat.png"');
    expect(image).toContain('Picture: a cat');
  });

  test.each([
    ['<script>alert(1)</script>'],
    ['<img src=x onerror=alert(1)>'],
    ['<svg onload=alert(1)>'],
    ['<a href="javascript:alert(1)">x</a>'],
    ['[x](javascript:alert(1))'],
    ['[x](JaVaScRiPt&colon;alert(1))'],
    ['[x](data:text/html;base64,PHN2Zz4=)'],
    ['[x](vbscript:msgbox)'],
    ['[x](file:///etc/passwd)'],
    ['[x](//evil.example)'],
    ['[x](/console)'],
    ['![x](javascript:alert(1))'],
    ['<style>*{display:none}</style>'],
    ['<iframe src="https://x.example"></iframe>'],
    ['[a]: javascript:alert(1)\n\n[a]'],
    ['<https://x.example/" onmouseover="alert(1)>'],
    ['text[^1]\n\n[^1]: <img src=x onerror=alert(1)>'],
  ])('%s does nothing', (hostile) => {
    const out = html(hostile);
    expect(out).not.toMatch(/<(script|style|iframe|svg|img)/i);
    expect(out).not.toMatch(/<[^>]*\son\w+=/i);
    expect(out).not.toMatch(/href="(?!https?:|mailto:)/i);
  });

  test('every text can be drawn, with known elements and attributes only', () => {
    const piece = fc.constantFrom(
      ...['# ', '* ', '1. ', '> ', '`', '```\n', '[', ']', '(', ')', '<', '>', '!', '|', '\n', '\n\n', '---', '[1]'],
      ...['<b onclick=x>', 'javascript:', 'http://x.example', '&lt;', '\\', '~~', '- [x] ', 'word'],
    );
    const tag =
      /^<(\/?(p|em|strong|del|code|h3|h4|h5|ul|li|blockquote|thead|tbody|tr|table|section|div)|ol( start="\d+")?|\/ol|br\/|hr\/|pre tabindex="0"|\/pre|section class="table-frame" aria-label="Table" tabindex="0"|t[hd]( style="text-align:(right|center)")?|\/t[hd]|span role="img" aria-label="\w+"|\/span|a href="(https?|mailto):[^"]*"( target="_blank")? rel="[\w ]+"|\/a)>$/;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        for (const found of html(pieces.join('')).match(/<[^>]*>/g) ?? []) expect(found).toMatch(tag);
      }),
      { numRuns: 500 },
    );
  });
});

describe('citations', () => {
  const source = (n: number) => ({ n, documentId: `d${n}`, title: `Article ${n}`, text: 'passage' });
  const cited = (text: string): string =>
    renderToStaticMarkup(<CitedText text={text} citations={[source(1), source(2)]} />);

  test('a mark of a known source is a button that names it', () => {
    expect(cited('It works [1].')).toMatch(/It works<button [^>]*aria-label="Source 1: Article 1"[^>]*>1<\/button>\./);
  });

  test('several in one bracket become several marks', () => {
    expect(cited('So [1, 2].').match(/citation-mark"/g)).toHaveLength(2);
  });

  test('unknown numbers, code and links stay text', () => {
    for (const text of ['a [3] b', '`list[1]`', '[1](https://x.example)', '```\nx[2]\n```']) {
      expect(cited(text), text).not.toContain('citation-mark');
    }
  });

  test('all sources are listed by name', () => {
    expect(cited('No mark.').match(/source-list__title/g)).toHaveLength(2);
  });

  test('splitting loses nothing but the space before a mark', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', ' ', '[1]', '[9]', '[1, 2]', '[', ']', '.')), (pieces) => {
        const text = pieces.join('');
        const back = splitCitations(text, (n) => n < 5).map((part) =>
          'text' in part ? part.text : `[${part.marks.join(', ')}]`,
        );
        expect(back.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});

test('plainText is for the ear', () => {
  expect(plainText('Choose **Forgot** [1].\n\n1. one\n2. [two](https://x.example) [1, 2]')).toBe(
    'Choose Forgot.\none\ntwo',
  );
});

test('safeHref', () => {
  expect(safeHref('https://x.example/a')).toBe('https://x.example/a');
  expect(safeHref('mailto:a@x.example')).toBe('mailto:a@x.example');
  for (const bad of ['/a', 'x', 'javascript:1', 'data:,x', '', undefined, 7]) expect(safeHref(bad)).toBeUndefined();
});
