import { describe, expect, it } from 'vitest';
import type { ArticleDraft } from '#core/article-draft.ts';
import type { Claim, Commit } from '#core/ledger.ts';
import type { ChannelId, MessageId } from '#core/message.ts';
import { createDesk, transition } from '#src/desk/index.ts';
import { aClaim, anAdapter, theCase, theDesk, unread } from '#test/fakes/pipeline.ts';
import { createDraft } from './draft.ts';
import { relayFromDesk } from './relay.ts';

const thread = { channel: 'slack', space: 'CDESK', thread: '7.0' } as const;
const desk = createDesk({ channel: 'slack', space: 'CDESK', ownThreads: false });
const opened = desk.card({
  brief: { question: 'How long do refunds take?', why: 'asked', tried: [] },
  ...{ reason: 'asked-for-human', code: '7F3K', channel: 'web', transcript: [] },
  customer: { role: 'customer', externalId: 's1', name: 'Ada' },
  waitingSince: new Date('2026-01-05T10:00:00Z'),
});
const closed = { escalation: 'resolved', claimedBy: 'Mira' } as const;
const article: ArticleDraft = {
  ...{ id: '4', kind: 'new', status: 'draft', question: 'How long do refunds take?', answer: 'Refunds take 14 days.' },
  ...{ visibility: 'public', documentId: 'team:7', flags: [] },
};
const shown = desk.redraw(opened, closed, article);

const relay = (
  pending: Claim['pending'],
  more: Partial<NonNullable<Claim['escalation']>> = {},
  status: Claim['conversation']['status'] = 'resolved',
): Commit => {
  const claim = aClaim(pending, {
    conversation: { ...theDesk, address: thread },
    escalation: {
      ...{ ...theCase, status: 'resolved', claimedBy: 'Mira', claimedById: 'T0:Mira' },
      ...{ card: shown, cardMessageId: 'm9' as MessageId, article, ...more },
    },
    counterpart: aClaim([], { conversation: { status } }).conversation,
  });
  const adapterOf = (channel: ChannelId) => anAdapter({ id: channel });
  const deps = { desk, transition, reach: () => ({ kind: 'open' }) as const };
  return relayFromDesk(claim, createDraft(claim, adapterOf, desk.place), deps);
};
const press = (name: string, action: string) =>
  unread(
    { kind: 'action', action, value: '7F3K' },
    { author: { role: 'human', externalId: `T0:${name}`, name }, address: thread },
  );
const drafted = unread(
  { kind: 'action', action: 'drafted', value: '' },
  { author: { role: 'bot', externalId: 'frontdesk' }, address: thread },
);
const cards = ({ outbox }: Commit) => outbox.flatMap(({ payload }) => payload.meta.card ?? []);

describe('the article that was drafted from a case', () => {
  it('is drawn on its card, once, and changes nothing else', () => {
    const commit = relay([drafted], { card: desk.redraw(opened, closed) });
    expect(cards(commit)).toEqual([shown]);
    expect(commit.article).toEqual({ escalationId: '7', card: shown });
    expect([commit.escalationUpdate, commit.changes, commit.messages]).toEqual([undefined, [], []]);
    expect(relay([drafted])).toMatchObject({ outbox: [] });
    expect(relay([drafted])).not.toHaveProperty('article');
  });

  it('is published by one click, under the name of whoever pressed; nothing of the case changes', () => {
    const commit = relay([press('Tom', 'publish')]);
    expect(commit.article?.decision).toEqual({ draft: article, status: 'published', decidedBy: 'Tom' });
    expect(commit.article?.card?.article?.title).toBe('Tom has published this answer: How long do refunds take?');
    expect(commit.article?.card?.claimedBy).toBe('Mira');
    expect(cards(commit)).toEqual([commit.article?.card]);
    expect([commit.escalationUpdate, commit.changes, commit.messages, commit.refusals]).toEqual([
      undefined,
      [],
      [],
      [],
    ]);
  });

  it('is decided by one of two people who press', () => {
    const commit = relay([press('Tom', 'publish'), press('Ana', 'dismiss'), press('Ana', 'publish')]);
    expect(commit.article?.decision).toMatchObject({ status: 'published', decidedBy: 'Tom' });
    expect(commit.refusals).toMatchObject([{ reason: 'Somebody has published this draft already.' }]);
  });

  it('stays as it was where everything was undone, and is a draft again after an undo', () => {
    expect(relay([press('Tom', 'dismiss'), press('Tom', 'restore')])).not.toHaveProperty('article');
    const published = { ...article, status: 'published', decidedBy: 'Tom' } as const;
    const commit = relay([press('Ana', 'restore')], {
      article: published,
      card: desk.redraw(opened, closed, published),
    });
    expect(commit.article?.decision).toEqual({ draft: published, status: 'draft' });
    expect(commit.article?.card).toEqual(shown);
  });

  it('is withdrawn from the card when the case is reopened, unless it was published', () => {
    const commit = relay([press('Tom', 'reopen')]);
    expect(commit.escalationUpdate).toMatchObject({ status: 'claimed', claimedBy: 'Tom', claimedById: 'T0:Tom' });
    expect(commit.escalationUpdate?.card).not.toHaveProperty('article');
    expect(commit).not.toHaveProperty('article');
    const late = relay([press('Tom', 'reopen'), press('Ana', 'publish')]);
    expect(late.refusals).toMatchObject([{ reason: 'There is no draft article of this case.' }]);
    const both = relay([press('Ana', 'publish'), press('Tom', 'reopen')]);
    expect(both.article?.decision).toMatchObject({ status: 'published' });
    expect(both.escalationUpdate?.card?.article?.title).toMatch(/^Ana has published/);
  });

  it('may be decided on while a newer case of the customer goes on, whose owner stays', () => {
    for (const status of ['waiting', 'human', 'bot'] as const)
      expect(relay([press('Tom', 'publish')], {}, status)).toMatchObject({ changes: [], messages: [] });
  });
});
