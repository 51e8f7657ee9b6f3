import { createSlackApi } from '#adapters/slack/client.ts';
import { createPace } from '#adapters/slack/pace.ts';
import { createSend, type SendDeps, type Sender } from '#adapters/slack/send.ts';
import { createWorkspaces } from '#adapters/slack/workspaces.ts';
import type { Address, ConversationId, MessageId, Outbound, SendResult } from '#core/message.ts';
import type { FakeChannelDeps } from './fakes/channel-deps.ts';
import type { FakeSlack } from './fakes/slack/index.ts';

/** A sender over the fake Slack, in a hurry. */
export const slackSender = (slack: FakeSlack, deps: FakeChannelDeps, more: Partial<SendDeps> = {}): Sender => {
  const api = createSlackApi({ apiUrl: slack.apiUrl, log: deps.log, now: deps.now, timeoutMs: 3_000 });
  const config = { botToken: slack.botToken };
  const workspaces = createWorkspaces(config, { installations: deps.installations, api, log: deps.log });
  const pace = createPace({ now: deps.now, intervalMs: 1 });
  return createSend({
    api,
    workspaces,
    blobs: deps.blobs,
    log: deps.log,
    now: deps.now,
    pace,
    looksMs: [0, 20],
    ...more,
  });
};

/** The address of a thread in the customer's channel. */
export const inThread = (thread: string): Address => ({
  channel: 'slack',
  space: 'C0ACME',
  thread,
  state: { team: 'T0HOME', user: 'U0ANN', userTeam: 'T0ACME' },
});

let ids = 0;
/** A message of the bot to a thread, with an id of its own. */
export const outboundTo = (address: Address, markdown: string, more: Partial<Outbound> = {}): Outbound => {
  ids += 1;
  return {
    id: String(ids),
    conversationId: '1' as ConversationId,
    messageId: '1' as MessageId,
    address,
    author: { role: 'bot', externalId: 'bot' },
    content: { markdown, attachments: [] },
    meta: {},
    actions: [],
    ...more,
  };
};

/** What was sent; fails with the platform's words when it was not. */
export const landed = (result: SendResult) => {
  if (!result.ok) throw new Error(`${result.code}: ${result.message}`);
  return result;
};
