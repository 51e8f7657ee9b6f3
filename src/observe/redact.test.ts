import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpuMs } from '#test/cpu-time.ts';
import { lineRedactor, redactor } from './redact.ts';

/** Secrets as people make them: any characters, but no ordinary word of a log line. */
const anySecret = fc.string({ unit: 'grapheme', minLength: 6, maxLength: 30 }).map((text) => `§${text}§`);

describe('masking secrets in a text', () => {
  it.each([
    ['a value', 'key sk-12345 was refused', 'key *** was refused'],
    ['every occurrence', 'sk-12345,sk-12345', '***,***'],
    ['inside another word', 'Bearer:sk-12345.', 'Bearer:***.'],
    ['a value with pattern characters', 'pass a.b*c(d) here, not aXbbc', 'pass *** here, not aXbbc'],
    ['URL-encoded', 'https://x.example/?p=p%40ss%2Fword', 'https://x.example/?p=***'],
    ['inside JSON', '{"p":"quo\\"te\\\\d"}', '{"p":"***"}'],
    ['the longer of two that overlap', 'sk-12345-and-more', '***'],
  ])('%s', (_, text, masked) => {
    const secrets = ['sk-12345', 'sk-12345-and-more', 'a.b*c(d)', 'p@ss/word', 'quo"te\\d'];
    expect(redactor(secrets)(text)).toBe(masked);
  });

  it.each([
    ['redis://:geheim@cache:6379/0', 'redis://:***@cache:6379/0'],
    ['postgres://app:p@ss@db/frontdesk failed', 'postgres://app:***@db/frontdesk failed'],
    ['"imaps://ana%40example.org:x@imap.example.org:993"', '"imaps://ana%40example.org:***@imap.example.org:993"'],
    ['a://b:c@d and e://f:g@h', 'a://b:***@d and e://f:***@h'],
    ['http://localhost:3000/path by ana@example.org', 'http://localhost:3000/path by ana@example.org'],
    ['https://user@host/', 'https://user@host/'],
  ])('a password in a URL: %s', (text, masked) => {
    expect(redactor([])(text)).toBe(masked);
  });

  it('leaves ordinary text and values too short to be secrets alone', () => {
    const redact = redactor(['', '   ', 'dev']);
    expect(redact('started in dev mode')).toBe('started in dev mode');
  });

  it('leaves no secret in any text around it', () => {
    fc.assert(
      fc.property(anySecret, fc.string(), fc.string(), (secret, before, after) => {
        expect(redactor([secret])(`${before}${secret}${after}`)).not.toContain(secret);
      }),
    );
  });

  it('stays quick on long texts without a secret', () => {
    const texts = ['a'.repeat(1_000_000), '://'.repeat(250_000), `://${'a:'.repeat(500_000)}`];
    const started = cpuMs();
    for (const text of texts) expect(redactor(['sk-12345'])(text)).toBe(text);
    expect(cpuMs() - started).toBeLessThan(3_000);
  });
});

describe('masking secrets in a line of the log', () => {
  const redact = lineRedactor(['sk-12345', '20260301']);
  const masked = (line: object) => JSON.parse(redact(`${JSON.stringify(line)}\n`));

  it('returns a line without secrets as it is', () => {
    const line = '{"level":"info","message":"turn committed","tokens":512}\n';
    expect(redact(line)).toBe(line);
  });

  it('masks telling fields at any depth, whatever they hold', () => {
    expect(
      masked({
        headers: { authorization: 'Bearer abc', 'set-cookie': ['a=1', 'b=2'], accept: 'text/html' },
        botToken: 'xoxb',
        apiKey: 'k',
        OPENAI_API_KEY: 'k',
        client_secret: { current: 'one', older: ['two'] },
        tokens: 512,
        token: 7,
      }),
    ).toEqual({
      headers: { authorization: '***', 'set-cookie': ['***', '***'], accept: 'text/html' },
      botToken: '***',
      apiKey: '***',
      OPENAI_API_KEY: '***',
      client_secret: { current: '***', older: ['***'] },
      tokens: 512,
      token: 7,
    });
  });

  it('masks values in texts, names, lists and numbers, and the line stays JSON', () => {
    expect(masked({ a: ['x sk-12345'], 'sk-12345': true, n: 20260301, other: 42, none: null })).toEqual({
      a: ['x ***'],
      '***': true,
      n: '***',
      other: 42,
      none: null,
    });
  });

  it('keeps any line valid and free of the secret', () => {
    fc.assert(
      fc.property(anySecret, fc.jsonValue(), fc.string(), (secret, value, text) => {
        const line = `${JSON.stringify({ value, text: `${text}${secret}` })}\n`;
        const result = lineRedactor([secret])(line);
        expect(JSON.stringify(JSON.parse(result))).not.toContain(JSON.stringify(secret).slice(1, -1));
      }),
    );
  });

  it('masks a line that is no JSON as text', () => {
    expect(redact('not json sk-12345')).toBe('not json ***');
  });
});
