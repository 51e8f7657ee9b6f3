import type { Citation, Outbound } from '#core/message.ts';
import { cleanLine } from '../shared/clean.ts';
import { escapeHtml, renderHtml } from '../shared/render-html.ts';
import { renderText } from '../shared/render-text.ts';
import { safeUrl } from '../shared/safe-url.ts';
import { loopHeader } from './decode.ts';
import { limits } from './limits.ts';
import {
  attach,
  bracketed,
  type EncodedMail,
  type EncodeSettings,
  type LoadedAttachment,
  page,
  styles,
} from './mail-parts.ts';
import { outboundMessageId } from './message-id.ts';
import { plusAddress } from './plus-address.ts';
import { type ReplyState, replyState } from './reply-state.ts';

/** Message-IDs of a References field that is sent: the root and the latest. */
const maxReferences = 20;

const replyPrefix = /^\s*((re|aw|sv|vs|antw|antwort|odp|ynt|res|rif|回复|答复|回覆)(\[\d+\])?\s*[::]\s*)+/iu;

/** `Re:` exactly once, whatever the customer's mail program piled up before it. */
export const replySubject = (subject: string): string => {
  const bare = cleanLine(subject, limits.headerChars).replace(replyPrefix, '');
  return `Re: ${bare === '' ? '(no subject)' : bare}`;
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
  return page(`${renderHtml(markdown, styles)}${sources}${name}`);
};

/** Whoever only claimed to be a participant may have named others in their mail: they get nothing of the conversation. */
const toParticipants = (state: ReplyState, participants: readonly string[] | undefined): ReplyState => {
  if (participants === undefined) return state;
  const known = new Set(participants);
  const [to, cc] = [state.to, state.cc].map((people) =>
    people.filter(({ address }) => known.has(address.toLowerCase())),
  );
  return to === undefined || to.length === 0 ? { ...state, to: cc ?? [], cc: [] } : { ...state, to, cc: cc ?? [] };
};

/** What the mail answers. */
const stateOf = (message: Outbound): ReplyState | undefined => {
  const parsed = replyState.safeParse(message.address.state);
  return parsed.success ? toParticipants(parsed.data, message.participants) : undefined;
};

const capped = (ids: readonly string[], max: number): readonly string[] =>
  ids.length <= max ? ids : [...ids.slice(0, 1), ...ids.slice(1 - max)];

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
  const state = stateOf(message);
  if (state === undefined || state.to.length === 0) {
    return { ok: false, reason: 'the address names no recipient: it holds no mail to answer' };
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
