import { describe, expect, it } from 'vitest';
import { correctionText } from './correction-text.ts';
import { replacementFor } from './replacement.ts';
import { statementsOf } from './statements.ts';

const at = new Date('2026-03-01T10:00:00Z');

describe('correctionText', () => {
  const facts = {
    oldText: 'Within 30 days. [1]',
    newText: '## Returns\nWithin 14 days.',
    at,
    locale: '',
    question: '',
  };

  it('says what we said and when, that it is wrong, and what is right with its source', () => {
    expect(correctionText({ ...facts, locale: 'en-US' })).toBe(
      'A correction. On 1 March 2026 we told you:\n\n> Within 30 days. (1)\n\nThis is no longer right. It is:\n\n> Returns\n> Within 14 days. [1]',
    );
  });

  it.each(['en', 'de', 'fr', 'es', 'it', 'nl', 'pt'])('has words for %s, with and without a new text', (locale) => {
    const { newText, ...gone } = facts;
    const [said, alone] = [correctionText({ ...facts, locale }), correctionText({ ...gone, locale })];
    expect(said).toContain('> Within 14 days. [1]');
    expect(alone).not.toMatch(/14|\[1\]/);
    expect(alone).toMatch(/2026/);
    expect(said.split('\n')[0]).toBe(alone.split('\n')[0]);
    expect(newText).toBeDefined();
  });

  it('goes by the question where the conversation has no language', () => {
    expect(correctionText({ ...facts, question: 'Wie lange kann ich das nicht mehr zurückgeben?' })).toContain(
      'Berichtigung',
    );
    expect(correctionText({ ...facts, locale: 'ja' })).toContain('A correction');
  });

  it('stays one message', () => {
    const long = 'Very long words. '.repeat(500);
    expect(correctionText({ ...facts, oldText: long, newText: long.slice(0, 600) }).length).toBeLessThan(1_200);
  });
});

describe('replacementFor', () => {
  const old = 'Returns are easy. You may return it within 30 days. We pay the label.';
  const told = statementsOf('You may return it within 30 days.');

  it('finds what took the place of a text, with what belongs to it', () => {
    const chunks = [
      'Invoices come by mail.',
      'Returns are easy. You may return an item within 14 days. We pay the label.\n\nOther things.',
    ];
    expect(replacementFor(told, old, chunks)).toBe(
      'Returns are easy. You may return an item within 14 days. We pay the label.',
    );
  });
  it('finds nothing where the document does not speak of it any more', () => {
    expect(replacementFor(told, old, ['Invoices come by mail on the first of each month.'])).toBeUndefined();
    expect(replacementFor(told, old, [])).toBeUndefined();
  });
});
