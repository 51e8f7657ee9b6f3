import sanitizeHtml from 'sanitize-html';
import TurndownService from 'turndown';
import { markdownLink } from './markdown-link.ts';
import { type Mentions, nameIn, withoutMarks } from './mentions.ts';
import { quoteOf } from './quote.ts';

const maxHtmlChars = 100_000;

/** The little of a DOM element that the rules look at. */
interface ElementLike {
  readonly nodeName: string;
  readonly nodeType: number;
  readonly textContent: string | null;
  readonly parentNode: ElementLike | null;
  readonly childNodes: ArrayLike<ElementLike>;
  getAttribute(name: string): string | null;
}

const isElement = (node: ElementLike): boolean => node.nodeType === 1;
const attribute = (node: ElementLike, name: string): string =>
  isElement(node) ? (node.getAttribute(name) ?? '').trim() : '';
const childrenOf = (node: ElementLike): readonly ElementLike[] => Array.from(node.childNodes);
/** What `http://schema.skype.com/…` calls an element: `Mention`, `Emoji`, `Reply`, `Forward`, `CodeBlockEditor`. */
const kindOf = (node: ElementLike): string =>
  /schema\.skype\.com\/(\w+)$/i.exec(attribute(node, 'itemtype'))?.[1] ?? '';
const isKind = (node: ElementLike, kind: string): boolean => kindOf(node).toLowerCase() === kind.toLowerCase();

const allowedTags = (
  'a at b blockquote br code codeblock del div em h1 h2 h3 h4 h5 h6 hr i img ins li ol ' +
  'p pre s span strike strong sub sup table tbody td tfoot th thead tr u ul'
).split(' ');

const hiddenStyle =
  /display:\s*none|visibility:\s*hidden|font-size:\s*0(px|pt|em|%)?\s*(;|!|$)|max-height:\s*0(px)?\s*(;|!|$)/i;

/** Microsoft Graph's tag for an emoji, as the picture that Teams makes of it. */
const withPictures = (html: string): string =>
  html.replace(/<emoji\b([^<>]{0,500})>(?:\s*<\/emoji>)?/gi, '<img itemtype="http://schema.skype.com/Emoji"$1>');

const sanitise = (html: string): string =>
  sanitizeHtml(withPictures(withoutMarks(html)), {
    allowedTags,
    allowedAttributes: {
      '*': ['itemtype', 'itemid', 'itemprop', 'class', 'style'],
      a: ['href'],
      at: ['id'],
      img: ['alt', 'src'],
      ol: ['start'],
    },
    allowedSchemes: ['http', 'https', 'mailto'],
    parseStyleAttributes: false,
    nonTextTags: ['script', 'style', 'textarea', 'option', 'title', 'noscript', 'template'],
    // Text that the reader does not see is not what the customer wrote.
    exclusiveFilter: (frame) => hiddenStyle.test(frame.attribs.style ?? ''),
    // Deeper than people nest; the conversion below is recursive and would overflow.
    nestingLimit: 60,
  });

/** The text of code, whose lines Teams parts by `<br>` and whose colours are spans. */
const codeText = (node: ElementLike): string =>
  node.nodeName === 'BR'
    ? '\n'
    : node.nodeType === 3
      ? (node.textContent ?? '')
      : childrenOf(node).map(codeText).join('');

const fenced = (node: ElementLike): string => {
  const code = codeText(node)
    .replace(/\r\n?/g, '\n')
    .replace(/\u00a0/g, ' ')
    .replace(/^\n+/, '')
    .trimEnd();
  if (code === '') return '';
  const classes = `${attribute(node, 'class')} ${childrenOf(node)
    .map((child) => attribute(child, 'class'))
    .join(' ')}`;
  const language = /(?:^|\s)language-([\w+#.-]{1,30})/.exec(classes)?.[1] ?? '';
  const named = node.nodeName === 'CODEBLOCK' ? attribute(node, 'class').toLowerCase() : language;
  const info = /^[\w+#.-]{1,30}$/.test(named) && !/^(?:plaintext|was-manually-selected)$/.test(named) ? named : '';
  const longest = Math.max(2, ...(code.match(/`{3,}/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `\n\n${fence}${info}\n${code}\n${fence}\n\n`;
};

const isEmoji = (node: ElementLike): boolean => {
  if (isKind(node, 'Emoji')) return true;
  const alt = attribute(node, 'alt');
  return alt.length <= 16 && /\p{Extended_Pictographic}/u.test(alt) && !/[a-z]/i.test(alt);
};

const hasAncestor = (node: ElementLike, names: readonly string[]): boolean => {
  for (let at = node.parentNode; at !== null; at = at.parentNode) if (names.includes(at.nodeName)) return true;
  return false;
};

const rowsOf = (node: ElementLike): readonly ElementLike[] =>
  childrenOf(node).flatMap((child) =>
    child.nodeName === 'TR' ? [child] : /^T(?:HEAD|BODY|FOOT)$/.test(child.nodeName) ? rowsOf(child) : [],
  );
const tableOf = (node: ElementLike): ElementLike | null => {
  for (let at = node.parentNode; at !== null; at = at.parentNode) if (at.nodeName === 'TABLE') return at;
  return null;
};
const cellsOf = (row: ElementLike): number => childrenOf(row).filter(({ nodeName }) => /^T[DH]$/.test(nodeName)).length;

const createConverter = (mentions: Mentions): TurndownService => {
  const converter = new TurndownService({
    headingStyle: 'atx',
    bulletListMarker: '-',
    codeBlockStyle: 'fenced',
    emDelimiter: '*',
    br: '',
    hr: '---',
  });
  // What people type is taken as Markdown as it is, like everywhere.
  converter.escape = (text) => text;
  const positions = new WeakMap<ElementLike, number>();
  const rule = (
    name: string,
    filter: (node: ElementLike) => boolean,
    replacement: (content: string, node: ElementLike) => string,
  ): void => {
    converter.addRule(name, {
      filter: (node) => filter(node as unknown as ElementLike),
      replacement: (content, node) => replacement(content, node as unknown as ElementLike),
    });
  };
  rule(
    'lines',
    ({ nodeName }) => nodeName === 'DIV',
    (content) => `\n${content}\n`,
  );
  rule(
    'strike',
    ({ nodeName }) => /^(?:S|DEL|STRIKE)$/.test(nodeName),
    (content) => (content.trim() === '' ? content : `~~${content.trim()}~~`),
  );
  rule(
    'items',
    ({ nodeName }) => nodeName === 'LI',
    (content, node) => {
      const parent = node.parentNode;
      const start = Number.parseInt(parent === null ? '' : attribute(parent, 'start'), 10);
      const position =
        parent?.nodeName === 'OL' ? (positions.get(parent) ?? (Number.isNaN(start) ? 1 : start)) : undefined;
      if (parent !== null && position !== undefined) positions.set(parent, position + 1);
      const bullet = position === undefined ? '- ' : `${position}. `;
      return `\n${bullet}${content
        .trim()
        .replace(/\n{2,}/g, '\n')
        .replaceAll('\n', `\n${' '.repeat(bullet.length)}`)}\n`;
    },
  );
  rule(
    'cells',
    ({ nodeName }) => /^T[DH]$/.test(nodeName),
    (content) =>
      ` ${content
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .join(' ')
        .replaceAll('|', '\\|')} |`,
  );
  rule(
    'rows',
    ({ nodeName }) => nodeName === 'TR',
    (content, node) => {
      const table = tableOf(node);
      const isFirst = table !== null && rowsOf(table)[0] === node;
      return `\n|${content.replace(/\n/g, ' ')}${isFirst ? `\n|${' --- |'.repeat(Math.max(1, cellsOf(node)))}` : ''}`;
    },
  );
  rule(
    'tables',
    ({ nodeName }) => nodeName === 'TABLE',
    (content) => `\n\n${content.trim().replace(/\n+/g, '\n')}\n\n`,
  );
  rule(
    'images',
    ({ nodeName }) => nodeName === 'IMG',
    (_, node) => {
      const alt = nameIn(attribute(node, 'alt'));
      if (isEmoji(node)) return alt;
      return isKind(node, 'Giphy') && alt !== '' ? `[${alt.replace(/[[\]]/g, '')}]` : '';
    },
  );
  rule(
    'links',
    ({ nodeName }) => nodeName === 'A',
    (content, node) => markdownLink(attribute(node, 'href'), content),
  );
  rule(
    'mentions',
    (node) => node.nodeName === 'AT' || isKind(node, 'Mention'),
    (_, node) => {
      const index = attribute(node, node.nodeName === 'AT' ? 'id' : 'itemid');
      return mentions.textOf(node.textContent ?? '', /^\d{1,3}$/.test(index) ? Number(index) : undefined);
    },
  );
  rule(
    'markers',
    (node) => node.nodeName === 'P' && isKind(node, 'CodeBlockEditor'),
    () => '',
  );
  rule(
    'code',
    ({ nodeName }) => nodeName === 'PRE' || nodeName === 'CODEBLOCK',
    (_, node) => fenced(node),
  );
  rule(
    'author of a quote',
    (node) => /^(?:mri|time)$/.test(attribute(node, 'itemprop')) && hasAncestor(node, ['BLOCKQUOTE']),
    () => '',
  );
  rule(
    'quotes',
    ({ nodeName }) => nodeName === 'BLOCKQUOTE',
    (content, node) => {
      const kind = isKind(node, 'Reply') ? 'reply' : isKind(node, 'Forward') ? 'forward' : 'quote';
      return `\n\n${quoteOf(kind, content, kind === 'reply' ? authorOf(node) : '')}\n\n`;
    },
  );
  return converter;
};

/** Who wrote what a reply quotes. */
const authorOf = (node: ElementLike): string => {
  if (attribute(node, 'itemprop') === 'mri') return node.textContent ?? '';
  for (const child of childrenOf(node)) {
    const author = isElement(child) ? authorOf(child) : '';
    if (author !== '') return author;
  }
  return '';
};

// The conversion's time grows with the square of a run of white space (40,000 took 3 s); no indentation is as long as this.
const withoutGaps = (html: string): string => html.replace(/\s{201,}/g, (run) => run.slice(0, 200));

const tidy = (markdown: string): string =>
  markdown
    .replace(/\u00a0/g, ' ')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

/**
 * The HTML of a message as Markdown: formatting, lists, tables, code and links stay, mentions read as `mentions` says, quoted and
 * forwarded messages become block quotes. Scripts, hidden text and pictures are left out.
 */
export const readHtml = (html: string, mentions: Mentions): string =>
  tidy(createConverter(mentions).turndown(withoutGaps(sanitise(html.slice(0, maxHtmlChars)))));

/** A text that is marked up but no message of its own (what a forward brings along). */
export const readPlainHtml = (html: string): string =>
  readHtml(html, { mentionsUs: false, mentionsOthers: false, bare: [], textOf: (name) => `@${nameIn(name)}` });
