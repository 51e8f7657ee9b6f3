import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ChannelAdapter, Delivery } from '#core/channel.ts';
import type { ConversationId, InboundEvent, MessageId, Outbound } from '#core/message.ts';
import { type FakeChannelDeps, fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import { type Dovecot, hasDovecot, startDovecot } from '#test/servers/dovecot.ts';
import { requireServer } from '#test/servers/require.ts';
import { type SmtpServer, startSmtp } from '#test/servers/smtp.ts';
import { emailConfig } from './config.ts';
import { createEmailAdapter } from './index.ts';
import { parseMail } from './parse-mail.ts';

const how = requireServer('Dovecot', hasDovecot);
const support = 'support@acme.example';
const ann = 'ann@customer.example';

/** Two mailboxes, a real IMAP server for both and a real SMTP server between them. */
describe.skipIf(how === 'skip')('a conversation by mail', () => {
  let dovecot: Dovecot;
  let smtp: SmtpServer;
  let deps: FakeChannelDeps;
  let desk: ChannelAdapter;
  const stop = new AbortController();
  let deliveries: AsyncIterator<Delivery>;
  const signal = new AbortController().signal;

  beforeAll(async () => {
    dovecot = await startDovecot();
    smtp = await startSmtp(async ({ to, raw }) => {
      // As any MTA does: whom the envelope named.
      for (const recipient of to) {
        const user = recipient.replace(/\+[^@]*@/, '@');
        await dovecot.deliver(user, Buffer.from(`Delivered-To: ${recipient}\r\n${raw}`, 'latin1'));
      }
    });
    deps = fakeChannelDeps();
    const config = emailConfig.parse({ address: support, imapUrl: dovecot.imapUrl(support), smtpUrl: smtp.url });
    desk = createEmailAdapter(config, deps, { pollMs: 1_000, commandMs: 5_000, backoffMs: [20, 100] });
    deliveries = desk.listen?.(stop.signal)[Symbol.asyncIterator]() ?? expect.fail('the adapter does not listen');
  });
  afterAll(async () => {
    stop.abort();
    await deliveries?.return?.();
    await smtp?.[Symbol.asyncDispose]();
    await dovecot?.[Symbol.asyncDispose]();
  });
  afterEach(() => smtp.refuseRecipient(ann));

  const receive = async (): Promise<InboundEvent> => {
    const { value } = await deliveries.next();
    const [event] = (await desk.receive(value)).events;
    return event ?? expect.fail('the mail gave no event');
  };
  const answerTo = (event: InboundEvent, over: Partial<Outbound> = {}): Outbound => ({
    id: '41',
    conversationId: '7' as ConversationId,
    messageId: '9' as MessageId,
    address: event.address,
    author: { role: 'bot', externalId: 'bot' },
    content: { markdown: 'It arrives **tomorrow**.', attachments: [] },
    meta: {},
    actions: [],
    ...over,
  });
  const write = (lines: readonly string[]) => dovecot.deliver(support, lines.join('\r\n'));
  const lastSent = async () => {
    const parsed = await parseMail(Buffer.from(smtp.received.at(-1)?.raw ?? '', 'latin1'));
    return parsed.ok ? parsed.mail : expect.fail(parsed.reason);
  };

  let question: InboundEvent;

  it('brings the answer into the customer’s thread', async () => {
    await write([
      `From: Ann <${ann}>`,
      `To: ${support}`,
      'Subject: Order',
      'Message-ID: <q1@customer.example>',
      '',
      'Where is it?',
      '',
    ]);
    question = await receive();
    expect(question.body).toMatchObject({ kind: 'message', content: { markdown: 'Where is it?' } });
    const sent = await desk.send(answerTo(question), signal);
    expect(sent).toMatchObject({ ok: true, address: { thread: 'q1@customer.example' } });
    const mail = await lastSent();
    expect(mail).toMatchObject({
      subject: 'Re: Order',
      inReplyTo: ['q1@customer.example'],
      references: ['q1@customer.example'],
    });
    expect(mail.messageId).toBe(sent.ok ? sent.externalId : '');
    expect(mail.header('auto-submitted')).toBe('auto-replied');
  });

  it('finds the conversation again by the address that the customer answers to', async () => {
    const [replyTo] = (await lastSent()).replyTo;
    // Apple Mail and others rewrite References: only the address is left.
    await write([
      `From: Ann <${ann}>`,
      `To: ${replyTo?.address.toUpperCase()}`,
      'Subject: Re: Order',
      'Message-ID: <q2@customer.example>',
      '',
      'Still not here.',
      '',
    ]);
    const reply = await receive();
    expect(reply.threading?.conversation).toBe('7');
    expect(reply.address.state).toMatchObject({ to: [{ address: ann }], cc: [] });
  });

  it('does not take its own mail for a customer’s', async () => {
    await write((smtp.received.at(-1)?.raw ?? '').split('\r\n'));
    const { value } = await deliveries.next();
    expect(await desk.receive(value)).toMatchObject({
      events: [],
      unsupported: expect.stringContaining('sent by this desk'),
    });
  });

  it('carries attachments', async () => {
    const ref = 'sha256:f00';
    deps.savedBlobs.set(ref, Buffer.from('label'));
    const attachments = [{ name: 'label.txt', mime: 'text/plain', bytes: 5, ref }];
    expect(
      await desk.send(answerTo(question, { id: '42', content: { markdown: 'Here.', attachments } }), signal),
    ).toMatchObject({ ok: true });
    expect((await lastSent()).parts).toMatchObject([{ name: 'label.txt', mime: 'text/plain' }]);
  });

  it.each([
    [550, '5.1.1 no such user', true],
    [451, '4.3.0 try again later', false],
    [421, '4.3.2 shutting down', false],
  ])('reports %i %s with permanent: %s', async (code, text, permanent) => {
    smtp.refuseRecipient(ann, code, text);
    expect(await desk.send(answerTo(question), signal)).toMatchObject({ ok: false, permanent });
  });

  it('fails when the customer was refused and only people in copy got it', async () => {
    const state = { ...question.address.state, cc: [{ name: '', address: 'bob@customer.example' }] };
    smtp.refuseRecipient(ann, 550, '5.1.1 no such user');
    const failed = await desk.send(answerTo(question, { address: { ...question.address, state } }), signal);
    expect(failed).toMatchObject({ ok: false, code: 'recipient-rejected', permanent: true });
    smtp.refuseRecipient(ann);
    smtp.refuseRecipient('bob@customer.example', 550, '5.1.1 no such user');
    expect(await desk.send(answerTo(question, { address: { ...question.address, state } }), signal)).toMatchObject({
      ok: true,
    });
    expect(deps.log.lines.some(({ message }) => message.includes('recipients were refused'))).toBe(true);
  });

  it('refuses to send to nobody', async () => {
    const address = { channel: 'email', space: support, thread: 'x' } as const;
    expect(await desk.send(answerTo(question, { address }), signal)).toMatchObject({
      ok: false,
      code: 'no-recipient',
      permanent: true,
    });
  });

  it('reads nothing but mail', async () => {
    expect(await desk.receive({ kind: 'socket', payload: {} })).toMatchObject({
      events: [],
      unsupported: expect.any(String),
    });
  });

  it('says that both servers are there', async () => {
    expect(await desk.check?.(signal)).toMatchObject({ ok: true });
  });
});
