import fc from 'fast-check';
import MailComposer from 'nodemailer/lib/mail-composer';
import { describe, expect, it } from 'vitest';
import type { ConversationId, MessageId, Outbound } from '#core/message.ts';
import { wellFormedText } from '#test/any-text.ts';
import { encodeMail, replySubject } from './encode.ts';
import type { LoadedAttachment } from './mail-parts.ts';
import { type Mail, parseMail } from './parse-mail.ts';
import { conversationOf } from './plus-address.ts';

const secret = 'a secret for tests only';
const settings = {
  config: { address: 'support@acme.example', senderName: 'Acme Support' },
  secret,
  now: new Date('2024-05-02T10:05:00Z'),
};

const outbound: Outbound = {
  id: '41',
  conversationId: '7' as ConversationId,
  messageId: '9' as MessageId,
  address: {
    channel: 'email',
    space: 'support@acme.example',
    thread: 'q1@customer.example',
    state: {
      subject: 'RE: AW: re: Where is my order?',
      lastMessageId: 'q2@customer.example',
      references: ['q1@customer.example'],
      to: [{ name: 'Ann Lee', address: 'ann@customer.example' }],
      cc: [{ name: '', address: 'bob@customer.example' }],
    },
  },
  author: { role: 'bot', externalId: 'bot' },
  content: { markdown: 'It arrives **tomorrow** [1].\n\n- one\n- two', attachments: [] },
  meta: {
    citations: [{ n: 1, documentId: 'd', title: 'Shipping <times>', url: 'https://acme.example/shipping', text: '' }],
  },
  actions: [],
};

const encode = (over: Partial<Outbound> = {}, files: readonly LoadedAttachment[] = []) => {
  const encoded = encodeMail({ ...outbound, ...over }, settings, files);
  if (!encoded.ok) throw new Error(encoded.reason);
  return encoded;
};
const rendered = async (over: Partial<Outbound> = {}, files: readonly LoadedAttachment[] = []): Promise<Mail> => {
  const parsed = await parseMail(await new MailComposer(encode(over, files).mail).compile().build());
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.mail;
};
const withState = (state: object): Partial<Outbound> => ({
  address: { ...outbound.address, state: { ...outbound.address.state, ...state } },
});

describe('an answer by mail', () => {
  it('continues the thread', async () => {
    const mail = await rendered();
    expect(mail.subject).toBe('Re: Where is my order?');
    expect(mail.inReplyTo).toEqual(['q2@customer.example']);
    expect(mail.references).toEqual(['q1@customer.example', 'q2@customer.example']);
    expect(mail.to).toEqual([{ name: 'Ann Lee', address: 'ann@customer.example' }]);
    expect(mail.cc).toEqual([{ name: '', address: 'bob@customer.example' }]);
    expect(mail.header('date')).toContain('02 May 2024');
    const [replyTo] = mail.replyTo;
    expect(conversationOf(replyTo?.address ?? '', ['support@acme.example'], [secret])).toBe('7');
  });

  it('has the same Message-ID on every try, and another one for another row', () => {
    expect(encode().messageId).toBe(encode().messageId);
    expect(encode({ id: '42' }).messageId).not.toBe(encode().messageId);
    expect(encode().mail.messageId).toBe(`<${encode().messageId}>`);
  });

  it('says where the thread goes on', () => {
    expect(encode().address).toMatchObject({
      thread: 'q1@customer.example',
      state: { lastMessageId: encode().messageId, references: ['q1@customer.example', 'q2@customer.example'] },
    });
  });

  it('is marked as automatic when no person wrote it', async () => {
    const mail = await rendered();
    expect(mail.header('auto-submitted')).toBe('auto-replied');
    expect(mail.header('x-auto-response-suppress')).toBe('All');
    expect(mail.header('x-frontdesk')).toBe('support@acme.example');
    expect(mail.header('list-unsubscribe')).toBeUndefined();
    expect(mail.from?.name).toBe('Acme Support');
  });

  it("carries a person's name, and no mark, when one wrote it", async () => {
    const mail = await rendered({ author: { role: 'human', externalId: 'mira@acme.example', name: 'Mira Weber' } });
    expect(mail.header('auto-submitted')).toBeUndefined();
    expect(mail.header('x-auto-response-suppress')).toBeUndefined();
    expect(mail.header('x-frontdesk')).toBe('support@acme.example');
    expect(mail.from).toEqual({ name: 'Mira Weber (Acme Support)', address: 'support@acme.example' });
    expect(mail.text).toContain('-- \nMira Weber');
    expect(mail.html).toContain('Mira Weber');
  });

  it('shows text and HTML with numbered sources', async () => {
    const mail = await rendered();
    expect(mail.text).toContain('It arrives tomorrow [1].\n\n- one\n- two');
    expect(mail.text).toContain('Sources:\n[1] Shipping <times> https://acme.example/shipping');
    expect(mail.html).toContain('<strong>tomorrow</strong>');
    expect(mail.html).toMatch(
      /<li value="1"[^>]*><a href="https:\/\/acme\.example\/shipping"[^>]*>Shipping &lt;times&gt;<\/a>/,
    );
  });

  it('attaches files, and says which it cannot', async () => {
    const file = (name: string, bytes: Uint8Array | undefined): LoadedAttachment => ({
      attachment: { name, mime: 'text/plain', bytes: bytes?.byteLength ?? 0, ref: 'sha256:0' },
      bytes,
    });
    const files = [
      file('../a\r\nb.txt', Buffer.from('hello')),
      file('gone.txt', undefined),
      file('big.bin', Buffer.alloc(18 * 1024 * 1024)),
    ];
    const mail = await rendered({}, files);
    expect(mail.parts.map(({ name }) => name)).toEqual(['a b.txt']);
    expect(mail.text).toContain('gone.txt is no longer available');
    expect(mail.text).toContain('big.bin is too large for a mail');
  });

  it('needs somebody to go to', () => {
    const address = { channel: 'email', space: 'support@acme.example', thread: 'x' } as const;
    expect(encodeMail({ ...outbound, address }, settings, [])).toMatchObject({ ok: false });
    expect(encodeMail({ ...outbound, ...withState({ to: [] }) }, settings, [])).toMatchObject({ ok: false });
  });

  it('keeps the root and the latest of many references', async () => {
    const references = Array.from({ length: 200 }, (_, index) => `r${index}@customer.example`);
    const mail = await rendered(withState({ references }));
    expect(mail.references).toHaveLength(20);
    expect(mail.references[0]).toBe('r0@customer.example');
    expect(mail.references.at(-1)).toBe('q2@customer.example');
  });

  it('cannot be made to carry header fields or scripts of somebody else', async () => {
    const nasty = fc.oneof(
      wellFormedText(60),
      fc.constantFrom(
        'a\r\nBcc: evil@evil.example',
        '\nX-Evil: 1',
        '<script>alert(1)</script>',
        '[x](javascript:alert(1))',
        '"><img src=x onerror=alert(1)>',
        '![t](https://tracker.example/p.gif)',
        '\u2028X-Evil: 1',
      ),
    );
    await fc.assert(
      fc.asyncProperty(nasty, nasty, nasty, nasty, nasty, async (subject, name, author, title, markdown) => {
        const mail = await rendered({
          ...withState({ subject, to: [{ name, address: 'ann@customer.example' }] }),
          author: { role: 'human', externalId: 'm', name: author },
          content: { markdown, attachments: [] },
          meta: { citations: [{ n: 1, documentId: 'd', title, url: markdown, text: '' }] },
        });
        expect(mail.header('bcc')).toBeUndefined();
        expect(mail.header('x-evil')).toBeUndefined();
        expect(mail.to).toHaveLength(1);
        expect(mail.subject.startsWith('Re: ')).toBe(true);
        expect(mail.html).not.toMatch(/<(script|img|iframe|object|svg)|href="(?!https?:|mailto:)|<[^>]*\son\w+=/i);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a reply subject', () => {
  it.each([
    ['Hello', 'Re: Hello'],
    ['Re: Hello', 'Re: Hello'],
    ['AW: Re[2]: SV: Hello', 'Re: Hello'],
    ['回复:你好', 'Re: 你好'],
    ['Fwd: Hello', 'Re: Fwd: Hello'],
    ['Report: Q1', 'Re: Report: Q1'],
    ['', 'Re: (no subject)'],
  ])('of %j is %j', (subject, expected) => expect(replySubject(subject)).toBe(expected));
});

describe('participants', () => {
  it('alone get the answer, whomever a mail named', () => {
    expect(encode({ participants: ['ann@customer.example'] }).envelope).toMatchObject({
      to: ['ann@customer.example'],
      cc: [],
    });
    expect(encode({ participants: ['bob@customer.example'] }).envelope).toMatchObject({
      to: ['bob@customer.example'],
      cc: [],
    });
    expect(encodeMail({ ...outbound, participants: [] }, settings, []).ok).toBe(false);
  });
});
