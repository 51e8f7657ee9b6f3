import { defaultSchema, sanitize } from 'hast-util-sanitize';
import { toHtml } from 'hast-util-to-html';
import { toHast } from 'mdast-util-to-hast';
import { type MarkdownNode, parseMarkdown } from './parse-markdown.ts';
import { safeUrl } from './safe-url.ts';

type HtmlTree = ReturnType<typeof sanitize>;
type HtmlNode = Extract<HtmlTree, { children: unknown }>['children'][number];

/** Inline CSS per element name, for places that ignore style sheets (mail clients). */
export type Styles = Readonly<Record<string, string>>;

// No images (they would report who reads), no ids, no classes: what customers and models write is text with structure.
const schema: typeof defaultSchema = {
  tagNames: [
    ...['p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'pre', 'code', 'em', 'strong', 'del', 'a'],
    ...['ul', 'ol', 'li', 'input', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'sup', 'section'],
  ],
  attributes: {
    a: ['href', 'title'],
    ol: ['start'],
    th: ['align'],
    td: ['align'],
    input: [
      ['type', 'checkbox'],
      ['disabled', true],
      ['checked', true],
    ],
  },
  required: { input: { type: 'checkbox', disabled: true } },
  protocols: { href: ['http', 'https', 'mailto'] },
  ancestors: defaultSchema.ancestors ?? {},
  strip: ['script', 'style'],
};

const text = (value: string) => ({ type: 'text' as const, value });

/** A line break in the source stays a line break: people and models write lines, not paragraphs of HTML. */
const withLineBreaks = (value: string) =>
  value
    .split('\n')
    .flatMap((line, index) =>
      index === 0
        ? [text(line)]
        : [{ type: 'element' as const, tagName: 'br', properties: {}, children: [] }, text(line)],
    );

/** HTML in the source is shown as the characters it is made of: nothing is dropped, nothing runs. */
const literalHtml = (_: unknown, node: { value: string }, parent: { type: string } | undefined) =>
  parent?.type === 'paragraph' || parent?.type === 'heading' || parent?.type === 'tableCell'
    ? text(node.value)
    : { type: 'element' as const, tagName: 'p', properties: {}, children: withLineBreaks(node.value) };

const imageAsLink = (_: unknown, node: { url: string; alt?: string | null }) => {
  const label = text(node.alt || node.url);
  const href = safeUrl(node.url);
  return href === undefined
    ? label
    : { type: 'element' as const, tagName: 'a', properties: { href }, children: [label] };
};

const withStyles = (node: HtmlTree | HtmlNode, styles: Styles): void => {
  if (node.type === 'element') {
    const style = styles[node.tagName];
    if (style !== undefined) node.properties = { ...node.properties, style };
  }
  if ('children' in node) for (const child of node.children) withStyles(child, styles);
};

const escaped: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML that shows exactly these characters. Fits element content and quoted attribute values. */
export const escapeHtml = (value: string): string => value.replace(/[&<>"']/g, (character) => escaped[character] ?? '');

/**
 * Markdown as a safe HTML fragment: no scripts, no images, no HTML of the author's, links to http(s) and mailto only.
 * Text that is too contorted to parse comes out as it is, line by line.
 */
export const renderHtml = (markdown: string, styles: Styles = {}): string => {
  const asIs = () => `<p>${escapeHtml(markdown).replaceAll('\n', '<br>')}</p>`;
  try {
    const tree = parseMarkdown(markdown);
    if (tree === undefined) return asIs();
    const html = toHast(tree, {
      handlers: {
        html: literalHtml,
        image: imageAsLink,
        text: (_: unknown, node: Extract<MarkdownNode, { type: 'text' }>) => withLineBreaks(node.value),
      },
    });
    const safe = sanitize(html, schema);
    withStyles(safe, styles);
    return toHtml(safe);
  } catch (thrown) {
    // Only the depth of the tree can do this; text is never worth a lost mail.
    if (thrown instanceof RangeError) return asIs();
    throw thrown;
  }
};
