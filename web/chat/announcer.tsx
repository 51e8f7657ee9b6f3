import { useEffect, useRef, useState } from 'react';
import type { MessageWire } from '#src/http/wire.ts';
import { plainText } from '../shared/markdown/plain-text.ts';
import { chatWords } from '../words.ts';
import { authorInWords } from './author-in-words.ts';
import { compareIds } from './timeline.ts';

/** Reads finished messages of others to screen readers, as they come; never the history, never half an answer. */
export const Announcer = ({ messages }: { readonly messages: readonly MessageWire[] }) => {
  const heard = useRef<string>(undefined);
  const [text, setText] = useState('');
  useEffect(() => {
    const newest = messages.at(-1)?.id ?? '';
    const after = heard.current;
    heard.current = newest;
    if (after === undefined) return;
    const fresh = messages.filter((message) => message.author.role !== 'customer' && compareIds(message.id, after) > 0);
    if (fresh.length === 0) return;
    setText(
      fresh.map((message) => chatWords.announce(authorInWords(message.author), plainText(message.markdown))).join('\n'),
    );
  }, [messages]);
  return (
    <div className="unseen" aria-live="polite">
      {text}
    </div>
  );
};
