/** What this product can read. */
export type FormatName = 'markdown' | 'html' | 'plain' | 'csv' | 'pdf' | 'docx' | 'pptx' | 'xlsx' | 'epub' | 'eml';

/** How a document is named from outside; its first bytes may know better. */
export type Format = { readonly name: FormatName } | { readonly unknown: string };

/** What is known of a document besides its bytes. */
export interface Hints {
  /** Where a page was found: its links and its canonical address are understood against it. */
  readonly url?: string;
}

/** Largest single document, in bytes. */
export const largestDocument = 20_000_000;

const byExtension: Readonly<Record<string, FormatName>> = {
  // A file without an extension is taken as text.
  '': 'plain',
  md: 'markdown',
  markdown: 'markdown',
  html: 'html',
  htm: 'html',
  xhtml: 'html',
  txt: 'plain',
  text: 'plain',
  csv: 'csv',
  tsv: 'csv',
  pdf: 'pdf',
  docx: 'docx',
  docm: 'docx',
  dotx: 'docx',
  pptx: 'pptx',
  pptm: 'pptx',
  ppsx: 'pptx',
  xlsx: 'xlsx',
  xlsm: 'xlsx',
  xltx: 'xlsx',
  epub: 'epub',
  eml: 'eml',
};

const office = 'application/vnd.openxmlformats-officedocument';

const byMediaType: Readonly<Record<string, FormatName>> = {
  'text/html': 'html',
  'application/xhtml+xml': 'html',
  'text/markdown': 'markdown',
  'text/plain': 'plain',
  'text/csv': 'csv',
  'application/pdf': 'pdf',
  [`${office}.wordprocessingml.document`]: 'docx',
  [`${office}.presentationml.presentation`]: 'pptx',
  [`${office}.spreadsheetml.sheet`]: 'xlsx',
  'application/epub+zip': 'epub',
  'message/rfc822': 'eml',
};

const supported =
  'Markdown (.md), HTML (.html), text (.txt), CSV (.csv), PDF (.pdf), Word (.docx), PowerPoint (.pptx), Excel (.xlsx), EPUB (.epub), mail (.eml) or JSON Lines (.jsonl)';

/** The format of a file with this extension (lower case, without its dot). */
export const formatOf = (extension: string): Format => {
  const name = Object.hasOwn(byExtension, extension) ? byExtension[extension] : undefined;
  return name ? { name } : { unknown: `unknown format .${extension}; convert to ${supported}` };
};

/** The format of a page of this media type. */
export const formatOfMediaType = (mediaType: string): Format => {
  const name = Object.hasOwn(byMediaType, mediaType) ? byMediaType[mediaType] : undefined;
  return name
    ? { name }
    : { unknown: `unknown format ${mediaType || 'without content type'}; convert to ${supported}` };
};
