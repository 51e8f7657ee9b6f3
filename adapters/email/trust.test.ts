import { describe, expect, it } from 'vitest';
import { parseMail } from './parse-mail.ts';
import { identify } from './trust.ts';

const identityOf = async (
  headers: readonly string[],
  from = 'Ann <ann@customer.example>',
  authservId: string | undefined = 'mx.acme.example',
) => {
  const parsed = await parseMail(Buffer.from([...headers, `From: ${from}`, 'Subject: x', '', 'hi'].join('\r\n')));
  if (!parsed.ok) throw new Error(parsed.reason);
  return identify(parsed.mail, authservId);
};
const results = (text: string, id = 'mx.acme.example') => `Authentication-Results: ${id}; ${text}`;

describe('a sender', () => {
  it.each([
    ['DMARC', 'dmarc=pass (p=none) header.from=customer.example', 'dmarc'],
    ['DMARC, in capitals', 'DMARC=PASS header.from=CUSTOMER.example', 'dmarc'],
    ['aligned DKIM', 'dkim=pass header.d=customer.example; dmarc=none', 'dkim'],
    [
      'a parent domain by DKIM',
      'dkim=fail header.d=customer.example; dkim=pass header.i=@mail.customer.example',
      'dkim',
    ],
    ['aligned SPF', 'spf=pass smtp.mailfrom="bounce@mail.customer.example"', 'spf'],
  ])('is verified by %s', async (_, text, method) => {
    expect(await identityOf([results(text)])).toMatchObject({
      method,
      identity: { level: 'verified', email: 'ann@customer.example', organization: 'customer.example' },
    });
  });

  it.each([
    ['there are no results', []],
    ['the results are of another server', [results('dmarc=pass header.from=customer.example', 'mx.evil.example')]],
    [
      'the name only looks like ours',
      [results('dmarc=pass header.from=customer.example', 'mx.acme.example.evil.example')],
    ],
    ['DMARC passed for another domain', [results('dmarc=pass header.from=evil.example')]],
    ['DMARC does not say for whom it passed', [results('dmarc=pass')]],
    [
      'DMARC failed, though SPF passed',
      [results('spf=pass smtp.mailfrom=x@customer.example; dmarc=fail header.from=customer.example')],
    ],
    [
      'a better result stands below ours',
      [results('dmarc=fail header.from=customer.example'), results('dmarc=pass header.from=customer.example')],
    ],
    [
      'the pass is in a comment',
      [results('dmarc=fail (dmarc=pass header.from=customer.example) header.from=customer.example')],
    ],
    [
      'the pass is in a quoted string',
      [results('spf=fail smtp.mailfrom="x; dmarc=pass header.from=customer.example"')],
    ],
    ['only a public suffix is shared', [results('dkim=pass header.d=evil.example.co.uk')]],
    ['somebody else signed it', [results('dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=evil.example')]],
    ['only ARC says so', ['ARC-Authentication-Results: i=1; mx.acme.example; dmarc=pass header.from=customer.example']],
  ])('is unverified when %s', async (_, headers) => {
    expect(await identityOf(headers)).toMatchObject({ identity: { level: 'claimed' } });
  });

  it('is unverified while nobody said whose results to trust', async () => {
    const parsed = await identityOf([results('dmarc=pass header.from=customer.example')], undefined, '');
    expect(parsed.identity.level).toBe('claimed');
  });

  it('at a public provider stands for no organisation', async () => {
    const { identity } = await identityOf([results('dmarc=pass header.from=gmail.com')], 'ann@gmail.com');
    expect(identity).toMatchObject({ level: 'verified' });
    expect(identity.organization).toBeUndefined();
  });

  it('is nobody with several From addresses', async () => {
    const headers = [results('dmarc=pass header.from=customer.example'), 'From: evil@evil.example'];
    expect(await identityOf(headers)).toMatchObject({ identity: { level: 'anonymous' } });
    const both = await identityOf(
      [results('dmarc=pass header.from=customer.example')],
      'ann@customer.example, eve@evil.example',
    );
    expect(both.identity.level).not.toBe('verified');
  });
});
