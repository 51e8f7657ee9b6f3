import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wellFormedText } from '#test/any-text.ts';
import { aCard, draftedArticle, publishedArticle } from '#test/fakes/card.ts';
import { blocksProblems } from '#test/slack-block-problems.ts';
import type { Block } from './block-types.ts';
import { encodeCard } from './card.ts';

const card = aCard();
const words = (blocks: readonly Block[]) => JSON.stringify(blocks);
const buttons = (blocks: readonly Block[]) => {
  const row = blocks.at(-1);
  return row?.type === 'actions' ? row.elements : [];
};

describe('a card at the desk', () => {
  it('shows the article that was drafted from the case, with what can be done about it', () => {
    const blocks = encodeCard(aCard(draftedArticle));
    expect(blocksProblems(blocks)).toEqual([]);
    expect(words(blocks)).toContain('Draft article: How long do refunds take?');
    expect(words(blocks)).toContain('Refunds take 14 days.');
    expect(buttons(blocks)).toMatchObject([
      { action_id: 'publish', value: '7F3K', style: 'primary', text: { text: 'Publish for everyone' } },
      { action_id: 'dismiss', value: '7F3K' },
      { action_id: 'reopen' },
    ]);
    const published = encodeCard(aCard(publishedArticle));
    expect(blocksProblems(published)).toEqual([]);
    expect(words(published)).toContain('Mira has published this answer: …');
  });

  it('says at a glance what, who has it, who asks, where and since when', () => {
    const blocks = encodeCard(card);
    expect(blocksProblems(blocks)).toEqual([]);
    expect(blocks.slice(0, 3)).toEqual([
      { type: 'header', text: { type: 'plain_text', text: 'Where is my refund?' } },
      { type: 'context', elements: [{ type: 'mrkdwn', text: '*Open*, nobody has it yet', verbatim: true }] },
      {
        type: 'section',
        fields: [
          '*From*\nAnn Lee, Acme',
          '*Channel*\nSlack, #acme-support',
          '*Waiting since*\n<!date^1714644300^{date_short_pretty} {time}|2024-05-02 10:05 UTC>',
          '*Reference*\n7F3K',
        ].map((text) => ({ type: 'mrkdwn', text, verbatim: true })),
      },
    ]);
  });

  it('tells why, what was tried, what could be said and what was said', () => {
    const text = words(encodeCard(card));
    for (const part of ['They asked for a person.', 'https://acme.example/refunds', 'Old notes', 'It takes five days.'])
      expect(text).toContain(part);
    expect(text).toContain('Where is my refund? I am waiting.');
    const many = Array.from({ length: 9 }, (_, at) => ({ who: 'Ann', role: 'customer' as const, text: `line ${at}` }));
    const shown = words(encodeCard({ ...card, transcript: many }));
    expect(shown).toContain('line 3');
    expect(shown).not.toContain('line 2');
  });

  it('offers the actions in order, the first one first', () => {
    expect(buttons(encodeCard(card, { consoleUrl: 'https://desk.acme.example/console' }))).toEqual([
      {
        type: 'button',
        action_id: 'claim',
        text: { type: 'plain_text', text: 'Claim' },
        value: '7F3K',
        style: 'primary',
      },
      {
        type: 'button',
        action_id: 'reply',
        text: { type: 'plain_text', text: 'Reply' },
        value: 'It takes **five** days.',
      },
      { type: 'button', action_id: 'resolve', text: { type: 'plain_text', text: 'Resolve' }, value: '7F3K' },
      {
        type: 'button',
        action_id: 'open-console',
        text: { type: 'plain_text', text: 'Open in the console' },
        url: 'https://desk.acme.example/console',
      },
    ]);
    const { suggestedReply: _, ...without } = card;
    expect(buttons(encodeCard(without))[1]).not.toHaveProperty('value');
  });

  it('shows the present state', () => {
    expect(words(encodeCard({ ...card, status: 'claimed', claimedBy: 'Mira' }))).toContain('*Mira* has it');
    expect(words(encodeCard({ ...card, status: 'resolved', claimedBy: 'Mira' }))).toContain('*Closed* by Mira');
    expect(words(encodeCard({ ...card, status: 'resolved' }))).toContain('*Closed*');
  });

  it('is valid for a customer who wrote nothing', () => {
    const empty = encodeCard({
      ...{ code: '', title: '', customer: '', channel: 'email', place: '', waitingSince: 'never', why: '', tried: [] },
      ...{ suggestedReply: '', transcript: [{ who: '', role: 'customer', text: '' }], status: 'claimed', actions: [] },
    });
    expect(blocksProblems(empty)).toEqual([]);
    expect(words(empty)).toContain('A customer needs help');
  });

  it('stays within the limits and mentions nobody, whatever the customer wrote', () => {
    const nasty = fc
      .array(
        fc.oneof(
          fc.constantFrom('<!channel>', '@here', '<@U0BOT>', '"', '&', '`', '|', '\n', '\u202e', '> ', 'word '),
          wellFormedText(20),
        ),
        { maxLength: 20 },
      )
      .chain((pieces) => fc.constantFrom(1, 20, 2_000).map((times) => pieces.join('').repeat(times).slice(0, 10_000)));
    const url = fc.oneof(
      nasty,
      fc.constantFrom('javascript:x', `https://acme.example/?${'&'.repeat(450)}`, 'mailto:<a>'),
    );
    fc.assert(
      fc.property(nasty, nasty, url, fc.integer({ min: 0, max: 50 }), (one, two, address, count) => {
        const blocks = encodeCard(
          {
            ...card,
            ...{ code: two, title: one, customer: two, organization: one, place: two, why: one, claimedBy: two },
            ...{ status: 'claimed', suggestedReply: two },
            tried: Array.from({ length: count }, (_, n) => ({
              n,
              documentId: 'd',
              title: one,
              url: address,
              text: two,
            })),
            transcript: Array.from({ length: count }, () => ({ who: two, role: 'customer', text: one })),
            actions: [
              { id: 'reply', label: one },
              { id: 'note', label: two },
            ],
          },
          { consoleUrl: address },
        );
        expect(blocksProblems(blocks)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  }, 30_000);
});
