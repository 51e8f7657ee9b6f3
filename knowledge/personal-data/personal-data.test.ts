import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpuMs } from '#test/cpu-time.ts';
import { findPersonalData, maskPersonalData, maskSecrets } from './index.ts';

/** Put together here, so that nobody's scanner takes them for real. */
const key = {
  openai: `sk-${'proj-'}T3stK3yAbCdEfGh1jKlMn0pQrStUv`,
  github: `ghp_${'aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5'}`,
  slack: `xoxb-${'123456789012'}-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx`,
  aws: `AKIA${'IOSFODNN7QXAMPLE'}`,
};
const pem = `-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAx\n+/abc123==\n-----END RSA PRIVATE KEY-----`;

const kinds = (text: string) => findPersonalData(text).map(({ kind, start, end }) => [kind, text.slice(start, end)]);

describe('findPersonalData', () => {
  it.each([
    ['email', 'Ask jane.doe+work@example.com, please.', 'jane.doe+work@example.com'],
    ['email', 'Write to <mailto:steve.jobs@acme.co.uk>.', 'steve.jobs@acme.co.uk'],
    ['email', '**anna@müller-söhne.de** knows', 'anna@müller-söhne.de'],
    ['phone', 'Call Jane on +49 (0)170 1234567.', '+49 (0)170 1234567'],
    ['phone', 'from abroad 0044 20 7946 0958', '0044 20 7946 0958'],
    ['phone', 'Her number: (415) 555-0132', '(415) 555-0132'],
    ['phone', 'Tel.: 030/1234567', '030/1234567'],
    ['phone', 'Telefon 0711 123456', '0711 123456'],
    ['card', 'Paid with 4111 1111 1111 1111 today', '4111 1111 1111 1111'],
    ['card', 'card:378282246310005', '378282246310005'],
    ['card', 'order 12 5555-5555-5555-4444 17', '5555-5555-5555-4444'],
    ['iban', 'to DE89 3704 0044 0532 0130 00 BIC COBADEFF', 'DE89 3704 0044 0532 0130 00'],
    ['iban', 'GB29NWBK60161331926819', 'GB29NWBK60161331926819'],
    ['social-security', 'SSN 123-45-6789.', '123-45-6789'],
    ['api-key', `OPENAI_API_KEY=${key.openai}`, key.openai],
    ['api-key', `token "${key.github}"`, key.github],
    ['api-key', `(${key.slack})`, key.slack],
    ['api-key', key.aws, key.aws],
    ['private-key', `Use this:\n${pem}\nthen go on`, pem],
  ])('finds %s in %j', (kind, text, part) => {
    expect(kinds(text)).toEqual([[kind, part]]);
  });

  it.each([
    [
      'mailboxes of a job',
      'support@acme.com, info@acme.com, sales-de@acme.com, no-reply@acme.com, de.support@acme.com',
    ],
    ['placeholders', 'you@example.com, your.name@example.org and name@company.example'],
    ['names of files and packages', 'logo@2x.png, vitest@5.1.1, git@github.com:acme/desk.git, @acme/desk'],
    [
      'numbers that only look like cards',
      '4111 1111 1111 1112, 1234 5678 9012 3456, 0000000000000000, #4111111111111111',
    ],
    ['accounts with wrong check digits', 'DE88 3704 0044 0532 0130 00, GB29 NWBK'],
    ['numbers never given out', '000-12-3456, 666-12-3456, 912-12-3456, 123-00-4567, 123-45-0000, 078-05-1120'],
    [
      'order numbers, dates, prices, versions',
      '2024-11-21 1234-5678-90, €1.234.567, 10.20.30.4000, ISO 8601, +100 points',
    ],
    ['hotlines', '+1 800 555 0199, 0800 1234567, +49 800 1234567, 1-888-555-0100, +44 808 157 0192'],
    [
      'placeholders of keys',
      'sk-your-secret-key-goes-right-here, ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, xoxb-your-token',
    ],
  ])('says nothing about %s', (_, text) => {
    expect(kinds(text)).toEqual([]);
  });

  it('takes a number for one thing', () => {
    expect(kinds('Phone +4111111111111111 or 4111 1111 1111 1111 4242 4242 4242 4242')).toHaveLength(3);
  });

  it('reads 100 KB of anything in a blink', () => {
    const size = 100_000;
    const hostile = [
      '1',
      '1 ',
      '12-',
      '0',
      '00',
      '+1',
      'a@',
      '@',
      'a',
      'a.',
      'sk-',
      'eyJ',
      'eyJ.',
      'DE89 ',
      'tel ',
      '(1',
      '-----BEGIN PRIVATE KEY-----',
      'a@b.cc',
    ];
    const texts = hostile.map((part) => part.repeat(Math.ceil(size / part.length)));
    const started = cpuMs();
    for (const text of texts) findPersonalData(text);
    expect((cpuMs() - started) / texts.length).toBeLessThan(50);
  });
});

describe('maskPersonalData', () => {
  it('says what stood there', () => {
    const text = `Jane (jane@acme.com, +49 170 1234567) paid with 4111 1111 1111 1111, key ${key.openai}`;
    const found = findPersonalData(text);
    expect(maskPersonalData(text, found)).toBe(
      'Jane ([e-mail address], [phone number]) paid with [card number], key [API key]',
    );
    expect(maskSecrets(text, found)).toBe(text.replace(key.openai, '[API key]'));
  });

  const piece = fc.oneof(
    fc.constantFrom('jane@acme.com', '+49 170 1234567', '4111 1111 1111 1111', 'DE89370400440532013000', '123-45-6789'),
    fc.constantFrom(
      ...Object.values(key),
      pem,
      pem.slice(0, 50),
      'tel ',
      'phone:',
      '@',
      '+',
      '-',
      ' ',
      '.',
      '[',
      ']',
      '0',
      '\n',
    ),
    fc.stringMatching(/^[0-9 -]{1,20}$/),
    fc.string({ maxLength: 8 }),
  );

  it('leaves nothing to find, and the rest as it was', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        const text = pieces.join('');
        const found = findPersonalData(text);
        for (const [i, { start, end }] of found.entries()) {
          expect(start).toBeGreaterThanOrEqual(found[i - 1]?.end ?? 0);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
        }
        const masked = maskPersonalData(text, found);
        expect(findPersonalData(masked)).toEqual([]);
        const kept = [0, ...found.map(({ end }) => end)].map((from, i) => text.slice(from, found[i]?.start));
        for (const part of kept) expect(masked).toContain(part);
      }),
      { numRuns: 300 },
    );
  });
});
