import type { Action, Outbound } from '#core/message.ts';
import { renderText } from '../shared/render-text.ts';
import { shorten } from '../shared/shorten.ts';
import { adaptiveCard, type CardElement, type Execute } from './adaptive-card.ts';
import { onlyOnce, press, suggestedActions } from './buttons.ts';
import { encodeCard, maxCardBytes } from './card.ts';
import { cardBlocks, runs, textLines } from './card-text.ts';
import { aiEntity, cite } from './citations.ts';
import { toTeamsMarkdown } from './markdown.ts';
import { cardAttachment, sizeOf, type TeamsActivity } from './outbound-activity.ts';
import { markdownLabel, oneLine } from './teams-text.ts';

export interface EncodeOptions {
  /** The message ends a stream: only there a text and a card may go together, and suggested actions are not shown. */
  readonly isFinalOfStream?: boolean;
  /** `listed`: name the files under the text, for when they cannot be sent themselves. */
  readonly files?: 'listed';
  /** Who sees a desk card anew whenever it comes into view, by their ids in Teams. */
  readonly refreshFor?: readonly string[];
  /** Teams refused the message (400): the same words without label, sources, buttons and votes. */
  readonly plain?: boolean;
}

const human: Action = { id: 'human', label: 'Talk to a person' };

/** Teams shows six buttons; the others are in a menu. */
const maxActions = 6;

/** Whose words these are, when they are not the bot's; also of somebody without a name. */
const speakerOf = ({ author }: Outbound): string | undefined => {
  if (author.role === 'bot') return undefined;
  return oneLine(author.name ?? '', 80) || (author.role === 'human' ? 'Support' : 'The customer');
};

/** The files under the text, each by its name. */
const filesLine = ({ content }: Outbound): string => {
  const names = content.attachments.map(({ name }) => markdownLabel(name, 100) || 'a file').join(', ');
  return names === '' ? '' : shorten(`Files: ${names}`, 1_000);
};

const quoted = (markdown: string): string => (markdown === '' ? '' : markdown.replace(/^/gm, '> '));

/** The words of a message as Teams Markdown: a person's name first, a customer's words as a quote, files by name. */
const wordsOf = (message: Outbound, { files }: EncodeOptions): string => {
  const speaker = speakerOf(message);
  const body = toTeamsMarkdown(message.content.markdown).trim();
  const listed = files === 'listed' ? filesLine(message) : '';
  if (speaker === undefined) return [body, listed].filter((part) => part !== '').join('\n\n');
  const name = `**${markdownLabel(speaker, 80)}**`;
  if (body === '' && listed === '') return `${name} sent this`;
  const isCustomer = message.author.role === 'customer';
  const parts = [isCustomer ? `${name} wrote` : name, isCustomer ? quoted(body) : body, listed];
  return parts.filter((part) => part !== '').join('\n\n');
};

const buttonsOf = (actions: readonly Action[]): Execute[] =>
  onlyOnce(actions)
    .slice(0, maxActions)
    .map((action, index) => press(action, '', index === 0 ? { style: 'positive' } : {}));

/** A message as a card: words and buttons in one, on every client and in every kind of conversation. */
const asCard = (message: Outbound, options: EncodeOptions): TeamsActivity => {
  const speaker = speakerOf(message);
  const summary = oneLine(renderText(message.content.markdown), 200);
  const names = message.content.attachments.map(({ name }) => oneLine(name, 100) || 'a file').join(', ');
  const body: CardElement[] = [
    ...(speaker === undefined ? [] : textLines(runs(speaker, { weight: 'Bolder' }))),
    ...cardBlocks(message.content.markdown),
    ...(options.files === 'listed' && names !== '' ? textLines(runs(shorten(`Files: ${names}`, 1_000))) : []),
  ];
  const card = adaptiveCard({ fallbackText: summary || 'A message', body, actions: buttonsOf(message.actions) });
  return { type: 'message', summary, attachments: [cardAttachment(card)] };
};

/** Buttons alone, below the text of a stream. */
const buttonsCard = (actions: readonly Action[]) =>
  cardAttachment(
    adaptiveCard({
      fallbackText: actions.map(({ label }) => oneLine(label, 60)).join(', ') || 'Buttons',
      body: [{ type: 'ActionSet', actions: buttonsOf(actions) }],
    }),
  );

/** An answer offers a person too; the words of an action that already does so go first. */
const actionsOf = ({ actions }: Outbound, isAnswer: boolean): readonly Action[] =>
  isAnswer && !actions.some(({ id }) => id === human.id) ? [...actions, human] : actions;

/**
 * One message for Teams, as the activity that is posted; where it goes is added by the caller. Nothing is cut: what Teams refuses as
 * too large is sent again `plain`. Never a text and a card together, except as the end of a stream: Teams would split them.
 *
 * What the bot says to a question carries the label "AI generated"; an answer its sources, the thumbs, and a way to a person.
 * A question that is answered with a vote has the thumbs too. A person's reply shows their name, and no label. Short messages
 * with buttons (an offer to bring somebody in) are cards, since only a card's buttons reach us from channels and group chats in
 * every language; below an answer the button says its words instead. Of an answer in several parts only the last brings
 * citations, so only that one gets them.
 */
export const encodeMessage = (message: Outbound, options: EncodeOptions = {}): TeamsActivity => {
  const { meta, author } = message;
  const { isFinalOfStream = false, plain = false, refreshFor } = options;
  if (meta.card !== undefined) {
    const card = encodeCard(meta.card, refreshFor === undefined ? {} : { refreshFor });
    return { type: 'message', summary: card.fallbackText, attachments: [cardAttachment(card)] };
  }
  const words = wordsOf(message, options);
  if (plain) return { type: 'message', text: words, textFormat: 'markdown' };

  const isBot = author.role === 'bot';
  const isAnswer = isBot && meta.kind === 'answer' && meta.citations !== undefined;
  const isGenerated = isBot && (meta.kind === 'answer' || meta.kind === 'ask-back');
  const isVoted = isAnswer || (isBot && meta.asks === 'satisfaction');
  const actions = actionsOf(message, isAnswer);
  const { text, claims } = isAnswer ? cite(words, meta.citations ?? []) : { text: words, claims: [] };
  const extras: Pick<TeamsActivity, 'entities' | 'channelData'> = {
    ...(isGenerated ? { entities: [aiEntity(claims)] } : {}),
    ...(isVoted ? { channelData: { feedbackLoop: { type: 'default' } } } : {}),
  };
  if (!isFinalOfStream && !isVoted && actions.length > 0) {
    const card = asCard({ ...message, actions }, options);
    if (sizeOf(card) <= maxCardBytes) return { ...card, ...extras };
  }
  return {
    type: 'message',
    text,
    textFormat: 'markdown',
    ...(isFinalOfStream
      ? actions.length > 0
        ? { attachments: [buttonsCard(actions)] }
        : {}
      : suggestedActions(actions)),
    ...extras,
  };
};
