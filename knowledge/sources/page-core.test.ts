import { describe, expect, it } from 'vitest';
import { pageCore } from './page-core.ts';

const core = (html: string): string => Buffer.from(pageCore(Buffer.from(html))).toString();
const page = (token: string, text = 'Text', date = '2024-01-01') =>
  `<meta name="csrf-token" content="${token}"><meta property="article:modified_time" content="${date}">
  <script nonce="${token}">var token = "${token}"</script><STYLE>.x${token}{}</STYLE><!-- made ${token} -->
  <link nonce="${token}"><p>${text}</p><input type="hidden" value="${token}">
  <script type="application/ld+json">{"dateModified":"${date}"}</script>`;

describe('pageCore', () => {
  it('does not see what changes with every answer', () => expect(core(page('a'))).toBe(core(page('b'))));

  it('sees text and dates', () => {
    expect(core(page('a', 'Other'))).not.toBe(core(page('a')));
    expect(core(page('a', 'Text', '2024-02-02'))).not.toBe(core(page('a')));
  });

  it('keeps everything of a page that never closes', () => {
    expect(core('<p>é</p><!-- open')).toBe('<p>é</p><!-- open');
    expect(core('<script>'.repeat(100_000))).toHaveLength(800_000);
  });
});
