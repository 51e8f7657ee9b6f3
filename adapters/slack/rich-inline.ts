import { cleanText } from '../shared/clean.ts';
import type { MarkdownNode } from '../shared/parse-markdown.ts';
import { safeUrl } from '../shared/safe-url.ts';
import { blockLimits, type RichInline } from './block-types.ts';

/** What the inline nodes of one text refer to. */
export interface References {
  /** Addresses by the identifier of their definition (`[label]: https://…`). */
  readonly definitions: ReadonlyMap<string, string>;
  /** Harmless addresses of the sources, by the number that the text quotes as `[n]`. */
  readonly citations: ReadonlyMap<number, string>;
}

type Style = NonNullable<RichInline['style']>;

/** The words of rich text elements. */
export const wordsOf = (elements: readonly RichInline[]): string =>
  elements.map((element) => element.text ?? (element.type === 'link' ? element.url : '')).join('');

export const isBlank = (elements: readonly RichInline[]): boolean =>
  elements.every((element) => element.type === 'text' && element.text.trim() === '');

const styled = (style: Style) => (Object.keys(style).length === 0 ? {} : { style });

/** Text as elements: none when it is empty, several when it is longer than one may be. */
export const textElements = (text: string, style: Style = {}): RichInline[] => {
  const elements: RichInline[] = [];
  let rest = cleanText(text);
  while (rest !== '') {
    const part = rest
      .slice(0, blockLimits.text)
      .replace(rest.length > blockLimits.text ? /[\ud800-\udbff]$/ : /$^/, '');
    elements.push({ type: 'text', text: part, ...styled(style) });
    rest = rest.slice(part.length);
  }
  return elements;
};

// File names and products look like hosts too (`Node.js`), so a bare name counts only with a common ending.
const addressLike = /^(?:https?:\/\/|www\.)\S+$|^[\p{L}\p{N}._-]+\.(?:com|net|org|io|co|app|dev)(?:[/?#]\S*)?$/iu;
const hostOf = (address: string): string | undefined => URL.parse(address)?.hostname.replace(/^www\./, '');

/** A label that reads like an address of one place must not lead to another. */
const pretends = (label: string, href: string): boolean => {
  const shown = label.trim();
  return addressLike.test(shown) && hostOf(/^https?:/i.test(shown) ? shown : `https://${shown}`) !== hostOf(href);
};

/** A link as elements; words alone when the address is not one that people may be sent to. */
export const linkElements = (label: string, url: string, style: Style = {}): RichInline[] => {
  const href = safeUrl(url);
  const words = cleanText(label).slice(0, blockLimits.text).toWellFormed();
  if (href === undefined || href.length > blockLimits.url) return textElements(words === '' ? url : words, style);
  if (words.trim() === '') return [{ type: 'link', url: href, ...styled(style) }];
  return pretends(words, href)
    ? [...textElements(`${words} (`, style), { type: 'link', url: href, ...styled(style) }, ...textElements(')', style)]
    : [{ type: 'link', url: href, text: words, ...styled(style) }];
};

const citation = /(\[\d{1,4}\])/;

const withCitations = (text: string, style: Style, citations: References['citations']): RichInline[] =>
  citations.size === 0
    ? textElements(text, style)
    : text.split(citation).flatMap((part) => {
        const url = citation.test(part) ? citations.get(Number(part.slice(1, -1))) : undefined;
        return url === undefined ? textElements(part, style) : linkElements(part, url, style);
      });

/** Joins neighbours of the same style: fewer elements, less weight. */
export const joined = (elements: readonly RichInline[]): RichInline[] => {
  const result: RichInline[] = [];
  for (const element of elements) {
    const last = result.at(-1);
    if (
      last?.type === 'text' &&
      element.type === 'text' &&
      last.text.length + element.text.length <= blockLimits.text &&
      JSON.stringify(last.style) === JSON.stringify(element.style)
    )
      result[result.length - 1] = { ...last, text: last.text + element.text };
    else result.push(element);
  }
  return result;
};

/** Inline Markdown as rich text elements: text and links, never a mention. HTML comes out as the characters it is made of. */
export const inlineElements = (
  nodes: readonly MarkdownNode[],
  references: References,
  style: Style = {},
): RichInline[] => {
  const within = (children: readonly MarkdownNode[], more: Style = {}) =>
    inlineElements(children, references, { ...style, ...more });
  const words = (children: readonly MarkdownNode[]) => wordsOf(inlineElements(children, noReferences));
  return nodes.flatMap((node): RichInline[] => {
    switch (node.type) {
      case 'text':
        return withCitations(node.value, style, references.citations);
      case 'html':
      case 'yaml':
        return textElements(node.value, style);
      case 'inlineCode':
        return textElements(node.value, { ...style, code: true });
      case 'break':
        return textElements('\n', style);
      case 'strong':
        return within(node.children, { bold: true });
      case 'emphasis':
        return within(node.children, { italic: true });
      case 'delete':
        return within(node.children, { strike: true });
      case 'link':
        return linkElements(words(node.children), node.url, style);
      case 'image':
        return linkElements(node.alt || node.url, node.url, style);
      case 'linkReference': {
        const url = references.definitions.get(node.identifier);
        return url === undefined ? within(node.children) : linkElements(words(node.children), url, style);
      }
      case 'imageReference': {
        const url = references.definitions.get(node.identifier) ?? '';
        return linkElements(node.alt || url, url, style);
      }
      case 'footnoteReference':
        return textElements(`[${node.label ?? node.identifier}]`, style);
      default:
        return 'children' in node ? within(node.children) : [];
    }
  });
};

const noReferences: References = { definitions: new Map(), citations: new Map() };
