import type { ChannelId } from './message.ts';

/** What people call the channels. */
export const channelNames: Readonly<Record<ChannelId, string>> = {
  web: 'Web chat',
  email: 'Email',
  slack: 'Slack',
  teams: 'Teams',
};
