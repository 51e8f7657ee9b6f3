import { useMemo } from 'react';
import { DayLine } from '../shared/day-line.tsx';
import { Icon } from '../shared/icons/icon.tsx';
import { runsOf } from '../shared/runs.ts';
import { useNow } from '../shared/use-now.ts';
import { chatWords } from '../words.ts';
import { Announcer } from './announcer.tsx';
import type { ChatClient } from './chat-client.ts';
import type { ChatState } from './chat-state.ts';
import { MessageRun } from './message-run.tsx';
import { unconfirmed } from './outbox.ts';
import { compareIds } from './timeline.ts';
import { UnsentMessage } from './unsent-message.tsx';
import { useReadingPosition } from './use-reading-position.ts';
import { WorkingMessage } from './working-message.tsx';

/** The conversation, from its earliest loaded message to the answer being written. */
export const ConversationLog = ({
  state,
  client,
  sends,
  onPress,
}: {
  readonly state: ChatState;
  readonly client: ChatClient;
  /** How often the person has sent something from this page. */
  readonly sends: number;
  readonly onPress: (action: { readonly id: string; readonly label: string }) => void;
}) => {
  const now = useNow(60_000);
  const { frame, content, spacer, below, seenId, jump } = useReadingPosition(state, sends);
  const runs = useMemo(() => runsOf(state.messages.filter(hasContent)), [state.messages]);
  const unsent = unconfirmed(state.outbox);
  const working = state.partial !== '' || state.status !== '' || state.expecting;
  const unseen =
    seenId === undefined
      ? 0
      : state.messages.filter(({ id, author }) => author.role !== 'customer' && compareIds(id, seenId) > 0).length;
  // Buttons of an answer are an offer for this moment: they go once the conversation has moved on.
  const offeringId = unsent.length === 0 && !working ? state.messages.at(-1)?.id : undefined;

  return (
    <main className="log-frame">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled with the arrow keys */}
      <div ref={frame} className="log" role="log" aria-live="off" aria-label={chatWords.log} tabIndex={0}>
        <div ref={content} className="log__content">
          {state.before === undefined ? undefined : (
            <button
              type="button"
              className="button button--plain button--small log__earlier"
              disabled={state.loadingEarlier}
              onClick={() => void client.loadEarlier()}
            >
              {state.loadingEarlier ? chatWords.loadingEarlier : chatWords.earlier}
            </button>
          )}
          {runs.map((run) => (
            <div key={run.id} className="log__run">
              {run.day === undefined ? undefined : <DayLine day={run.day} now={now} />}
              <MessageRun
                run={run}
                votes={state.votes}
                status={state.conversation.status}
                offeringId={offeringId}
                load={client.download}
                onVote={client.vote}
                onPress={onPress}
              />
            </div>
          ))}
          {unsent.map((entry) => (
            <UnsentMessage key={entry.id} entry={entry} onRetry={client.retry} onDiscard={client.discard} />
          ))}
          {working ? <WorkingMessage partial={state.partial} status={state.status} /> : undefined}
        </div>
        <div ref={spacer} aria-hidden="true" />
      </div>
      <Announcer messages={state.messages} />
      {below ? (
        <button type="button" className="log-chip" onClick={jump}>
          <Icon name="arrowDown" />
          {unseen > 0 ? chatWords.newMessages(unseen) : chatWords.moreBelow}
        </button>
      ) : undefined}
    </main>
  );
};

/** A pressed button is stored without words; the answer to it says enough. */
const hasContent = ({ markdown, attachments }: ChatState['messages'][number]): boolean =>
  markdown.trim() !== '' || attachments.length > 0;
