import MailComposer from 'nodemailer/lib/mail-composer';
import { describe, expect, it } from 'vitest';
import type { Decoded } from '#core/channel.ts';
import type { ConversationId, MessageId, Outbound } from '#core/message.ts';
import { expectWellFormed } from '#test/contract/channel.ts';
import { fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import { emailConfig } from './config.ts';
import { decodeMail } from './decode.ts';
import { encodeDeskMail } from './encode-desk.ts';
import { createEmailAdapter } from './index.ts';
import type { DecodeSettings } from './mail-context.ts';
import { type Mail, parseMail } from './parse-mail.ts';
import { plusAddress } from './plus-address.ts';

const own = 'support@acme.example';
const desk = 'agents@company.example';
const secret = 'a secret for tests only';
const settings: DecodeSettings = {
  address: own,
  aliases: [],
  staff: ['tom@freelance.example'],
  desks: [desk, 'seniors@company.example'],
  authservId: 'mx.acme.example',
  secrets: [secret],
  sentByUs: false,
  receivedAt: new Date('2024-05-03T00:00:00Z'),
};
const proven = (domain: string) => `Authentication-Results: mx.acme.example; dmarc=pass header.from=${domain}`;

const card: Outbound = {
  id: '41',
  conversationId: '12' as ConversationId,
  messageId: '9' as MessageId,
  address: { channel: 'email', space: desk, thread: '' },
  author: { role: 'bot', externalId: 'frontdesk' },
  content: { markdown: '', attachments: [] },
  meta: {
    card: {
      code: '7F3K',
      title: 'Where is my parcel?',
      customer: 'Ann Lee',
      channel: 'web',
      waitingSince: '2024-05-02T10:00:00.000Z',
      why: 'The customer is angry.',
      tried: [],
      suggestedReply: 'In the post.',
      transcript: [{ who: 'Ann Lee', role: 'customer', text: 'Where is it?' }],
      status: 'open',
      actions: [],
    },
  },
  actions: [],
};
const mailOf = async (message: Outbound): Promise<Mail> => {
  const encoded = encodeDeskMail(
    message,
    { config: { address: own, senderName: 'Support' }, secret, now: new Date() },
    [],
  );
  if (!encoded.ok) throw new Error(encoded.reason);
  const parsed = await parseMail(await new MailComposer(encoded.mail).compile().build());
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.mail;
};
const sent = await mailOf(card);
const thread = encodeDeskMail(card, { config: { address: own, senderName: 'Support' }, secret, now: new Date() }, []);
const threadName = thread.ok ? thread.address.thread : '';
const reply = sent.replyTo[0]?.address ?? '';

interface Letter {
  readonly from?: string;
  readonly to?: string;
  readonly headers?: readonly string[];
  readonly proof?: string;
  readonly inReplyTo?: string;
  readonly references?: string;
  readonly text?: string;
  readonly quotes?: boolean;
}
/** What an agent's mail program makes of a reply to the card. */
const write = ({
  from = `Mira Weber <${desk}>`,
  to = reply,
  headers = [],
  text = 'Hello Ann.',
  quotes = true,
  ...more
}: Letter) =>
  [
    more.proof ?? proven('company.example'),
    ...headers,
    `From: ${from}`,
    `To: ${to}`,
    'Subject: Re: [7F3K] Where is my parcel?',
    'Message-ID: <r1@company.example>',
    'Date: Thu, 02 May 2024 10:30:00 +0000',
    ...(more.inReplyTo === '' ? [] : [`In-Reply-To: <${more.inReplyTo ?? sent.messageId}>`]),
    ...(more.references === undefined ? [] : [`References: ${more.references}`]),
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    ...(quotes
      ? ['', `On Thu, 2 May 2024 at 10:00, Support <${own}> wrote:`, (sent.text ?? '').replace(/^/gm, '> ')]
      : []),
    '',
  ].join('\r\n');
const decode = async (letter: Letter, over: Partial<DecodeSettings> = {}): Promise<Decoded> => {
  const decoded = await decodeMail(Buffer.from(write(letter)), { ...settings, ...over });
  expectWellFormed({ id: 'email' }, decoded);
  // Whatever comes of it: nothing that the team alone may read is said to a customer.
  for (const { body } of decoded.events)
    if (body.kind === 'message' && body.internal !== true)
      expect(body.content.markdown).not.toMatch(/angry|In the post|Suggested|above this line/);
  return decoded;
};
const notPassedOn = async (letter: Letter, why: RegExp, over: Partial<DecodeSettings> = {}) => {
  const { events, quarantine, unsupported } = await decode(letter, over);
  expect(events).toEqual([]);
  expect(quarantine ?? unsupported).toMatch(why);
};

describe('an agent’s reply by mail', () => {
  it('is relayed: the new words alone, under the name, in the thread of the case', async () => {
    const { events } = await decode({});
    expect(events).toMatchObject([
      {
        dedupeKey: `email:${own}:r1@company.example`,
        address: { channel: 'email', space: desk, thread: threadName },
        author: { role: 'human', externalId: desk, name: 'Mira Weber' },
        body: { kind: 'message', content: { markdown: 'Hello Ann.', attachments: [] } },
        externalId: 'r1@company.example',
        attention: 'desk',
        identity: { level: 'verified' },
      },
    ]);
    expect(events[0]).not.toHaveProperty('threading');
    expect(events[0]?.address).not.toHaveProperty('state');
  });

  it('finds its case by the address alone, by the Message-ID alone, and whatever else is in the thread', async () => {
    for (const letter of [
      { inReplyTo: '' },
      { to: own },
      { inReplyTo: 'x@company.example', references: '<y@company.example>' },
      { to: `${reply}, Agents <${desk}>, someone@elsewhere.example` },
    ])
      expect((await decode(letter)).events[0]?.address.thread).toBe(threadName);
  });

  it('is believed of the desk and of staff, by DMARC or an aligned signature', async () => {
    const dkim = 'Authentication-Results: mx.acme.example; dkim=pass header.d=freelance.example';
    const { events } = await decode({ from: 'Tom <tom@freelance.example>', proof: dkim });
    expect(events[0]?.author).toEqual({ role: 'human', externalId: 'tom@freelance.example', name: 'Tom' });
  });

  it('never shows the customer an address as a name', async () => {
    for (const from of ['tom@freelance.example', '"tom@freelance.example" <tom@freelance.example>'])
      expect((await decode({ from, proof: proven('freelance.example') })).events[0]?.author.name).toBe('Tom');
  });

  it('does what its commands say, each once', async () => {
    const { events } = await decode({ text: '/claim\n\nHello Ann.\n\n/resolve' });
    expect(events.map(({ dedupeKey, body }) => [dedupeKey.replace(/.*example/, ''), body])).toEqual([
      [':claim', { kind: 'action', action: 'claim', value: '' }],
      ['', { kind: 'message', content: { markdown: 'Hello Ann.', attachments: [] } }],
      [':resolve', { kind: 'action', action: 'resolve', value: '' }],
    ]);
    expect(events.map(({ externalId }) => externalId)).toEqual([undefined, 'r1@company.example', undefined]);
    expect((await decode({ text: '/resolve' })).events.map(({ body }) => body.kind)).toEqual(['action']);
    const given = await decode({ text: '/reassign Tom Reed' });
    expect(given.events[0]?.body).toMatchObject({ action: 'reassign', person: { name: 'Tom Reed' } });
    const byAddress = await decode({ text: '/reassign tom.reed@company.example' });
    expect(byAddress.events[0]?.body).toMatchObject({
      person: { externalId: 'tom.reed@company.example', name: 'Tom Reed' },
    });
  });

  it('is a note when it says so', async () => {
    for (const [text, words] of [
      ['/note hopeless', 'hopeless'],
      ['// hopeless', '// hopeless'],
    ] as const)
      expect((await decode({ text })).events).toMatchObject([
        { body: { kind: 'message', internal: true, content: { markdown: words } } },
      ]);
  });

  it('is a note with a reason when it cannot be told apart or is no command', async () => {
    const typo = await decode({ text: '/resovle' });
    expect(typo.events).toMatchObject([
      { body: { internal: true, noReply: expect.stringContaining('is no command') } },
    ]);
    const lines = (sent.text ?? '').replace(/^/gm, '> ').split('\n');
    const between = [...lines.slice(0, 5), 'In the post, dear.', ...lines.slice(5)].join('\n');
    expect((await decode({ text: between, quotes: false })).events).toMatchObject([
      { body: { internal: true, noReply: expect.stringContaining('between quoted lines') } },
    ]);
  });

  it('brings its files, without what mail programs add', async () => {
    const raw = await new MailComposer({
      from: `Mira <${desk}>`,
      to: reply,
      inReplyTo: `<${sent.messageId}>`,
      html: '<p>Hello Ann.</p><div class="gmail_signature"><img src="cid:logo"></div>',
      attachments: [
        { filename: 'steps.txt', content: 'one, two' },
        { filename: 'logo.png', content: 'png', cid: 'logo' },
        { filename: 'smime.p7s', content: 'p7s', contentType: 'application/pkcs7-signature' },
      ],
    })
      .compile()
      .build();
    const proof = Buffer.from(`${proven('company.example')}\r\n`);
    const { events } = await decodeMail(Buffer.concat([proof, raw]), settings);
    expect(events).toMatchObject([
      { body: { content: { markdown: 'Hello Ann.', attachments: [{ name: 'steps.txt', bytes: 8 }] } } },
    ]);
  });
});

describe('a mail to a case that is not passed on', () => {
  it.each<[string, Letter, RegExp]>([
    [
      'from a customer who got hold of the address',
      { from: 'Ann <ann@customer.example>', proof: proven('customer.example') },
      /not of the support team/,
    ],
    [
      'with a forged From',
      { proof: 'Authentication-Results: mx.acme.example; dmarc=fail header.from=company.example' },
      /not proven/,
    ],
    [
      'with a proof of its own making',
      { proof: 'Authentication-Results: mx.evil.example; dmarc=pass header.from=company.example' },
      /not proven/,
    ],
    [
      'proven by SPF alone',
      { proof: `Authentication-Results: mx.acme.example; spf=pass smtp.mailfrom=${desk}` },
      /not proven/,
    ],
    [
      'from a colleague of the same domain who is not of the desk',
      { from: 'Eve <eve@company.example>' },
      /not of the support team/,
    ],
    ['of a machine that is away', { headers: ['Auto-Submitted: auto-replied'] }, /automatic mail to the desk/],
    ['of a machine, by its subject and words', { headers: ['Precedence: auto_reply'] }, /automatic mail to the desk/],
    ['by a mailing list', { headers: ['List-Id: <agents.company.example>'] }, /list mail to the desk/],
    [
      'with a signature that is not ours',
      { to: reply.replace(/\.[a-z2-7]{16}@/, '.aaaaaaaaaaaaaaaa@'), inReplyTo: '' },
      /signature in its address/,
    ],
    [
      'that only mentions the thread',
      { to: own, inReplyTo: 'x@company.example', references: `<${sent.messageId}>` },
      /answers none of our mails/,
    ],
    ['that goes to others as well', { to: `${own}, ann@customer.example` }, /goes to others as well/],
    ['with nothing new in it', { text: '' }, /nothing new/],
    ['with nothing but a signature', { text: '-- \nMira Weber' }, /nothing new/],
  ])('%s', (_, letter, why) => notPassedOn(letter, why));

  it('when nobody can be proven, when the desk is elsewhere now, and out of our own Sent folder', async () => {
    await notPassedOn({}, /not proven/, { authservId: undefined });
    await notPassedOn({ from: 'tom@freelance.example', proof: proven('freelance.example') }, /not worked by mail now/, {
      desks: [],
    });
    await notPassedOn({}, /in our own mail program/, { sentByUs: true });
  });

  it('that names several cases', async () => {
    const other = await mailOf({ ...card, conversationId: '13' as ConversationId });
    await notPassedOn({ to: `${reply}, ${other.replyTo[0]?.address}` }, /several cases/);
  });

  it('by which a customer’s conversation is not touched either', async () => {
    const to = `${reply}, ${plusAddress(own, '7' as ConversationId, secret)}`;
    await notPassedOn(
      { to, from: 'Ann <ann@customer.example>', proof: proven('customer.example') },
      /not of the support/,
    );
  });
});

describe('a mail to the desk that comes back', () => {
  const report = (status: string) =>
    decodeMail(
      Buffer.from(
        [
          'From: MAILER-DAEMON@mx.company.example',
          `To: ${own}`,
          'Subject: Undelivered Mail Returned to Sender',
          'Message-ID: <b1@mx.company.example>',
          'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
          '',
          '--b',
          'Content-Type: message/delivery-status',
          '',
          'Reporting-MTA: dns; mx.company.example',
          '',
          `Final-Recipient: rfc822; ${desk}`,
          `Action: ${status.startsWith('5') ? 'failed' : 'delayed'}`,
          `Status: ${status}`,
          'Diagnostic-Code: smtp; no such user',
          '',
          '--b',
          'Content-Type: text/rfc822-headers',
          '',
          `Message-ID: <${sent.messageId}>`,
          '--b--',
          '',
        ].join('\r\n'),
      ),
      settings,
    );

  it('is looked at by a person, and touches no conversation', async () => {
    expect(await report('5.1.1')).toMatchObject({
      events: [],
      quarantine: expect.stringMatching(/came back: .*no such user/),
    });
    expect(await report('4.2.2')).toMatchObject({ events: [], unsupported: 'a mail to the desk is delayed' });
  });
});

describe('the adapter at a desk', () => {
  const deps = fakeChannelDeps();
  const config = {
    address: own,
    imapUrl: 'imap://support:secret@127.0.0.1:1',
    smtpUrl: 'smtp://127.0.0.1:1',
    authservId: 'mx.acme.example',
    deskAddress: 'Agents@company.example',
  };
  const receive = (adapter: ReturnType<typeof createEmailAdapter>, raw: string) =>
    adapter.receive({ kind: 'mail', mailbox: 'INBOX', uid: 1, raw: Buffer.from(raw) });

  it('takes a storm of mails in one case for a loop', async () => {
    const adapter = createEmailAdapter(emailConfig.parse(config), deps);
    for (let count = 0; count < 10; count += 1) expect((await receive(adapter, write({}))).events).toHaveLength(1);
    expect(await receive(adapter, write({}))).toMatchObject({ events: [], quarantine: expect.stringMatching(/loop/) });
  });

  it('takes in no customer’s mail when the mailbox is for the desk alone', async () => {
    const adapter = createEmailAdapter(emailConfig.parse({ ...config, customers: false }), deps);
    const customer = write({ from: 'ann@customer.example', to: own, inReplyTo: '', quotes: false });
    expect(await receive(adapter, customer)).toMatchObject({
      events: [],
      unsupported: expect.stringMatching(/for the desk alone/),
    });
    expect((await receive(adapter, write({}))).events).toHaveLength(1);
  });

  it('sends nothing for a card that has not changed', async () => {
    const adapter = createEmailAdapter(emailConfig.parse(config), deps);
    if (!thread.ok) throw new Error(thread.reason);
    const drawn = { ...card, address: thread.address, replaces: thread.messageId };
    // There is no mail server at all.
    expect(await adapter.send(drawn, AbortSignal.timeout(5_000))).toEqual({
      ok: true,
      externalId: thread.messageId,
      address: thread.address,
    });
  });
});
