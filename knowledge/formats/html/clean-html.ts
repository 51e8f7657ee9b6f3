import { parseHTML } from 'linkedom';
import sanitizeHtml from 'sanitize-html';
import type { HtmlDocument } from './html-element.ts';

/** Elements that hold a page's prose. Of any other, the text is kept unless `silent` names it. */
const prose = [
  ...['main', 'article', 'section', 'div', 'p', 'br', 'hr', 'span', 'blockquote', 'pre', 'code', 'a', 'figcaption'],
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'dl', 'dt', 'dd', 'time'],
  ...['strong', 'b', 'em', 'i', 'table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
];

/** Elements that say something about a page, or stand around its message. */
const frame = ['html', 'head', 'title', 'meta', 'link', 'body', 'header', 'nav', 'footer', 'aside', 'form'];

/** Elements whose text is no part of the page's message. */
const silent = ['script', 'style', 'noscript', 'template', 'textarea', 'select', 'option', 'button', 'svg', 'math'];

/** Nesting beyond this is flattened: deeper trees overflow the stacks of what comes after. */
const nestingLimit = 60;

/** A page as a tree of the elements and attributes that matter here, however deep or hostile it was. */
export const cleanHtml = (html: string): HtmlDocument => {
  const clean = sanitizeHtml(html, {
    allowedTags: [...prose, ...frame],
    allowedAttributes: {
      '*': ['class', 'id', 'role', 'hidden', 'aria-hidden', 'aria-label', 'itemprop', 'itemtype'],
      html: ['lang'],
      a: ['href'],
      ol: ['start'],
      td: ['colspan'],
      th: ['colspan'],
      time: ['datetime'],
      meta: ['name', 'property', 'content'],
      link: ['rel', 'href'],
    },
    allowedSchemes: ['http', 'https', 'mailto'],
    nonTextTags: silent,
    nestingLimit,
  });
  // Without a body of its own, a fragment would have none at all.
  const { document } = parseHTML(/<body[\s>]/i.test(clean) ? clean : `<html><body>${clean}</body></html>`);
  return document as unknown as HtmlDocument;
};
