import { describe, expect, it } from 'vitest';
import { classify } from './classify.ts';
import { parseMail } from './parse-mail.ts';

const classOf = async (headers: string, body = 'hi') => {
  const from = /^from:/im.test(headers) ? '' : 'From: Ann <ann@customer.example>\r\n';
  const raw = `${from}To: support@acme.example\r\n${headers}\r\n\r\n${body}`;
  const parsed = await parseMail(Buffer.from(raw));
  if (!parsed.ok) throw new Error(parsed.reason);
  return classify(parsed.mail);
};

describe('a person', () => {
  it.each([
    ['an ordinary question', 'Subject: Invoice'],
    ['a mail that says it is not automatic', 'Auto-Submitted: no'],
    ['Exchange, which asks not to be auto-answered', 'X-Auto-Response-Suppress: All'],
    ['somebody who asks about an automatic reply', 'Subject: Out of office is broken'],
    ['somebody who answers one', 'Subject: Re: Automatic reply: Invoice\r\nX-Auto-Response-Suppress: OOF'],
    ['somebody who asks about a failed mail', 'Subject: Undelivered Mail Returned to Sender'],
    ['a contact form', 'From: noreply@shop.example\r\nReply-To: ann@customer.example\r\nSubject: Contact'],
    ['a high priority', 'Precedence: first-class\r\nX-Priority: 1'],
  ])('is heard: %s', async (_, headers) => expect(await classOf(headers)).toMatchObject({ class: 'message' }));

  it('may send the parts of a delivery report to ask about it', async () => {
    const body =
      '--b\r\n\r\nWhat is this?\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nStatus: 5.1.1\r\n--b--';
    expect(await classOf('Content-Type: multipart/mixed; boundary=b', body)).toMatchObject({ class: 'message' });
  });
});

describe('a machine', () => {
  it.each([
    ['automatic', 'Auto-Submitted: auto-replied (vacation)'],
    ['automatic', 'Auto-Submitted: auto-generated; owner-email=x'],
    ['automatic', 'Precedence: auto_reply'],
    ['automatic', 'Precedence: junk'],
    ['automatic', 'X-Autoreply: yes'],
    ['automatic', 'X-Autorespond: Invoice'],
    ['automatic', 'Return-Path: <>'],
    ['automatic', 'From: no-reply@shop.example'],
    ['automatic', 'From: postmaster@shop.example\r\nSubject: Your mailbox is almost full'],
    ['automatic', 'Subject: Automatic reply: Invoice\r\nX-Auto-Response-Suppress: All'],
    ['automatic', 'Content-Type: multipart/report; report-type=feedback-report; boundary=b'],
    ['automatic', 'Content-Type: multipart/report; report-type="disposition-notification"; boundary=b'],
    ['list', 'List-Id: <users.list.example>'],
    ['list', 'List-Unsubscribe: <mailto:x@y.example>\r\nPrecedence: bulk'],
    ['list', 'Precedence: list'],
    ['bounce', 'Content-Type: multipart/report; boundary=b; report-type=delivery-status'],
    ['bounce', 'X-Failed-Recipients: x@y.example'],
    ['bounce', 'From: MAILER-DAEMON@mx.example (Mail Delivery System)\r\nSubject: failure notice'],
    ['bounce', 'From: <>\r\nSubject: Undeliverable: hello'],
    [
      'bounce',
      'From: Exchange <microsoftexchange329e71ec88ae4615bbc36ab6ce41109e@mx.example>\r\nSubject: Undeliverable: x',
    ],
  ])('is %s by %s', async (expected, headers) => {
    const { class: actual, why } = await classOf(headers);
    expect(actual).toBe(expected);
    expect(why).not.toBe('');
  });
});
