import type { FormatName } from './format.ts';
import { openZip } from './zip.ts';

/** What the bytes themselves say, which counts for more than a file's name; nothing when they are just some text. */
export type Sniffed = { readonly name: FormatName } | { readonly reason: string } | undefined;

export const sniff = (bytes: Uint8Array): Sniffed => {
  const head = Buffer.from(bytes.subarray(0, 1_024)).toString('latin1');
  if (head.startsWith('PK\x03\x04') || head.startsWith('PK\x05\x06')) return sniffZip(bytes);
  // Readers of PDF accept anything before this mark within the first kilobyte (PDF 1.7, implementation note 13).
  if (/^\s*%PDF-/.test(head) || (head.includes('%PDF-') && head.includes('\0'))) return { name: 'pdf' };
  const known = marks.find(([mark]) => mark.test(head));
  if (known) return { reason: known[1] };
  if (head.startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) return { reason: reasonOfCompound(bytes) };
  return undefined;
};

const marks: readonly (readonly [RegExp, string])[] = [
  [/^\{\\rtf/, 'is an RTF file; save it as Word (.docx) or PDF'],
  [/^(?:\x89PNG|\xff\xd8\xff|GIF8|II\*\0|MM\0\*|RIFF....WEBP)/s, 'is a picture; run OCR and save the text'],
  [/^(?:\p{Cc}\x8b\p{Cc}|7z\xbc\xaf|Rar!|BZh\d)/u, 'is a packed archive; unpack it'],
];

/** Documents in a zip, by a file that each must hold. */
const packedFormats: readonly (readonly [RegExp, Sniffed])[] = [
  [/^word\/document\.xml$/i, { name: 'docx' }],
  [/^ppt\/presentation\.xml$/i, { name: 'pptx' }],
  [/^xl\/workbook\.(?:xml|bin)$/i, { name: 'xlsx' }],
  [/^META-INF\/container\.xml$/, { name: 'epub' }],
  [/^word\/|^ppt\/|^xl\//, { reason: 'is damaged: a main part of the document is missing; save it again' }],
];

const sniffZip = (bytes: Uint8Array): Sniffed => {
  const opened = openZip(bytes);
  if (!opened.ok) return { reason: opened.reason };
  const { names } = opened.zip;
  // Before EPUB, whose container file is in every OpenDocument file's folder as well.
  if (names.includes('content.xml') && names.includes('META-INF/manifest.xml')) {
    return { reason: 'is an OpenDocument file; save it as Word (.docx), Excel (.xlsx), PowerPoint (.pptx) or PDF' };
  }
  const known = packedFormats.find(([file]) => names.some((name) => file.test(name)));
  return known?.[1] ?? { reason: 'is a packed archive, not a document; unpack it' };
};

/** OLE compound files hold old Office documents, or new ones that are encrypted ([MS-OFFCRYPTO], 2.3). */
const reasonOfCompound = (bytes: Uint8Array): string => {
  const isEncrypted = Buffer.from(bytes).includes(Buffer.from('EncryptedPackage', 'utf16le'));
  return isEncrypted
    ? 'is encrypted with a password; save a copy without one'
    : 'is an old Office file (.doc, .xls, .ppt or .msg); save it in the new format, such as .docx, or as PDF';
};
