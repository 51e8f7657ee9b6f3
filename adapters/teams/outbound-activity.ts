/** What we send to the connector, as plain JSON: a narrow part of Bot Framework's activity. */
import type { AdaptiveCard } from './adaptive-card.ts';

export interface CardAttachment {
  readonly contentType: typeof adaptiveCardType;
  readonly content: AdaptiveCard;
}

/** Any other attachment (consent to a file, a file's card); whoever sends files makes it. */
export interface OtherAttachment {
  readonly contentType: string;
  readonly contentUrl?: string;
  readonly name?: string;
  readonly content?: unknown;
}

/** A source behind a mark `[position]` of the text. */
export interface CitationClaim {
  readonly '@type': 'Claim';
  /** The number that the text quotes. */
  readonly position: number;
  readonly appearance: {
    readonly '@type': 'DigitalDocument';
    readonly name: string;
    readonly url?: string;
    readonly abstract: string;
  };
}

/** The one root entity that says what kind of message this is; Teams answers 400 to a second one. */
export interface MessageEntity {
  readonly type: 'https://schema.org/Message';
  readonly '@type': 'Message';
  readonly '@context': 'https://schema.org';
  readonly '@id': '';
  readonly additionalType: readonly ['AIGeneratedContent'];
  readonly citation?: readonly CitationClaim[];
}

/** Says which update of a stream this is; whoever streams adds it. */
export interface StreamEntity {
  readonly type: 'streaminfo';
  readonly streamId?: string;
  readonly streamType: 'informative' | 'streaming' | 'final';
  readonly streamSequence?: number;
}

/** A button below a text that says `value` in the name of whoever presses it. */
export interface SuggestedAction {
  readonly type: 'imBack';
  readonly title: string;
  readonly value: string;
}

/**
 * One message. It has either a `text` or attachments, never both, except as the end of a stream: Teams splits a message with a
 * text and a card in two and then tells the id of neither (learn.microsoft.com, "Messages in bot conversations"). There is no
 * entity that mentions anybody: whoever we write to is not called by name.
 */
export interface TeamsActivity {
  readonly type: 'message';
  readonly text?: string;
  readonly textFormat?: 'markdown';
  /** What notifications say of a card. */
  readonly summary?: string;
  readonly attachments?: readonly (CardAttachment | OtherAttachment)[];
  readonly suggestedActions?: { readonly actions: readonly SuggestedAction[] };
  readonly entities?: readonly (MessageEntity | StreamEntity)[];
  readonly channelData?: { readonly feedbackLoop?: { readonly type: 'default' } };
}

export const adaptiveCardType = 'application/vnd.microsoft.card.adaptive';

/** The attachment that a card travels in. */
export const cardAttachment = (content: AdaptiveCard): CardAttachment => ({ contentType: adaptiveCardType, content });

/**
 * The most that a message may weigh, in bytes by `sizeOf`: Teams refuses about 100 KB (413, `MessageSizeTooBig`) and recommends
 * to stay within 80 KB (learn.microsoft.com, "Format your bot messages").
 */
export const maxActivityBytes = 80 * 1_024;

/** What an activity or a card weighs in Teams: its JSON as UTF-16, in bytes. */
export const sizeOf = (value: TeamsActivity | AdaptiveCard): number => JSON.stringify(value).length * 2;
