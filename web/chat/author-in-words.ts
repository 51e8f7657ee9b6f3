import type { MessageWire } from '#src/http/wire.ts';
import { chatWords } from '../words.ts';

/** An author's name as the customer reads it. */
export const authorInWords = ({ role, name }: MessageWire['author']): string => {
  if (role === 'customer') return chatWords.you;
  if (role === 'bot') return chatWords.assistant;
  return name ?? chatWords.support;
};
