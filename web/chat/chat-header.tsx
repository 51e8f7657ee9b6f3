import type { StateWire } from '#src/http/wire.ts';
import { Icon } from '../shared/icons/icon.tsx';
import { chatWords } from '../words.ts';
import { stateInWords } from './state-in-words.ts';

/** Who has this conversation, and the two ways to change that. */
export const ChatHeader = ({
  conversation,
  asking,
  canStartOver,
  onTalkToPerson,
  onStartOver,
}: {
  readonly conversation: StateWire;
  /** The wish for a person is on its way. */
  readonly asking: boolean;
  readonly canStartOver: boolean;
  readonly onTalkToPerson: () => void;
  readonly onStartOver: () => void;
}) => (
  <header className="chat-header">
    <div className="chat-header__inner">
      <div className="chat-header__who">
        <h1>{chatWords.title}</h1>
        <p className="chat-header__state" data-status={conversation.status} role="status">
          {stateInWords(conversation)}
        </p>
      </div>
      {conversation.status === 'human' ? undefined : (
        <button
          type="button"
          className="button"
          disabled={asking || conversation.status === 'waiting'}
          onClick={onTalkToPerson}
        >
          {chatWords.talkToPerson}
        </button>
      )}
      {canStartOver ? (
        <button
          type="button"
          className="icon-button"
          aria-label={chatWords.newConversation}
          title={chatWords.newConversation}
          onClick={onStartOver}
        >
          <Icon name="plus" />
        </button>
      ) : undefined}
    </div>
  </header>
);
