import { posix } from 'node:path';
import { type Reading, readable, unreadable } from '../document.ts';
import { dateOf } from './date-of.ts';
import { decodeText } from './decode-text.ts';
import { cleanHtml } from './html/clean-html.ts';
import { textOf } from './html/page-facts.ts';
import { htmlToMarkdown } from './html/read-html.ts';
import { languageTag, type Parts, readParts } from './office-package.ts';
import { childAt, childrenNamed, descendants, parseXml, type XmlElement } from './xml.ts';

/** A book (EPUB 3.3, and 2): its chapters in reading order, with the title, language and dates of its package file. */
export const readEpub = (bytes: Uint8Array): Promise<Reading> =>
  readParts(bytes, (parts) => {
    if (isEncrypted(parts)) return unreadable('is protected against copying; only a copy without that can be read');
    const [rootFile] = descendants(parseXml(parts['META-INF/container.xml']), 'rootfile');
    const path = rootFile?.attributes['full-path'] ?? '';
    const book = parseXml(parts[path]);
    const folder = posix.dirname(path);
    const names = chapterNames(parts, book, folder);
    const text = chapters(book)
      .map((href) => posix.join(folder, href))
      .map((file) => chapterText(parts[file], names.get(file)))
      .filter((chapter) => chapter !== '')
      .join('\n\n');
    return readable({ ...factsOf(childAt(book, 'metadata')), text });
  });

/** Files of the spine. The table of contents and what stands outside of the reading order are left out. */
const chapters = (book: XmlElement): string[] => {
  const items = new Map(
    childrenNamed(childAt(book, 'manifest'), 'item').map(({ attributes }) => [attributes.id ?? '', attributes]),
  );
  return childrenNamed(childAt(book, 'spine'), 'itemref').flatMap(({ attributes }) => {
    const item = items.get(attributes.idref ?? '');
    return item && !isContents(item.properties) && attributes.linear !== 'no' ? [safeDecode(item.href ?? '')] : [];
  });
};

const isContents = (properties: string | undefined): boolean => /(?:^|\s)nav(?:\s|$)/.test(properties ?? '');

const safeDecode = (href: string): string => {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
};

/** Under its name in the table of contents, where it has no heading of its own. */
const chapterText = (chapter: Uint8Array | undefined, name: string | undefined): string => {
  const decoded = chapter && decodeText(chapter);
  const text = decoded?.ok ? htmlToMarkdown(decoded.text) : '';
  if (text === '' || !name || text.startsWith('#')) return text;
  const [first = '', ...rest] = text.split('\n');
  return `# ${name}\n\n${first.trim() === name ? rest.join('\n').trim() : text}`;
};

/** Names of chapters by file: from the navigation document of EPUB 3, else the NCX file of EPUB 2. */
const chapterNames = (parts: Parts, book: XmlElement, folder: string): ReadonlyMap<string, string> => {
  const items = childrenNamed(childAt(book, 'manifest'), 'item').map(({ attributes }) => attributes);
  const named = (item: XmlElement['attributes'] | undefined) => posix.join(folder, safeDecode(item?.href ?? ''));
  const navigation = named(items.find((item) => isContents(item.properties)));
  const ncx = named(items.find((item) => item['media-type'] === 'application/x-dtbncx+xml'));
  const file = parts[navigation] ? navigation : ncx;
  const links = parts[navigation] ? linksOf(parts[navigation]) : parts[ncx] ? navPointsOf(parts[ncx]) : [];
  return new Map(
    links
      // The first name of a file is that of the chapter; later ones are of its sections.
      .toReversed()
      .map(({ target, name }) => [posix.join(posix.dirname(file), safeDecode(target.split('#')[0] ?? '')), name]),
  );
};

interface Link {
  readonly target: string;
  readonly name: string;
}

const linksOf = (navigation: Uint8Array): Link[] => {
  const decoded = decodeText(navigation);
  if (!decoded.ok) return [];
  return [...cleanHtml(decoded.text).querySelectorAll('nav a')].map((link) => ({
    target: link.getAttribute('href') ?? '',
    name: textOf(link),
  }));
};

const navPointsOf = (ncx: Uint8Array): Link[] =>
  descendants(parseXml(ncx), 'navPoint').map((point) => ({
    target: childAt(point, 'content')?.attributes.src ?? '',
    name: childAt(point, 'navLabel/text')?.text.replace(/\s+/g, ' ').trim() ?? '',
  }));

const factsOf = (metadata: XmlElement | undefined) => {
  const value = (name: string) => childrenNamed(metadata, name)[0]?.text;
  const meta = (property: string) =>
    childrenNamed(metadata, 'meta').find(({ attributes }) => attributes.property === property)?.text;
  const title = value('title');
  const language = languageTag(value('language'));
  const publishedAt = dateOf(value('date'));
  const modifiedAt = dateOf(meta('dcterms:modified'));
  return {
    ...(title ? { title } : {}),
    ...(language ? { language } : {}),
    ...(publishedAt ? { publishedAt } : {}),
    ...(modifiedAt ? { modifiedAt } : {}),
  };
};

/** Encrypted content, other than fonts, which publishers only scramble. */
const isEncrypted = (parts: Parts): boolean => {
  const file = parts['META-INF/encryption.xml'];
  if (!file) return false;
  return descendants(parseXml(file), 'CipherReference').some(
    ({ attributes }) => !/\.(?:otf|ttf|woff2?)$/i.test(attributes.URI ?? ''),
  );
};
