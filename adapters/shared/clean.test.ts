import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wellFormedText } from '#test/any-text.ts';
import { cleanFileName, cleanLine, cleanMediaType, cleanText } from './clean.ts';

describe('file names', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\win.ini', 'win.ini'],
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['a\r\nX-Evil: 1.txt', 'a X-Evil_ 1.txt'],
    ['a\0.txt', 'a .txt'],
    ['...', 'file'],
    ['', 'file'],
    ['.htaccess', 'htaccess'],
    ['Übersicht 2024.xlsx', 'Übersicht 2024.xlsx'],
  ])('%j becomes %j', (name, expected) => expect(cleanFileName(name, 'file')).toBe(expected));

  it('keep their ending when they are cut', () => {
    const name = cleanFileName(`${'a'.repeat(500)}.pdf`, 'file');
    expect(name).toHaveLength(150);
    expect(name.endsWith('.pdf')).toBe(true);
  });

  it('are always one harmless segment', () => {
    fc.assert(
      fc.property(wellFormedText(), (name) => {
        const safe = cleanFileName(name, 'file');
        expect(safe).not.toBe('');
        expect(safe).not.toMatch(/[/\\:*?"<>|\p{Cc}\u202a-\u202e]/u);
        expect(['.', '..']).not.toContain(safe);
      }),
    );
  });
});

describe('names, titles and header values', () => {
  it('stay on one line and within their length', () => {
    fc.assert(
      fc.property(wellFormedText(2_000), (value) => {
        const safe = cleanLine(value, 100);
        expect(safe).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(safe.length).toBeLessThanOrEqual(100);
        expect(safe.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('other values', () => {
  it('keep only what they may be', () => {
    expect(cleanMediaType('Image/PNG')).toBe('image/png');
    expect(cleanMediaType('text/html; x\r\nBcc: y')).toBe('application/octet-stream');
    expect(cleanText('a\r\nb\0c\u0007\td')).toBe('a\nbc\td');
    expect(cleanText('a\rb\ud800c\ufdd0')).toBe('a\nbc');
  });
});
