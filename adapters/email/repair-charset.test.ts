import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMail } from './parse-mail.ts';
import { repairCharset } from './repair-charset.ts';

const mail = (type: string, body: string | Uint8Array): Uint8Array =>
  Buffer.concat([
    Buffer.from(`From: a@b.example\r\nSubject: q\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n`),
    Buffer.from(body),
  ]);
const textOf = async (raw: Uint8Array) => {
  const parsed = await parseMail(raw);
  return parsed.ok ? (parsed.mail.text ?? parsed.mail.html)?.trim() : parsed.reason;
};

describe('text under a wrong charset label', () => {
  it.each(['us-ascii', 'iso-8859-1', 'windows-1252'])('UTF-8 that says %s is read as UTF-8', async (charset) => {
    expect(await textOf(mail(`text/plain; charset=${charset}`, 'Größe – 5 €'))).toBe('Größe – 5 €');
    expect(await textOf(mail(`text/html; charset=${charset}`, '<p>Größe</p>'))).toContain('Größe');
  });

  it('what is rightly labelled stays', async () => {
    const latin = Buffer.from('Größe, façade', 'latin1');
    expect(await textOf(mail('text/plain; charset=iso-8859-1', latin))).toBe('Größe, façade');
    const about = 'The label prints GrÃ¶ÃŸe';
    expect(await textOf(mail('text/plain; charset=utf-8', about))).toBe(about);
  });

  it('undoes exactly what reading UTF-8 as windows-1252 does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const garbled = new TextDecoder('windows-1252', { ignoreBOM: true }).decode(Buffer.from(text));
        expect(repairCharset(garbled, new Uint8Array())).toBe(text.replace(/^\ufeff/, ''));
      }),
    );
  });
});
