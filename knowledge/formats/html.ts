import sanitizeHtml from 'sanitize-html';
import TurndownService from 'turndown';
import { type Reading, readable } from '../document.ts';

/** Elements that hold a page's prose. Everything else is dropped, its text kept unless `silent` names it. */
const prose = [
  ...['main', 'article', 'section', 'div', 'p', 'br', 'hr', 'span', 'blockquote', 'pre', 'code', 'a'],
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'dl', 'dt', 'dd'],
  ...['strong', 'b', 'em', 'i', 'table', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
];

/** Elements whose text is no part of the page's message. */
const silent = [
  'script',
  'style',
  'noscript',
  'template',
  'textarea',
  'option',
  'button',
  'nav',
  'footer',
  'aside',
  'title',
  'svg',
];

/** Nesting beyond this is flattened: deeper trees overflow the converter's stack. */
const nestingLimit = 60;

/**
 * HTML as Markdown. The title is that of `<title>`, else of the first `<h1>`; navigation, scripts and forms are left
 * out, and where the page marks its `<main>` or `<article>`, everything around it.
 */
export const readHtml = (html: string): Reading => {
  const clean = sanitizeHtml(html, {
    allowedTags: prose,
    allowedAttributes: { a: ['href'], ol: ['start'] },
    allowedSchemes: ['http', 'https', 'mailto'],
    nonTextTags: silent,
    nestingLimit,
  });
  const title = elementText(html, 'title') || elementText(html, 'h1');
  const language = /<html\b[^>]{0,1000}?\blang\s*=\s*["']?([a-z]{2,3}(?:-[a-z0-9]{2,8})*)/i.exec(html)?.[1];
  return readable({
    text: toMarkdown(inner(clean, 'main') ?? inner(clean, 'article') ?? clean),
    ...(title ? { title } : {}),
    ...(language ? { language } : {}),
  });
};

/** The encoding that a page declares in its first kilobyte (HTML standard, "prescan a byte stream"). */
export const declaredCharset = (bytes: Uint8Array): string | undefined =>
  /<meta\b[^>]*?charset\s*=\s*["']?([\w-]+)/i.exec(Buffer.from(bytes.subarray(0, 1024)).toString('latin1'))?.[1];

/** What a sanitised page, which is well formed, has between the first `<tag>` and the last `</tag>`. */
const inner = (html: string, tag: string): string | undefined => {
  const start = html.indexOf(`<${tag}>`);
  const end = html.lastIndexOf(`</${tag}>`);
  return start === -1 || end < start ? undefined : html.slice(start + tag.length + 2, end);
};

/** Plain text of the first `<tag>` of a page, which may be anything. */
const elementText = (html: string, tag: string): string => {
  const opening = new RegExp(`<${tag}(?=[\\s>])[^>]{0,1000}>`, 'i').exec(html);
  if (!opening) return '';
  const rest = html.slice(opening.index + opening[0].length, opening.index + opening[0].length + 2_000);
  const closing = rest.search(new RegExp(`</${tag}`, 'i'));
  if (closing === -1) return '';
  const text = sanitizeHtml(rest.slice(0, closing), { allowedTags: [], allowedAttributes: {}, nestingLimit });
  return unescapeText(text).replace(/\s+/g, ' ').trim();
};

/** Undoes the four entities that the sanitiser writes; it has decoded all others. */
const unescapeText = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

const toMarkdown = (html: string): string => {
  const turndown = new TurndownService({
    headingStyle: 'atx',
    codeBlockStyle: 'fenced',
    bulletListMarker: '-',
    emDelimiter: '*',
  });
  // Answers quote this text: a backslash before every dot of a number would show.
  turndown.escape = (text) => text.replace(/^(\s*)([#>+-]|\d+[.)])(\s)/, '$1\\$2$3');
  turndown.addRule('cell', {
    filter: ['th', 'td'],
    replacement: (content) =>
      ` ${content
        .replace(/\s*\n\s*/g, ' ')
        .replaceAll('|', '\\|')
        .trim()} |`,
  });
  turndown.addRule('row', {
    filter: 'tr',
    replacement: (content, node) => {
      const isFirst = node.parentNode?.nodeName !== 'TBODY' || !node.parentNode.previousSibling;
      const isHeader = isFirst && !node.previousSibling && content !== '';
      const rule = `|${' --- |'.repeat(node.childNodes.length)}`;
      return isHeader ? `|${content}\n${rule}\n` : `|${content}\n`;
    },
  });
  turndown.addRule('rows', { filter: ['thead', 'tbody', 'tfoot'], replacement: (content) => content });
  turndown.addRule('table', { filter: 'table', replacement: (content) => `\n\n${content.trim()}\n\n` });
  turndown.addRule('term', { filter: 'dt', replacement: (content) => `\n\n**${content.trim()}**\n\n` });
  return turndown.turndown(html);
};
