import { describe, expect, it } from 'vitest';
import type { SearchResult } from '#core/knowledge.ts';
import { judge } from './judge.ts';

const found = (...articles: readonly (readonly [id: string, title: string, text: string])[]): SearchResult => ({
  confidence: 0.5,
  passages: articles.map(([documentId, title, text]) => ({ documentId, title, text, score: 1 })),
});
const question = 'How long do refunds for annual plans take?';
const answer = 'Refunds for annual plans take 30 days.';
const refunds = (text: string) => ['refunds', 'Refunds', text] as const;

describe('a draft', () => {
  it('is new where nothing says so', () => {
    expect(judge({ question, answer }, found(), [])).toEqual({ kind: 'new', similarTo: [] });
    const other = found(['labels', 'Print labels', 'Labels fit on A4 paper.']);
    expect(judge({ question, answer }, other, [])).toEqual({ kind: 'new', similarTo: [] });
  });

  it('confirms an article that says so, over several of its passages too', () => {
    expect(judge({ question, answer }, found(refunds('Annual plans: refunds take 30 days.')), [])).toEqual({
      kind: 'confirmed',
      documentId: 'refunds',
    });
    const split = found(refunds('About annual plans.'), refunds('Refunds for a plan take 30 days.'));
    expect(judge({ question, answer }, split, [])).toMatchObject({ kind: 'confirmed' });
  });

  it('updates an article that says something else', () => {
    expect(judge({ question, answer }, found(refunds('Refunds for annual plans take 14 days.')), [])).toEqual({
      kind: 'update',
      similarTo: [{ documentId: 'refunds', title: 'Refunds', score: 1 }],
      updates: {
        documentId: 'refunds',
        title: 'Refunds',
        differences: [{ what: 'duration', article: 'Refunds for annual plans take 14 days.', answer }],
      },
    });
  });

  it('is not there twice: an earlier one that waits says the same', () => {
    const waiting = [
      {
        documentId: 'team:1',
        question: 'Refund of annual plans, how long?',
        answer: 'Refunds for annual plans take 30 days, always.',
      },
    ];
    expect(judge({ question, answer }, found(), waiting)).toEqual({ kind: 'confirmed', documentId: 'team:1' });
    // One that waits and says something else is to be seen, but nothing to update yet.
    const other = [{ ...waiting[0], documentId: 'team:2', question, answer: 'Refunds for annual plans take 14 days.' }];
    expect(judge({ question, answer }, found(), other)).toMatchObject({
      kind: 'new',
      similarTo: [{ documentId: 'team:2' }],
    });
  });

  it('leaves articles about something else alone, whatever numbers they have', () => {
    const trial = found(['trial', 'Free trial', 'A trial of annual plans takes 14 days.']);
    expect(
      judge(
        { question: 'How long does delivery of a printer take?', answer: 'Delivery of a printer takes 3 days.' },
        trial,
        [],
      ).kind,
    ).toBe('new');
  });
});
