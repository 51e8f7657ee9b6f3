import type { ConversationId, MessageId } from '#core/message.ts';
import { describeChannelContract } from '#test/contract/channel.ts';
import { fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import { startSmtp } from '#test/servers/smtp.ts';
import { email } from './index.ts';

const mail = [
  'From: Ann Lee <ann@customer.example>',
  'To: support@acme.example',
  'Subject: Where is my order?',
  'Message-ID: <order-1@customer.example>',
  'Date: Thu, 02 May 2024 10:00:00 +0000',
  '',
  'It was due on Monday.',
  '',
].join('\r\n');

describeChannelContract('email', async () => {
  const smtp = await startSmtp();
  const config = email.config.parse({
    address: 'support@acme.example',
    imapUrl: 'imap://support:secret@127.0.0.1:1',
    smtpUrl: smtp.url,
  });
  const adapter = email.create(config, fakeChannelDeps());
  const inbound = { kind: 'mail', mailbox: 'INBOX', uid: 1, raw: Buffer.from(mail) } as const;
  const [event] = (await adapter.receive(inbound)).events;
  if (event === undefined) throw new Error('the sample mail gives no event');
  return {
    adapter,
    inbound,
    outbound: {
      id: '41',
      conversationId: '7' as ConversationId,
      messageId: '9' as MessageId,
      address: event.address,
      author: { role: 'bot', externalId: 'bot' },
      content: { markdown: 'It arrives **tomorrow**.', attachments: [] },
      meta: {},
      actions: [],
    },
    delivery: (raw) => ({ kind: 'mail', mailbox: 'INBOX', uid: 2, raw }),
    [Symbol.asyncDispose]: () => smtp[Symbol.asyncDispose](),
  };
});
