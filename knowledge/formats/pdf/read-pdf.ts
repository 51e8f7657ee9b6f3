import { getDocumentProxy } from 'unpdf';
import { type Reading, readable, unreadable } from '../../document.ts';
import { dateOf } from '../date-of.ts';
import { firstHeading } from '../first-heading.ts';
import { languageTag, realTitle } from '../office-package.ts';
import { blocksOf } from './blocks.ts';
import { type PageText, segmentsOf } from './page-text.ts';
import { withoutRunningLines } from './running-lines.ts';
import { blocksToMarkdown } from './to-markdown.ts';

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;
type Page = Awaited<ReturnType<Pdf['getPage']>>;

/** A PDF as Markdown: paragraphs in reading order, headings, lists and tables as far as sizes and places tell them. */
export const readPdf = async (bytes: Uint8Array): Promise<Reading> => {
  const opened = await open(bytes);
  if (!opened.ok) return unreadable(opened.reason);
  const { pdf } = opened;
  const pages: PageText[] = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const page = await pdf.getPage(number);
    pages.push(await pageText(page));
    page.cleanup();
  }
  const letters = pages.flatMap(({ segments }) => segments.map(({ text }) => text)).join('');
  if (!/[\p{L}\p{N}]/u.test(letters)) {
    return unreadable('has no text, only pictures: run OCR over it (for example ocrmypdf), then add it again');
  }
  if ((letters.match(/[\p{Co}\p{Cc}\ufffd]/gu)?.length ?? 0) > letters.length * 0.3) {
    return unreadable('its fonts do not say which letters they show: run OCR over it, or print it to PDF again');
  }
  const text = blocksToMarkdown(blocksOf(withoutRunningLines(pages)));
  const facts = await factsOf(pdf);
  const title = facts.title ?? firstHeading(text);
  return readable({ ...facts, text, ...(title ? { title } : {}) });
};

const open = async (
  bytes: Uint8Array,
): Promise<{ readonly ok: true; readonly pdf: Pdf } | { readonly ok: false; readonly reason: string }> => {
  try {
    // A copy: pdf.js takes the bytes away from who gave them.
    const pdf = await getDocumentProxy(Uint8Array.from(bytes), { verbosity: 0 });
    return { ok: true, pdf };
  } catch (error) {
    const isEncrypted = error instanceof Error && error.name === 'PasswordException';
    const reason = isEncrypted
      ? 'is encrypted with a password; save a copy without one'
      : 'is damaged: its pages cannot be found; save or print it to PDF again';
    return { ok: false, reason };
  }
};

const pageText = async (page: Page): Promise<PageText> => {
  const [, , width, height] = page.view as [number, number, number, number];
  const { items, styles } = await page.getTextContent();
  const isCode = (fontName: string): boolean => styles[fontName]?.fontFamily === 'monospace';
  return {
    width,
    height,
    segments: segmentsOf(
      items.filter((item) => 'str' in item),
      isCode,
    ),
  };
};

const factsOf = async (pdf: Pdf) => {
  const { info, metadata } = await pdf.getMetadata();
  const fields = info as Readonly<Record<string, unknown>>;
  const field = (name: string, xmp: string): string | undefined => {
    const value: unknown = metadata?.get(xmp) ?? fields[name];
    return typeof value === 'string' ? value : undefined;
  };
  const title = realTitle(field('Title', 'dc:title'));
  const language = languageTag(field('Language', 'dc:language'));
  const publishedAt = dateOf(field('CreationDate', 'xmp:createdate'));
  const modifiedAt = dateOf(field('ModDate', 'xmp:modifydate'));
  return {
    ...(title ? { title } : {}),
    ...(language ? { language } : {}),
    ...(publishedAt ? { publishedAt } : {}),
    ...(modifiedAt ? { modifiedAt } : {}),
  };
};
