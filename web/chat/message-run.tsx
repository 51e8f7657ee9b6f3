import type { MessageWire, StateWire } from '#src/http/wire.ts';
import type { LoadFile } from '../shared/files/load-file.ts';
import { Markdown } from '../shared/markdown/markdown.tsx';
import type { Run } from '../shared/runs.ts';
import { chatWords } from '../words.ts';
import { authorInWords } from './author-in-words.ts';
import { ChatMessage } from './chat-message.tsx';
import type { ChatState } from './chat-state.ts';
import { SatisfactionVote } from './satisfaction-vote.tsx';

/** Messages of one author in a row, the author named once. */
export const MessageRun = ({
  run,
  votes,
  status,
  offeringId,
  load,
  onVote,
  onPress,
}: {
  readonly run: Run<MessageWire>;
  readonly votes: ChatState['votes'];
  readonly status: StateWire['status'];
  readonly offeringId: string | undefined;
  readonly load: LoadFile;
  readonly onVote: (messageId: string, score: -1 | 1) => void;
  readonly onPress: (action: { readonly id: string; readonly label: string }) => void;
}) => {
  if (run.notice) {
    return run.messages.map((message) => (
      <div key={message.id} className="notice" data-message-id={message.id}>
        <Markdown text={message.markdown} />
        {message.asks === undefined ? undefined : (
          <SatisfactionVote id={message.id} vote={votes[message.id]} onVote={onVote} />
        )}
      </div>
    ));
  }
  const own = run.author.role === 'customer';
  return (
    <section
      className={own ? 'run run--own' : 'run'}
      data-role={run.author.role}
      aria-label={authorInWords(run.author)}
    >
      {own ? undefined : (
        <p className="run__author">
          <b>{authorInWords(run.author)}</b>
          {run.author.role === 'human' && run.author.name !== undefined ? ` ${chatWords.fromSupport}` : ''}
        </p>
      )}
      {run.messages.map((message) => (
        <ChatMessage
          key={message.id}
          message={message}
          vote={votes[message.id]}
          offered={message.id === offeringId ? message.actions.filter(({ id }) => isOffered(id, status)) : []}
          load={load}
          onVote={onVote}
          onPress={onPress}
        />
      ))}
    </section>
  );
};

/** A person need not be offered once one was called. */
const isOffered = (action: string, status: StateWire['status']): boolean =>
  action !== 'human' || (status !== 'waiting' && status !== 'human');
