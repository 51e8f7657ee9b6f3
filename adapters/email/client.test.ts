import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '#test/servers/eventually.ts';
import { type SmtpServer, startSmtp } from '#test/servers/smtp.ts';
import { checkSmtp, submitMail } from './client.ts';
import { emailConfig, type MailServer } from './config.ts';

describe('sending over a real SMTP server', () => {
  let smtp: SmtpServer;
  let server: MailServer;
  beforeAll(async () => {
    smtp = await startSmtp();
    server = serverOf(smtp.url);
  });
  afterAll(() => smtp[Symbol.asyncDispose]());
  afterEach(() => {
    smtp.refuseRecipient('ann@customer.example');
    smtp.refuseRecipient('bob@customer.example');
    smtp.refuseData();
    smtp.hangAtData(false);
  });

  const serverOf = (smtpUrl: string): MailServer =>
    emailConfig.parse({ address: 'support@acme.example', imapUrl: 'imap://u:p@127.0.0.1:1', smtpUrl }).smtpUrl;
  const raw = Buffer.from('Subject: hi\r\n\r\nhello\r\n');
  const submit = (recipients = ['ann@customer.example'], signal = new AbortController().signal) =>
    submitMail(server, { from: 'support@acme.example', recipients, raw }, signal, {
      connectMs: 2_000,
      silenceMs: 2_000,
    });

  it('delivers', async () => {
    expect(await submit()).toEqual({ ok: true, rejected: [] });
    expect(smtp.received.at(-1)).toMatchObject({ from: 'support@acme.example', to: ['ann@customer.example'] });
    expect(smtp.received.at(-1)?.raw).toContain('hello');
  });

  it.each([
    [550, '5.1.1 no such user', true],
    [552, '5.2.2 mailbox full', true],
    [450, '4.2.0 greylisted', false],
    [451, '4.3.0 try later', false],
    [421, '4.3.2 closing', false],
  ])('takes %i %s to RCPT as permanent: %s', async (code, text, permanent) => {
    smtp.refuseRecipient('ann@customer.example', code, text);
    expect(await submit()).toMatchObject({
      ok: false,
      permanent,
      code: `smtp-${code}`,
      message: expect.stringContaining(text),
    });
  });

  it.each([
    [554, true],
    [452, false],
  ])('takes %i to DATA as permanent: %s', async (code, permanent) => {
    smtp.refuseData(code, 'no');
    expect(await submit()).toMatchObject({ ok: false, permanent });
  });

  it('names the recipients that were refused while others got it', async () => {
    smtp.refuseRecipient('bob@customer.example', 550, '5.1.1 gone');
    expect(await submit(['ann@customer.example', 'bob@customer.example'])).toMatchObject({
      ok: true,
      rejected: [{ recipient: 'bob@customer.example', permanent: true }],
    });
  });

  it('is permanent only when every recipient is', async () => {
    smtp.refuseRecipient('ann@customer.example', 550, 'gone');
    smtp.refuseRecipient('bob@customer.example', 450, 'later');
    expect(await submit(['ann@customer.example', 'bob@customer.example'])).toMatchObject({
      ok: false,
      permanent: false,
    });
  });

  it('tries later when the login fails, and names the setting, not the password', async () => {
    const wrong = serverOf(smtp.url.replace('secret', 'hunter2'));
    const submission = { from: 'support@acme.example', recipients: ['ann@customer.example'], raw };
    const result = await submitMail(wrong, submission, new AbortController().signal);
    expect(result).toMatchObject({ ok: false, code: 'smtp-login', permanent: false });
    expect(JSON.stringify(result)).toContain('SMTP_URL');
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  it('tries later when nobody is there, or nobody answers', async () => {
    const submission = { from: 'support@acme.example', recipients: ['ann@customer.example'], raw };
    const { signal } = new AbortController();
    expect(await submitMail(serverOf('smtp://127.0.0.1:1'), submission, signal)).toMatchObject({
      ok: false,
      permanent: false,
    });
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await eventually('listening', () => silent.address() !== null);
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const timeouts = { connectMs: 200, silenceMs: 200 };
    expect(await submitMail(serverOf(`smtp://127.0.0.1:${port}`), submission, signal, timeouts)).toMatchObject({
      ok: false,
      permanent: false,
    });
    silent.close();
  });

  it('stops in the middle when its lease ends', async () => {
    smtp.hangAtData(true);
    const stop = new AbortController();
    const sending = submit(['ann@customer.example'], stop.signal);
    setTimeout(() => stop.abort(), 100);
    expect(await sending).toMatchObject({ ok: false, code: 'aborted', permanent: false });
    expect(await submit(['ann@customer.example'], AbortSignal.abort())).toMatchObject({ ok: false, code: 'aborted' });
  });

  it('says how the server is', async () => {
    const { signal } = new AbortController();
    expect(await checkSmtp(server, signal)).toMatchObject({ ok: true });
    expect(await checkSmtp(serverOf('smtp://127.0.0.1:1'), signal)).toMatchObject({ ok: false });
  });
});
