import { describe, expect, it } from 'vitest';
import type { CardState } from '#core/channel.ts';
import type { Card } from '#core/escalation.ts';
import { answerCard } from './answer-card.ts';

const card: Card = {
  code: '7F3K',
  title: 'Where is my order?',
  customer: 'Ann',
  channel: 'teams',
  waitingSince: '2026-01-02T03:04:05.000Z',
  why: 'asked for a person',
  tried: [],
  transcript: [],
  status: 'claimed',
  claimedBy: 'Mira',
  actions: [{ id: 'resolve', label: 'Resolve' }],
};

const answer = (found: CardState) => {
  const { status, body, headers } = answerCard(found);
  expect(status).toBe(200);
  expect(headers?.['content-type']).toMatch(/json/);
  return JSON.parse(body);
};

describe('the answer to a pressed card', () => {
  it('is the card as it is now', () => {
    const { statusCode, type, value } = answer({ card, settled: true });
    expect({ statusCode, type }).toEqual({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive' });
    expect(JSON.stringify(value)).toContain('Mira has this');
  });

  it('says above the card why nothing came of it', () => {
    const { type, value } = answer({ card, refusal: 'Mira was faster.', settled: true });
    expect(type).toBe('application/vnd.microsoft.card.adaptive');
    expect(value.body[0]).toMatchObject({ type: 'TextBlock', text: 'Mira was faster.' });
  });

  it.each<CardState>([
    { settled: true },
    { settled: false },
    { settled: false, card },
    { settled: true, refusal: 'This case is closed.' },
    { settled: true, refusal: '' },
  ])('leaves the card alone, with words, for %j', (found) => {
    const { statusCode, type, value } = answer(found);
    expect({ statusCode, type }).toEqual({ statusCode: 200, type: 'application/vnd.microsoft.activity.message' });
    expect(value).toMatch(/\w/);
    if (found.refusal) expect(value).toBe(found.refusal);
  });
});
