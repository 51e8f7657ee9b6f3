import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { formatOf } from './format.ts';
import { readContent } from './read-content.ts';

const read = (mail: string) => readContent(formatOf('eml'), Buffer.from(mail.replaceAll('\n', '\r\n')));
const head = `From: "Ada Example" <ada@example.org>
To: desk@example.com
Subject: =?utf-8?Q?R=C3=BCckgabe?= of printers
Date: Mon, 4 Mar 2024 10:00:00 +0100
Content-Language: en
MIME-Version: 1.0
`;

describe('a mail', () => {
  it('is a document without what it quotes', async () => {
    expect(
      await read(`${head}Content-Type: text/plain; charset=utf-8

It takes 14 days.

On Sun, 3 Mar 2024, Bob wrote:
> How long does it take?
`),
    ).toEqual({
      ok: true,
      document: {
        title: 'Rückgabe of printers',
        language: 'en',
        publishedAt: new Date('2024-03-04T09:00:00Z'),
        text: 'From Ada Example, 2024-03-04\n\nIt takes 14 days.',
      },
    });
  });

  it('keeps a quote that is answered line by line', async () => {
    const reading = await read(`${head}Content-Type: text/plain

On Sun, 3 Mar 2024, Bob wrote:
> How long does it take?
14 days.
> And the money?
Five days.
`);
    expect(reading).toMatchObject({ ok: true, document: { text: expect.stringContaining('And the money?') } });
  });

  it('is read from its HTML, with attachments as sections below it', async () => {
    const docx = await readFile(new URL('../../test/fixtures/documents/returns-handbook.docx', import.meta.url));
    const reading = await read(`${head}Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/html; charset=utf-8

<table><tr><td><table><tr><td><p>See <b>both</b>.</p></td></tr></table></td></tr></table><div class="gmail_quote">old</div>
--x
Content-Type: text/plain; name=notes.md
Content-Disposition: attachment; filename=notes.md

# Notes

Call first.
--x
Content-Type: application/octet-stream
Content-Disposition: attachment; filename="handbook.docx"
Content-Transfer-Encoding: base64

${docx.toString('base64').replace(/.{76}/g, '$&\n')}
--x
Content-Type: image/png
Content-Disposition: attachment; filename=logo.png
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--x
Content-Type: message/rfc822

Subject: Inner
Content-Type: text/plain

Inner text.
--x--
`);
    const text = reading.ok ? reading.document.text : reading.reason;
    expect(text).toMatch(
      /^From Ada Example, 2024-03-04\n\nSee \*\*both\*\*\.\n\n## notes\.md\n\n### Notes\n\nCall first\.\n\n## handbook\.docx\n\n### Returns handbook/,
    );
    expect(text).toMatch(/## Inner\n\nInner text\.$/);
    expect(text).not.toMatch(/\bold\b|logo/);
  });

  it('within mails within mails is not read any deeper', async () => {
    const nested = (depth: number): string =>
      depth === 0
        ? 'Subject: Deepest\n\ndeepest\n'
        : `Subject: Level ${depth}\nContent-Type: multipart/mixed; boundary=b${depth}\n\n--b${depth}\nContent-Type: text/plain\n\ntext ${depth}\n--b${depth}\nContent-Type: message/rfc822\n\n${nested(depth - 1)}\n--b${depth}--\n`;
    const reading = await read(nested(10));
    const text = reading.ok ? reading.document.text : reading.reason;
    expect(text).toContain('text 8');
    expect(text).not.toContain('text 7');
  });
});
