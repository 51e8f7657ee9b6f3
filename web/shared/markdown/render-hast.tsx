import { Fragment, type ReactNode } from 'react';
import { markdownWords } from '../../words.ts';
import type { HtmlNode } from './parse-markdown.ts';
import { safeHref } from './safe-href.ts';
import { splitCitations } from './split-citations.ts';

type HtmlElement = Extract<HtmlNode, { type: 'element' }>;

/** How citation marks are drawn: which numbers are known, and what stands for one. */
export interface CitationRendering {
  readonly known: (n: number) => boolean;
  readonly mark: (n: number, key: string) => ReactNode;
}

/** Elements that are drawn as they are. Headings step down: the page's own outline stays above any message's. */
const plain: Readonly<Record<string, 'p' | 'blockquote' | 'em' | 'strong' | 'del' | 'ul' | 'thead' | 'tbody' | 'tr'>> =
  {
    p: 'p',
    blockquote: 'blockquote',
    em: 'em',
    strong: 'strong',
    del: 'del',
    ul: 'ul',
    thead: 'thead',
    tbody: 'tbody',
    tr: 'tr',
  };
const headings: Readonly<Record<string, 'h3' | 'h4' | 'h5'>> = {
  h1: 'h3',
  h2: 'h4',
  h3: 'h5',
  h4: 'h5',
  h5: 'h5',
  h6: 'h5',
};

/**
 * React for a sanitised tree. It knows a fixed list of elements and builds each itself, so that nothing in a message
 * can name an attribute; an element outside the list gives its content only.
 */
export const renderHast = (tree: HtmlNode, citations?: CitationRendering): ReactNode => {
  const children = (node: HtmlNode, path: string, inCode: boolean): ReactNode =>
    'children' in node ? node.children.map((child, index) => render(child, `${path}.${index}`, inCode)) : undefined;

  const render = (node: HtmlNode, key: string, inCode: boolean): ReactNode => {
    if (node.type === 'text') return inCode || !citations ? node.value : renderText(node.value, key, citations);
    if (node.type !== 'element') return <Fragment key={key}>{children(node, key, inCode)}</Fragment>;
    const inner = children(node, key, inCode || node.tagName === 'code' || node.tagName === 'a');
    const Plain = plain[node.tagName];
    if (Plain) return <Plain key={key}>{inner}</Plain>;
    const Heading = headings[node.tagName];
    if (Heading) return <Heading key={key}>{inner}</Heading>;
    return renderSpecial(node, key, inner);
  };

  return render(tree, 'md', false);
};

const renderSpecial = (node: HtmlElement, key: string, inner: ReactNode): ReactNode => {
  const { properties } = node;
  switch (node.tagName) {
    case 'br':
      return <br key={key} />;
    case 'hr':
      return <hr key={key} />;
    case 'ol':
      return (
        <ol key={key} {...(typeof properties.start === 'number' ? { start: properties.start } : {})}>
          {inner}
        </ol>
      );
    case 'li':
      return <li key={key}>{inner}</li>;
    case 'code':
      return <code key={key}>{inner}</code>;
    case 'pre':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: wide code is scrolled with the arrow keys
        <pre key={key} tabIndex={0}>
          {inner}
        </pre>
      );
    case 'table':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled with the arrow keys
        <section key={key} className="table-frame" aria-label={markdownWords.table} tabIndex={0}>
          <table>{inner}</table>
        </section>
      );
    case 'th':
    case 'td':
      return renderCell(node, key, inner);
    case 'input':
      return (
        <span key={key} role="img" aria-label={properties.checked ? markdownWords.done : markdownWords.open}>
          {properties.checked ? '☑ ' : '☐ '}
        </span>
      );
    case 'a':
      return renderLink(properties.href, key, inner);
    // A remote picture would tell its host who reads this; it becomes a link that the reader may follow.
    case 'img':
      return renderLink(properties.src, key, imageLabel(properties.alt));
    default:
      return <Fragment key={key}>{inner}</Fragment>;
  }
};

const renderCell = (node: HtmlElement, key: string, inner: ReactNode): ReactNode => {
  const Cell = node.tagName === 'th' ? 'th' : 'td';
  const align = node.properties.align;
  const textAlign = align === 'right' || align === 'center' ? align : undefined;
  return (
    <Cell key={key} {...(textAlign ? { style: { textAlign } } : {})}>
      {inner}
    </Cell>
  );
};

const renderLink = (target: unknown, key: string, inner: ReactNode): ReactNode => {
  const href = safeHref(target);
  if (href === undefined) return <Fragment key={key}>{inner}</Fragment>;
  return href.startsWith('mailto:') ? (
    <a key={key} href={href} rel="noopener">
      {inner}
    </a>
  ) : (
    <a key={key} href={href} target="_blank" rel="noopener noreferrer nofollow">
      {inner}
    </a>
  );
};

const imageLabel = (alt: unknown): string =>
  typeof alt === 'string' && alt.trim() !== '' ? markdownWords.image(alt) : markdownWords.unnamedImage;

const renderText = (text: string, key: string, citations: CitationRendering): ReactNode => (
  <Fragment key={key}>
    {splitCitations(text, citations.known).map((part, index) =>
      'text' in part ? part.text : part.marks.map((n, at) => citations.mark(n, `${key}.${index}.${at}`)),
    )}
  </Fragment>
);
