import { type Reading, readable } from '../document.ts';
import { markdownTable } from './markdown-table.ts';
import { type Parts, propertiesOf, readParts, relationships } from './office-package.ts';
import { childAt, childrenNamed, descendants, parseXml, type XmlElement } from './xml.ts';

const presentation = 'ppt/presentation.xml';

/**
 * PowerPoint (ECMA-376, PresentationML): every slide that is shown is a section under its title, with its lists, tables
 * and speaker's notes. Text inside of charts and diagrams is not read.
 */
export const readPptx = (bytes: Uint8Array): Promise<Reading> =>
  readParts(bytes, (parts) => {
    const links = relationships(parts, presentation);
    const slides = descendants(parseXml(parts[presentation]), 'sldId').map(
      // Two attributes are called id, one of them with the prefix of relationships, which is cut off: the later one.
      ({ attributes }) => links.get(attributes.id ?? '')?.path ?? '',
    );
    const sections = slides.flatMap((path, at) => slideText(parts, path, at + 1));
    const title = propertiesOf(parts).title ?? slideTitle(parts, slides[0]);
    return readable({ ...propertiesOf(parts), text: sections.join('\n\n'), ...(title ? { title } : {}) });
  });

const slideText = (parts: Parts, path: string, number: number): string[] => {
  const slide = parseXml(parts[path]);
  if (slide.attributes.show === '0') return [];
  const shapes = shapesOf(slide);
  const title = shapes.find(isTitle);
  const blocks = shapes.filter((shape) => shape !== title).flatMap(shapeText);
  const notes = notesOf(parts, path);
  if (!title && blocks.length === 0 && notes === '') return [];
  const heading = (title && lineOf(title)) || `Slide ${number}`;
  return [[`## ${heading}`, ...blocks, ...(notes ? [`Notes: ${notes}`] : [])].join('\n\n')];
};

const slideTitle = (parts: Parts, path: string | undefined): string | undefined => {
  const title = path === undefined ? undefined : shapesOf(parseXml(parts[path])).find(isTitle);
  return title ? lineOf(title) : undefined;
};

/** Shapes and tables of a slide, out of their groups, in the order in which they are stacked. */
const shapesOf = (slide: XmlElement): XmlElement[] => {
  const inside = (element: XmlElement): XmlElement[] =>
    element.children.flatMap((child) => {
      if (child.name === 'sp' || child.name === 'graphicFrame') return [child];
      return ['grpSp', 'AlternateContent', 'Choice'].includes(child.name) ? inside(child) : [];
    });
  const tree = childAt(slide, 'cSld/spTree');
  return tree ? inside(tree) : [];
};

/** What a shape is a placeholder for: `title`, `body`, `ftr`, `sldNum` and so on; nothing for one put there by hand. */
const placeholder = (shape: XmlElement): string | undefined => {
  const mark = childAt(shape, 'nvSpPr/nvPr/ph');
  return mark && (mark.attributes.type ?? 'obj');
};
const isTitle = (shape: XmlElement): boolean => ['title', 'ctrTitle'].includes(placeholder(shape) ?? '');
const lineOf = (shape: XmlElement): string =>
  paragraphsOf(shape)
    .map(({ text }) => text)
    .join(' ');

interface Paragraph {
  readonly text: string;
  readonly level: number;
  /** Undefined: as its placeholder has it. */
  readonly bullet: 'none' | 'bullet' | 'number' | undefined;
}

const paragraphsOf = (shape: XmlElement): Paragraph[] =>
  childrenNamed(childAt(shape, 'txBody'), 'p')
    .map((paragraph) => {
      const style = childAt(paragraph, 'pPr');
      const has = (name: string) => childAt(style, name) !== undefined;
      const bullet = has('buNone') ? 'none' : has('buAutoNum') ? 'number' : has('buChar') ? 'bullet' : undefined;
      return { text: paragraphText(paragraph), level: Number(style?.attributes.lvl ?? 0), bullet } as const;
    })
    .filter(({ text }) => text !== '');

const paragraphText = (paragraph: XmlElement): string =>
  paragraph.children
    .map(({ name, text }) => (name === 'br' ? ' ' : ['r', 'fld'].includes(name) ? text : ''))
    .join('')
    .replace(/\s+/g, ' ')
    .trim();

const shapeText = (shape: XmlElement): string[] => {
  if (shape.name === 'graphicFrame') return descendants(shape, 'tbl').map(tableText);
  const kind = placeholder(shape);
  // Dates, footers and numbers are on every slide.
  if (['dt', 'ftr', 'hdr', 'sldNum'].includes(kind ?? '')) return [];
  const isList = kind === 'body' || kind === 'obj';
  const lines = paragraphsOf(shape).map(({ text, level, bullet }) => {
    if (bullet === 'none' || (bullet === undefined && !isList)) return { text, isItem: false };
    return { text: `${'  '.repeat(Math.min(level, 8))}${bullet === 'number' ? '1.' : '-'} ${text}`, isItem: true };
  });
  const joined = lines.reduce(
    (all, { text, isItem }, at) => `${all}${at === 0 ? '' : isItem && lines[at - 1]?.isItem ? '\n' : '\n\n'}${text}`,
    '',
  );
  return joined === '' ? [] : [joined];
};

const tableText = (table: XmlElement): string =>
  markdownTable(
    childrenNamed(table, 'tr').map((row) =>
      childrenNamed(row, 'tc').map((cell) => descendants(cell, 'p').map(paragraphText).filter(Boolean).join(' ')),
    ),
  );

const notesOf = (parts: Parts, slide: string): string => {
  const link = [...relationships(parts, slide).values()].find(({ type }) => type === 'notesSlide');
  if (!link || !parts[link.path]) return '';
  const body = shapesOf(parseXml(parts[link.path])).find((shape) => placeholder(shape) === 'body');
  return body
    ? paragraphsOf(body)
        .map(({ text }) => text)
        .join('\n\n')
    : '';
};
