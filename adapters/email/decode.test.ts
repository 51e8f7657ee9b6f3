import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wellFormedText } from '#test/any-text.ts';
import { expectWellFormed } from '#test/contract/channel.ts';
import { cpuMs } from '#test/cpu-time.ts';
import { decodeMail } from './decode.ts';
import { email } from './index.ts';
import { limits } from './limits.ts';
import type { DecodeSettings } from './mail-context.ts';

const settings: DecodeSettings = {
  address: 'support@acme.example',
  aliases: ['help@acme.example'],
  staff: ['acme.example'],
  desks: [],
  authservId: 'mx.acme.example',
  secrets: ['a secret for tests only'],
  sentByUs: false,
  receivedAt: new Date('2024-05-03T00:00:00Z'),
};

const folder = new URL('../../test/fixtures/email/', import.meta.url);
const fixtures = readdirSync(folder)
  .filter((name) => name.endsWith('.eml'))
  .map((name) => name.replace(/\.eml$/, ''));

/** `null` in an expectation means: must not be there. */
const expectLike = (actual: unknown, expected: unknown, path: string): void => {
  if (expected === null) expect(actual, path).toBeUndefined();
  else if (Array.isArray(expected)) {
    expect(Array.isArray(actual) ? actual.length : actual, `${path}.length`).toBe(expected.length);
    expected.forEach((value, index) => {
      expectLike((actual as unknown[])[index], value, `${path}[${index}]`);
    });
  } else if (typeof expected === 'object') {
    for (const [key, value] of Object.entries(expected as object)) {
      expectLike((actual as Record<string, unknown> | undefined)?.[key], value, `${path}.${key}`);
    }
  } else expect(actual instanceof Date ? actual.toISOString() : actual, path).toBe(expected);
};

const header =
  'From: Ann <ann@customer.example>\r\nTo: support@acme.example\r\nSubject: hi\r\nMessage-ID: <m@c.example>\r\n';
const decode = (raw: string | Uint8Array, over: Partial<DecodeSettings> = {}) =>
  decodeMail(typeof raw === 'string' ? Buffer.from(raw) : raw, { ...settings, ...over });

describe('recorded mails', () => {
  it('are there', () => {
    expect(fixtures.length).toBeGreaterThan(30);
  });

  it.each(fixtures)('%s', async (name) => {
    const raw = readFileSync(new URL(`${name}.eml`, folder));
    const expected: unknown = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
    const decoded = await decode(raw);
    expectWellFormed({ id: 'email' }, decoded);
    expectLike(decoded, expected, name);
    for (const event of decoded.events) {
      for (const key of ['class', 'why', 'from', 'subject', 'text', 'quoted', 'attachments', 'identity']) {
        expect(event.inspect).toHaveProperty(key);
      }
    }
  });

  it.each(fixtures)('%s can be inspected without settings', async (name) => {
    const decoded = await email.inspect?.(readFileSync(new URL(`${name}.eml`, folder)));
    expect((decoded?.events.length ?? 0) ? 'events' : (decoded?.unsupported ?? decoded?.quarantine)).toBeTruthy();
  });
});

describe('what identifies a mail', () => {
  it('is its content when it has no Message-ID', async () => {
    const raw = header.replace(/Message-ID.*\r\n/, '');
    const [one, same, other] = await Promise.all([decode(`${raw}\r\na`), decode(`${raw}\r\na`), decode(`${raw}\r\nb`)]);
    expect(one?.events[0]?.dedupeKey).toBe(same?.events[0]?.dedupeKey);
    expect(one?.events[0]?.dedupeKey).not.toBe(other?.events[0]?.dedupeKey);
    expect(one?.events[0]?.externalId).toBe(one?.events[0]?.address.thread);
  });

  it('is not a date that cannot be', async () => {
    for (const date of ['Mon, 01 Jan 2300 00:00:00 +0000', 'yesterday', 'Thu, 01 Jan 1970 00:00:00 +0000']) {
      expect((await decode(`${header}Date: ${date}\r\n\r\nhi`)).events[0]?.at).toEqual(settings.receivedAt);
    }
  });
});

describe('the Sent folder', () => {
  const answer = header
    .replace('ann@customer.example', 'support@acme.example')
    .replace('support@acme.example\r\nSubject', 'ann@customer.example\r\nSubject');

  it('gives the answer of a person, for its recipients', async () => {
    const { events } = await decode(`${answer}In-Reply-To: <q1@customer.example>\r\n\r\nDone.`, { sentByUs: true });
    expect(events[0]).toMatchObject({
      author: { role: 'human' },
      identity: { level: 'verified' },
      address: { thread: 'q1@customer.example', state: { to: [{ address: 'ann@customer.example' }] } },
    });
  });

  it('gives a note when nobody but ourselves is told, and leaves alone whom answers go to', async () => {
    const among = answer.replace('To: ann@customer.example', 'To: help@acme.example');
    expect(among).not.toBe(answer);
    const { events } = await decode(`${among}In-Reply-To: <q1@customer.example>\r\n\r\nWho takes it?`, {
      sentByUs: true,
    });
    expect(events[0]).toMatchObject({ author: { role: 'human' }, body: { internal: true } });
    expect(events[0]?.address).not.toHaveProperty('state');
    const proof = 'Authentication-Results: mx.acme.example; dmarc=pass header.from=acme.example\r\n';
    const staff = `${proof}${header.replace('ann@customer.example', 'mira@acme.example')}Cc: joe@acme.example\r\n`;
    const colleagues = await decode(`${staff}In-Reply-To: <q1@customer.example>\r\n\r\nJoe, yours?`);
    expect(colleagues.events[0]).toMatchObject({ author: { role: 'human' }, body: { internal: true } });
    expect(colleagues.events[0]?.address).not.toHaveProperty('state');
    const toCustomer = await decode(
      `${staff}In-Reply-To: <q1@customer.example>\r\n\r\nDone.`.replace('joe@acme.example', 'ann@customer.example'),
    );
    expect(toCustomer.events[0]?.body).not.toHaveProperty('internal');
    expect(toCustomer.events[0]?.address).toMatchObject({
      state: { to: [], cc: [{ address: 'ann@customer.example' }] },
    });
  });

  it('gives nothing when it is no answer', async () => {
    expect(await decode(`${answer}\r\nHello`, { sentByUs: true })).toMatchObject({
      events: [],
      unsupported: expect.any(String),
    });
  });
});

describe('organisations', () => {
  const verified = `Authentication-Results: mx.acme.example; dmarc=pass header.from=customer.example\r\n${header}`;

  it('are shared by everyone who reads the answer, or there is none', async () => {
    const alone = await decode(`${verified}\r\nhi`);
    expect(alone.events[0]?.identity?.organization).toBe('customer.example');
    const crowd = await decode(`${verified}Cc: eve@rival.example\r\n\r\nhi`);
    expect(crowd.events[0]?.identity).toMatchObject({ level: 'verified' });
    expect(crowd.events[0]?.identity?.organization).toBeUndefined();
  });
});

describe('hostile mail', () => {
  const soon = async (raw: string | Uint8Array) => {
    const started = cpuMs();
    const decoded = await decode(raw);
    expect(cpuMs() - started).toBeLessThan(5_000);
    expectWellFormed({ id: 'email' }, decoded);
    return decoded;
  };

  it('is put into quarantine when it nests too deep', async () => {
    const levels = Array.from(
      { length: 500 },
      (_, level) => `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n`,
    );
    const decoded = await soon(`${header}${levels.join('')}\r\nhi`);
    expect(decoded.quarantine).toContain('nesting depth');
    expect(decoded.blobs).toHaveLength(1);
  });

  it('is put into quarantine when it is too large, has too many lines or too many headers', async () => {
    expect((await soon(new Uint8Array(limits.mailBytes + 1))).quarantine).toContain('larger than 25 MB');
    expect((await soon(`${header}\r\n${'a\n'.repeat(limits.lines + 1)}`)).quarantine).toContain('lines');
    expect((await soon(`${header}X-A: ${'b'.repeat(limits.headerBytes)}\r\n\r\nhi`)).quarantine).toContain(
      'header size',
    );
  });

  it('keeps the first attachments and says how many are missing', async () => {
    const part = '--b\r\nContent-Type: image/png; name=x.png\r\n\r\nx\r\n';
    const decoded = await soon(`${header}Content-Type: multipart/mixed; boundary=b\r\n\r\n${part.repeat(50)}--b--`);
    const { body } = decoded.events[0] ?? {};
    expect(body?.kind === 'message' && body.content.attachments).toHaveLength(limits.attachments);
    expect(body?.kind === 'message' && body.content.markdown).toContain('50 attachments');
    expect(decoded.unsupported).toContain('50 attachments');
    const names = body?.kind === 'message' ? body.content.attachments.map(({ name }) => name) : [];
    expect(new Set(names).size).toBe(limits.attachments);
  });

  it('answers only the author of a mail to a crowd', async () => {
    const crowd = Array.from({ length: 300 }, (_, index) => `p${index}@customer.example`).join(', ');
    const decoded = await soon(`${header.replace('support@acme.example', crowd)}\r\nhi`);
    expect(decoded.events[0]?.address.state).toMatchObject({ to: [{ address: 'ann@customer.example' }], cc: [] });
    expect(decoded.unsupported).toContain('recipients');
  });

  it.each([
    ['a long text', `${header}\r\n${'lorem ipsum dolor sit amet\r\n'.repeat(100_000)}`],
    ['one long line', `${header}\r\n${'x'.repeat(5_000_000)}`],
    ['a long run of dashes', `${header}\r\n${'-'.repeat(3_000_000)}`],
    ['lines of dashes', `${header}\r\n${`${'-'.repeat(200)}\r\n`.repeat(3_000)}`],
    ['deeply nested HTML', `${header}Content-Type: text/html\r\n\r\n${'<div>'.repeat(100_000)}x`],
    ['unclosed HTML', `${header}Content-Type: text/html\r\n\r\n${'<table><tr><td><a href="'.repeat(40_000)}`],
    ['much HTML', `${header}Content-Type: text/html\r\n\r\n${'<p>lorem <b>ipsum</b></p>'.repeat(100_000)}`],
    ['many quoted lines', `${header}\r\n${'> a\r\nb\r\n'.repeat(20_000)}`],
    ['many attributions', `${header}\r\n${'On 1 May 2024 at 10:00 x wrote:\r\n> a\r\nb\r\n'.repeat(5_000)}`],
  ])('takes little time over %s', async (_, raw) => {
    expect((await soon(raw)).events).toHaveLength(1);
  });

  it('never makes the decoder throw', async () => {
    const fields = fc.constantFrom(
      'From',
      'To',
      'Cc',
      'Subject',
      'References',
      'In-Reply-To',
      'Message-ID',
      'Date',
      'Content-Type',
      'Authentication-Results',
      'Delivered-To',
      'Reply-To',
      'Return-Path',
      'Auto-Submitted',
    );
    const values = fc.oneof(
      wellFormedText(80),
      fc.constantFrom(
        '<>',
        '<a@b.example>',
        'Ann <ann@customer.example>',
        'multipart/mixed; boundary=b',
        'multipart/report; report-type=delivery-status; boundary=b',
        'text/html; charset=utf-16',
        'mx.acme.example; dmarc=pass',
        '=?utf-8?B?AA==?=',
        '=?x?Q?=FF?=',
      ),
    );
    const body = fc.array(
      fc.oneof(
        fc.constantFrom(
          '--b\r\n',
          '--b--\r\n',
          '\r\n',
          'Content-Type: message/delivery-status\r\n',
          'Final-Recipient: rfc822; a@b.example\r\n',
          'Status: 5.0.0\r\n',
          '> ',
          '<blockquote type=cite>',
          '-- \r\n',
          'On 1 May 2024 Ann wrote:\r\n',
        ),
        wellFormedText(60),
      ),
      { maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fields, values), { maxLength: 12 }), body, async (head, pieces) => {
        const raw = `${head.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${pieces.join('')}`;
        expectWellFormed({ id: 'email' }, await decode(raw));
      }),
      { numRuns: 400 },
    );
  });
});
