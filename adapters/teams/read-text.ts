import { z } from 'zod';
import { cleanText } from '../shared/clean.ts';
import { type Activity, attachmentsOf } from './activity.ts';
import { jsonOf, maybe, text } from './fields.ts';
import { type Mentions, readTags, withoutOurs } from './mentions.ts';
import { quoteOf } from './quote.ts';
import { readHtml, readPlainHtml } from './read-html.ts';

const htmlContent = z.union([
  text,
  z.object({ text }).transform((content) => content.text),
  z.object({ body: text }).transform((content) => content.body),
]);

/** The same message with its formatting, which Teams sends as an attachment. */
const htmlOf = (activity: Activity): string | undefined => {
  for (const { contentType, content } of attachmentsOf(activity)) {
    const html = contentType?.toLowerCase() === 'text/html' ? htmlContent.safeParse(content).data : undefined;
    if (html !== undefined && html.trim() !== '') return html;
  }
  return undefined;
};

const quotedReply = z.object({
  type: z.literal('quotedReply'),
  quotedReply: maybe(z.object({ senderName: maybe(text), preview: maybe(text), isReplyDeleted: maybe(z.boolean()) })),
  senderName: maybe(text),
  preview: maybe(text),
});

/** People quote one message, or a few; reading a hundred of them would hold up everybody else. */
const maxQuotes = 5;

/** What a message replies to, where an entity says it and not the HTML. */
const quotesIn = ({ entities }: Activity): readonly string[] =>
  (entities ?? [])
    .slice(0, 200)
    .flatMap((entry) => quotedReply.safeParse(entry).data ?? [])
    .slice(0, maxQuotes)
    .flatMap((data) => {
      const { senderName, preview = '' } = data.quotedReply ?? data;
      const quote = quoteOf('reply', readPlainHtml(preview.slice(0, 10_000)), senderName ?? '');
      return quote === '' ? [] : [quote];
    });

const messageReference = z.object({
  messagePreview: maybe(text),
  originalMessageContent: maybe(text),
  messageSender: maybe(z.object({ user: maybe(z.object({ displayName: maybe(text) })) })),
  originalMessageSender: maybe(z.object({ user: maybe(z.object({ displayName: maybe(text) })) })),
});

/** Messages that are attached to this one, as Microsoft Graph has them. */
const attachedIn = (activity: Activity): readonly string[] =>
  attachmentsOf(activity)
    .filter(({ contentType }) => contentType === 'messageReference' || contentType === 'forwardedMessageReference')
    .slice(0, maxQuotes)
    .flatMap(({ contentType, content }) => {
      const { data } = messageReference.safeParse(jsonOf(content));
      if (data === undefined) return [];
      const { displayName } = (data.originalMessageSender ?? data.messageSender)?.user ?? {};
      const words = readPlainHtml((data.originalMessageContent ?? data.messagePreview ?? '').slice(0, 20_000));
      const quote = quoteOf(contentType === 'messageReference' ? 'reply' : 'forward', words, displayName);
      return quote === '' ? [] : [quote];
    });

const plainText = (activity: Activity, mentions: Mentions): string => {
  const written = (activity.text ?? '').slice(0, 100_000).replace(/<\/?quoted\b[^<>]{0,300}>/gi, '');
  if (activity.textFormat?.toLowerCase() === 'xml') return readHtml(written, mentions);
  return readTags(written.replace(/&nbsp;|&#160;|\u00a0/gi, ' '), mentions);
};

/**
 * What a message says, as Markdown without our own mention. The HTML attachment counts where there is one, else `text`
 * (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages).
 */
export const readText = (activity: Activity, mentions: Mentions): string => {
  const html = htmlOf(activity);
  const formatted = html === undefined ? '' : readHtml(html, mentions);
  const own = formatted === '' ? plainText(activity, mentions) : formatted;
  const hasQuote = html !== undefined && /schema\.skype\.com\/Reply/i.test(html);
  const quotes = [...(hasQuote ? [] : quotesIn(activity)), ...attachedIn(activity)];
  return cleanText([...quotes, withoutOurs(own)].filter((part) => part !== '').join('\n\n')).trim();
};
