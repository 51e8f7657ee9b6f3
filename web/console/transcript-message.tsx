import { memo } from 'react';
import type { MessageWire } from '#src/http/wire.ts';
import { CitedText } from '../shared/citations/cited-text.tsx';
import { AttachmentList } from '../shared/files/attachment-list.tsx';
import type { LoadFile } from '../shared/files/load-file.ts';
import { Moment } from '../shared/moment.tsx';
import { DeliveryMark } from './delivery-mark.tsx';
import { SatisfactionMark } from './satisfaction-mark.tsx';
import { VoteCount } from './vote-count.tsx';

/** One message of the transcript: text, files, when, what readers made of it, and whether it arrived. */
export const TranscriptMessage = memo(
  ({
    message,
    isLastSent,
    load,
  }: {
    readonly message: MessageWire;
    readonly isLastSent: boolean;
    readonly load: LoadFile;
  }) => (
    <article className="transcript-message">
      {message.markdown.trim() === '' ? undefined : <CitedText text={message.markdown} citations={message.citations} />}
      <AttachmentList attachments={message.attachments} load={load} />
      <p className="transcript-message__meta">
        <Moment at={message.at} className="transcript-message__time" />
        {message.votes === undefined ? undefined : message.asks === undefined ? (
          <VoteCount votes={message.votes} />
        ) : (
          <SatisfactionMark score={message.votes.up > 0 ? 1 : -1} />
        )}
        {message.delivery === undefined ? undefined : <DeliveryMark delivery={message.delivery} isLast={isLastSent} />}
      </p>
    </article>
  ),
);
TranscriptMessage.displayName = 'TranscriptMessage';
