/** What a file is by its own bytes. What a client calls it is only a hint. */

import { isUtf8 } from 'node:buffer';
import { extensionOf, safeFileName } from './file-name.ts';

interface Signature {
  readonly type: string;
  /** Latin-1 characters at `offset`. */
  readonly magic: string;
  readonly offset: number;
}

const signatures: readonly Signature[] = [
  { type: 'image/png', magic: '\x89PNG\r\n\x1a\n', offset: 0 },
  { type: 'image/jpeg', magic: '\xff\xd8\xff', offset: 0 },
  { type: 'image/gif', magic: 'GIF87a', offset: 0 },
  { type: 'image/gif', magic: 'GIF89a', offset: 0 },
  { type: 'image/webp', magic: 'WEBP', offset: 8 },
  { type: 'application/pdf', magic: '%PDF-', offset: 0 },
  { type: 'application/zip', magic: 'PK\x03\x04', offset: 0 },
  { type: 'application/zip', magic: 'PK\x05\x06', offset: 0 },
  /** Compound File Binary: Word, Excel and Outlook before 2007. */
  { type: 'application/x-cfb', magic: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', offset: 0 },
];

/** What may stand before the first element of a page: comments, XML declarations, a document type. */
const prologues: readonly (readonly [open: string, close: string])[] = [
  ['<!--', '-->'],
  ['<?', '?>'],
  ['<!doctype', '>'],
];
/** Elements that make a browser run or render a text as a page. */
const pageElement = /^<(html|head|body|script|iframe|svg)\b/;

/** The type of markup that `text` starts as, if it does. One pass: a pattern for all this would backtrack for ever. */
const markupType = (text: string): string | undefined => {
  let rest = text
    .replace(/^\uFEFF/, '')
    .trimStart()
    .toLowerCase();
  for (;;) {
    if (rest.startsWith('<!doctype html')) return 'text/html';
    const prologue = prologues.find(([open]) => rest.startsWith(open));
    if (prologue === undefined) break;
    const end = rest.indexOf(prologue[1]);
    if (end === -1) break;
    rest = rest.slice(end + prologue[1].length).trimStart();
  }
  const element = pageElement.exec(rest)?.[1];
  return element === undefined ? undefined : element === 'svg' ? 'image/svg+xml' : 'text/html';
};

/** How much of a text is looked at for markup, in bytes. */
const markupWindow = 4_096;

const sniffText = (bytes: Uint8Array): string | undefined => {
  if (bytes.includes(0)) return undefined;
  const head = Buffer.from(bytes.subarray(0, markupWindow)).toString('utf8');
  const markup = markupType(head);
  if (markup !== undefined) return markup;
  return isUtf8(bytes) ? 'text/plain' : undefined;
};

/** The media type that the bytes prove, or nothing. */
export const sniffType = (bytes: Uint8Array): string | undefined => {
  const head = Buffer.from(bytes.subarray(0, 32)).toString('latin1');
  const signature = signatures.find(({ magic, offset }) => head.startsWith(magic, offset));
  if (signature !== undefined) return signature.type;
  return sniffText(bytes);
};

const office = 'application/vnd.openxmlformats-officedocument';
/** Endings we know, for clients that send no type or only `application/octet-stream`. */
const typesByExtension: Readonly<Record<string, string>> = {
  '.txt': 'text/plain',
  '.log': 'text/plain',
  '.md': 'text/markdown',
  '.csv': 'text/csv',
  '.json': 'application/json',
  '.eml': 'message/rfc822',
  '.zip': 'application/zip',
  '.docx': `${office}.wordprocessingml.document`,
  '.xlsx': `${office}.spreadsheetml.sheet`,
  '.pptx': `${office}.presentationml.presentation`,
  '.odt': 'application/vnd.oasis.opendocument.text',
  '.ods': 'application/vnd.oasis.opendocument.spreadsheet',
  '.epub': 'application/epub+zip',
  '.doc': 'application/msword',
  '.xls': 'application/vnd.ms-excel',
  '.ppt': 'application/vnd.ms-powerpoint',
  '.msg': 'application/vnd.ms-outlook',
};

const zipped = /^application\/(?:zip|x-zip-compressed|epub\+zip|vnd\.openxmlformats-|vnd\.oasis\.)/;
const compound = /^application\/(?:msword|vnd\.ms-)/;
const textual = /^(?:text\/(?!html)|application\/(?:json|xml|x-ndjson|yaml)|message\/rfc822)/;
/** Types whose bytes carry a signature: claimed without it, they are something else. */
const provable = /^(?:image\/(?:png|jpeg|gif|webp|svg\+xml)|application\/pdf|text\/html)$/;

/** Is `declared` one of the types that files with these proven bytes may carry? */
const refines: Readonly<Record<string, RegExp>> = {
  'application/zip': zipped,
  'application/x-cfb': compound,
  'text/plain': textual,
};

/**
 * The type of a file from its bytes, refined by what the client declared and by the name's ending where bytes alone
 * cannot tell (a Word document is a zip). Parameters such as `charset` are dropped.
 */
export const resolveType = (bytes: Uint8Array, declared: string, name: string): string => {
  const plain = declared.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const vague = plain === '' || plain === 'application/octet-stream';
  const claimed = vague ? (typesByExtension[extensionOf(name)] ?? 'application/octet-stream') : plain;
  const sniffed = sniffType(bytes);
  if (sniffed !== undefined) return refines[sniffed]?.test(claimed) ? claimed : sniffed;
  if (provable.test(claimed) || zipped.test(claimed) || compound.test(claimed)) return 'application/octet-stream';
  // Text in an older encoding has no zero bytes.
  if (textual.test(claimed) && bytes.includes(0)) return 'application/octet-stream';
  return claimed;
};

/** Is `type` on the list? `image/*` stands for every image but SVG, which can carry scripts and must be named. */
export const isAllowedType = (type: string, allowed: readonly string[]): boolean =>
  allowed.includes(type) ||
  (type !== 'image/svg+xml' && type !== 'text/html' && allowed.includes(`${type.split('/', 1)[0]}/*`));

interface Presentation {
  readonly contentType: string;
  readonly disposition: 'inline' | 'attachment';
  /** Endings that suit the bytes; the first one is added to a name with another. */
  readonly extensions: readonly string[];
}

const presentations: Readonly<Record<string, Presentation>> = {
  'image/png': { contentType: 'image/png', disposition: 'inline', extensions: ['.png'] },
  'image/jpeg': { contentType: 'image/jpeg', disposition: 'inline', extensions: ['.jpg', '.jpeg'] },
  'image/gif': { contentType: 'image/gif', disposition: 'inline', extensions: ['.gif'] },
  'image/webp': { contentType: 'image/webp', disposition: 'inline', extensions: ['.webp'] },
  'application/pdf': { contentType: 'application/pdf', disposition: 'attachment', extensions: ['.pdf'] },
  'text/plain': {
    contentType: 'text/plain; charset=utf-8',
    disposition: 'attachment',
    extensions: ['.txt', '.md', '.csv', '.tsv', '.log', '.json', '.jsonl', '.yaml', '.yml', '.eml', '.ics', '.vcf'],
  },
  'application/zip': {
    contentType: 'application/octet-stream',
    disposition: 'attachment',
    extensions: ['.zip', '.docx', '.xlsx', '.pptx', '.odt', '.ods', '.odp', '.epub'],
  },
  'application/x-cfb': {
    contentType: 'application/octet-stream',
    disposition: 'attachment',
    extensions: ['.doc', '.xls', '.ppt', '.msg'],
  },
};

/** Everything else, HTML and SVG among it, is bytes to save and nothing to open. */
const opaque: Presentation = {
  contentType: 'application/octet-stream',
  disposition: 'attachment',
  extensions: ['.bin', '.mp3', '.mp4', '.m4a', '.wav', '.ogg', '.webm', '.mov', '.heic', '.tif', '.tiff'],
};

/**
 * How stored bytes leave the server: decided by the bytes alone, so that neither an upload's claims nor a link can turn
 * them into a page or a program. `name` is what the file should be called; its ending has to suit the bytes.
 */
export const presentFile = (
  bytes: Uint8Array,
  name: string,
): { readonly contentType: string; readonly disposition: 'inline' | 'attachment'; readonly name: string } => {
  const { extensions, ...rest } = presentations[sniffType(bytes) ?? ''] ?? opaque;
  const safe = safeFileName(name);
  return { ...rest, name: extensions.includes(extensionOf(safe)) ? safe : `${safe}${extensions[0] ?? ''}` };
};
