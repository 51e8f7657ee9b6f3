import fc from 'fast-check';
import MailComposer from 'nodemailer/lib/mail-composer';
import { describe, expect, it } from 'vitest';
import type { Card } from '#core/escalation.ts';
import type { Address, ConversationId, MessageId, Outbound } from '#core/message.ts';
import { wellFormedText } from '#test/any-text.ts';
import { deskMark, markOfAddress, markOfMessageId } from './desk-mark.ts';
import { answerMark } from './desk-text.ts';
import { encodeDeskMail, isForDesk, isUnchanged } from './encode-desk.ts';
import type { LoadedAttachment } from './mail-parts.ts';
import { type Mail, parseMail } from './parse-mail.ts';

const secret = 'a secret for tests only';
const own = 'support@acme.example';
const settings = {
  config: { address: own, senderName: 'Acme Support' },
  secret,
  now: new Date('2024-05-02T10:05:00Z'),
};

const card: Card = {
  code: '7F3K',
  title: 'Where is my <parcel>?',
  customer: 'Ann Lee',
  organization: 'customer.example',
  channel: 'email',
  place: 'Delivery',
  waitingSince: '2024-05-02T10:00:00.000Z',
  why: 'The customer asked for a person.',
  previous: '2B9C',
  tried: [
    { n: 1, documentId: 'd', title: 'Shipping times', url: 'https://acme.example/shipping', text: '' },
    { n: 2, documentId: 'e', title: 'A trap', url: 'javascript:alert(1)', text: '' },
  ],
  suggestedReply: 'It arrives **tomorrow**.',
  transcript: [
    { who: 'Ann Lee', role: 'customer', text: 'Where is it? <script>alert(1)</script>' },
    { who: 'Frontdesk', role: 'bot', text: 'I do not know.' },
  ],
  status: 'open',
  due: '2024-05-02T11:00:00.000Z',
  url: 'https://help.acme.example/console#7F3K',
  actions: [{ id: 'claim', label: 'Claim' }],
};

const root: Outbound = {
  id: '41',
  conversationId: '12' as ConversationId,
  messageId: '9' as MessageId,
  address: { channel: 'email', space: 'Agents@Company.example', thread: '' },
  author: { role: 'bot', externalId: 'frontdesk', name: 'Frontdesk' },
  content: { markdown: 'a card', attachments: [] },
  meta: { kind: 'notice', card },
  actions: [],
};

const encode = (message: Outbound, files: readonly LoadedAttachment[] = []) => {
  const encoded = encodeDeskMail(message, settings, files);
  if (!encoded.ok) throw new Error(encoded.reason);
  return encoded;
};
const rendered = async (message: Outbound, files: readonly LoadedAttachment[] = []): Promise<Mail> => {
  const parsed = await parseMail(await new MailComposer(encode(message, files).mail).compile().build());
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.mail;
};
const opened = encode(root);
/** A message below the card. */
const below = (over: Partial<Outbound>): Outbound => ({
  ...root,
  id: '42',
  address: opened.address,
  meta: {},
  ...over,
});

describe('a card by mail', () => {
  it('opens a thread with the desk, whose replies come back signed', async () => {
    const mail = await rendered(root);
    expect(mail).toMatchObject({
      subject: '[7F3K] Where is my <parcel>?',
      from: { name: 'Acme Support', address: own },
      to: [{ name: '', address: 'agents@company.example' }],
      cc: [],
      inReplyTo: [],
      references: [],
    });
    const name = deskMark(root.conversationId, 'agents@company.example');
    expect(markOfAddress(mail.replyTo[0]?.address ?? '', [own], [secret])).toEqual({ name, isOurs: true });
    expect(markOfMessageId(mail.messageId ?? '', [secret])).toEqual({ name, isOurs: true });
    expect(opened.address).toMatchObject({ channel: 'email', space: 'agents@company.example', thread: name });
    expect(mail.header('auto-submitted')).toBe('auto-generated');
    expect(mail.header('x-auto-response-suppress')).toBe('All');
    expect(mail.header('list-unsubscribe')).toBeUndefined();
    expect(encode(root).messageId).toBe(mail.messageId);
  });

  it('says everything in both its parts, and how to work by mail', async () => {
    const { text = '', html = '' } = await rendered(root);
    expect(text.startsWith(`${answerMark}\n`)).toBe(true);
    expect(html.indexOf(answerMark)).toBeLessThan(html.indexOf('parcel'));
    expect(text).toContain(
      [
        'State: Open, nobody has it yet',
        'From: Ann Lee, customer.example',
        'Channel: Email, Delivery',
        'Waiting since: 2024-05-02 10:00 UTC',
        'Answer due: 2024-05-02 11:00 UTC',
        'Reference: 7F3K',
        'Earlier case: 2B9C',
        'Why now: The customer asked for a person.',
      ].join('\n'),
    );
    expect(text).toContain('- Shipping times https://acme.example/shipping\n- A trap\n');
    expect(text).toContain('Suggested reply:\n\n    It arrives tomorrow.');
    expect(text).toMatch(/Ann Lee: Where is it\?[\s\S]*Frontdesk: I do not know\./);
    for (const part of [text, html]) {
      expect(part).toContain('your words go to the customer under your name');
      expect(part).toContain('Start with // for a note');
      expect(part).toContain('/claim, /resolve, /return');
      expect(part).toContain('https://help.acme.example/console#7F3K');
      expect(part).not.toContain('javascript:');
    }
    expect(html).toContain('Where is my &lt;parcel&gt;?');
    expect(html).toContain('It arrives <strong>tomorrow</strong>.');
    expect(html).not.toContain('<script');
  });

  it('stays one mail with one subject whatever the customer wrote', async () => {
    await fc.assert(
      fc.asyncProperty(wellFormedText(300), async (text) => {
        const wild: Card = {
          ...card,
          title: text,
          customer: text,
          why: text,
          suggestedReply: text,
          transcript: [{ who: text, role: 'customer', text }],
        };
        const mail = await rendered({ ...root, meta: { card: wild } });
        expect(mail.subject.startsWith('[7F3K]')).toBe(true);
        expect(mail.to).toHaveLength(1);
        expect(mail.all('bcc')).toEqual([]);
        expect(mail.text?.startsWith(answerMark)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it('goes to nobody when the desk is our own mailbox, or none', () => {
    for (const space of [own, 'C0DESK'])
      expect(encodeDeskMail({ ...root, address: { ...root.address, space } }, settings, [])).toMatchObject({
        ok: false,
      });
  });
});

describe('a message below a card', () => {
  it('continues the thread: same subject, same recipient, same address', async () => {
    const message = below({
      author: { role: 'customer', externalId: 'ann@customer.example', name: 'Mira Weber (Acme Support)' },
      content: { markdown: 'Is it **there**?', attachments: [] },
    });
    const mail = await rendered(message);
    expect(mail).toMatchObject({
      subject: 'Re: [7F3K] Where is my <parcel>?',
      from: { name: 'Mira Weber (Acme Support) (customer)', address: own },
      to: [{ name: '', address: 'agents@company.example' }],
      inReplyTo: [opened.messageId],
      references: [opened.messageId],
    });
    expect(mail.text).toContain('Mira Weber (Acme Support):\n\nIs it there?');
    expect(mail.text?.startsWith(answerMark)).toBe(true);
    expect(encode(message).address).toEqual(opened.address);
  });

  it('brings files, and says which it could not bring', async () => {
    const attachment = { name: 'a.txt', mime: 'text/plain', bytes: 3, ref: 'sha256:1' };
    const message = below({ author: { role: 'customer', externalId: 'web:1' } });
    const mail = await rendered(message, [
      { attachment, bytes: Buffer.from('abc') },
      { attachment: { ...attachment, name: 'gone.txt' }, bytes: undefined },
    ]);
    expect(mail.parts.map(({ name }) => name)).toEqual(['a.txt']);
    expect(mail.text).toContain('The file gone.txt is no longer available.');
    expect(mail.from?.name).toBe('The customer (customer)');
  });

  it('is in the name of the colleague who wrote it elsewhere, and still marked as automatic', async () => {
    const mail = await rendered(below({ author: { role: 'human', externalId: 'agent:Mira', name: 'Mira Weber' } }));
    expect(mail.from?.name).toBe('Mira Weber (Acme Support)');
    expect(mail.header('auto-submitted')).toBe('auto-generated');
  });

  it('confirms a reply below that reply', async () => {
    const receipt = { of: 'r1@company.example', ok: true };
    const mail = await rendered(below({ meta: { kind: 'notice', receipt } }));
    expect(mail.inReplyTo).toEqual(['r1@company.example']);
    expect(mail.references).toEqual([opened.messageId, 'r1@company.example']);
    const elsewhere = await rendered(below({ meta: { receipt: { of: 'web: 7', ok: true } } }));
    expect(elsewhere.inReplyTo).toEqual([opened.messageId]);
  });

  it('says in a line what became of the case, and nothing when nothing did', async () => {
    const drawn = (change: Partial<Card>) =>
      below({ replaces: opened.messageId, meta: { card: { ...card, ...change } } });
    const claimed = await rendered(drawn({ status: 'claimed', claimedBy: 'Mira Weber' }));
    expect(claimed.text).toContain('Mira Weber has this case now.');
    expect(claimed.text).not.toContain('Suggested reply');
    const closed = await rendered(drawn({ status: 'resolved', claimedBy: 'Mira Weber' }));
    expect(closed.text).toContain('Mira Weber has closed this case.');
    const drafted = await rendered(
      drawn({
        status: 'resolved',
        article: { title: 'Draft article: How long?', text: 'Refunds take 14 days.' },
        actions: [{ id: 'publish', label: 'Publish for everyone' }],
      }),
    );
    expect(drafted.text).toMatch(
      /Draft article: How long\?\s+.*Refunds take 14 days\.\s+Publish for everyone: answer with \/publish on a line of its own/,
    );
    const published = { title: 'Tom has published this answer: How long?', text: '' };
    const done = await rendered(drawn({ status: 'resolved', article: published, actions: [] }));
    expect(done.text).toContain('Tom has published this answer: How long?');
    expect(done.text).not.toContain('/publish');
    const moved = await rendered(drawn({ superseded: 'It is with the second level now.' }));
    expect(moved.text).toContain('It is with the second level now.');
    expect(isUnchanged(drawn({ status: 'open' }))).toBe(true);
    expect(isUnchanged(drawn({ status: 'claimed' }))).toBe(false);
    expect(isUnchanged(root)).toBe(false);
  });
});

describe('what goes to the desk', () => {
  it('is a card without a thread, and what stands below one; never a customer’s thread', () => {
    const at = (address: Partial<Address>) => isForDesk({ ...root, address: { ...root.address, ...address } }, own);
    expect(isForDesk(root, own)).toBe(true);
    expect(isForDesk(below({}), own)).toBe(true);
    expect(at({ space: own, thread: 'q1@customer.example' })).toBe(false);
    expect(at({ space: own, thread: deskMark(root.conversationId, own) })).toBe(false);
    expect(at({ space: 'former@acme.example', thread: 'q1@customer.example' })).toBe(false);
  });
});
