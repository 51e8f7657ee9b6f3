import type { MailComposerOptions } from 'nodemailer/lib/mail-composer';
import type { Address, Attachment, Citation, Outbound } from '#core/message.ts';
import { cleanFileName, cleanLine, cleanMediaType } from '../shared/clean.ts';
import { escapeHtml, renderHtml, type Styles } from '../shared/render-html.ts';
import { renderText } from '../shared/render-text.ts';
import { safeUrl } from '../shared/safe-url.ts';
import type { EmailConfig } from './config.ts';
import { loopHeader } from './decode.ts';
import { limits } from './limits.ts';
import { normaliseAddress, sameAddress } from './mail-address.ts';
import { outboundMessageId } from './message-id.ts';
import { plusAddress } from './plus-address.ts';
import { type ReplyState, replyState } from './reply-state.ts';

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
/** Message-IDs of a References field that is sent: the root and the latest. */
const maxReferences = 20;

const replyPrefix = /^\s*((re|aw|sv|vs|antw|antwort|odp|ynt|res|rif|回复|答复|回覆)(\[\d+\])?\s*[::]\s*)+/iu;

/** `Re:` exactly once, whatever the customer's mail program piled up before it. */
export const replySubject = (subject: string): string => {
  const bare = cleanLine(subject, limits.headerChars).replace(replyPrefix, '');
  return `Re: ${bare === '' ? '(no subject)' : bare}`;
};

const font = 'font-family:system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif';
const mono = 'font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:13px';
const cell = 'border:1px solid #d0d7de;padding:4px 8px;text-align:left';
const styles: Styles = {
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

const citationText = ({ n, title, url }: Citation): string => {
  const href = url === undefined ? undefined : safeUrl(url);
  return `[${n}] ${cleanLine(title, limits.headerChars)}${href === undefined ? '' : ` ${href}`}`;
};

const citationHtml = ({ n, title, url }: Citation): string => {
  const href = url === undefined ? undefined : safeUrl(url);
  const label = escapeHtml(cleanLine(title, limits.headerChars));
  const link = href === undefined ? label : `<a href="${escapeHtml(href)}" style="${styles.a}">${label}</a>`;
  return `<li value="${Math.trunc(n)}" style="${styles.li}">${link}</li>`;
};

const textPart = (markdown: string, citations: readonly Citation[], signature: string | undefined): string =>
  [
    renderText(markdown),
    citations.length > 0 ? ['Sources:', ...citations.map(citationText)].join('\n') : '',
    signature === undefined ? '' : `-- \n${signature}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');

const htmlPart = (markdown: string, citations: readonly Citation[], signature: string | undefined): string => {
  const sources =
    citations.length > 0
      ? `<div style="margin-top:16px;font-size:13px;color:#57606a"><p style="margin:0 0 4px">Sources</p><ol style="${styles.ol}">${citations.map(citationHtml).join('')}</ol></div>`
      : '';
  const name = signature === undefined ? '' : `<p style="margin:16px 0 0;color:#57606a">${escapeHtml(signature)}</p>`;
  return `<!doctype html><html><head><meta charset="utf-8"></head><body style='margin:0;padding:0;font-size:15px;line-height:1.5;color:#1f2328;${font}'>${renderHtml(markdown, styles)}${sources}${name}</body></html>`;
};

/** The first line of a text as a subject for a thread that we start. */
const subjectOf = (markdown: string): string =>
  cleanLine(renderText(markdown.slice(0, 2_000)).split('\n')[0] ?? '', 90) || 'Message from support';

/** Whoever only claimed to be a participant may have named others in their mail: they get nothing of the conversation. */
const toParticipants = (state: ReplyState, participants: readonly string[] | undefined): ReplyState => {
  if (participants === undefined) return state;
  const known = new Set(participants);
  const [to, cc] = [state.to, state.cc].map((people) =>
    people.filter(({ address }) => known.has(address.toLowerCase())),
  );
  return to === undefined || to.length === 0 ? { ...state, to: cc ?? [], cc: [] } : { ...state, to, cc: cc ?? [] };
};

/**
 * What the mail answers. An address without such a state begins a thread: its space is then the mailbox of somebody else
 * (the desk's, when people pick up by mail).
 */
const stateOf = (message: Outbound, own: string): ReplyState | undefined => {
  const parsed = replyState.safeParse(message.address.state);
  if (parsed.success) return toParticipants(parsed.data, message.participants);
  const recipient = normaliseAddress(message.address.space);
  return recipient === undefined || sameAddress(recipient, own)
    ? undefined
    : { subject: subjectOf(message.content.markdown), references: [], to: [{ name: '', address: recipient }], cc: [] };
};

const capped = (ids: readonly string[], max: number): readonly string[] =>
  ids.length <= max ? ids : [...ids.slice(0, 1), ...ids.slice(1 - max)];

const attach = (files: readonly LoadedAttachment[]) => {
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

/**
 * One message as a mail: text and HTML, in the customer's thread. What the bot or the desk itself says is marked as
 * automatic (RFC 3834 §5, `X-Auto-Response-Suppress` of MS-OXCMAIL), so that no auto-responder answers it; what a person
 * says is not, and carries their name. Every try of one outbox row has the same Message-ID.
 */
export const encodeMail = (
  message: Outbound,
  { config, secret, now }: EncodeSettings,
  files: readonly LoadedAttachment[],
): EncodedMail => {
  const state = stateOf(message, config.address);
  if (state === undefined || state.to.length === 0) {
    return {
      ok: false,
      reason: 'the address names no recipient: it holds neither a mail to answer nor the mailbox of somebody else',
    };
  }
  const isPerson = message.author.role === 'human';
  const personName = isPerson ? cleanLine(message.author.name ?? '', 100) : '';
  const signature = personName === '' ? undefined : personName;
  const messageId = outboundMessageId(message.id, config.address, secret);
  const earlier = [...state.references, ...(state.lastMessageId === undefined ? [] : [state.lastMessageId])];
  const references = capped([...new Set(earlier)], maxReferences);
  const isReply = state.lastMessageId !== undefined;
  const { attached, notes } = attach(files);
  const markdown = [message.content.markdown, ...notes.map((note) => `*${note}*`)].join('\n\n');
  const citations = message.meta.citations ?? [];
  const bracketed = (id: string) => `<${id}>`;
  const person = ({ name, address }: { name: string; address: string }) => ({ name: cleanLine(name, 200), address });
  return {
    ok: true,
    messageId,
    envelope: {
      from: config.address,
      to: state.to.map(({ address }) => address),
      cc: state.cc.map(({ address }) => address),
    },
    address: {
      channel: 'email',
      space: config.address,
      thread: isReply ? message.address.thread : messageId,
      state: { ...state, lastMessageId: messageId, references: [...capped(earlier, limits.references)] },
    },
    mail: {
      from: {
        name: personName === '' ? config.senderName : `${personName} (${config.senderName})`,
        address: config.address,
      },
      to: state.to.map(person),
      cc: state.cc.map(person),
      replyTo: plusAddress(config.address, message.conversationId, secret),
      subject: isReply ? replySubject(state.subject) : state.subject,
      date: now,
      messageId: bracketed(messageId),
      ...(state.lastMessageId === undefined ? {} : { inReplyTo: bracketed(state.lastMessageId) }),
      ...(references.length === 0 ? {} : { references: references.map(bracketed) }),
      headers: {
        [loopHeader]: config.address,
        ...(isPerson ? {} : { 'Auto-Submitted': 'auto-replied', 'X-Auto-Response-Suppress': 'All' }),
      },
      text: textPart(markdown, citations, signature),
      html: htmlPart(markdown, citations, signature),
      attachments: attached,
      disableFileAccess: true,
      disableUrlAccess: true,
    },
  };
};
