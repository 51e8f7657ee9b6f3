import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Citation } from '#core/message.ts';
import { wellFormedText } from '#test/any-text.ts';
import { aiEntity, cite } from './citations.ts';

const source = (n: number, over: Partial<Citation> = {}): Citation => ({
  ...{ n, documentId: `d${n}`, title: `Page ${n}`, url: `https://acme.example/${n}`, text: `Words of **page** ${n}.` },
  ...over,
});

describe('the sources of an answer', () => {
  it('stand behind the marks of the text', () => {
    expect(cite('It takes five days [2], or ten [1].', [source(1), source(2)])).toEqual({
      text: 'It takes five days [2], or ten [1].',
      claims: [1, 2].map((position) => ({
        '@type': 'Claim',
        position,
        appearance: {
          '@type': 'DigitalDocument',
          name: `Page ${position}`,
          url: `https://acme.example/${position}`,
          abstract: `Words of page ${position}.`,
        },
      })),
    });
  });

  it('get a mark at the end when the text has none', () => {
    const { text, claims } = cite('Five days [1]. Not `[2]`.', [source(1), source(2), source(3)]);
    expect(text).toBe('Five days [1]. Not `[2]`.\n\nSources: [2] [3]');
    expect(claims.map(({ position }) => position)).toEqual([1, 2, 3]);
    expect(cite('```\nx[1]\n```', [source(1)]).text).toContain('Sources: [1]');
  });

  it('are listed as links beyond the twenty that a message may have', () => {
    const many = Array.from({ length: 23 }, (_, index) => source(index + 1));
    const { text, claims } = cite('Yes [22].', many);
    expect(claims).toHaveLength(20);
    expect(claims.at(-1)?.position).toBe(22);
    expect(text).toContain('- 23 · [Page 23](https://acme.example/23)');
  });

  it('link to web pages alone, and have a name', () => {
    const odd = [source(1, { title: '', url: 'javascript:x', text: '' }), source(2, { url: 'mailto:a@acme.example' })];
    expect(cite('[1] [2]', odd).claims.map(({ appearance }) => appearance)).toEqual([
      { '@type': 'DigitalDocument', name: 'Untitled', abstract: 'Untitled' },
      { '@type': 'DigitalDocument', name: 'Page 2', abstract: 'Words of page 2.' },
    ]);
  });

  it('make one entity with the label', () => {
    expect(aiEntity()).toEqual({
      type: 'https://schema.org/Message',
      '@type': 'Message',
      '@context': 'https://schema.org',
      '@id': '',
      additionalType: ['AIGeneratedContent'],
    });
    expect(aiEntity(cite('[1]', [source(1)]).claims)).toHaveProperty('citation');
  });

  it('stay within the limits, each behind a mark of its own', () => {
    const words = wellFormedText(400);
    const any = fc.record({ n: fc.integer({ min: -1, max: 1_200 }), title: words, url: words, text: words });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 40 }), fc.array(fc.integer({ min: 0, max: 60 })), (sources, marks) => {
        const { text, claims } = cite(
          marks.map((n) => `word [${n}]`).join(' '),
          sources.map((one) => ({ ...one, documentId: 'd' })),
        );
        expect(claims.length).toBeLessThanOrEqual(20);
        expect(new Set(claims.map(({ position }) => position)).size).toBe(claims.length);
        for (const { position, appearance } of claims) {
          expect(text).toContain(`[${position}]`);
          expect(position).toBeGreaterThan(0);
          expect(appearance.name.length).toBeLessThanOrEqual(80);
          expect(appearance.name).not.toBe('');
          expect(appearance.abstract.length).toBeLessThanOrEqual(160);
          expect(appearance.abstract).not.toBe('');
          expect(JSON.stringify(appearance).isWellFormed()).toBe(true);
        }
      }),
    );
  });
});
