import type { EscalationDetail, MessageWire } from '#src/http/wire.ts';
import type { LoadFile } from '../shared/files/load-file.ts';
import { Markdown } from '../shared/markdown/markdown.tsx';
import type { Run } from '../shared/runs.ts';
import { channelWords, consoleWords } from '../words.ts';
import { customerName } from './customer-name.ts';
import { TranscriptMessage } from './transcript-message.tsx';

/** Messages of one author in a row: author and channel once; a note in its own colour with the word for it. */
export const TranscriptRun = ({
  run,
  customer,
  agent,
  channel,
  lastSentId,
  load,
}: {
  readonly run: Run<MessageWire>;
  readonly customer: EscalationDetail['customer'];
  readonly agent: string;
  readonly channel: EscalationDetail['channel'];
  readonly lastSentId: string | undefined;
  readonly load: LoadFile;
}) => {
  if (run.notice) {
    return run.messages.map((message) => (
      <div key={message.id} className="notice">
        <Markdown text={message.markdown} />
      </div>
    ));
  }
  const { role, name } = run.author;
  const author =
    role === 'customer'
      ? (name ?? customerName(customer))
      : role === 'bot'
        ? consoleWords.assistant
        : name === agent
          ? consoleWords.you
          : (name ?? consoleWords.colleague);
  return (
    <section className="transcript-run" data-role={role} data-internal={run.internal || undefined} aria-label={author}>
      <p className="transcript-run__author">
        <b>{author}</b>
        {run.internal ? (
          <span className="internal-tag" title={consoleWords.internalHint}>
            {consoleWords.internal}
          </span>
        ) : (
          <span>{role === 'customer' ? channelWords[channel] : ''}</span>
        )}
      </p>
      {run.messages.map((message) => (
        <TranscriptMessage key={message.id} message={message} isLastSent={message.id === lastSentId} load={load} />
      ))}
    </section>
  );
};
