import { type Reading, readable, unreadable } from '../../document.ts';
import { decodeText } from '../decode-text.ts';
import type { Hints } from '../format.ts';
import { cleanHtml } from './clean-html.ts';
import { mainPart } from './main-part.ts';
import { pageFacts } from './page-facts.ts';
import { toMarkdown } from './to-markdown.ts';

/**
 * A page of the web as Markdown: its message without what stands around it. Title, trail, canonical address, language and
 * dates are those that it gives itself.
 */
export const readHtml = (bytes: Uint8Array, charset: string | undefined, { url }: Hints = {}): Reading => {
  const decoded = decodeHtml(bytes, charset);
  return decoded === undefined
    ? unreadable('is no text in any encoding that web pages use; save it as UTF-8')
    : readPage(decoded, url);
};

/** As `readHtml`, of text. */
export const readPage = (html: string, url?: string): Reading => {
  const document = cleanHtml(html);
  const facts = pageFacts(document, url);
  return readable({ ...facts, text: toMarkdown(mainPart(document), url) });
};

/** HTML that is nothing but a message, such as a chapter of a book or a text document, as Markdown. */
export const htmlToMarkdown = (html: string): string => toMarkdown(cleanHtml(html).body);

/** How the common mail programs mark what an answer repeats of the mail that it answers. */
const quotes = '.gmail_quote, .yahoo_quoted, .protonmail_quote, .moz-cite-prefix, #divRplyFwdMsg, #appendonsend';

/** The HTML of a mail as Markdown, without what it quotes; with it, where there is nothing else. */
export const mailToMarkdown = (html: string): string => {
  const { body } = cleanHtml(html);
  const whole = toMarkdown(body);
  for (const quote of body.querySelectorAll(quotes)) {
    // Outlook has no element around the quote: it is all that follows its header.
    if (/divRplyFwdMsg/.test(quote.getAttribute('id') ?? ''))
      while (quote.nextElementSibling) quote.nextElementSibling.remove();
    if (
      /moz-cite-prefix/.test(quote.getAttribute('class') ?? '') &&
      quote.nextElementSibling?.nodeName === 'BLOCKQUOTE'
    ) {
      quote.nextElementSibling.remove();
    }
    quote.remove();
  }
  return toMarkdown(body).trim() || whole;
};

/**
 * Text of a page in the encoding that a byte order mark, the transport or the page declares; where that is wrong, in one
 * of the two that nearly all pages have.
 */
const decodeHtml = (bytes: Uint8Array, charset: string | undefined): string | undefined => {
  for (const encoding of [charset, declaredCharset(bytes), 'utf-8', 'windows-1252']) {
    const decoded = encoding === undefined ? undefined : decodeText(bytes, encoding);
    // Control characters of the second block are in no text: the encoding is not this one either.
    if (decoded?.ok && !/[\x80-\x9f]/.test(decoded.text)) return decoded.text;
  }
  return undefined;
};

/** The encoding that a page declares in its first kilobyte (HTML standard, "prescan a byte stream"). */
const declaredCharset = (bytes: Uint8Array): string | undefined =>
  /<meta\b[^>]*?charset\s*=\s*["']?([\w-]+)/i.exec(Buffer.from(bytes.subarray(0, 1024)).toString('latin1'))?.[1];
