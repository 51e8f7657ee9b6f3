import type { EscalationDetail } from '#src/http/wire.ts';
import { consoleWords } from '../words.ts';

/** Who has the conversation, as the team reads it. */
export const ownerInWords = (
  { status, claimedBy, conversation }: Pick<EscalationDetail, 'status' | 'claimedBy' | 'conversation'>,
  agent: string,
): string => {
  if (status === 'resolved') {
    if (conversation.status === 'bot') return consoleWords.withBot;
    return claimedBy === undefined ? consoleWords.resolvedState : consoleWords.resolvedBy(claimedBy);
  }
  if (claimedBy === undefined) return consoleWords.unclaimed;
  return claimedBy === agent ? consoleWords.youHave : consoleWords.has(claimedBy);
};
