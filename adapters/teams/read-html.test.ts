import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPlainHtml } from './read-html.ts';

describe('the HTML of a message', () => {
  it.each([
    ['<p>one</p><p>two</p>', 'one\n\ntwo'],
    ['<p>one<br>two</p>', 'one\ntwo'],
    ['<div>one</div><div>two</div>', 'one\ntwo'],
    ['<p>a *b* _c_ 1. d</p>', 'a *b* _c_ 1. d'],
    ['<p><b>bold</b> <i>slanted</i> <del>gone</del></p>', '**bold** *slanted* ~~gone~~'],
    ['<ol start="3"><li>c</li><li><p>d</p><p>e</p></li></ol>', '3. c\n4. d\n   e'],
    ['<a href="https://example.com/a">https://example.com/a</a>', 'https://example.com/a'],
    ['<a href="https://example.com/">example.com</a>', 'example.com'],
    ['<a href="mailto:a@example.com">a@example.com</a>', 'a@example.com'],
    ['<a href="https://example.com/a_(b)">see [1]</a>', '[see \\[1\\]](https://example.com/a_%28b%29)'],
    ['<a href="javascript:alert(1)">x</a><a href="data:text/html,x">y</a>', 'xy'],
    ['<a href="https://example.com/"></a>', ''],
    ['<pre><code>a&nbsp;b<br>c</code></pre>', '```\na b\nc\n```'],
    ['<pre class="language-plaintext">a</pre>', '```\na\n```'],
    ['<pre><code>```\nx\n```</code></pre>', '````\n```\nx\n```\n````'],
    ['<codeblock class="Python"><code>if x:<br>&nbsp;&nbsp;y</code></codeblock>', '```python\nif x:\n  y\n```'],
    ['<emoji id="smile" alt="🙂" title="Smile"></emoji> hi', '🙂 hi'],
    ['<p>a <img src="https://example.com/track.gif" alt="tracking"> b</p>', 'a  b'],
    ['<blockquote><p>said before</p></blockquote><p>so what?</p>', '> said before\n\nso what?'],
    ['<p itemtype="http://schema.skype.com/CodeBlockEditor">&nbsp;</p>', ''],
    ['<style>p{}</style><title>t</title><p>x</p>', 'x'],
    ['<p>1 &lt; 2 &amp;&amp; 3 &gt; 2</p>', '1 < 2 && 3 > 2'],
  ])('%s', (html, markdown) => {
    expect(readPlainHtml(html)).toBe(markdown);
  });

  it('names who wrote what a reply quotes, in the old markup too', () => {
    const old =
      '<div><blockquote itemscope="" itemtype="http://schema.skype.com/Reply" itemid="1"><p><b><span itemprop="mri" itemid="8:x">Ann Lee&nbsp;</span>' +
      '<span itemprop="time" itemid="1"></span></b></p><p itemprop="copy">It is\nlate</p></blockquote><p>no</p></div>';
    expect(readPlainHtml(old)).toBe('> Ann Lee:\n> It is late\n\nno');
  });

  it('keeps a reply within a forward within its quote', () => {
    const inner =
      '<blockquote itemtype="http://schema.skype.com/Reply"><strong itemprop="mri">Ann</strong><p>in</p></blockquote>';
    expect(
      readPlainHtml(`<blockquote itemtype="http://schema.skype.com/Forward">${inner}<p>out</p></blockquote>`),
    ).toBe('Forwarded:\n> > Ann:\n> > in\n>\n> out');
  });

  it('is read whatever it is', () => {
    const tag = fc.constantFrom(
      'p',
      'div',
      'table',
      'tr',
      'td',
      'ul',
      'li',
      'blockquote',
      'pre',
      'code',
      'a',
      'b',
      'img',
      'span',
      'x',
    );
    const piece = fc.oneof(
      tag.map((name) => `<${name}>`),
      tag.map((name) => `</${name}>`),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        expect(typeof readPlainHtml(pieces.join(''))).toBe('string');
      }),
      { numRuns: 500 },
    );
  });
});
