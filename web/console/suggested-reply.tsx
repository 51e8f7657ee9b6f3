import { Icon } from '../shared/icons/icon.tsx';
import { Markdown } from '../shared/markdown/markdown.tsx';
import { consoleWords } from '../words.ts';

/** A reply that is ready: one press puts it into the composer, where it can still be changed. */
export const SuggestedReply = ({
  text,
  canUse,
  onUse,
}: {
  readonly text: string;
  readonly canUse: boolean;
  readonly onUse: (text: string) => void;
}) => (
  <div className="suggested-reply">
    <Markdown text={text} />
    {canUse ? (
      <button type="button" className="button button--small" onClick={() => onUse(text)}>
        <Icon name="reply" />
        {consoleWords.useSuggested}
      </button>
    ) : undefined}
  </div>
);
