import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wellFormedText } from '#test/any-text.ts';
import { cpuMs } from '#test/cpu-time.ts';
import { contentDisposition, extensionOf, safeFileName } from './file-name.ts';

const anyName = fc.oneof(
  wellFormedText(300),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc
    .array(
      fc.constantFrom(
        '..',
        '/',
        '\\',
        '\0',
        '\r\n',
        '.',
        ' ',
        '\u202e',
        '\ud800',
        'é',
        'e\u0301',
        '"',
        ';',
        'a',
        '.pdf',
        'con',
        '🧾',
      ),
      {
        maxLength: 60,
      },
    )
    .map((pieces) => pieces.join('')),
);

describe('a safe file name', () => {
  it('is a plain name, whatever comes in', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const safe = safeFileName(name);
        expect(safe).not.toBe('');
        expect([...safe].length).toBeLessThanOrEqual(120);
        expect(safe).not.toMatch(/[/\\<>:"|?*\p{Cc}\p{Cf}]|^[.\s]|[.\s]$/u);
        expect(safe.isWellFormed()).toBe(true);
        expect(safeFileName(safe)).toBe(safe);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['Rechnung März.pdf', 'Rechnung März.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\cv.docx', 'cv.docx'],
    ['photo\u202Egnp.exe', 'photognp.exe'],
    ['  spaced   out .txt ', 'spaced out .txt'],
    ['nul', '_nul'],
    ['COM1.txt', '_COM1.txt'],
    ['console.txt', 'console.txt'],
    ['...', 'file'],
    ['', 'file'],
    [`${'x'.repeat(500)}.pdf`, `${'x'.repeat(116)}.pdf`],
  ])('of %j is %j', (name, safe) => expect(safeFileName(name)).toBe(safe));

  it('is made quickly from a hostile one', () => {
    const started = cpuMs();
    for (const piece of ['. ', '../', '\u202e', '..']) safeFileName(piece.repeat(1_000_000));
    expect(cpuMs() - started).toBeLessThan(3_000);
  });
});

it.each([
  ['a.PDF', '.pdf'],
  ['a.tar.gz', '.gz'],
  ['a', ''],
  ['a.', ''],
  ['a.thisisnotanextension', ''],
])('the ending of %s is %j', (name, extension) => expect(extensionOf(name)).toBe(extension));

describe('a Content-Disposition', () => {
  it('is one header value that old and new clients read', () => {
    expect(contentDisposition('attachment', 'Rechnung "März" (1).pdf')).toBe(
      `attachment; filename="Rechnung _M_rz_ (1).pdf"; filename*=UTF-8''Rechnung%20_M%C3%A4rz_%20%281%29.pdf`,
    );
  });

  it('cannot be broken out of', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const value = contentDisposition('inline', name);
        expect(value).toMatch(/^inline; filename="[\x20\x21\x23-\x5b\x5d-\x7e]*"; filename\*=UTF-8''[\w%.~-]+$/);
      }),
      { numRuns: 500 },
    );
  });
});
