import { type Reading, readable, unreadable } from '../document.ts';
import { readCsv } from './csv.ts';
import { decodeText } from './decode-text.ts';
import { declaredCharset, readHtml } from './html.ts';
import { readMarkdown } from './markdown.ts';

/** Largest single document, in bytes. */
export const largestDocument = 20_000_000;

/** How the bytes of one document become text. `charset` is what the transport declared. */
type Format = (bytes: Uint8Array, charset?: string) => Reading;

const textFormat =
  (read: (text: string) => Reading, charsetOf: (bytes: Uint8Array) => string | undefined = () => undefined): Format =>
  (bytes, charset) => {
    const decoded = decodeText(bytes, charset ?? charsetOf(bytes));
    return decoded.ok ? read(decoded.text) : unreadable(decoded.reason);
  };

const markdown = textFormat(readMarkdown);
const html = textFormat(readHtml, declaredCharset);
const plain = textFormat((text) => readable({ text }));
const csv = textFormat(readCsv);

const later =
  (name: string): Format =>
  () =>
    unreadable(`${name} is not supported yet; convert to Markdown, HTML or text`);

/** Formats by file extension. A file without one is taken as text. */
const byExtension: Readonly<Record<string, Format>> = {
  '': plain,
  md: markdown,
  markdown,
  html,
  htm: html,
  xhtml: html,
  txt: plain,
  text: plain,
  csv,
  tsv: csv,
  pdf: later('PDF'),
  docx: later('Word (docx)'),
  pptx: later('PowerPoint (pptx)'),
  xlsx: later('Excel (xlsx)'),
  epub: later('EPUB'),
  eml: later('Mail (eml)'),
};

/** Formats by media type, for pages of the web. */
const byMediaType: Readonly<Record<string, Format>> = {
  'text/html': html,
  'application/xhtml+xml': html,
  'text/markdown': markdown,
  'text/plain': plain,
  'text/csv': csv,
  'application/pdf': later('PDF'),
};

const supported = 'Markdown (.md), HTML (.html), text (.txt), CSV (.csv) or JSON Lines (.jsonl)';

/** How to read a file of this extension (lower case, without its dot). */
export const formatOf = (extension: string): Format =>
  byExtension[extension] ?? (() => unreadable(`unknown format .${extension}; convert to ${supported}`));

/** How to read a page of this media type. */
export const formatOfMediaType = (mediaType: string): Format =>
  byMediaType[mediaType] ??
  (() => unreadable(`unknown format ${mediaType || 'without content type'}; convert to ${supported}`));

/** Reads one document's bytes; any failure is a reason. */
export const readDocument = (format: Format, bytes: Uint8Array, charset?: string): Reading => {
  if (bytes.length === 0) return unreadable('it is empty');
  if (bytes.length > largestDocument) return unreadable(tooLarge(bytes.length));
  try {
    return format(bytes, charset);
  } catch (error) {
    // Converters of third parties may fail on hostile input; the rest goes on.
    return unreadable(
      `could not be converted (${error instanceof Error ? error.name : 'error'}); save it again in a simpler form`,
    );
  }
};

export const tooLarge = (bytes: number): string =>
  `${Math.ceil(bytes / 1_000_000)} MB is more than the ${largestDocument / 1_000_000} MB that one document may have; split it`;
