import type { Action, Citation, Outbound } from '#core/message.ts';
import { safeUrl } from '../shared/safe-url.ts';
import { shorten } from '../shared/shorten.ts';
import { type Block, blockLimits, context, mrkdwn, plainText, sizeOf } from './block-types.ts';
import { actionRow, feedbackRow, satisfactionRow } from './buttons.ts';
import { encodeCard } from './card.ts';
import { fallbackText } from './fallback-text.ts';
import { toBlocks } from './rich-text.ts';
import { mrkdwnLabel, mrkdwnLink, oneLine } from './slack-text.ts';

export interface EncodeOptions {
  /** Where this server is reached, without a trailing slash; cards link to its console. */
  readonly homeUrl?: string;
  /** `listed`: name the files under the text, for when they cannot be sent themselves. */
  readonly files?: 'listed';
  /** Slack refused the blocks (`invalid_blocks`, `msg_blocks_too_long`): the same words again with the least structure. */
  readonly plain?: boolean;
}

/** What a message consists of in `chat.postMessage` and `chat.update`; where and how it goes is added by the caller. */
export interface EncodedMessage {
  readonly text: string;
  readonly blocks: readonly Block[];
  /** How a message whose sending broke off is found again: its outbox row. */
  readonly metadata: {
    readonly event_type: typeof metadataType;
    readonly event_payload: { readonly outbox: string };
  };
}

/** `event_type` of the metadata of everything that we send. */
export const metadataType = 'frontdesk_message';

const human: Action = { id: 'human', label: 'Talk to a person' };

/** Characters of markup that sources may take: well below a text object's limit, so that the answer keeps its room. */
const sourcesRoom = 2_000;

/** `Sources: [1] Title · [2] Title` as links, as many as there is room for. */
const sourcesRow = (citations: readonly Citation[]): Block[] => {
  let line = '';
  for (const [index, { n, title, url }] of citations.entries()) {
    const entry = `${line === '' ? 'Sources: ' : ' · '}[${n}] ${mrkdwnLink(url, mrkdwnLabel(title, 120) || 'Untitled', 500)}`;
    if (line.length + entry.length > sourcesRoom) {
      line += ` · and ${citations.length - index} more`;
      break;
    }
    line += entry;
  }
  return line === '' ? [] : [context(mrkdwn(line))];
};

/** The addresses that `[n]` in the text leads to. */
const addresses = (citations: readonly Citation[]): ReadonlyMap<number, string> =>
  new Map(
    citations.flatMap(({ n, url }) => {
      const href = url === undefined ? undefined : safeUrl(url);
      return href === undefined ? [] : [[n, href] as const];
    }),
  );

const filesRow = (message: Outbound): Block[] => {
  const names = message.content.attachments.map(({ name }) => oneLine(name, 100) || 'a file').join(', ');
  return names === '' ? [] : [context(plainText(shorten(`Files: ${names}`, 1_000)))];
};

/** Whose words these are, when they are not the bot's; also of somebody without a name. */
const speakerOf = ({ author }: Outbound): string | undefined => {
  if (author.role === 'bot') return undefined;
  return oneLine(author.name ?? '', 80) || (author.role === 'human' ? 'Support' : 'The customer');
};

/** Who speaks, when it is not the bot. */
const speakerRow = ({ author }: Outbound): Block[] => {
  const name = mrkdwnLabel(author.name ?? '', 80);
  if (author.role === 'human') return [context(mrkdwn(name === '' ? 'From support' : `*${name}* from support`))];
  if (author.role === 'customer') return [context(mrkdwn(name === '' ? 'The customer wrote' : `*${name}* wrote`))];
  return [];
};

/** An answer offers a person too; the words of an action that already does so go first. */
const buttonsOf = ({ actions }: Outbound, isAnswer: boolean): readonly Action[] =>
  isAnswer && !actions.some(({ id }) => id === human.id) ? [...actions, human] : actions;

/**
 * One message for Slack: blocks within every limit of Block Kit, and the same words as plain text. Nothing that anybody wrote
 * can mention people or channels: rich text is literal, markup is escaped. `blocks` are empty for a message without words,
 * whose files are sent on their own; its `text` then says who sends them, if that is not the bot.
 *
 * An answer ends in its sources, feedback buttons (`feedback`: `positive`, `negative`) and a button `human`. Of an answer in
 * several parts only the last brings citations, so only that one gets them.
 */
export const encodeMessage = (message: Outbound, options: EncodeOptions = {}): EncodedMessage => {
  const { meta, author, content } = message;
  const citations = meta.citations ?? [];
  const isAnswer = author.role === 'bot' && meta.kind === 'answer' && meta.citations !== undefined;
  const { plain = false } = options;
  const listed = options.files === 'listed';
  const isCard = meta.card !== undefined;
  const consoleUrl = options.homeUrl === undefined ? undefined : `${options.homeUrl}/console`;
  const speaker = speakerOf(message);
  const words = fallbackText(isCard && content.markdown.trim() === '' ? (meta.card?.title ?? '') : content.markdown, {
    speaker,
    citations: isCard ? [] : citations,
    files: listed ? content.attachments : [],
  });

  const draw = (): Block[] => {
    if (meta.card !== undefined) return encodeCard(meta.card, { consoleUrl, short: plain });
    const above = speakerRow(message);
    const below = [
      ...sourcesRow(citations),
      ...(listed ? filesRow(message) : []),
      ...(isAnswer ? [feedbackRow] : meta.asks === 'satisfaction' ? [satisfactionRow] : []),
      ...actionRow(buttonsOf(message, isAnswer)),
    ];
    const body = toBlocks(content.markdown, {
      citations: addresses(citations),
      quoted: author.role === 'customer',
      plain,
      maxBlocks: blockLimits.blocks - above.length - below.length,
      maxSize: blockLimits.size - sizeOf([...above, ...below]),
    });
    return body.length === 0 && below.length === 0 ? [] : [...above, ...body, ...below];
  };

  return {
    text: words === '' && speaker !== undefined ? `${mrkdwnLabel(speaker, 80)} sent this` : words,
    blocks: draw(),
    metadata: { event_type: metadataType, event_payload: { outbox: message.id } },
  };
};
