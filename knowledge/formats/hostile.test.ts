import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { cpuMs } from '#test/cpu-time.ts';
import { formatOf } from './format.ts';
import { readContent } from './read-content.ts';

const types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>';
const wordMain = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const zip = (files: Readonly<Record<string, string | Uint8Array>>) =>
  zipSync(
    Object.fromEntries(
      Object.entries(files).map(([name, content]) => [name, typeof content === 'string' ? strToU8(content) : content]),
    ),
  );
const word = (body: string, extra: Readonly<Record<string, string | Uint8Array>> = {}) =>
  zip({
    '[Content_Types].xml': types,
    '_rels/.rels':
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    'word/document.xml': body,
    ...extra,
  });
const paragraph = (text: string) =>
  `<w:document xmlns:w="${wordMain}"><w:body><w:p><w:r><w:t>${text}</w:t></w:r></w:p></w:body></w:document>`;
const reasonOf = async (bytes: Uint8Array, extension = 'docx') => {
  const reading = await readContent(formatOf(extension), bytes);
  return reading.ok ? reading.document.text : reading.reason;
};

/** Changes the size that the directory says a packed file has. */
const lying = (bytes: Uint8Array, name: string, size: number): Uint8Array => {
  const buffer = Buffer.from(bytes);
  const entry = buffer.lastIndexOf(name) - 46;
  buffer.writeUInt32LE(size, entry + 24);
  return buffer;
};

describe('packed documents', () => {
  it('are read when nothing is wrong with them', async () => {
    expect(await reasonOf(word(paragraph('All is well')))).toBe('All is well');
  });

  it('may not unpack to too much, by their directory', async () => {
    const bomb = word(paragraph('x'), { 'word/media/a.bin': new Uint8Array(11_000_000) });
    expect(await reasonOf(bomb)).toBe(
      'unpacks to more than 100 times its size, as no ordinary document does; save it again',
    );
    expect(await reasonOf(lying(bomb, 'word/media/a.bin', 4_000_000_000))).toMatch(
      /^unpacks to 4001 MB, more than the 100 MB/,
    );
  });

  it('cannot unpack to more than their directory says', async () => {
    const bomb = word(paragraph('x'), { 'word/notes.xml': new Uint8Array(11_000_000).fill(32) });
    const before = process.memoryUsage().arrayBuffers;
    expect(await reasonOf(lying(bomb, 'word/notes.xml', 100))).toBe('x');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8_000_000);
  });

  it('may not hold thousands of files', async () => {
    const files = Object.fromEntries(Array.from({ length: 2_100 }, (_, at) => [`word/${at}.xml`, '']));
    expect(await reasonOf(word(paragraph('x'), files))).toBe('packs more than 2000 files; split it');
  });

  it('may not declare entities', async () => {
    const laughs = `<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>${paragraph('&b;')}`;
    const reason = 'is damaged: it declares XML entities, which no program does that writes documents; save it again';
    expect(await reasonOf(word(laughs))).toBe(reason);
    expect(await reasonOf(word(paragraph('x'), { 'docProps/core.xml': Buffer.from(laughs, 'utf16le') }))).toBe(reason);
    expect(await reasonOf(zip({ '[Content_Types].xml': types, 'ppt/presentation.xml': laughs }), 'pptx')).toBe(reason);
    expect(await reasonOf(zip({ '[Content_Types].xml': types, 'xl/workbook.xml': laughs }), 'xlsx')).toBe(reason);
    expect(await reasonOf(zip({ mimetype: 'application/epub+zip', 'META-INF/container.xml': laughs }), 'epub')).toBe(
      reason,
    );
  });

  it('may nest no deeper than any document does', async () => {
    const deep = `${'<p:a xmlns:p="p">'.repeat(100_000)}`;
    expect(await reasonOf(zip({ 'ppt/presentation.xml': deep }), 'pptx')).toMatch(
      /not well-formed XML; save it again$/,
    );
  });

  it.each([
    ['an archive', zip({ 'a.txt': 'x' }), /^is a packed archive, not a document; unpack it/],
    [
      'OpenDocument',
      zip({ mimetype: 'x', 'content.xml': '<x/>', 'META-INF/manifest.xml': '<x/>' }),
      /OpenDocument.*save it as/,
    ],
    ['one cut short', word(paragraph('x')).subarray(0, 200), /^is damaged: .*save it again$/],
    ['one without its main part', zip({ 'word/styles.xml': '<x/>' }), /^is damaged: .*save it again$/],
    ['one with a part that is no XML', zip({ 'ppt/presentation.xml': 'x' }), /^is damaged: .*save it again$/],
  ])('%s is a reason that says what to do', async (_what, bytes, reason) => {
    expect(await reasonOf(bytes)).toMatch(reason);
  });
});

describe('old and encrypted Office files', () => {
  const ole = (inside: string) =>
    Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600), Buffer.from(inside, 'utf16le')]);
  it('are told apart', async () => {
    expect(await reasonOf(ole('EncryptedPackage'), 'xlsx')).toBe(
      'is encrypted with a password; save a copy without one',
    );
    expect(await reasonOf(ole('WordDocument'), 'doc')).toMatch(/^is an old Office file/);
  });
});

describe('spreadsheets', () => {
  const sheetMain = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const sheet = (rows: string, range: string) =>
    zip({
      '[Content_Types].xml':
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
      'xl/workbook.xml': `<workbook xmlns="${sheetMain}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
      'xl/_rels/workbook.xml.rels':
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
      'xl/worksheets/sheet1.xml': `<worksheet xmlns="${sheetMain}"><dimension ref="${range}"/><sheetData>${rows}</sheetData></worksheet>`,
    });
  const row = (number: number, ...cells: readonly string[]) =>
    `<row r="${number}">${cells.map((cell, at) => `<c r="${'ABC'[at]}${number}" t="inlineStr"><is><t>${cell}</t></is></c>`).join('')}</row>`;

  it('that claim a million rows cost what they hold', async () => {
    const started = cpuMs();
    const rows = row(1, 'Plan', 'Days') + row(2, 'Free', '14') + row(1_048_576, 'end', 'of it');
    expect(await reasonOf(sheet(rows, 'A1:XFD1048576'), 'xlsx')).toBe(
      '## S\n\n| Plan | Days |\n| --- | --- |\n| Free | 14 |\n\n| end | of it |\n| --- | --- |',
    );
    expect(cpuMs() - started).toBeLessThan(5_000);
  });

  it('that are long repeat their header; that are too long are refused', async () => {
    const rows = (count: number) =>
      Array.from({ length: count }, (_, at) => (at === 0 ? row(1, 'Plan', 'Days') : row(at + 1, `P${at}`, '1')));
    const text = await reasonOf(sheet(rows(50).join(''), 'A1:B50'), 'xlsx');
    expect(text.match(/^\| Plan \| Days \|$/gm)).toHaveLength(2);
    expect(text).toContain('| P40 | 1 |\n\n| Plan | Days |\n| --- | --- |\n| P41 | 1 |');
    expect(await reasonOf(sheet('<row><c><v>1</v></c></row>'.repeat(20_001), 'A1:A20001'), 'xlsx')).toMatch(
      /^has 20001 rows, more than/,
    );
  });
});

describe('PDF', () => {
  it.each([
    ['cut short', '%PDF-1.7\n1 0 obj\n<<'],
    ['of random bytes', `%PDF-1.4\n${'\x00\xff\x12'.repeat(2_000)}`],
    [
      'whose pages go round in circles',
      '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 9/Kids[2 0 R]>>endobj trailer<</Root 1 0 R>>',
    ],
  ])('%s is a reason', async (_what, content) => {
    expect(await reasonOf(Buffer.from(content, 'latin1'), 'pdf')).toMatch(/save|OCR/);
  });
});
