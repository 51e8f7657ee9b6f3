import { channelNames } from '#core/channel-names.ts';
import type { Card } from '#core/escalation.ts';
import type { Citation } from '#core/message.ts';
import { cleanText } from '../shared/clean.ts';
import { renderText } from '../shared/render-text.ts';
import { safeUrl } from '../shared/safe-url.ts';
import { shorten } from '../shared/shorten.ts';
import {
  type Block,
  type Button,
  blockLimits,
  context,
  header,
  mrkdwn,
  plainText,
  type RichElement,
  type RichInline,
  richText,
  sizeOf,
} from './block-types.ts';
import { button } from './buttons.ts';
import { linkElements, textElements } from './rich-inline.ts';
import { mrkdwnLabel, oneLine } from './slack-text.ts';

/** How much of the story a card tells; the first that fits into a message is taken. */
const details = [
  { sources: 8, messages: 6, words: 300, reply: 1_500 },
  { sources: 4, messages: 4, words: 150, reply: 800 },
  { sources: 0, messages: 0, words: 0, reply: 300 },
] as const;
type Detail = (typeof details)[number];

/**
 * A moment that Slack shows in each reader's own time zone (docs.slack.dev, date formatting). The only token with `<!` that
 * we ever write, made of a number alone.
 */
const dateToken = (iso: string): string | undefined => {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return undefined;
  const fallback = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  return `<!date^${Math.floor(at / 1_000)}^{date_short_pretty} {time}|${fallback} UTC>`;
};

const state = ({ status, claimedBy, superseded }: Card): string => {
  const who = mrkdwnLabel(claimedBy ?? '', 80);
  if (superseded !== undefined) return mrkdwnLabel(superseded, 300);
  if (status === 'open') return '*Open*, nobody has it yet';
  if (status === 'claimed') return `*${who || 'Somebody'}* has it`;
  return who === '' ? '*Closed*' : `*Closed* by ${who}`;
};

const fields = (card: Card): Block => {
  const of = (name: string, value: string | undefined) =>
    value === undefined || value === '' ? [] : [`*${name}*\n${value}`];
  const listed = (...values: readonly (string | undefined)[]) =>
    values
      .map((value) => mrkdwnLabel(value ?? '', 150))
      .filter((value) => value !== '')
      .join(', ');
  return {
    type: 'section',
    fields: [
      ...of('From', listed(card.customer, card.organization) || 'Unknown'),
      ...of('Channel', listed(channelNames[card.channel], card.place)),
      ...of('Waiting since', dateToken(card.waitingSince)),
      ...(card.due === undefined ? [] : of('First reply due', dateToken(card.due))),
      ...of('Reference', listed(card.code)),
      ...(card.previous === undefined ? [] : of('Earlier case', listed(card.previous))),
    ].map(mrkdwn),
  };
};

const title = (words: string): RichElement => ({
  type: 'rich_text_section',
  elements: textElements(words, { bold: true }),
});

const source = ({ title: name, url }: Citation): RichInline[] => {
  const label = oneLine(name, 150);
  const href = url === undefined ? undefined : safeUrl(url);
  if (href === undefined || href.length > 500) return textElements(label || 'Untitled');
  return linkElements(label, href);
};

const tried = ({ tried: sources }: Card, detail: Detail): RichElement[] => {
  if (sources.length === 0) return [];
  const shown = sources.slice(0, detail.sources).map(source);
  const more = sources.length - shown.length;
  const items = more === 0 ? shown : [...shown, textElements(`${shown.length === 0 ? '' : 'and '}${more} more`)];
  return [
    title('Tried'),
    {
      type: 'rich_text_list',
      style: 'bullet',
      indent: 0,
      elements: items.map((elements) => ({ type: 'rich_text_section', elements })),
    },
  ];
};

const said = ({ transcript }: Card, detail: Detail): RichElement[] => {
  const lines = transcript.slice(transcript.length - Math.min(transcript.length, detail.messages)).flatMap((entry) => {
    const words = oneLine(renderText(entry.text.slice(0, 2_000)), detail.words);
    return words === '' ? [] : [{ who: oneLine(entry.who, 60) || entry.role, words }];
  });
  if (lines.length === 0) return [];
  return [
    title('Conversation'),
    {
      type: 'rich_text_quote',
      elements: lines.flatMap(({ who, words }, index) => [
        ...textElements(`${index === 0 ? '' : '\n'}${who}: `, { bold: true }),
        ...textElements(words),
      ]),
    },
  ];
};

const suggestion = ({ suggestedReply = '' }: Card, detail: Detail): RichElement[] => {
  const words = shorten(cleanText(renderText(suggestedReply.slice(0, 6_000))).trim(), detail.reply);
  return words === '' ? [] : [title('Suggested reply'), { type: 'rich_text_quote', elements: textElements(words) }];
};

/** The article that was drafted from the case, and what became of it. */
const article = ({ article: drafted }: Card, detail: Detail): RichElement[] => {
  const name = oneLine(drafted?.title ?? '', 300);
  const words = shorten(cleanText(renderText((drafted?.text ?? '').slice(0, 6_000))).trim(), detail.reply);
  if (name === '') return [];
  return [title(name), ...(words === '' ? [] : [{ type: 'rich_text_quote' as const, elements: textElements(words) }])];
};

const why = (card: Card): RichElement[] => {
  const words = oneLine(card.why, 500);
  if (words === '') return [];
  return [
    { type: 'rich_text_section', elements: [...textElements('Why now: ', { bold: true }), ...textElements(words)] },
  ];
};

const buttons = (card: Card, consoleUrl: string | undefined): Block[] => {
  const suggested = cleanText(card.suggestedReply ?? '').trim();
  const elements: Button[] = card.actions.map((action, index) => ({
    // Whoever presses it has the case from then on: Slack asks nobody for a name here.
    ...button(
      action.id === 'reassign' ? { ...action, label: 'Take over' } : action,
      action.id === 'reply' ? shorten(suggested, blockLimits.buttonValue) : card.code,
    ),
    ...(index === 0 ? { style: 'primary' as const } : {}),
  }));
  const href = consoleUrl === undefined ? undefined : safeUrl(card.url ?? consoleUrl);
  if (href !== undefined && href.length <= blockLimits.url)
    elements.push({ type: 'button', action_id: 'open-console', text: plainText('Open in the console'), url: href });
  return elements.length === 0 ? [] : [{ type: 'actions', elements: elements.slice(0, blockLimits.actions) }];
};

/**
 * An escalation card for a desk channel, in its present state: question, who has it, who asks and since when, why now, what
 * was tried, a suggested reply, what was said, and the actions in order (the first one primary). A button's `action_id` is the
 * action's id; its `value` is the case's code, for `reply` the suggested reply (no `value` when there is none). With
 * `consoleUrl` a link button `open-console`, whose press means nothing to us. `short` leaves the story out. Within Slack's
 * limits whatever the customer wrote.
 */
export const encodeCard = (
  card: Card,
  { consoleUrl, short = false }: { readonly consoleUrl?: string | undefined; readonly short?: boolean } = {},
): Block[] => {
  const drawn = (detail: Detail): Block[] => [
    header(card.title, 'A customer needs help'),
    context(mrkdwn(state(card))),
    fields(card),
    ...[article(card, detail), [...why(card), ...tried(card, detail)], suggestion(card, detail), said(card, detail)]
      .filter((elements) => elements.length > 0)
      .map(richText),
    ...buttons(card, consoleUrl),
  ];
  const [full, shorter, least] = details;
  return (short ? [] : [full, shorter]).map(drawn).find((blocks) => sizeOf(blocks) <= blockLimits.size) ?? drawn(least);
};
