import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArticleDraft } from '#core/article-draft.ts';
import type { Card, EscalationStatus, HumanDesk } from '#core/escalation.ts';
import { createDesk } from './index.ts';

const desk = createDesk({ channel: 'slack', space: 'CDESK', ownThreads: false });
const source = { n: 1, documentId: 'd1', title: 'Exports', url: 'https://help.example.org/exports', text: '…' };
type Facts = Parameters<HumanDesk['card']>[0];
const facts: Facts = {
  brief: {
    question: 'Where is my export?',
    why: 'The answer did not help.',
    tried: [source],
    suggestedReply: 'Look\nhere',
  },
  reason: 'repeated',
  code: '7F3K',
  customer: { role: 'customer', externalId: 'T1:UADA', name: 'Ada' },
  organization: 'Acme',
  channel: 'slack',
  place: '#acme-support',
  waitingSince: new Date('2026-01-05T10:00:00Z'),
  transcript: [{ who: 'Ada', role: 'customer', text: 'Where is my export?' }],
};
const cardOf = (more: Partial<Facts> = {}): Card => desk.card({ ...facts, ...more });
const idsOf = ({ actions }: Card) => actions.map(({ id }) => id);

describe('a card', () => {
  it('says who, what, why now, what was tried, a reply to start from, and what can be done', () => {
    expect(cardOf()).toEqual({
      code: '7F3K',
      title: 'Where is my export?',
      customer: 'Ada',
      organization: 'Acme',
      channel: 'slack',
      place: '#acme-support',
      waitingSince: '2026-01-05T10:00:00.000Z',
      why: 'The answer did not help.',
      tried: [source],
      suggestedReply: 'Look\nhere',
      transcript: facts.transcript,
      status: 'open',
      actions: [
        { id: 'claim', label: 'Claim' },
        { id: 'reply', label: 'Reply' },
        { id: 'note', label: 'Note' },
        { id: 'resolve', label: 'Resolve' },
        { id: 'return', label: 'Hand back' },
      ],
    });
  });

  it('leaves out what nobody knows, and finds words for the reason', () => {
    const { organization: _organization, place: _place, ...rest } = facts;
    const card = desk.card({
      ...rest,
      customer: { role: 'customer', externalId: 'ada@example.org' },
      brief: { question: 'Hi', why: '', tried: [] },
    });
    expect(card).toMatchObject({
      customer: 'ada@example.org',
      why: 'The customer asked again: the answer did not help.',
    });
    for (const key of ['organization', 'place', 'suggestedReply', 'claimedBy']) expect(card).not.toHaveProperty(key);
    expect(cardOf({ place: '' })).not.toHaveProperty('place');
  });

  it('has one line for a title, however long the question, and breaks no character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (question) => {
        const { title } = cardOf({ brief: { ...facts.brief, question } });
        expect(title.length).toBeLessThanOrEqual(160);
        expect(title).not.toMatch(/[\n\r\t]/);
        expect(title.isWellFormed()).toBe(true);
      }),
    );
    for (let shift = 0; shift < 4; shift += 1) {
      const { title } = cardOf({ brief: { ...facts.brief, question: `${'x'.repeat(shift)}${'😀'.repeat(100)}` } });
      expect([title.isWellFormed(), title.endsWith('…')]).toEqual([true, true]);
    }
  });

  it('has words for a title and no marks of Markdown', () => {
    const titleOf = (question: string) => cardOf({ brief: { ...facts.brief, question } }).title;
    expect(titleOf('Why **only 500 rows** in `export`, see [here](https://evil.example/x)?')).toBe(
      'Why only 500 rows in export, see here?',
    );
    expect(titleOf('# Export\n- 2 * 3 rows_a and rows_b')).toBe('Export 2 * 3 rows_a and rows_b');
  });

  it('calls nobody by an id that no person knows', () => {
    const customer = { role: 'customer', externalId: 'fcabd915-ced1-4a5e-9a41-0c1d2e3f4a5b' } as const;
    expect(cardOf({ customer }).customer).toBe('A customer');
    expect(cardOf({ organization: '72f988bf-86f1-41af-91ab-2d7cd011db47' })).not.toHaveProperty('organization');
    expect(cardOf({ customer: { role: 'customer', externalId: 'ada@example.org' } }).customer).toBe('ada@example.org');
  });

  it('survives storing', () => {
    expect(JSON.parse(JSON.stringify(cardOf()))).toEqual(cardOf());
  });
});

describe('the card after something happened', () => {
  it('shows who has it, or who closed it, and what is possible then', () => {
    const claimed = desk.redraw(cardOf(), { escalation: 'claimed', claimedBy: 'Mira' });
    expect([claimed.status, claimed.claimedBy, idsOf(claimed)]).toEqual([
      'claimed',
      'Mira',
      ['reply', 'note', 'resolve', 'return', 'reassign'],
    ]);
    const closed = desk.redraw(claimed, { escalation: 'resolved', claimedBy: 'Mira' });
    expect([closed.status, closed.claimedBy, idsOf(closed)]).toEqual(['resolved', 'Mira', ['reopen']]);
    const reopened = desk.redraw(closed, { escalation: 'claimed', claimedBy: 'Tom' });
    expect([reopened.claimedBy, idsOf(reopened)]).toEqual(['Tom', idsOf(claimed)]);
  });

  it('says nobody when nobody has it, and changes nothing else', () => {
    const statuses = fc.constantFrom<EscalationStatus>('open', 'claimed', 'resolved');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(statuses, fc.option(fc.string(), { nil: undefined })), { maxLength: 5 }),
        (states) => {
          let card = cardOf();
          for (const [escalation, claimedBy] of states)
            card = desk.redraw(card, { escalation, ...(claimedBy === undefined ? {} : { claimedBy }) });
          const { status, actions, claimedBy, ...rest } = card;
          const { status: _status, actions: _actions, ...before } = cardOf();
          expect(rest).toEqual(before);
          expect([status, claimedBy]).toEqual(states.at(-1) ?? ['open', undefined]);
          expect(actions.length).toBeGreaterThan(0);
        },
      ),
    );
    expect(desk.redraw({ ...cardOf(), claimedBy: 'Mira' }, { escalation: 'open' })).toEqual(cardOf());
  });
});

describe('a card with an article', () => {
  const draft: ArticleDraft = {
    ...{
      id: '1',
      kind: 'new',
      status: 'draft',
      question: 'How long do refunds take?',
      answer: 'Refunds take 14 days.',
    },
    ...{ visibility: 'public', documentId: 'team:7', flags: [] },
  };
  const redrawn = (more: Partial<ArticleDraft> = {}, escalation: EscalationStatus = 'resolved') =>
    desk.redraw(cardOf(), { escalation, claimedBy: 'Mira' }, { ...draft, ...more });

  it('shows it, and says for whom one click publishes it', () => {
    const card = redrawn();
    expect(card.article).toEqual({
      title: 'Draft article: How long do refunds take?',
      text: 'Refunds take 14 days.',
    });
    expect(card.actions).toEqual([
      { id: 'publish', label: 'Publish for everyone' },
      { id: 'dismiss', label: 'Dismiss draft' },
      { id: 'reopen', label: 'Reopen' },
    ]);
    expect(redrawn({ visibility: 'org:T1' }).actions[0]?.label).toBe("Publish for this customer's organisation");
    expect(redrawn({ visibility: 'internal' }).actions[0]?.label).toBe('Publish for the team');
    expect(desk.describe(card)).toContain('Draft article: How long do refunds take?\n\n> Refunds take 14 days.');
  });

  it('shows both sides where an article says something else, and what to look at first', () => {
    const { article } = redrawn({
      kind: 'update',
      updates: {
        ...{ documentId: 'refunds', title: 'Refunds' },
        differences: [{ what: 'duration', article: 'Refunds take 30 days.', answer: 'Refunds take 14 days.' }],
      },
      flags: ['order 48213'],
    });
    expect(article).toEqual({
      title: 'Draft update of “Refunds”: How long do refunds take?',
      text: 'Refunds take 14 days.\n\nThe article says: “Refunds take 30 days.”\n\nCheck first, these may concern one customer alone: order 48213.',
    });
  });

  it('says what became of it, with nothing left to press, and forgets one that was withdrawn', () => {
    const published = redrawn({ status: 'published', decidedBy: 'Tom' });
    expect(published.article?.title).toBe('Tom has published this answer: How long do refunds take?');
    expect(idsOf(published)).toEqual(['reopen']);
    expect(redrawn({ status: 'dismissed', decidedBy: 'Tom' }).article?.title).toMatch(/^Tom has dismissed the draft/);
    expect(idsOf(redrawn({}, 'claimed'))).not.toContain('publish');
    expect(desk.redraw(published, { escalation: 'resolved' })).not.toHaveProperty('article');
  });
});

describe('a card as text', () => {
  it('says the same in words', () => {
    expect(desk.describe(cardOf())).toBe(
      [
        '**Where is my export?**',
        'Ada · Acme · Slack #acme-support · 7F3K',
        'Why now: The answer did not help.',
        'Tried:',
        '- [Exports](https://help.example.org/exports)',
        'Suggested reply:',
        '> Look\n> here',
      ].join('\n\n'),
    );
  });

  it('has no empty parts', () => {
    const { organization: _organization, place: _place, ...rest } = facts;
    const { url: _url, ...unlinked } = source;
    const bare = desk.card({ ...rest, channel: 'web', brief: { question: 'Hi', why: 'asked', tried: [] } });
    expect(desk.describe(bare)).toBe('**Hi**\n\nAda · Web chat · 7F3K\n\nWhy now: asked');
    expect(desk.describe(cardOf({ brief: { ...facts.brief, tried: [unlinked] } }))).toContain('\n- Exports\n');
  });
});
