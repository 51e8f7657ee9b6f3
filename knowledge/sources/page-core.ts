const opening = /<(!--|script|style|input|meta)/gi;
const ends: Readonly<Record<string, string>> = {
  '!--': '-->',
  script: '</script',
  style: '</style',
  input: '>',
  meta: '>',
};

/**
 * The part of an HTML page that tells whether it changed. Many servers put something new into every answer: tokens of forms,
 * nonces, the time in a comment, settings of scripts. Those are left out, and kept only where they may be about the text
 * (JSON-LD, most `<meta>`). Takes time in proportion to the page, whatever it is.
 */
export const pageCore = (html: Uint8Array): Uint8Array => {
  const text = Buffer.from(html).toString('latin1');
  const lower = text.toLowerCase();
  const kept: string[] = [];
  let at = 0;
  opening.lastIndex = 0;
  for (let match = opening.exec(lower); match; match = opening.exec(lower)) {
    const end = lower.indexOf(ends[match[1] ?? ''] ?? '>', match.index + match[0].length);
    if (end === -1) break;
    opening.lastIndex = end;
    if (isAboutText(lower.slice(match.index, Math.min(end, match.index + 1_000)))) continue;
    kept.push(text.slice(at, match.index));
    at = end;
  }
  kept.push(text.slice(at));
  return Buffer.from(kept.join('').replace(/\snonce=["'][^"']{0,200}["']/gi, ''), 'latin1');
};

const isAboutText = (element: string): boolean =>
  (element.startsWith('<meta') && !/csrf|nonce|token/.test(element)) ||
  /^<script[^>]*ld\+json/.test(element) ||
  (element.startsWith('<input') && !element.includes('hidden'));
