/** Slack's blocks as we make them: a narrow part of `@slack/types`, and the limits of Block Kit that we stay within. */
import type { types } from '@slack/bolt';
import { oneLine } from './slack-text.ts';

/**
 * What rich text is made of here. Slack has elements for mentions (`user`, `usergroup`, `broadcast`, `channel`); leaving them
 * out of the type is what keeps anybody's words from calling a channel together.
 */
export type RichInline = types.RichTextText | types.RichTextLink;

export interface RichSection extends types.RichTextSection {
  elements: RichInline[];
}

/** One level of a list; nested levels follow as lists of their own. `offset`: how many numbers to skip before the first. */
export interface RichList extends types.RichTextList {
  elements: RichSection[];
  offset?: number;
}

export interface RichQuote extends types.RichTextQuote {
  elements: RichInline[];
}

export type RichElement = RichSection | RichList | RichQuote | types.RichTextPreformatted;

export interface RichTextBlock extends types.RichTextBlock {
  elements: RichElement[];
}

export type Block =
  | RichTextBlock
  | types.HeaderBlock
  | types.DividerBlock
  | types.SectionBlock
  | types.ContextBlock
  | types.ContextActionsBlock
  | types.ActionsBlock;

export type Button = types.Button;
export type ModalView = types.ModalView;
export type HomeView = types.HomeView;
export type InputBlock = types.InputBlock;

/** Block Kit's limits, in UTF-16 code units where they count text (docs.slack.dev, reference/block-kit). */
export const blockLimits = {
  blocks: 50,
  /** Text of a section, a context element, a text object. */
  text: 3_000,
  header: 150,
  buttonText: 75,
  buttonValue: 2_000,
  actionId: 255,
  actions: 25,
  url: 3_000,
  /** Deepest level of a list, counted from 0. */
  indent: 8,
  /**
   * All blocks of a message together, weighed by `sizeOf`. Slack's own limit (`msg_blocks_too_long`) is undocumented: about
   * 12,000 characters of text "with a buffer for block containers", by its maintainers (slackapi/bolt-js, issue 2509).
   */
  size: 12_000,
} as const;

/** A block costs about 125 besides its text (measured in that issue); what its parts cost is a guess. */
const containerSize = { block: 125, part: 10 };

const weigh = (value: unknown): number => {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce<number>((total, part) => total + weigh(part), 0);
  return Object.entries(value).reduce(
    (total, [key, part]) => (key === 'type' ? total : total + weigh(part)),
    containerSize.part,
  );
};

/** What blocks weigh against `blockLimits.size`: every string in them, and something for each thing that holds it. */
export const sizeOf = (blocks: readonly Block[]): number => weigh(blocks) + blocks.length * containerSize.block;

/** Text without any markup; Slack refuses it when empty. Shown as it is. */
export const plainText = (text: string): types.PlainTextElement => ({ type: 'plain_text', text });

/** Slack's markup. Every word of it must have passed `mrkdwnLabel` or be ours; `verbatim` so that Slack finds no names in it. */
export const mrkdwn = (text: string): types.MrkdwnElement => ({ type: 'mrkdwn', text, verbatim: true });

/** Small grey words beside the message. */
export const context = (element: types.TextObject): types.ContextBlock => ({ type: 'context', elements: [element] });

export const richText = (elements: RichElement[]): RichTextBlock => ({ type: 'rich_text', elements });

/** A title: one line, `otherwise` when there is none. */
export const header = (title: string, otherwise: string): types.HeaderBlock => ({
  type: 'header',
  text: plainText(oneLine(title, blockLimits.header) || otherwise),
});
