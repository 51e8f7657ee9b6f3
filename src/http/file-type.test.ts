import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpuMs } from '#test/cpu-time.ts';
import { pngBytes } from '#test/fakes/multipart-form.ts';
import { isAllowedType, presentFile, resolveType, sniffType } from './file-type.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const raw = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const zip = raw('PK\x03\x04\x14\x00');
const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

describe('the bytes say', () => {
  it.each([
    ['a PNG', pngBytes, 'image/png'],
    ['a JPEG', raw('\xff\xd8\xff\xe0\x00'), 'image/jpeg'],
    ['a GIF', raw('GIF89a\x01\x00'), 'image/gif'],
    ['a WebP', raw('RIFF\x10\x00\x00\x00WEBPVP8 '), 'image/webp'],
    ['a PDF', raw('%PDF-1.7\n\x00'), 'application/pdf'],
    ['a zip', zip, 'application/zip'],
    ['an old Word document', raw('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00'), 'application/x-cfb'],
    ['text', bytes('Grüße, MZ and PK'), 'text/plain'],
    ['nothing', new Uint8Array(), 'text/plain'],
    ['bytes', raw('\x00\x01'), undefined],
    ['text of another encoding', raw('Gr\xfc\xdfe'), undefined],
    ['a page', bytes('\uFEFF\n <!-- a --> <!-- b --><HTML>'), 'text/html'],
    ['a page by its type', bytes('<!DOCTYPE html>x'), 'text/html'],
    ['a script', bytes('<script src=x>'), 'text/html'],
    ['a drawing', bytes('<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "x">\n<svg>'), 'image/svg+xml'],
    ['a text about pages', bytes('The <html> element'), 'text/plain'],
    ['an unfinished comment', bytes('<!-- never closed <html>'), 'text/plain'],
  ])('%s', (_name, content, type) => expect(sniffType(content)).toBe(type));

  it('quickly, even when somebody tries to make it slow', () => {
    const started = cpuMs();
    for (const piece of ['<!---->', '<!--', '<?x?>', '<!doctype x>', ' \n']) sniffType(bytes(piece.repeat(100_000)));
    expect(cpuMs() - started).toBeLessThan(3_000);
  });
});

describe('the type of a file', () => {
  it.each([
    ['what the bytes prove', pngBytes, 'text/html', 'x.html', 'image/png'],
    ['a document, which is a zip', zip, docx, 'x.docx', docx],
    ['a document by its name', zip, 'application/octet-stream', 'x.docx', docx],
    ['a zip that claims to be a picture', zip, 'image/png', 'x.png', 'application/zip'],
    ['a text refined by its label', bytes('a,b'), 'text/csv; charset=utf-8', 'x', 'text/csv'],
    ['a text refined by its name', bytes('# a'), '', 'x.md', 'text/markdown'],
    ['a text that claims to be a picture', bytes('hello'), 'image/png', 'x.png', 'text/plain'],
    ['bytes that claim to be a picture', raw('\x00\x01'), 'image/png', 'x.png', 'application/octet-stream'],
    ['bytes that claim to be a document', raw('\x00\x01'), docx, 'x.docx', 'application/octet-stream'],
    ['bytes that claim to be a text', raw('\x00\x01'), 'text/plain', 'x.txt', 'application/octet-stream'],
    ['a text in Latin-1', raw('Gr\xfc\xdfe'), 'text/plain', 'x.txt', 'text/plain'],
    ['a page that claims to be a text', bytes('<html>'), 'text/plain', 'x.txt', 'text/html'],
    ['sound, on the word of the sender', raw('ID3\x00'), 'audio/mpeg', 'x.mp3', 'audio/mpeg'],
  ])('is %s', (_name, content, declared, name, type) => expect(resolveType(content, declared, name)).toBe(type));

  it('is allowed by the list, where SVG and HTML need their own names', () => {
    expect(isAllowedType('image/png', ['image/*'])).toBe(true);
    expect(isAllowedType('image/svg+xml', ['image/*'])).toBe(false);
    expect(isAllowedType('text/html', ['text/*'])).toBe(false);
    expect(isAllowedType('text/html', ['text/html'])).toBe(true);
    expect(isAllowedType('application/zip', ['image/png'])).toBe(false);
  });
});

it('never presents anything as a page, a script or a program', () => {
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.constantFrom('<html>', '<svg onload=x>', '<!doctype html>', '<script>', 'hello', '%PDF-').map(bytes),
  );
  const name = fc.oneof(fc.string(), fc.constantFrom('x.html', 'x.svg', 'x.exe', 'x.js', 'x.hta', 'x.pdf.lnk'));
  fc.assert(
    fc.property(content, name, (file, called) => {
      const shown = presentFile(file, called);
      expect(shown.contentType).toMatch(
        /^(image\/(png|jpeg|gif|webp)|application\/(pdf|octet-stream)|text\/plain; charset=utf-8)$/,
      );
      if (!shown.contentType.startsWith('image/')) expect(shown.disposition).toBe('attachment');
      expect(shown.name).not.toMatch(/\.(html?|svg|exe|js|hta|lnk)$/i);
    }),
    { numRuns: 300 },
  );
});
