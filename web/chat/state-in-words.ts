import type { StateWire } from '#src/http/wire.ts';
import { chatWords } from '../words.ts';

/** Who has the conversation, as the customer reads it. */
export const stateInWords = ({ status, owner }: StateWire): string => {
  if (status !== 'human') return chatWords.states[status];
  return owner === undefined ? chatWords.states.someone : chatWords.states.human(owner);
};
