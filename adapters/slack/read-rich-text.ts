import { z } from 'zod';
import { cleanText } from '../shared/clean.ts';
import { list, maybe, text } from './fields.ts';
import { markdownLink, type Ours, type ReadText, readMrkdwn, withoutMentions } from './mrkdwn.ts';

const style = z.object({
  bold: maybe(z.boolean()),
  italic: maybe(z.boolean()),
  strike: maybe(z.boolean()),
  code: maybe(z.boolean()),
});

/** An element of a `rich_text` block: all that the kinds we read are made of. */
const element = z.object({
  type: text,
  text: maybe(text),
  url: maybe(text),
  user_id: maybe(text),
  usergroup_id: maybe(text),
  channel_id: maybe(text),
  team_id: maybe(text),
  range: maybe(text),
  name: maybe(text),
  unicode: maybe(text),
  fallback: maybe(text),
  value: maybe(text),
  elements: maybe(list),
  indent: maybe(z.number().int().min(0).max(8)),
  offset: maybe(z.number().int().min(0).max(9_999)),
  style: maybe(z.union([style, text])),
});

const textObject = z.object({ type: maybe(text), text });

/** Other blocks: sections, headers, context lines, Markdown, pictures. */
const block = z.object({
  type: text,
  text: maybe(z.union([textObject, text])),
  fields: maybe(list),
  elements: maybe(list),
  alt_text: maybe(text),
  title: maybe(textObject),
  rows: maybe(z.array(maybe(list))),
});

const maxBlocks = 100;
const maxElements = 5_000;

const joined = (parts: readonly ReadText[], between: string): ReadText => ({
  markdown: parts
    .map(({ markdown }) => markdown)
    .filter((markdown) => markdown.trim() !== '')
    .join(between),
  mentionsUs: parts.some(({ mentionsUs }) => mentionsUs),
  mentionsOthers: parts.some(({ mentionsOthers }) => mentionsOthers),
});

const plain = (markdown: string): ReadText => ({ markdown, mentionsUs: false, mentionsOthers: false });

/** Marks go inside the white space around the words: `** bold **` is no bold. */
const styled = (words: string, given: z.output<typeof element>['style']): string => {
  if (typeof given !== 'object' || words.trim() === '') return words;
  const core = words.trim();
  const start = words.indexOf(core);
  const [before, after] = [words.slice(0, start), words.slice(start + core.length)];
  const mark = given.code ? '`' : `${given.bold ? '**' : ''}${given.italic ? '_' : ''}${given.strike ? '~~' : ''}`;
  return `${before}${mark}${core}${[...(given.code ? '`' : mark)].reverse().join('')}${after}`;
};

const emoji = (name: string, unicode: string | undefined): string => {
  const points = (unicode ?? '').split('-').map((point) => Number.parseInt(point, 16));
  const isKnown = points.every((point) => point > 0x1f && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff));
  return unicode !== undefined && isKnown ? String.fromCodePoint(...points) : `:${name}:`;
};

const inline = (node: z.output<typeof element>, us: Ours): ReadText => {
  switch (node.type) {
    case 'text':
      return plain(styled(node.text ?? '', node.style));
    case 'link':
      return plain(styled(markdownLink(node.url ?? '', node.text), node.style));
    case 'user': {
      const user = node.user_id ?? '';
      return us.has(user)
        ? { markdown: '', mentionsUs: true, mentionsOthers: false }
        : { markdown: `@${user}`, mentionsUs: false, mentionsOthers: true };
    }
    case 'usergroup':
      return { markdown: `@${node.usergroup_id ?? ''}`, mentionsUs: false, mentionsOthers: true };
    case 'broadcast':
      return { markdown: `@${node.range ?? 'channel'}`, mentionsUs: false, mentionsOthers: true };
    case 'channel':
      return plain(`#${node.channel_id ?? ''}`);
    case 'emoji':
      return plain(emoji(node.name ?? '', node.unicode));
    default:
      return plain(node.fallback ?? node.value ?? node.text ?? node.team_id ?? '');
  }
};

const parsed = (nodes: readonly unknown[] = []): readonly z.output<typeof element>[] =>
  nodes.slice(0, maxElements).flatMap((node) => element.safeParse(node).data ?? []);

const line = (nodes: readonly unknown[] | undefined, us: Ours): ReadText => {
  const parts = parsed(nodes).map((node) => inline(node, us));
  const all = joined(parts, '');
  const markdown = parts
    .map((part, index) => (parts[index - 1]?.mentionsUs ? part.markdown.replace(/^\s*[,:]?\s/, '') : part.markdown))
    .join('');
  return { ...all, markdown };
};

const readPart = (node: z.output<typeof element>, us: Ours): ReadText => {
  switch (node.type) {
    case 'rich_text_section':
      return line(node.elements, us);
    case 'rich_text_preformatted': {
      const code = line(node.elements, us).markdown.replaceAll('```', "'''");
      return plain(`\`\`\`\n${code.replace(/\n$/, '')}\n\`\`\``);
    }
    case 'rich_text_quote': {
      const quote = line(node.elements, us);
      return { ...quote, markdown: quote.markdown.trim().replace(/^/gm, '> ') };
    }
    case 'rich_text_list': {
      const indent = '    '.repeat(node.indent ?? 0);
      const items = parsed(node.elements).map((item, index) => {
        const mark = node.style === 'ordered' ? `${(node.offset ?? 0) + index + 1}. ` : '- ';
        const words = line(item.elements, us);
        return { ...words, markdown: `${indent}${mark}${words.markdown.trim()}` };
      });
      return joined(items, '\n');
    }
    default:
      return plain('');
  }
};

/** Lists of several depths come as one list each and belong together; everything else stands apart. */
const richText = (nodes: readonly unknown[] | undefined, us: Ours): ReadText => {
  const parts = parsed(nodes);
  const read = parts.map((node) => readPart(node, us));
  const markdown = read.reduce((before, { markdown: words }, index) => {
    if (words.trim() === '') return before;
    const inList = parts[index]?.type === 'rich_text_list' && parts[index - 1]?.type === 'rich_text_list';
    return before === '' ? words : `${before.trimEnd()}${inList ? '\n' : '\n\n'}${words}`;
  }, '');
  return { ...joined(read, ''), markdown };
};

const readTextObject = (value: unknown, us: Ours): ReadText => {
  if (typeof value === 'string') return plain(value);
  const object = textObject.safeParse(value).data;
  if (object === undefined) return plain('');
  return object.type === 'mrkdwn' ? readMrkdwn(object.text, us) : plain(object.text);
};

/** A cell of a table: plain text, or rich text of its own. */
const readCell = (value: unknown, us: Ours): ReadText => {
  const { data } = block.safeParse(value);
  return data?.type === 'rich_text' ? richText(data.elements, us) : readTextObject(value, us);
};

const readBlock = (value: unknown, us: Ours): ReadText => {
  const { data } = block.safeParse(value);
  if (data === undefined) return plain('');
  switch (data.type) {
    case 'rich_text':
      return richText(data.elements, us);
    case 'section':
      return joined(
        [data.text, ...(data.fields ?? [])].slice(0, 30).map((entry) => readTextObject(entry, us)),
        '\n',
      );
    case 'header':
    case 'markdown':
      return readTextObject(data.text, us);
    case 'context':
      return joined(
        (data.elements ?? []).slice(0, 30).map((entry) => readTextObject(entry, us)),
        ' ',
      );
    case 'table':
      return joined(
        (data.rows ?? []).slice(0, 100).map((row) =>
          joined(
            (row ?? []).slice(0, 20).map((cell) => readCell(cell, us)),
            ' | ',
          ),
        ),
        '\n',
      );
    case 'image':
    case 'video':
      return plain(data.title?.text ?? data.alt_text ?? '');
    default:
      return plain('');
  }
};

/** The words in Block Kit blocks (https://docs.slack.dev/reference/block-kit/blocks) as Markdown; what has none is left out. */
export const readBlocks = (blocks: readonly unknown[], us: Ours): ReadText => {
  const read = joined(
    blocks.slice(0, maxBlocks).map((entry) => readBlock(entry, us)),
    '\n\n',
  );
  return { ...read, markdown: withoutMentions(cleanText(read.markdown)).trim() };
};
