import { Icon } from '../shared/icons/icon.tsx';
import { chatWords, fileWords } from '../words.ts';
import type { OutboxEntry } from './outbox.ts';

/** What the person has sent and the server has not confirmed: on its way, waiting for the next try, or turned down. */
export const UnsentMessage = ({
  entry,
  onRetry,
  onDiscard,
}: {
  readonly entry: OutboxEntry;
  readonly onRetry: (id: string) => void;
  readonly onDiscard: (id: string) => void;
}) => (
  <section className="run run--own" aria-label={chatWords.you}>
    <article className="message message--unsent" data-own data-failed={entry.state === 'failed' || undefined}>
      <div className="message__text">
        {entry.action || entry.text !== '' ? <p className="typed">{entry.action?.label ?? entry.text}</p> : undefined}
        {entry.attachments.length === 0 ? undefined : (
          <ul className="message__files" aria-label={fileWords.attachments}>
            {entry.attachments.map((attachment) => (
              <li key={attachment.ref}>
                <Icon name="file" />
                {attachment.name}
              </li>
            ))}
          </ul>
        )}
      </div>
      <div className="message__meta">
        {entry.state === 'failed' ? (
          <>
            <span className="message__failure" role="alert">
              {chatWords.notSent} {entry.error}
            </span>
            <Act label={chatWords.retry} onPress={() => onRetry(entry.id)} />
            <Act label={chatWords.discard} onPress={() => onDiscard(entry.id)} />
          </>
        ) : entry.attempts === 0 ? (
          <span>{chatWords.sending}</span>
        ) : (
          <>
            <span>{chatWords.retrying}</span>
            <Act label={chatWords.retryNow} onPress={() => onRetry(entry.id)} />
          </>
        )}
      </div>
    </article>
  </section>
);

const Act = ({ label, onPress }: { readonly label: string; readonly onPress: () => void }) => (
  <button type="button" className="text-button" onClick={onPress}>
    {label}
  </button>
);
