import { channelNames } from '#core/channel-names.ts';
import type { Card } from '#core/escalation.ts';
import type { Citation } from '#core/message.ts';
import { renderText } from '../shared/render-text.ts';
import { shorten } from '../shared/shorten.ts';
import { type AdaptiveCard, adaptiveCard, type CardElement, type FactSet, type TextBlock } from './adaptive-card.ts';
import { openUrl } from './buttons.ts';
import { cardActions, refreshAction } from './card-actions.ts';
import { cardBlocks, runs, textLines } from './card-text.ts';
import { sizeOf } from './outbound-activity.ts';
import { cardLabel, linkTarget, oneLine } from './teams-text.ts';

/** How much of the story a card tells; the first that fits is taken. The conversation goes first: the console has it all. */
const details = [
  { messages: 30, words: 500, sources: 8, reply: 3_000, styled: true },
  { messages: 12, words: 300, sources: 8, reply: 2_000, styled: true },
  { messages: 6, words: 150, sources: 8, reply: 1_500, styled: true },
  { messages: 0, words: 0, sources: 4, reply: 1_000, styled: false },
  { messages: 0, words: 0, sources: 0, reply: 300, styled: false },
] as const;
type Detail = (typeof details)[number];

/** The most that a desk card weighs, in bytes of UTF-16: what every way of posting a card to Teams takes. */
export const maxCardBytes = 28 * 1_024;

/** Teams redraws a card by itself for no more people than this. */
const maxRefreshed = 60;

const text = (words: string, look: Partial<TextBlock> = {}): TextBlock => ({
  type: 'TextBlock',
  text: words,
  wrap: true,
  ...look,
});

/** An id of a web visitor or of a tenant, which tells nobody anything. */
const isId = (value: string): boolean => /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value);

/** Who asks, by a name; '' where only an id is known. */
const named = (value = ''): string => (isId(value.trim()) ? '' : value);

/** A moment that Teams shows in each reader's own time zone (adaptivecards.io, "Date and time formatting"). */
const moment = (iso: string | undefined): string | undefined => {
  const at = Date.parse(iso ?? '');
  if (Number.isNaN(at)) return undefined;
  const seconds = `${new Date(at).toISOString().slice(0, -5)}Z`;
  return /^\d{4}-/.test(seconds) ? `{{DATE(${seconds},SHORT)}} {{TIME(${seconds})}}` : undefined;
};

const status = ({ status: state, claimedBy, superseded }: Card): TextBlock => {
  const who = cardLabel(claimedBy ?? '', 80);
  const line = (words: string, color: NonNullable<TextBlock['color']>) =>
    text(words, { weight: 'Bolder', color, spacing: 'Small' });
  if (superseded !== undefined) return line(cardLabel(superseded, 200) || 'This case went on elsewhere.', 'Warning');
  if (state === 'open') return line('Open: nobody has this yet', 'Attention');
  if (state === 'claimed') return line(`${who || 'Somebody'} has this`, 'Accent');
  return line(who === '' ? 'Resolved' : `Resolved by ${who}`, 'Good');
};

const facts = (card: Card): FactSet => {
  const of = (title: string, value: string | undefined) =>
    value === undefined || value === '' ? [] : [{ title, value }];
  const listed = (...values: readonly (string | undefined)[]) =>
    values
      .map((value) => cardLabel(value ?? '', 150))
      .filter((value) => value !== '')
      .join(', ');
  return {
    type: 'FactSet',
    facts: [
      ...of('From', listed(card.customer, named(card.organization)) || 'Unknown'),
      ...of('Channel', listed(channelNames[card.channel], card.place)),
      ...of(card.status === 'open' ? 'Waiting since' : 'Asked', moment(card.waitingSince)),
      ...of('Due', moment(card.due)),
      ...of('Reference', listed(card.code)),
      ...of('Earlier case', listed(card.previous)),
    ],
  };
};

const caption = (words: string): TextBlock => text(words, { weight: 'Bolder', spacing: 'Medium' });

const why = (card: Card): CardElement[] => {
  const words = oneLine(card.why, 500);
  return words === '' ? [] : textLines([...runs('Why now: ', { weight: 'Bolder' }), ...runs(words)]);
};

const source = ({ title, url }: Citation): TextBlock => {
  const label = cardLabel(title, 120) || 'Untitled';
  const target = linkTarget(url);
  const isShort = target !== undefined && target.length <= 500;
  // A bracket would end the label.
  const inside = label.replace(/[[\]]/g, (bracket) => (bracket === '[' ? '⁅' : '⁆'));
  return text(`• ${isShort ? `[${inside}](${target})` : label}`, { spacing: 'None' });
};

const tried = ({ tried: sources }: Card, detail: Detail): CardElement[] => {
  if (sources.length === 0) return [];
  const shown = sources.slice(0, detail.sources).map(source);
  const more = sources.length - shown.length;
  const rest = more === 0 ? [] : [text(`${shown.length === 0 ? '' : 'and '}${more} more`, { spacing: 'None' })];
  return [caption('Tried'), ...shown, ...rest];
};

const suggestion = ({ suggestedReply = '' }: Card, detail: Detail): CardElement[] => {
  const words = shorten(suggestedReply, detail.reply);
  const items = detail.styled ? cardBlocks(words) : textLines(runs(oneLine(renderText(words), detail.reply)));
  return items.length === 0
    ? []
    : [{ type: 'Container', style: 'emphasis', spacing: 'Medium', items: [caption('Suggested reply'), ...items] }];
};

/** The article that was drafted from the case, and what became of it. */
const article = ({ article: drafted }: Card, detail: Detail): CardElement[] => {
  if (drafted === undefined) return [];
  const name = caption(cardLabel(drafted.title, 300));
  const words = shorten(drafted.text, detail.reply);
  const items = detail.styled ? cardBlocks(words) : textLines(runs(oneLine(renderText(words), detail.reply)));
  return items.length === 0
    ? [name]
    : [{ type: 'Container', style: 'emphasis', spacing: 'Medium', items: [name, ...items] }];
};

const conversation = 'conversation';

const said = ({ transcript, url }: Card, detail: Detail): CardElement[] => {
  const shown = transcript.slice(transcript.length - Math.min(transcript.length, detail.messages));
  const lines = shown.flatMap((entry) => {
    const words = oneLine(renderText(entry.text.slice(0, 2_000)), detail.words);
    if (words === '') return [];
    const who = oneLine(entry.who, 60) || entry.role;
    return [
      { ...textLines([...runs(`${who}: `, { weight: 'Bolder' }), ...runs(words)])[0], spacing: 'Small' } as CardElement,
    ];
  });
  const earlier = transcript.length - shown.length;
  const items = earlier === 0 ? lines : [text(`${earlier} earlier`, { isSubtle: true, size: 'Small' }), ...lines];
  const actions = [
    ...(lines.length === 0
      ? []
      : [{ type: 'Action.ToggleVisibility', title: 'Conversation', targetElements: [conversation] } as const]),
    ...openUrl('Open in the console', url),
  ];
  return [
    ...(actions.length === 0 ? [] : [{ type: 'ActionSet', actions, spacing: 'Medium' } as const]),
    ...(lines.length === 0 ? [] : [{ type: 'Container', id: conversation, isVisible: false, items } as const]),
  ];
};

export interface CardOptions {
  /** Who sees the card anew whenever it comes into view, by their ids in Teams (`29:…`); 60 at most. */
  readonly refreshFor?: readonly string[];
  /** A line above everything, for whoever pressed: why nothing happened. */
  readonly refusal?: string;
}

/**
 * An escalation card for a desk channel, in its present state: question, who has it, who asks and since when, why now, what was
 * tried, a suggested reply, the conversation (folded away), and the actions in order, the first one as the one to press. Reply,
 * note and reassign unfold a form whose input is named in `inputIds`; every press carries `{verb, code, v: 1}`. A superseded
 * copy says where the case went and has no buttons. At most 28 KB, whatever the customer wrote; nobody's words become a link,
 * an image or a mention.
 */
export const encodeCard = (given: Card, { refreshFor = [], refusal }: CardOptions = {}): AdaptiveCard => {
  const card: Card = { ...given, customer: named(given.customer) || 'Unnamed customer' };
  const title = oneLine(renderText(card.title.slice(0, 2_000)), 160) || 'A customer needs help';
  const isCurrent = card.superseded === undefined;
  const refused = cardLabel(refusal ?? '', 300);
  const drawn = (detail: Detail): AdaptiveCard =>
    adaptiveCard({
      fallbackText: title,
      body: [
        ...(refused === '' ? [] : [text(refused, { weight: 'Bolder', color: 'Warning' })]),
        text(cardLabel(title, 170), { style: 'heading', size: 'Large', weight: 'Bolder' }),
        status(card),
        facts(card),
        ...(isCurrent
          ? [
              ...article(card, detail),
              ...why(card),
              ...tried(card, detail),
              ...suggestion(card, detail),
              ...said(card, detail),
            ]
          : []),
      ],
      ...(isCurrent && card.actions.length > 0 ? { actions: cardActions(card, detail.reply) } : {}),
      ...(isCurrent && refreshFor.length > 0
        ? { refresh: { action: refreshAction(card.code), userIds: refreshFor.slice(0, maxRefreshed) } }
        : {}),
      msteams: { width: 'Full' },
    });
  const [full, ...shorter] = details;
  return shorter.reduce((drawing, detail) => (sizeOf(drawing) <= maxCardBytes ? drawing : drawn(detail)), drawn(full));
};
