import TurndownService from 'turndown';
import { markdownTable } from '../markdown-table.ts';
import type { HtmlElement } from './html-element.ts';

/** A tree of prose as Markdown. Links are understood against `base`; those that lead nowhere without it are only text. */
export const toMarkdown = (element: HtmlElement, base?: string): string => {
  const turndown = new TurndownService({
    headingStyle: 'atx',
    codeBlockStyle: 'fenced',
    bulletListMarker: '-',
    emDelimiter: '*',
  });
  // Answers quote this text: a backslash before every dot of a number would show.
  turndown.escape = (text) => text.replace(/^(\s*)([#>+-]|\d+[.)])(\s)/, '$1\\$2$3');
  turndown.addRule('link', {
    filter: 'a',
    replacement: (content, node) => {
      const href = (node as HtmlElement).getAttribute('href') ?? '';
      const url = URL.canParse(href) ? href : URL.parse(href, href.startsWith('#') ? undefined : base)?.href;
      return url && content.trim() !== '' ? `[${content}](${url.replaceAll(')', '%29')})` : content;
    },
  });
  turndown.addRule('preformatted', {
    filter: (node) => node.nodeName === 'PRE' && !node.querySelector('code'),
    replacement: (_content, node) => `\n\n\`\`\`\n${(node.textContent ?? '').replace(/^\n|\n+$/g, '')}\n\`\`\`\n\n`,
  });
  turndown.addRule('term', { filter: 'dt', replacement: (content) => `\n\n**${content.trim()}**\n\n` });
  addTableRules(turndown);
  return turndown.turndown(element as never);
};

interface Cell {
  readonly text: string;
  readonly columns: number;
}

const addTableRules = (turndown: TurndownService): void => {
  const cells = new WeakMap<object, Cell>();
  turndown.addRule('cell', {
    filter: ['th', 'td'],
    replacement: (content, node) => {
      const columns = Number((node as HtmlElement).getAttribute('colspan') ?? 1);
      cells.set(node, { text: content.trim(), columns: columns >= 1 && columns <= 50 ? Math.floor(columns) : 1 });
      return `${content.trim()}\n\n`;
    },
  });
  turndown.addRule('rows', { filter: ['tr', 'thead', 'tbody', 'tfoot'], replacement: (content) => content });
  turndown.addRule('caption', { filter: 'caption', replacement: (content) => `\n\n${content.trim()}\n\n` });
  turndown.addRule('table', {
    filter: 'table',
    replacement: (content, node) => {
      const table = node as HtmlElement;
      const blocks = `\n\n${content.trim()}\n\n`;
      if (isLayout(table)) return blocks;
      const rows = [...table.querySelectorAll('tr')]
        .map((row) => [...row.children].flatMap((cell) => cells.get(cell) ?? []))
        .filter((row) => row.some(({ text }) => text !== ''));
      if (rows.length === 0 || (rows.length === 1 && rows[0]?.length === 1)) return blocks;
      const caption = table.querySelector('caption')?.textContent?.replace(/\s+/g, ' ').trim();
      return `\n\n${caption ? `${caption}\n\n` : ''}${markdownTable(rows.map(spread))}\n\n`;
    },
  });
};

/** Tables that only arrange a page, as in mail: their cells are read one after the other. */
const isLayout = (table: HtmlElement): boolean =>
  table.querySelector('table, h1, h2, h3, h4, pre, blockquote') !== null;

const spread = (row: readonly Cell[]): string[] =>
  row.flatMap(({ text, columns }) => [text, ...Array.from({ length: columns - 1 }, () => '')]);
