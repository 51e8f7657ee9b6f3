import { extname } from 'node:path';
import PostalMime, { type Attachment, type Email } from 'postal-mime';
import { type Reading, readable } from '../document.ts';
import { dateOf } from './date-of.ts';
import { type Format, formatOf, formatOfMediaType } from './format.ts';
import { mailToMarkdown } from './html/read-html.ts';
import { languageTag } from './office-package.ts';

/** Attachments that are read, of one mail; and mails within mails. */
const mostAttachments = 20;
const deepest = 2;

/** How an attached document is read; given, as that is what reads this mail, too. */
type ReadAttachment = (format: Format, bytes: Uint8Array, depth: number) => Promise<Reading>;

/**
 * A mail (RFC 5322, MIME) as a document: its subject is the title, then who wrote when, the text without what it quotes,
 * and every attachment that can be read as a section under its file name. What cannot be read of the attachments, such as
 * the pictures of a signature, is left out.
 */
export const readEml = async (bytes: Uint8Array, read: ReadAttachment, depth = 0): Promise<Reading> => {
  const mail = await PostalMime.parse(bytes, { forceRfc822Attachments: true, maxNestingDepth: 100 });
  const publishedAt = dateOf(mail.date);
  const language = languageTag(mail.headers.find(({ key }) => key === 'content-language')?.value);
  const sections: string[] = [];
  if (depth < deepest) {
    for (const attachment of mail.attachments.slice(0, mostAttachments)) {
      const section = await attachmentText(attachment, read, depth + 1);
      if (section) sections.push(section);
    }
  }
  const body = bodyOf(mail);
  const text = [body && [whoAndWhen(mail, publishedAt), body].filter(Boolean).join('\n\n'), ...sections];
  return readable({
    text: text.filter(Boolean).join('\n\n'),
    ...(mail.subject ? { title: mail.subject } : {}),
    ...(publishedAt ? { publishedAt } : {}),
    ...(language ? { language } : {}),
  });
};

/** The name alone: an address in a text is personal data that answers nothing. */
const whoAndWhen = (mail: Email, date: Date | undefined): string => {
  const name = mail.from?.name?.replace(/\s+/g, ' ').trim();
  return [name && !name.includes('@') ? `From ${name}` : '', date?.toISOString().slice(0, 10) ?? '']
    .filter(Boolean)
    .join(', ');
};

const bodyOf = (mail: Email): string =>
  (mail.html === undefined ? '' : mailToMarkdown(mail.html)) || withoutQuote(mail.text ?? '');

/** Where an answer begins to repeat what it answers, in the languages of the common mail programs. */
const quoteHeader =
  /^\s*(?:On .{5,200} wrote:|Am .{5,200} schrieb.{0,100}:|Le .{5,200} a écrit\s?:|El .{5,200} escribió:|Il .{5,200} ha scritto:|Op .{5,200} schreef.{0,100}:|Em .{5,200} escreveu:|-{2,}\s*(?:Original Message|Ursprüngliche Nachricht|Message d'origine|Mensaje original)\s*-{2,})\s*$/im;

/** Cut only where nothing but the quote follows: an answer between the lines of a question needs them. */
const withoutQuote = (text: string): string => {
  const lines = text.split(/\r\n|\r|\n/);
  const isQuote = (line: string) => /^\s*(?:>|$)/.test(line);
  let end = lines.length;
  while (end > 0 && isQuote(lines[end - 1] ?? '')) end -= 1;
  const head = lines.slice(0, end).join('\n');
  const header = quoteHeader.exec(head);
  if (!header) return head.trim() || text.trim();
  const behind = head.slice(header.index + header[0].length).trim();
  const isForOutlook = /^\s*-{2,}/.test(header[0]);
  return (behind === '' || isForOutlook ? head.slice(0, header.index) : head).trim() || text.trim();
};

const attachmentText = async (
  attachment: Attachment,
  read: ReadAttachment,
  depth: number,
): Promise<string | undefined> => {
  const name = attachment.filename?.replace(/[\p{C}\s]+/gu, ' ').trim() ?? '';
  const extension = extname(name).slice(1).toLowerCase();
  const format = extension === '' ? formatOfMediaType(attachment.mimeType) : formatOf(extension);
  const content =
    typeof attachment.content === 'string' ? Buffer.from(attachment.content) : new Uint8Array(attachment.content);
  if ('unknown' in format || content.length === 0) return undefined;
  const reading = await read(format, content, depth);
  if (!reading.ok) return undefined;
  const { title, text } = reading.document;
  return `## ${name || title || 'Attachment'}\n\n${demoted(text)}`;
};

/** Headings below those of the attachment itself, outside of code. */
const demoted = (markdown: string): string => {
  let isCode = false;
  return markdown
    .split('\n')
    .map((line) => {
      if (/^\s*(?:```|~~~)/.test(line)) isCode = !isCode;
      const marks = isCode ? undefined : /^(#{1,6})(?=\s)/.exec(line)?.[1];
      return marks ? `${'#'.repeat(Math.min(6, marks.length + 2))}${line.slice(marks.length)}` : line;
    })
    .join('\n');
};
