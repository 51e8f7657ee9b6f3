import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Card } from '#core/escalation.ts';
import { adaptiveCardProblems } from '#test/adaptive-card-problems.ts';
import { wellFormedText } from '#test/any-text.ts';
import { aCard, draftedArticle, publishedArticle } from '#test/fakes/card.ts';
import type { AdaptiveCard } from './adaptive-card.ts';
import { staleCard } from './answer-invoke.ts';
import { type CardOptions, encodeCard, maxCardBytes } from './card.ts';

const card = aCard({
  channel: 'email',
  place: 'Refund of May',
  due: '2024-05-02T10:25:00.000Z',
  suggestedReply: 'It takes **five** days.\n\n- ask the bank',
  url: 'https://desk.acme.example/console/c/7',
  actions: [
    { id: 'claim', label: 'Claim' },
    { id: 'reply', label: 'Reply' },
    { id: 'note', label: 'Note' },
    { id: 'resolve', label: 'Resolve' },
    { id: 'return', label: 'Hand back' },
  ],
});
const claimed: Card = {
  ...card,
  status: 'claimed',
  claimedBy: 'Mira',
  actions: [
    { id: 'reply', label: 'Reply' },
    { id: 'note', label: 'Note' },
    { id: 'resolve', label: 'Resolve' },
    { id: 'return', label: 'Hand back' },
    { id: 'reassign', label: 'Reassign' },
  ],
};
const drawn = (over: Partial<Card> = {}, options: CardOptions = {}): AdaptiveCard => {
  const result = encodeCard({ ...card, ...over }, options);
  expect(adaptiveCardProblems(result, maxCardBytes)).toEqual([]);
  return result;
};
const words = (drawing: AdaptiveCard) => JSON.stringify(drawing);
const titles = (drawing: AdaptiveCard) => (drawing.actions ?? []).map(({ title }) => title);
const form = (drawing: AdaptiveCard, title: string) => {
  const action = drawing.actions?.find((one) => one.title === title);
  return action?.type === 'Action.ShowCard' ? action.card : undefined;
};

describe('a card at the desk', () => {
  it('shows the article that was drafted from the case, with what can be done about it', () => {
    const drawing = drawn(draftedArticle);
    expect(words(drawing)).toContain('Draft article: How long do refunds take?');
    expect(words(drawing)).toContain('14 days');
    expect(titles(drawing)).toEqual(['Publish for everyone', 'Dismiss draft', 'Reopen']);
    const published = drawn(publishedArticle);
    expect(words(published)).toContain('Mira has published this answer: …');
  });

  it('says at a glance what, who has it, who asks, where, since and until when', () => {
    expect(drawn().body.slice(0, 3)).toMatchObject([
      { type: 'TextBlock', style: 'heading', text: 'Where is my refund?' },
      { type: 'TextBlock', text: 'Open: nobody has this yet' },
      {
        type: 'FactSet',
        facts: [
          { title: 'From', value: 'Ann Lee, Acme' },
          { title: 'Channel', value: 'Email, Refund of May' },
          { title: 'Waiting since', value: '{{DATE(2024-05-02T10:05:00Z,SHORT)}} {{TIME(2024-05-02T10:05:00Z)}}' },
          { title: 'Due', value: '{{DATE(2024-05-02T10:25:00Z,SHORT)}} {{TIME(2024-05-02T10:25:00Z)}}' },
          { title: 'Reference', value: '7F3K' },
        ],
      },
    ]);
    expect(drawn().fallbackText).toBe('Where is my refund?');
  });

  it('reads the Markdown of its title, and shows nobody an id as a name', () => {
    const id = 'f6d0d103-4a90-435d-9fc4-c2f9a136bad9';
    const drawing = drawn({
      title: 'Only **500** rows, see [this](https://acme.example/a)',
      customer: id,
      organization: id,
    });
    expect(drawing.body[0]).toMatchObject({ text: 'Only 500 rows, see this (https://acme.example/a)' });
    expect(drawing.body[2]).toMatchObject({
      facts: expect.arrayContaining([{ title: 'From', value: 'Unnamed customer' }]),
    });
    expect(form(drawing, 'Reply')?.body[0]).toMatchObject({ label: 'Reply to Unnamed customer' });
  });

  it('says since when somebody waits for as long as nobody has the case', () => {
    for (const status of ['claimed', 'resolved'] as const)
      expect(drawn({ ...claimed, status }).body[2]).toMatchObject({
        facts: expect.arrayContaining([expect.objectContaining({ title: 'Asked' })]),
      });
  });

  it('tells why, what was tried, what could be said, and folds the conversation away', () => {
    const text = words(drawn());
    for (const part of ['Why now: ', 'They asked', '[Refunds](https://acme.example/refunds)', 'Old notes', 'five'])
      expect(text).toContain(part);
    expect(drawn().body).toContainEqual({
      type: 'ActionSet',
      spacing: 'Medium',
      actions: [
        { type: 'Action.ToggleVisibility', title: 'Conversation', targetElements: ['conversation'] },
        { type: 'Action.OpenUrl', title: 'Open in the console', url: 'https://desk.acme.example/console/c/7' },
      ],
    });
    expect(drawn().body.at(-1)).toMatchObject({ type: 'Container', id: 'conversation', isVisible: false });
  });

  it('offers the actions in order, the first one to press next, the last in the menu', () => {
    expect(drawn().actions).toMatchObject([
      {
        type: 'Action.Execute',
        title: 'Claim',
        verb: 'claim',
        style: 'positive',
        data: { verb: 'claim', code: '7F3K', v: 1 },
        fallback: { type: 'Action.Submit', title: 'Claim', data: { verb: 'claim', code: '7F3K', v: 1 } },
      },
      { type: 'Action.ShowCard', title: 'Reply' },
      { type: 'Action.ShowCard', title: 'Note' },
      { type: 'Action.Execute', verb: 'resolve', mode: 'secondary' },
      { type: 'Action.Execute', verb: 'return', mode: 'secondary' },
    ]);
    expect(drawn(claimed).actions?.[0]).toMatchObject({ title: 'Reply', style: 'positive' });
    expect(titles(drawn(claimed))).toEqual(['Reply', 'Note', 'Resolve', 'Hand back', 'Reassign']);
  });

  it('has a reply ready to send, a note, and a choice of people', () => {
    const drawing = drawn(claimed);
    expect(form(drawing, 'Reply')).toMatchObject({
      body: [{ type: 'Input.Text', id: 'text', isMultiline: true, value: card.suggestedReply }],
      actions: [{ title: 'Send to customer', verb: 'reply', associatedInputs: 'auto' }],
    });
    expect(form(drawing, 'Note')).toMatchObject({
      body: [{ type: 'Input.Text', id: 'note' }],
      actions: [{ title: 'Save note', verb: 'note' }],
    });
    expect(form(drawing, 'Reassign')).toMatchObject({
      body: [{ id: 'person', 'choices.data': { type: 'Data.Query', dataset: 'graph.microsoft.com/users' } }],
      actions: [{ verb: 'reassign' }],
    });
    const { suggestedReply: _, ...without } = card;
    expect(form(encodeCard(without), 'Reply')?.body[0]).not.toHaveProperty('value');
  });

  it('shows the present state', () => {
    expect(words(drawn(claimed))).toContain('Mira has this');
    const resolved = drawn({ status: 'resolved', claimedBy: 'Mira', actions: [{ id: 'reopen', label: 'Reopen' }] });
    expect(words(resolved)).toContain('Resolved by Mira');
    expect(titles(resolved)).toEqual(['Reopen']);
    expect(words(drawn({ status: 'resolved', actions: [] }))).toContain('"Resolved"');
  });

  it('has no buttons where the case went on elsewhere, and says where', () => {
    const old = drawn({ superseded: 'Moved to #second-level' }, { refreshFor: ['29:a'] });
    expect(words(old)).toContain('Moved to #second-level');
    expect(old).not.toHaveProperty('refresh');
    expect(words(old)).not.toContain('Action.');
  });

  it('is drawn anew for sixty people at most', () => {
    expect(drawn()).not.toHaveProperty('refresh');
    const { refresh } = drawn({}, { refreshFor: Array.from({ length: 80 }, (_, index) => `29:${index}`) });
    expect(refresh?.userIds).toHaveLength(60);
    expect(refresh?.action).toMatchObject({ verb: 'refresh', data: { verb: 'refresh', code: '7F3K', v: 1 } });
  });

  it('drops the conversation first when there is too much to tell', () => {
    const transcript = Array.from({ length: 400 }, (_, at) => ({
      who: 'Ann',
      role: 'customer' as const,
      text: `${at} ${'so it goes on. '.repeat(100)}`,
    }));
    const text = words(drawn({ transcript }));
    expect(text).toContain('earlier');
    expect(text).toContain('399 so');
    const full = words(drawn({ transcript, suggestedReply: 'Right. '.repeat(500) }));
    expect(full).toContain('[Refunds](https://acme.example/refunds)');
    expect(full).toContain('Right.');
  });

  it('is valid for a customer who wrote nothing', () => {
    const empty = encodeCard({
      ...{ code: '', title: '', customer: '', channel: 'web', place: '', waitingSince: 'never', why: '', tried: [] },
      ...{ suggestedReply: '', transcript: [{ who: '', role: 'customer', text: '' }], status: 'claimed', actions: [] },
    });
    expect(adaptiveCardProblems(empty)).toEqual([]);
    expect(words(empty)).toContain('A customer needs help');
  });

  it('tells whoever pressed why nothing happened, and when the card is out of date', () => {
    const refused = encodeCard(claimed, { refusal: 'Mira already has this conversation.' });
    expect(refused.body[0]).toMatchObject({ text: 'Mira already has this conversation.' });
    expect(refused.body[1]).toMatchObject({ text: 'Where is my refund?' });
    expect(adaptiveCardProblems(refused)).toEqual([]);
    expect(adaptiveCardProblems(staleCard())).toEqual([]);
    expect(words(staleCard())).toContain('out of date');
    const hostile = encodeCard(claimed, { refusal: '[x](http://evil.example) <at>A</at>' });
    expect(adaptiveCardProblems(hostile)).toEqual([]);
  });

  it('is valid, small and free of forged links and mentions, whatever the customer wrote', () => {
    const hostile = fc
      .array(
        fc.oneof(
          fc.constantFrom(
            ...[
              '[x](http://evil.example)',
              '![x](http://evil.example/x.png)',
              '<at>Mira</at>',
              '</at>',
              '{{DATE(',
              '{{',
            ],
            ...['[a]: http://evil.example', '<b>', '&lt;at&gt;', '**', '_', '`', '\\', ']', '(', '|', '\n', '\u202e'],
            ...['# ', '- ', '1. ', '> ', '"', '\ud83d', 'word ', '```\n', '| a | b |\n|--|--|\n| c | d |\n'],
          ),
          wellFormedText(20),
        ),
        { maxLength: 20 },
      )
      .chain((pieces) => fc.constantFrom(1, 20, 2_000).map((times) => pieces.join('').repeat(times).slice(0, 10_000)));
    const url = fc.oneof(
      hostile,
      fc.constantFrom(
        'javascript:x',
        `https://acme.example/?${'('.repeat(450)}`,
        'mailto:<a>',
        'https://a.example/{{x',
      ),
    );
    const state = fc.constantFrom('open' as const, 'claimed' as const, 'resolved' as const);
    fc.assert(
      fc.property(hostile, hostile, url, state, fc.integer({ min: 0, max: 60 }), (one, two, address, status, count) => {
        const drawing = encodeCard(
          {
            ...{ code: two, title: one, customer: two, organization: one, place: two, why: one, claimedBy: two },
            ...{ channel: 'teams', waitingSince: one, due: two, status, suggestedReply: two, previous: one },
            url: address,
            ...(count % 7 === 6 ? { superseded: one } : {}),
            tried: Array.from({ length: count }, (_, n) => ({
              n,
              documentId: 'd',
              title: one,
              url: address,
              text: two,
            })),
            transcript: Array.from({ length: count }, () => ({ who: two, role: 'customer', text: one })),
            actions: claimed.actions.map(({ id }) => ({ id, label: one })),
          },
          { refusal: two, refreshFor: ['29:a'] },
        );
        expect(adaptiveCardProblems(drawing, maxCardBytes)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});
