import { zipSync } from 'fflate';
import mammoth from 'mammoth';
import { type Reading, readable } from '../document.ts';
import { firstHeading } from './first-heading.ts';
import { htmlToMarkdown } from './html/read-html.ts';
import { languageTag, type Parts, propertiesOf, readParts } from './office-package.ts';
import { childAt, childrenNamed, descendants, parseXml, refuseEntities, type XmlElement } from './xml.ts';

/** Paragraph styles that mammoth does not know; a table of contents repeats the headings. */
const styles = [
  "p[style-name='Title'] => h1:fresh",
  "p[style-name='Subtitle'] => p:fresh",
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((level) => `p[style-name='toc ${level}'] => !`),
  "p[style-name='TOC Heading'] => !",
  ...[1, 2, 3, 4, 5, 6].map((level) => `p.outline-level-${level} => h${level}:fresh`),
  "p[style-name='Preformatted Text'] => pre:separator('\\n')",
  "p[style-name='HTML Preformatted'] => pre:separator('\\n')",
];

/** Word (ECMA-376, WordprocessingML): headings, lists, tables, notes; no headers, footers, comments or pictures. */
export const readDocx = (bytes: Uint8Array): Promise<Reading> =>
  readParts(bytes, async (parts) => {
    for (const part of Object.values(parts)) refuseEntities(part);
    const properties = propertiesOf(parts);
    const { value } = await mammoth.convertToHtml(
      { buffer: repacked(withOutlineStyles(parts)) },
      {
        styleMap: [...styles, ...headingStyles(parts)],
        externalFileAccess: false,
        includeEmbeddedStyleMap: false,
        convertImage: mammoth.images.imgElement(async () => ({ src: '' })),
      },
    );
    const text = htmlToMarkdown(value);
    const title = properties.title ?? firstHeading(text);
    const language = properties.language ?? defaultLanguage(parts);
    return readable({ ...properties, text, ...(title ? { title } : {}), ...(language ? { language } : {}) });
  });

const main = 'word/document.xml';

/** Paragraphs that are headings by a level of their own get a style that says so: mammoth looks at styles alone. */
const withOutlineStyles = (parts: Parts): Parts => {
  const document = parts[main];
  if (!document) return parts;
  const xml = Buffer.from(document).toString('utf8');
  const styled = xml.replace(/<w:pPr>(?:(?!<\/?w:pPr>).){0,2000}<\/w:pPr>/gs, (properties) => {
    const level = /<w:outlineLvl w:val="([0-5])"\/>/.exec(properties)?.[1];
    if (level === undefined) return properties;
    const style = `<w:pStyle w:val="outline-level-${Number(level) + 1}"/>`;
    return `<w:pPr>${style}${properties.slice('<w:pPr>'.length).replace(/<w:pStyle [^>]*>/, '')}`;
  });
  return styled === xml ? parts : { ...parts, [main]: Buffer.from(styled) };
};

/** Packed again without compression: mammoth unpacks by itself, and would believe a directory that lies about sizes. */
const repacked = (parts: Parts): Buffer => Buffer.from(zipSync({ ...parts }, { level: 0 }));

/**
 * Styles that are headings because of their level in the outline, or of the style that they are based on: templates have
 * their own.
 */
const headingStyles = (parts: Parts): string[] => {
  const file = parts['word/styles.xml'];
  const paragraphStyles = file ? childrenNamed(parseXml(file), 'style') : [];
  const byId = new Map(paragraphStyles.map((style) => [style.attributes.styleId ?? '', style]));
  const levelOf = (style: XmlElement | undefined, depth = 0): number | undefined => {
    const level = childAt(style, 'pPr/outlineLvl')?.attributes.val;
    if (level !== undefined) return Number(level) + 1;
    const base = childAt(style, 'basedOn')?.attributes.val;
    return base === undefined || depth > 10 ? undefined : levelOf(byId.get(base), depth + 1);
  };
  return paragraphStyles.flatMap((style) => {
    const name = childAt(style, 'name')?.attributes.val ?? '';
    const level = levelOf(style);
    return level && level <= 6 && /^[\p{L}\p{N} _-]+$/u.test(name)
      ? [`p[style-name='${name}'] => h${level}:fresh`]
      : [];
  });
};

const defaultLanguage = (parts: Parts): string | undefined => {
  const styles = parts['word/styles.xml'];
  const defaults = styles ? descendants(parseXml(styles), 'rPrDefault')[0] : undefined;
  return defaults ? languageTag(descendants(defaults, 'lang')[0]?.attributes.val) : undefined;
};
