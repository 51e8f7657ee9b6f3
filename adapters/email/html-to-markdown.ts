import sanitizeHtml from 'sanitize-html';
import TurndownService from 'turndown';
import { limits } from './limits.ts';

/** A stretch of a mail as the writer's program marked it. */
export interface Segment {
  readonly kind: 'text' | 'quote' | 'signature';
  readonly markdown: string;
}

// Private-use characters carry the structure through the conversion; the mail's own are removed first.
const marks = { quote: '\ue000', signature: '\ue001', end: '\ue002', rest: '\ue003' } as const;
const anyMark = /[\ue000-\ue003]/g;

/** The little of a DOM element that the rules look at. */
interface ElementLike {
  readonly nodeName: string;
  readonly textContent: string | null;
  readonly parentNode: ElementLike | null;
  getAttribute(name: string): string | null;
}

const attribute = (element: ElementLike, name: string): string => (element.getAttribute(name) ?? '').toLowerCase();

/** Class names and id; webmail programs prefix those of a mail they quote with `x_`. */
const namesOf = (element: ElementLike): readonly string[] =>
  `${attribute(element, 'class')} ${attribute(element, 'id')}`
    .split(/\s+/)
    .map((name) => name.replace(/^(x_)+/, ''))
    .filter((name) => name !== '');

const quoteNames = new Set([
  ...['gmail_quote', 'gmail_quote_container', 'gmail_attr', 'yahoo_quoted', 'protonmail_quote', 'tutanota_quote'],
  ...['moz-cite-prefix', 'zmail_extra', 'gwmail_quote', 'airmail_ext_on', 'bloop_original_html', 'front-blockquote'],
  ...['freshdesk_quote', 'ms-outlook-mobile-reference-message', 'mail-editor-reference-message-container'],
  ...['olk_src_body_section', 'reply-intro', 'cite-prefix', 'history_container'],
]);
const signatureNames = new Set([
  ...['gmail_signature', 'gmail_signature_prefix', 'moz-signature', 'protonmail_signature_block', 'bloop_sign'],
  ...[
    'signature',
    'ms-outlook-mobile-signature',
    'applemailsignature',
    'ymail_android_signature',
    'tutanota_signature',
  ],
]);
/** Elements after which everything belongs to the mail that is answered. */
const restNames = new Set(['divrplyfwdmsg', 'appendonsend', 'zwchr', 'stopspelling', 'outlookmessageheader']);

const isQuote = (element: ElementLike): boolean =>
  (element.nodeName === 'BLOCKQUOTE' && attribute(element, 'type') === 'cite') ||
  attribute(element, 'data-marker') === '__quoted_text__' ||
  namesOf(element).some((name) => quoteNames.has(name));

const isSignature = (element: ElementLike): boolean =>
  attribute(element, 'data-smartmail') === 'gmail_signature' ||
  namesOf(element).some((name) => signatureNames.has(name));

/** Outlook draws a line above the header block of the mail that it quotes. */
const isOutlookHeader = (element: ElementLike): boolean =>
  element.nodeName === 'DIV' &&
  /border(-top)?:\s*(solid|[^;]*pt)/.test(attribute(element, 'style')) &&
  /border-top:\s*solid\s+#[0-9a-f]{6}|border:none;\s*border-top:/.test(attribute(element, 'style')) &&
  /^\s*[\p{L} ]{2,20}:\s*\S/u.test(element.textContent ?? '');

const isRest = (element: ElementLike): boolean =>
  namesOf(element).some((name) => restNames.has(name)) || isOutlookHeader(element);

const hiddenStyle =
  /display:\s*none|visibility:\s*hidden|font-size:\s*0(px|pt|em|%)?\s*(;|!|$)|mso-hide:\s*all|max-height:\s*0(px)?\s*(;|!|$)/i;

const allowedTags = [
  ...['a', 'abbr', 'address', 'article', 'b', 'blockquote', 'br', 'center', 'cite', 'code', 'dd', 'del', 'div', 'dl'],
  ...['dt', 'em', 'font', 'footer', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'header', 'hr', 'i', 'img', 'ins', 'kbd', 'li'],
  ...['main', 'ol', 'p', 'pre', 's', 'section', 'small', 'span', 'strike', 'strong', 'sub', 'sup', 'table', 'tbody'],
  ...['td', 'tfoot', 'th', 'thead', 'tr', 'u', 'ul'],
];

const sanitise = (html: string): string =>
  sanitizeHtml(html.replace(anyMark, ''), {
    allowedTags,
    allowedAttributes: {
      '*': ['class', 'id', 'type', 'style', 'data-marker', 'data-smartmail'],
      a: ['href'],
      img: ['src', 'alt'],
      ol: ['start'],
    },
    allowedSchemes: ['http', 'https', 'mailto', 'cid'],
    parseStyleAttributes: false,
    nonTextTags: ['script', 'style', 'textarea', 'option', 'title', 'noscript', 'template'],
    // Text that the reader does not see is not what the customer wrote.
    exclusiveFilter: (frame) => hiddenStyle.test(frame.attribs.style ?? ''),
    // Deeper than people nest; the conversion below is recursive and would overflow.
    nestingLimit: 60,
  });

const createConverter = (imageName: (contentId: string) => string | undefined): TurndownService => {
  const converter = new TurndownService({
    headingStyle: 'atx',
    bulletListMarker: '-',
    codeBlockStyle: 'fenced',
    br: '',
    hr: '---',
    // An empty element can still say that the quoted mail begins here.
    blankReplacement: (_, node) => {
      if (isRest(node as unknown as ElementLike)) return `\n\n${marks.rest}\n\n`;
      return 'isBlock' in node && node.isBlock === true ? '\n\n' : '';
    },
  });
  // A plain-text mail is taken as Markdown as it is; an HTML mail is treated alike.
  converter.escape = (text) => text;
  const positions = new WeakMap<ElementLike, number>();
  const rules: Readonly<Record<string, TurndownService.Rule>> = {
    lines: {
      filter: ['div', 'tr'],
      replacement: (content) => `\n${content}\n`,
    },
    cells: {
      filter: ['td', 'th'],
      replacement: (content) => (content.trim().includes('\n') ? `\n${content.trim()}\n` : `${content.trim()} `),
    },
    items: {
      filter: 'li',
      replacement: (content, node) => {
        const element = node as unknown as ElementLike;
        const list = element.parentNode;
        const position =
          list?.nodeName === 'OL'
            ? (positions.get(list) ?? Number.parseInt(list.getAttribute('start') ?? '1', 10))
            : undefined;
        if (list !== null && position !== undefined) positions.set(list, position + 1);
        const bullet = position === undefined ? '- ' : `${Number.isNaN(position) ? 1 : position}. `;
        return `\n${bullet}${content.trim().replaceAll('\n', `\n${' '.repeat(bullet.length)}`)}\n`;
      },
    },
    images: {
      filter: 'img',
      replacement: (_, node) => {
        const element = node as unknown as ElementLike;
        const source = element.getAttribute('src') ?? '';
        const name = source.startsWith('cid:') ? imageName(source.slice(4)) : undefined;
        return name === undefined ? '' : `[image: ${name}]`;
      },
    },
    links: {
      filter: 'a',
      replacement: (content, node) => {
        const element = node as unknown as ElementLike;
        const target = element.getAttribute('href') ?? '';
        const label = content.trim();
        const bare = target.replace(/^mailto:/, '').replace(/\/$/, '');
        const same = label.replace(/\/$/, '') === bare || `https://${label}` === target || `http://${label}` === target;
        return label === '' || target === '' || target.startsWith('cid:') || same ? content : `[${label}](${target})`;
      },
    },
    signature: {
      filter: (node) => isSignature(node as unknown as ElementLike),
      replacement: (content) => `\n\n${marks.signature}${content}${marks.end}\n\n`,
    },
    quote: {
      filter: (node) => isQuote(node as unknown as ElementLike),
      replacement: (content) => `\n\n${marks.quote}${content}${marks.end}\n\n`,
    },
    rest: {
      filter: (node) => isRest(node as unknown as ElementLike),
      replacement: (content) => `\n\n${marks.rest}${content}\n\n`,
    },
  };
  for (const [name, rule] of Object.entries(rules)) converter.addRule(name, rule);
  return converter;
};

const tidy = (markdown: string): string =>
  markdown
    .replace(anyMark, '')
    .replace(/\u00a0/g, ' ')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

/** Cuts the marked text at the outermost marks. */
const segmentsOf = (marked: string): readonly Segment[] => {
  const segments: Segment[] = [];
  let depth = 0;
  let start = 0;
  let kind: Segment['kind'] = 'text';
  const close = (end: number, next: Segment['kind']) => {
    const tidied = tidy(marked.slice(start, end));
    // Programs draw a line between the answer and the quoted mail.
    const markdown = kind === 'text' && next === 'quote' ? tidied.replace(/(^|\n)---$/, '').trimEnd() : tidied;
    if (markdown !== '') segments.push({ kind, markdown });
    start = end;
    kind = next;
  };
  for (const { 0: mark, index } of marked.matchAll(anyMark)) {
    if (mark === marks.rest) {
      if (depth > 0) continue;
      close(index, 'quote');
      break;
    }
    if (mark === marks.end) {
      depth = Math.max(0, depth - 1);
      if (depth === 0) close(index, 'text');
    } else {
      if (depth === 0) close(index, mark === marks.quote ? 'quote' : 'signature');
      depth += 1;
    }
  }
  close(marked.length, 'text');
  return segments;
};

/** What came of the HTML, and whether its end was cut off for its size. */
export interface ConvertedHtml {
  readonly segments: readonly Segment[];
  readonly truncated: boolean;
}

/**
 * The HTML of a mail as Markdown, in stretches of new text, quoted mail and signature as far as the writer's program
 * marked them. Scripts, styles, hidden text and remote images are left out; `imageName` names an inline image by its
 * Content-ID.
 */
export const htmlToMarkdown = (html: string, imageName: (contentId: string) => string | undefined): ConvertedHtml => {
  const truncated = html.length > limits.htmlChars;
  const marked = createConverter(imageName).turndown(sanitise(truncated ? html.slice(0, limits.htmlChars) : html));
  return { segments: segmentsOf(marked), truncated };
};
