import { memo } from 'react';
import type { MessageWire } from '#src/http/wire.ts';
import { CitedText } from '../shared/citations/cited-text.tsx';
import { AttachmentList } from '../shared/files/attachment-list.tsx';
import type { LoadFile } from '../shared/files/load-file.ts';
import { Moment } from '../shared/moment.tsx';
import { MessageFeedback } from './message-feedback.tsx';
import { SatisfactionVote } from './satisfaction-vote.tsx';

/** One stored message with what belongs to it. */
export const ChatMessage = memo(
  ({
    message,
    vote,
    offered,
    load,
    onVote,
    onPress,
  }: {
    readonly message: MessageWire;
    readonly vote: -1 | 1 | undefined;
    /** Buttons that may be pressed now. */
    readonly offered: MessageWire['actions'];
    readonly load: LoadFile;
    readonly onVote: (messageId: string, score: -1 | 1) => void;
    readonly onPress: (action: { readonly id: string; readonly label: string }) => void;
  }) => {
    const own = message.author.role === 'customer';
    return (
      <article className="message" data-message-id={message.id} data-own={own || undefined}>
        {message.markdown.trim() === '' ? undefined : (
          <div className="message__text">
            {/* A customer's own words are shown as typed; Markdown is what others send. */}
            {own ? (
              <p className="typed">{message.markdown}</p>
            ) : (
              <CitedText text={message.markdown} citations={message.citations} />
            )}
          </div>
        )}
        <AttachmentList attachments={message.attachments} load={load} />
        {offered.length === 0 ? undefined : (
          <div className="message__actions">
            {offered.map((action) => (
              <button key={action.id} type="button" className="button" onClick={() => onPress(action)}>
                {action.label}
              </button>
            ))}
          </div>
        )}
        {message.asks === undefined ? undefined : <SatisfactionVote id={message.id} vote={vote} onVote={onVote} />}
        <div className="message__meta">
          {message.kind === 'answer' && message.asks === undefined ? (
            <MessageFeedback id={message.id} vote={vote} onVote={onVote} />
          ) : undefined}
          <Moment at={message.at} className="message__time" />
        </div>
      </article>
    );
  },
);
ChatMessage.displayName = 'ChatMessage';
