import type { Author, Outbound } from '#core/message.ts';
import { cleanLine } from '../shared/clean.ts';
import { escapeHtml, renderHtml } from '../shared/render-html.ts';
import { renderText } from '../shared/render-text.ts';
import { loopHeader } from './decode.ts';
import { cardHtml, cardText, changeInWords, deskSubject } from './desk-card.ts';
import { deskMark, deskMessageId, deskPlusAddress } from './desk-mark.ts';
import { answerMark } from './desk-text.ts';
import { replySubject } from './encode.ts';
import { normaliseAddress, sameAddress } from './mail-address.ts';
import {
  attach,
  bracketed,
  type EncodedMail,
  type EncodeSettings,
  type LoadedAttachment,
  page,
  styles,
} from './mail-parts.ts';
import { type ReplyState, replyState } from './reply-state.ts';

const hint = 'A reply to this mail goes to the customer. Start it with // for a note.';
const grey = 'margin:0 0 12px;font-size:13px;color:#57606a';
const isMessageId = (id: string): boolean => /^[^<>\s@]{1,400}@[^<>\s@]{1,250}$/.test(id);

/** Whether a message is for the team: a card that opens its thread, or something below it. `own` is our mailbox. */
export const isForDesk = ({ address, conversationId }: Outbound, own: string): boolean =>
  address.thread === '' ||
  (address.thread === deskMark(conversationId, address.space) && !sameAddress(address.space, own));

/** Whether a card is only drawn anew with nothing that the team would have to be written about. */
export const isUnchanged = ({ address, meta }: Outbound): boolean =>
  address.thread !== '' && meta.card !== undefined && changeInWords(meta.card) === undefined;

/** As whom the team reads it. What a customer calls themselves must not look like one of us. */
const senderOf = ({ role, name = '' }: Author, senderName: string): string => {
  const who = cleanLine(name, 100);
  if (role === 'customer') return `${who || 'The customer'} (customer)`;
  return role === 'human' && who !== '' ? `${who} (${senderName})` : senderName;
};

const bodyOf = (
  { author, content, meta, address }: Outbound,
  notes: readonly string[],
): { readonly text: string; readonly html: string } => {
  const { card } = meta;
  if (card !== undefined && address.thread === '') return { text: cardText(card), html: cardHtml(card) };
  const words = card === undefined ? content.markdown : (changeInWords(card) ?? '');
  const markdown = [words, ...notes.map((note) => `*${note}*`)].filter((part) => part !== '').join('\n\n');
  const who = author.role === 'bot' ? '' : `${cleanLine(author.name ?? '', 100) || 'The customer'}:`;
  return {
    text: [who, renderText(markdown), hint].filter((part) => part !== '').join('\n\n'),
    html: `${who === '' ? '' : `<p style="${styles.p}"><strong>${escapeHtml(who)}</strong></p>`}${renderHtml(markdown, styles)}<p style="${grey}">${hint}</p>`,
  };
};

/**
 * A message to the desk as a mail: the card opens the thread, everything else continues it. Whatever it says, it is marked as
 * automatic (RFC 3834 §5), so that nobody's absence is announced to a case; replies come to the signed address of the case.
 */
export const encodeDeskMail = (
  message: Outbound,
  { config, secret, now }: EncodeSettings,
  files: readonly LoadedAttachment[],
): EncodedMail => {
  const desk = normaliseAddress(message.address.space)?.toLowerCase();
  if (desk === undefined || sameAddress(desk, config.address))
    return { ok: false, reason: 'the desk is no mailbox of its own: write DESK=email:agents@example.org' };
  const { card, receipt } = message.meta;
  const name = deskMark(message.conversationId, desk);
  const messageId = deskMessageId(message.id, name, config.address, secret);
  const known = replyState.safeParse(message.address.state);
  const thread = message.address.thread !== '' && known.success ? known.data : undefined;
  const opened: ReplyState = {
    subject: card === undefined ? 'A case of ours' : deskSubject(card),
    lastMessageId: messageId,
    references: [],
    to: [{ name: '', address: desk }],
    cc: [],
  };
  const root = thread?.lastMessageId;
  const answered = receipt !== undefined && isMessageId(receipt.of) ? receipt.of : root;
  const references = [...new Set([root, answered])].filter((id) => id !== undefined);
  const { attached, notes } = attach(files);
  const { text, html } = bodyOf(message, notes);
  return {
    ok: true,
    messageId,
    envelope: { from: config.address, to: [desk], cc: [] },
    // The thread stays as its card has opened it: that is what everybody's mail program goes by.
    address: { channel: 'email', space: desk, thread: name, state: { ...(thread ?? opened) } },
    mail: {
      from: { name: senderOf(message.author, config.senderName), address: config.address },
      to: desk,
      replyTo: deskPlusAddress(config.address, name, secret),
      subject: thread === undefined ? opened.subject : replySubject(thread.subject),
      date: now,
      messageId: bracketed(messageId),
      ...(answered === undefined ? {} : { inReplyTo: bracketed(answered) }),
      ...(references.length === 0 ? {} : { references: references.map(bracketed) }),
      headers: {
        [loopHeader]: config.address,
        'Auto-Submitted': 'auto-generated',
        'X-Auto-Response-Suppress': 'All',
      },
      text: `${answerMark}\n\n${text}`,
      html: page(`<p style="${grey}">${answerMark}</p>${html}`),
      attachments: attached,
      disableFileAccess: true,
      disableUrlAccess: true,
    },
  };
};
