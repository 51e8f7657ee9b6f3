import type { MailComposerOptions } from 'nodemailer/lib/mail-composer';
import type { Address, Attachment } from '#core/message.ts';
import { cleanFileName, cleanMediaType } from '../shared/clean.ts';
import type { Styles } from '../shared/render-html.ts';
import type { EmailConfig } from './config.ts';

/** What the mail is made of besides the message itself. */
export interface EncodeSettings {
  readonly config: Pick<EmailConfig, 'address' | 'senderName'>;
  /** Signs the Message-ID and the Reply-To address. */
  readonly secret: string;
  readonly now: Date;
}

/** An attachment with its bytes; `undefined` when the blob store has them no more. */
export interface LoadedAttachment {
  readonly attachment: Attachment;
  readonly bytes: Uint8Array | undefined;
}

export type EncodedMail =
  | {
      readonly ok: true;
      readonly mail: MailComposerOptions;
      readonly envelope: { readonly from: string; readonly to: readonly string[]; readonly cc: readonly string[] };
      /** Without brackets: the external id of the message. */
      readonly messageId: string;
      /** Where the thread continues once this mail is sent. */
      readonly address: Address;
    }
  | { readonly ok: false; readonly reason: string };

/** Attached bytes per mail; with base64 this stays below the 25 MB that most receivers take. */
const maxAttachedBytes = 17 * 1024 * 1024;

const font = 'font-family:system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif';
const mono = 'font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:13px';
const cell = 'border:1px solid #d0d7de;padding:4px 8px;text-align:left';
/** Inline CSS: mail programs ignore style sheets. */
export const styles: Styles = {
  p: 'margin:0 0 12px',
  h1: 'font-size:18px;margin:16px 0 8px',
  h2: 'font-size:17px;margin:16px 0 8px',
  h3: 'font-size:16px;margin:16px 0 8px',
  ul: 'margin:0 0 12px;padding-left:24px',
  ol: 'margin:0 0 12px;padding-left:24px',
  li: 'margin:0 0 4px',
  a: 'color:#0b57d0',
  blockquote: 'margin:0 0 12px;padding-left:12px;border-left:3px solid #d0d7de;color:#57606a',
  pre: `margin:0 0 12px;padding:8px 12px;background:#f6f8fa;white-space:pre-wrap;${mono}`,
  code: mono,
  table: 'border-collapse:collapse;margin:0 0 12px',
  th: cell,
  td: cell,
  hr: 'border:0;border-top:1px solid #d0d7de;margin:16px 0',
};

/** An HTML fragment as the HTML part of a mail. */
export const page = (fragment: string): string =>
  `<!doctype html><html><head><meta charset="utf-8"></head><body style='margin:0;padding:0;font-size:15px;line-height:1.5;color:#1f2328;${font}'>${fragment}</body></html>`;

/** Files as parts of a mail; `notes` says in words which had to stay behind. */
export const attach = (files: readonly LoadedAttachment[]) => {
  let total = 0;
  const attached: { filename: string; contentType: string; content: Buffer }[] = [];
  const notes: string[] = [];
  for (const { attachment, bytes } of files) {
    const filename = cleanFileName(attachment.name, 'attachment');
    if (bytes === undefined) notes.push(`The file ${filename} is no longer available.`);
    else if (total + bytes.byteLength > maxAttachedBytes) notes.push(`The file ${filename} is too large for a mail.`);
    else {
      total += bytes.byteLength;
      attached.push({ filename, contentType: cleanMediaType(attachment.mime), content: Buffer.from(bytes) });
    }
  }
  return { attached, notes };
};

/** A Message-ID as it stands in a header field. */
export const bracketed = (id: string): string => `<${id}>`;
