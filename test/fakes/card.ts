import type { Card } from '#core/escalation.ts';

/** The card of an open case that came from Slack; every part may be replaced. */
export const aCard = (parts: Partial<Card> = {}): Card => ({
  code: '7F3K',
  title: 'Where is my refund?',
  customer: 'Ann Lee',
  organization: 'Acme',
  channel: 'slack',
  place: '#acme-support',
  waitingSince: '2024-05-02T10:05:00.000Z',
  why: 'They asked for a person.',
  tried: [
    { n: 1, documentId: 'd1', title: 'Refunds', url: 'https://acme.example/refunds', text: '' },
    { n: 2, documentId: 'd2', title: 'Old notes', text: '' },
  ],
  suggestedReply: 'It takes **five** days.',
  transcript: [
    { who: 'Ann Lee', role: 'customer', text: 'Where is my refund?\nI am waiting.' },
    { who: 'Frontdesk', role: 'bot', text: 'I could not find it.' },
  ],
  status: 'open',
  actions: [
    { id: 'claim', label: 'Claim' },
    { id: 'reply', label: 'Reply' },
    { id: 'resolve', label: 'Resolve' },
  ],
  ...parts,
});

/** What a card shows once an article was drafted from the case. */
export const draftedArticle = {
  status: 'resolved',
  article: { title: 'Draft article: How long do refunds take?', text: 'Refunds take **14 days**. <!channel>' },
  actions: [
    { id: 'publish', label: 'Publish for everyone' },
    { id: 'dismiss', label: 'Dismiss draft' },
    { id: 'reopen', label: 'Reopen' },
  ],
} as const satisfies Partial<Card>;

/** What it shows once that was published. */
export const publishedArticle = {
  article: { title: 'Mira has published this answer: …', text: '' },
} as const satisfies Partial<Card>;
