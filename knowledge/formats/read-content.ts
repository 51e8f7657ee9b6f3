import { type Reading, readable, unreadable } from '../document.ts';
import { readCsv } from './csv.ts';
import { decodeText } from './decode-text.ts';
import type { Format, FormatName, Hints } from './format.ts';
import { readMarkdown } from './markdown.ts';
import { sniff } from './sniff.ts';

/** How the bytes of one document become text. */
type Read = (bytes: Uint8Array, charset: string | undefined, hints: Hints, depth: number) => Reading | Promise<Reading>;

const text =
  (read: (text: string) => Reading): Read =>
  (bytes, charset) => {
    const decoded = decodeText(bytes, charset);
    return decoded.ok ? read(decoded.text) : unreadable(decoded.reason);
  };

/** Loaded when first needed: each brings a parser of its own. */
const readers: Readonly<Record<FormatName, Read>> = {
  markdown: text(readMarkdown),
  plain: text((content) => readable({ text: content })),
  csv: text(readCsv),
  html: async (bytes, charset, hints) => (await import('./html/read-html.ts')).readHtml(bytes, charset, hints),
  pdf: async (bytes) => (await import('./pdf/read-pdf.ts')).readPdf(bytes),
  docx: async (bytes) => (await import('./docx.ts')).readDocx(bytes),
  pptx: async (bytes) => (await import('./pptx.ts')).readPptx(bytes),
  xlsx: async (bytes) => (await import('./xlsx.ts')).readXlsx(bytes),
  epub: async (bytes) => (await import('./epub.ts')).readEpub(bytes),
  eml: async (bytes, _charset, _hints, depth) =>
    (await import('./eml.ts')).readEml(bytes, (format, inner, at) => readAt(at, format, inner), depth),
};

/**
 * Reads a document in this process, as what its first bytes say it is, else as what it is called. Any failure is a
 * reason, but nothing bounds time and memory here: see `readDocument`.
 */
export const readContent = (format: Format, bytes: Uint8Array, charset?: string, hints?: Hints): Promise<Reading> =>
  readAt(0, format, bytes, charset, hints);

/** `depth` counts the documents around this one. */
const readAt = async (
  depth: number,
  format: Format,
  bytes: Uint8Array,
  charset?: string,
  hints: Hints = {},
): Promise<Reading> => {
  const sniffed = sniff(bytes);
  if (sniffed && 'reason' in sniffed) return unreadable(sniffed.reason);
  const name = sniffed?.name ?? textInside(format, bytes);
  if (typeof name === 'object') return unreadable(name.reason);
  try {
    return withoutMarks(await readers[name](bytes, charset, hints, depth));
  } catch (error) {
    // Parsers of third parties may fail on hostile or damaged input; the rest goes on.
    return unreadable(
      `could not be converted (${error instanceof Error ? error.name : 'error'}); save it again in a simpler form`,
    );
  }
};

/** Marks for where a word may be divided, and others that nobody sees, would keep words from being found. */
const withoutMarks = (reading: Reading): Reading => {
  if (!reading.ok) return reading;
  const text = reading.document.text.replaceAll(/[\u00ad\u200b\u2060\ufeff]/g, '');
  return text === reading.document.text ? reading : readable({ ...reading.document, text });
};

/** What some text is, going by its name; a program that saves HTML or mail under the name of another format is common. */
const textInside = (format: Format, bytes: Uint8Array): FormatName | { readonly reason: string } => {
  if ('name' in format && ['markdown', 'plain', 'csv', 'html', 'eml'].includes(format.name)) return format.name;
  const head = Buffer.from(bytes.subarray(0, 1_024)).toString('latin1').trimStart();
  if (/^(?:\xef\xbb\xbf\s*)?(?:<!doctype html|<html|<head|<\?xml[^>]*>\s*(?:<!doctype html|<html))/i.test(head))
    return 'html';
  if (/^(?:MIME-Version|Return-Path|Received): /i.test(head)) return 'eml';
  if ('unknown' in format) return { reason: format.unknown };
  return { reason: `is damaged, or no ${format.name} at all: it does not begin like one; save it again` };
};
