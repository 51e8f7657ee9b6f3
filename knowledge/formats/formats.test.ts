import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsv } from './csv.ts';
import { closeReaders, formatOf, largestDocument, readDocument } from './index.ts';
import { parseJsonLine } from './json-line.ts';
import { readContent } from './read-content.ts';

const read = (extension: string, content: string | Uint8Array) =>
  readContent(formatOf(extension), typeof content === 'string' ? Buffer.from(content) : content);
const text = async (extension: string, content: string): Promise<string> => {
  const reading = await read(extension, content);
  return reading.ok ? reading.document.text : reading.reason;
};

describe('Markdown', () => {
  it('takes title, url and language from front matter', async () => {
    expect(
      await read('md', '---\ntitle: "Refunds: how"\nurl: https://example.org/r\nlanguage: de\nother: 1\n---\n\nText\n'),
    ).toEqual({
      ok: true,
      document: { title: 'Refunds: how', url: 'https://example.org/r', language: 'de', text: 'Text' },
    });
  });

  it('takes dates from front matter', async () => {
    expect(await read('md', '---\ndate: 2024-01-02\nupdated: 2024-02-03T04:05:06Z\n---\nText')).toMatchObject({
      document: { publishedAt: new Date('2024-01-02'), modifiedAt: new Date('2024-02-03T04:05:06Z') },
    });
  });

  it('takes the first heading of level 1 as title, but not one inside code', async () => {
    expect(await read('md', '```\n# comment\n```\n\n# Real\n\nText')).toMatchObject({
      ok: true,
      document: { title: 'Real' },
    });
  });

  it('leaves a rule at the start alone, and links that no browser should follow out', async () => {
    expect(await read('md', '---\nText')).toEqual({ ok: true, document: { text: '---\nText' } });
    expect(await read('md', '---\nurl: "javascript:alert(1)"\n---\nText')).toEqual({
      ok: true,
      document: { text: 'Text' },
    });
  });

  it('says what is wrong with front matter', async () => {
    expect(await text('md', '---\ntitle: [\n---\nText')).toMatch(/front matter is not valid YAML/);
    expect(await text('md', '---\nurl: 5\n---\nText')).toMatch(/wrong: url/);
  });
});

describe('CSV', () => {
  it('becomes a table, quotes and separators understood', async () => {
    expect(await text('csv', 'Plan,Note\r\nFree,"one, ""seat""\nonly"\r\nTeam,a|b\r\n')).toBe(
      '| Plan | Note |\n| --- | --- |\n| Free | one, "seat" only |\n| Team | a\\|b |',
    );
    expect(await text('csv', 'a;b\n1;\n')).toBe('| a | b |\n| --- | --- |\n| 1 |  |');
    expect(await text('csv', 'a,"b')).toMatch(/quoted field/);
  });

  it('does not make every row as long as one that is endless', async () => {
    expect((await text('csv', `${','.repeat(50_000)}x\n${'a\n'.repeat(50_000)}`)).length).toBeLessThan(2_000_000);
  });

  it('ends, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', ',', ';', '\n', '\r', 'a', '\t', '|') }), (content) => {
        const reading = readCsv(content);
        expect(reading.ok ? reading.document.text : reading.reason).toEqual(expect.any(String));
      }),
    );
  });
});

describe('unreadable', () => {
  it.each([
    ['pdf', 'Dear reader', 'is damaged, or no pdf at all: it does not begin like one; save it again'],
    ['docx', 'PK\x03\x04', 'is damaged: its packed content has no readable directory; save it again'],
    ['xyz', 'x', expect.stringMatching(/^unknown format \.xyz; convert to Markdown \(\.md\), HTML/)],
    ['constructor', 'x', expect.stringMatching(/^unknown format/)],
    ['png', '\x89PNG', 'is a picture; run OCR and save the text'],
    ['doc', '{\\rtf1', 'is an RTF file; save it as Word (.docx) or PDF'],
    ['md', ' \n', 'it is empty'],
    ['html', '<script>1</script>', 'it is empty'],
    ['txt', 'a\0b', 'contains NUL bytes, so it is not a text file'],
    ['md', 'Caf\xe9', 'not valid UTF-8 text; save it as UTF-8'],
  ])('.%s %j: %s', async (extension, content, reason) => {
    expect(await read(extension, Buffer.from(content, 'latin1'))).toEqual({ ok: false, reason });
  });

  it('is what is empty or too large, before anything is read', async () => {
    expect(await readDocument(formatOf('md'), Buffer.alloc(0))).toEqual({ ok: false, reason: 'it is empty' });
    expect(await readDocument(formatOf('pdf'), Buffer.alloc(largestDocument + 1, 'a'))).toMatchObject({
      ok: false,
      reason: expect.stringContaining('split it'),
    });
  });
});

describe('text', () => {
  it('is read here when it is short, in another process when it is long, with the same result', async () => {
    const long = 'All is well. '.repeat(20_000).trim();
    expect(await readDocument(formatOf('txt'), Buffer.from('\ufeffHi', 'utf16le'))).toEqual({
      ok: true,
      document: { text: 'Hi' },
    });
    expect(await readDocument(formatOf('txt'), Buffer.from(long))).toEqual({ ok: true, document: { text: long } });
    await closeReaders();
  });

  it('loses the marks that nobody sees', async () => {
    expect(await text('md', 'ware\u00adhouse\u200b')).toBe('warehouse');
  });
});

describe('JSON Lines', () => {
  it('takes what it knows and names what is wrong', () => {
    expect(parseJsonLine('{"_id":7,"title":null,"text":"x","more":1}')).toEqual({
      ok: true,
      line: { _id: '7', title: null, text: 'x' },
    });
    expect(parseJsonLine('{"_id":"a"}')).toMatchObject({ ok: false, reason: expect.stringContaining('text') });
    expect(parseJsonLine('[]')).toMatchObject({ ok: false });
    expect(parseJsonLine('{')).toEqual({ ok: false, reason: 'not valid JSON' });
    expect(parseJsonLine('{"_id":"a","text":"\\u0000"}')).toMatchObject({
      ok: false,
      reason: expect.stringContaining('NUL'),
    });
    expect(parseJsonLine('{"_id":"a","text":"\\\\u0000"}')).toMatchObject({ ok: true });
  });
});
