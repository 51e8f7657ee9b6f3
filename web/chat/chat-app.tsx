import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import type { AttachmentWire } from '#src/http/wire.ts';
import type { KeyValues } from '../shared/browser-storage.ts';
import { DropHint } from '../shared/files/drop-hint.tsx';
import { useFileDrop } from '../shared/files/use-file-drop.ts';
import { useUploads } from '../shared/files/use-uploads.ts';
import { useVisibleHeight } from '../shared/use-visible-height.ts';
import { chatWords } from '../words.ts';
import type { ChatClient } from './chat-client.ts';
import { ChatHeader } from './chat-header.tsx';
import { Composer } from './composer.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { EmptyState } from './empty-state.tsx';
import { ExpiredBanner } from './expired-banner.tsx';
import { LoadState } from './load-state.tsx';
import { NewConversationDialog } from './new-conversation-dialog.tsx';
import { useChat } from './use-chat.ts';
import './chat.css';

/** Carries the Markdown renderer, which the first screen does not need. */
const loadLog = () => import('./conversation-log.tsx');
const ConversationLog = lazy(async () => ({ default: (await loadLog()).ConversationLog }));

const human = { id: 'human', label: chatWords.talkToPerson };

/** The customer's page: who has the conversation, the conversation, and a place to write. */
export const ChatApp = ({ client, storage }: { readonly client: ChatClient; readonly storage: KeyValues }) => {
  const state = useChat(client);
  const uploads = useUploads(client.upload);
  const dropping = useFileDrop(uploads.add);
  const [sends, setSends] = useState(0);
  const [leaving, setLeaving] = useState(false);
  useVisibleHeight();
  // Fetched ahead, so that it is there when the first message is. If that fails, rendering it tries again.
  useEffect(() => void loadLog().catch(() => undefined), []);

  const send = useCallback(
    (text: string, attachments: readonly AttachmentWire[] = []) => {
      client.send(text, attachments);
      setSends((n) => n + 1);
    },
    [client],
  );
  const press = useCallback(
    (action: { readonly id: string; readonly label: string }) => {
      client.press(action);
      setSends((n) => n + 1);
    },
    [client],
  );
  const startOver = () => {
    setLeaving(false);
    uploads.clear();
    client.startOver();
  };

  const isEmpty = state.messages.length === 0 && state.outbox.length === 0;
  const askingForPerson = state.outbox.some((entry) => entry.action?.id === human.id && entry.state !== 'failed');

  return (
    <div className="chat">
      <ChatHeader
        conversation={state.conversation}
        asking={askingForPerson}
        canStartOver={!isEmpty}
        onTalkToPerson={() => press(human)}
        onStartOver={() => setLeaving(true)}
      />
      <ConnectionBanner connection={state.connection} onReconnect={client.reconnect} />
      {state.expired ? <ExpiredBanner onDismiss={client.dismissExpired} /> : undefined}
      {state.phase === 'loading' || state.phase === 'failed' ? (
        <LoadState {...(state.phase === 'failed' ? { error: state.error ?? '' } : {})} onRetry={client.reconnect} />
      ) : isEmpty ? (
        <EmptyState onAsk={send} />
      ) : (
        <Suspense fallback={<LoadState onRetry={client.reconnect} />}>
          <ConversationLog state={state} client={client} sends={sends} onPress={press} />
        </Suspense>
      )}
      <Composer storage={storage} uploads={uploads} waiting={state.conversation.status === 'waiting'} onSend={send} />
      <DropHint shown={dropping} />
      {leaving ? <NewConversationDialog onConfirm={startOver} onCancel={() => setLeaving(false)} /> : undefined}
    </div>
  );
};
