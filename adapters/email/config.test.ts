import { describe, expect, it } from 'vitest';
import { emailConfig } from './config.ts';

const good = {
  address: 'Support@ACME.example',
  imapUrl: 'imaps://u%40acme.example:p%2Fw@mail.acme.example',
  smtpUrl: 'smtps://u:p@mail.acme.example',
};
const problems = (over: object): string => {
  const parsed = emailConfig.safeParse({ ...good, ...over });
  return parsed.success ? '' : parsed.error.issues.map(({ message }) => message).join('; ');
};

describe('the settings of the email channel', () => {
  it('are read with their defaults', () => {
    expect(emailConfig.parse(good)).toMatchObject({
      address: 'support@acme.example',
      imapUrl: { host: 'mail.acme.example', port: 993, security: 'tls', auth: { user: 'u@acme.example', pass: 'p/w' } },
      smtpUrl: { port: 465, security: 'tls' },
      staff: [],
      senderName: 'Support',
    });
  });

  it.each([
    ['smtp://u:p@mail.acme.example', { port: 587, security: 'starttls' }],
    ['smtp://mailpit:1025', { port: 1025, security: 'opportunistic' }],
    ['smtp://u:p@localhost:2525', { security: 'none' }],
    ['smtp://u:p@mail.acme.example?tls=none', { security: 'none' }],
  ])('%s becomes %j', (smtpUrl, expected) => {
    expect(emailConfig.parse({ ...good, smtpUrl }).smtpUrl).toMatchObject(expected);
  });

  it.each([
    [{ address: 'support' }, 'write it like support@example.org'],
    [{ imapUrl: 'http://u:p@mail.acme.example' }, 'imaps://'],
    [{ imapUrl: 'imaps://mail.acme.example' }, 'user or password is missing'],
    [{ imapUrl: 'imaps://u:100%@mail.acme.example' }, '%25'],
    [{ smtpUrl: 'mail.acme.example' }, 'smtps://'],
    [{ staff: ['a b'] }, 'example.org'],
  ])('%j is refused with what to write instead', (over, hint) => expect(problems(over)).toContain(hint));

  it('never repeat a password in a problem', () => {
    expect(problems({ imapUrl: 'imap s://u:hunter2@x', smtpUrl: 'smtps//hunter2' })).not.toContain('hunter2');
  });

  it('need a desk that is somebody else’s mailbox, and a way to prove who writes there', () => {
    const desk = { ...good, deskAddress: 'Agents@Company.example' };
    expect(emailConfig.parse({ ...desk, authservId: 'mx.acme.example' }).deskAddress).toBe('agents@company.example');
    expect(emailConfig.safeParse(desk).error?.issues).toMatchObject([{ path: ['authservId'] }]);
    const own = { ...good, deskAddress: good.address, authservId: 'mx.acme.example' };
    expect(emailConfig.safeParse(own).error?.issues).toMatchObject([{ path: ['deskAddress'] }]);
  });
});
