import type { Step } from '#core/turn.ts';
import { wordsFor } from '../words.ts';

/** A file without a word is no question yet: say that it arrived and ask what is wanted. */
export const attachments: Step = async (turn, next) => {
  const files = turn.pending.flatMap(({ event }) =>
    event.body.kind === 'message' ? event.body.content.attachments : [],
  );
  const pressed = turn.pending.some(({ event }) => event.body.kind === 'action');
  if (files.length === 0 || pressed || turn.question.trim() !== '') return next(turn);
  return {
    kind: 'ask-back',
    why: 'only-files',
    confidence: 1,
    content: { markdown: wordsFor(turn.conversation.locale).onlyFiles, attachments: [] },
  };
};
