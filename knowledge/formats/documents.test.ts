import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SourceDocument } from '../document.ts';
import { formatOf } from './format.ts';
import { readContent } from './read-content.ts';

/** Documents that LibreOffice and Chromium made. */
const file = (name: string) => readFile(new URL(`../../test/fixtures/documents/${name}`, import.meta.url));

const read = async (name: string): Promise<SourceDocument> => {
  const reading = await readContent(formatOf(extname(name).slice(1)), await file(name));
  if (!reading.ok) throw new Error(reading.reason);
  return reading.document;
};

describe('Word', () => {
  it('keeps headings, nested lists and tables', async () => {
    expect(await read('returns-handbook.docx')).toEqual({
      title: 'Returns handbook',
      language: 'en-US',
      text: expect.stringMatching(/^# Returns handbook\n\nThis handbook says .* with the warehouse and holds/),
    });
    const { text } = await read('returns-handbook.docx');
    expect(text).toContain('## Who pays for the parcel\n\nFernhill pays');
    expect(text).toContain('2.  Print the label.\n    -   The label is valid for 14 days.\n    -   A lost label');
    expect(text).toContain(
      '| Plan | Days to return | Refund within |\n| --- | --- | --- |\n| Starter | 14 | 10 days |\n| Team',
    );
  });

  it('takes dates from the properties, and headings from styles that are based on them', async () => {
    const document = await read('shipping-manual.docx');
    expect(document).toMatchObject({
      language: 'de-AT',
      publishedAt: new Date('2023-11-02T08:00:00Z'),
      modifiedAt: new Date('2024-01-15T10:00:00Z'),
    });
    // "Untitled 1" is no title.
    expect(document.title).toBeUndefined();
    expect(document.text).toContain('\n\n# Zoll\n\nSendungen in die Schweiz');
    expect(document.text).not.toContain('Vertraulich');
  });
});

describe('Excel', () => {
  it('shows sheets as they are displayed, without what is hidden', async () => {
    expect(await read('prices.xlsx')).toEqual({
      title: 'Price list',
      language: 'en-US',
      publishedAt: new Date('2024-02-01T09:00:00Z'),
      modifiedAt: new Date('2024-05-06T10:30:00Z'),
      text: `## Plans

Prices from May 2024

| Plan | Price per month | Valid from | Discount |
| --- | --- | --- | --- |
| Starter | 1,019.50 € | 06.05.2024 | 10% |
| Team | 2,039.00 € | 01.06.2024 | 25% |

## Regions

| Region | VAT |
| --- | --- |
| Austria | 20% |`,
    });
  });
});

describe('PowerPoint', () => {
  it('makes a section of every slide that is shown, with its notes', async () => {
    expect(await read('onboarding.pptx')).toMatchObject({
      title: 'Onboarding for shops',
      text: `## Connect your shop

- Open Settings, then Integrations
- Choose the shop system
  - Shopify takes a minute

Notes: Mention that the trial lasts 21 days.

## Limits

| Plan | Orders |
| --- | --- |
| Starter | 500 |`,
    });
  });
});

describe('EPUB', () => {
  it('reads chapters in order, under their names in the table of contents', async () => {
    const { title, language, text } = await read('returns-handbook.epub');
    expect({ title, language }).toEqual({ title: 'Returns handbook', language: 'en-US' });
    expect(text).toMatch(/^# Returns handbook\n\nThis handbook says[^#]*Anything above 31\.5 kg/);
  });
});

describe('PDF', () => {
  it('finds columns, tables, lists, headings and divided words', async () => {
    const { title, text } = await read('printer-handbook.pdf');
    expect(title).toBe('Label printer handbook');
    expect(text.match(/^#.*$/gm)).toEqual([
      '# Label printer handbook',
      '## Loading a roll',
      '## Lights',
      '## Care',
      '### When labels turn out faint',
      '## Warranty',
      '## Technical data',
    ]);
    expect(text).toContain('1. Open the lid with both hands.\n2. Put the roll in');
    expect(text).toContain(
      '| Red, blinking | The print head is too hot, which happens after many labels in a row | Wait five minutes |',
    );
    expect(text).toContain('Never use a knife for remains of glue.\n\n### When labels turn out faint\n\nFaint labels');
    expect(text).toContain('moistened with isopropyl alcohol; water');
    expect(text).not.toMatch(/Edition 4|Not for resale|Page \d|\u2010/);
  });

  it('drops headers, footers and page numbers', async () => {
    const { language, text } = await read('shipping-manual.pdf');
    expect(language).toBe('de-AT');
    expect(text.match(/^#.*$/gm)).toEqual(['# Abholung', '# Zoll', '# Haftung']);
    expect(text).not.toMatch(/Versandhandbuch|Vertraulich|Seite/);
    expect(text).toMatch(/zwei Werktagen\.\n\n# Zoll\n\n.*lesen kann\.\n\n# Haftung\n\n.*0,4 Prozent\.$/);
  });

  it.each([
    ['scanned.pdf', 'has no text, only pictures: run OCR over it (for example ocrmypdf), then add it again'],
    ['encrypted.pdf', 'is encrypted with a password; save a copy without one'],
  ])('says of %s what to do', async (name, reason) => {
    expect(await readContent(formatOf('pdf'), await file(name))).toEqual({ ok: false, reason });
  });
});

describe('a wrong extension', () => {
  it.each([
    ['returns-handbook.docx', 'md'],
    ['prices.xlsx', 'docx'],
    ['shipping-manual.pdf', 'docx'],
    ['returns-handbook.epub', 'zip'],
  ])('%s as .%s is read as what it is', async (name, extension) => {
    const { text } = await read(name);
    expect(await readContent(formatOf(extension), await file(name))).toMatchObject({ ok: true, document: { text } });
  });

  it('is common for HTML', async () => {
    const html = Buffer.from('<html><body><p>Exported</p></body></html>');
    for (const extension of ['doc', 'xlsx']) {
      expect(await readContent(formatOf(extension), html)).toEqual({ ok: true, document: { text: 'Exported' } });
    }
  });
});
