import type { ConversationState } from '#core/channel.ts';
import { mrkdwnLabel } from './slack-text.ts';

/** The answer to `/frontdesk status`, in Slack's markup with everything foreign escaped; only who asked sees it. */
export const statusText = (found: ConversationState | undefined): string => {
  const code = mrkdwnLabel(found?.code ?? '', 40);
  const request = code === '' ? 'your request' : `your request ${code}`;
  switch (found?.status) {
    case 'human':
      return `${mrkdwnLabel(found.owner ?? '', 80) || 'Our team'} has ${request}.`;
    case 'waiting':
      return `${request.replace('your', 'Your')} is waiting for our team.`;
    case 'bot':
      return 'I have it: ask me anything here.';
    default:
      return 'You have no open request in this channel.';
  }
};
