import type { ArticleDraft } from '#core/article-draft.ts';
import { channelNames } from '#core/channel-names.ts';
import type { Card, DeskAction, EscalationStatus, HumanDesk } from '#core/escalation.ts';
import { plainLine } from '#core/plain-line.ts';
import { drawArticle, publishLabel } from './draw-article.ts';
import { reasonInWords } from './reasons.ts';

const labels: Readonly<Record<DeskAction, string>> = {
  claim: 'Claim',
  reply: 'Reply',
  note: 'Note',
  resolve: 'Resolve',
  return: 'Hand back',
  reassign: 'Reassign',
  reopen: 'Reopen',
  publish: 'Publish',
  dismiss: 'Dismiss draft',
  restore: 'Undo',
};

/** What can be done with a case; the first is the one to press next. */
const possible: Readonly<Record<EscalationStatus, readonly DeskAction[]>> = {
  open: ['claim', 'reply', 'note', 'resolve', 'return'],
  claimed: ['reply', 'note', 'resolve', 'return', 'reassign'],
  resolved: ['reopen'],
};

/** The card of a new case: the question as its title, who asks, why now, what was tried, a reply to start from. */
export const presentCard: HumanDesk['card'] = ({
  brief,
  reason,
  code,
  customer,
  organization,
  channel,
  place,
  waitingSince,
  previous,
  due,
  url,
  transcript,
}) => ({
  code,
  title: plainLine(brief.question),
  customer: customer.name ?? (isOpaque(customer.externalId) ? 'A customer' : customer.externalId),
  ...(organization === undefined || isOpaque(organization) ? {} : { organization }),
  channel,
  ...(place === undefined || place === '' ? {} : { place }),
  waitingSince: waitingSince.toISOString(),
  why: brief.why || reasonInWords[reason],
  ...(previous === undefined ? {} : { previous }),
  tried: brief.tried,
  ...(brief.suggestedReply === undefined ? {} : { suggestedReply: brief.suggestedReply }),
  ...(due === undefined ? {} : { due: due.toISOString() }),
  ...(url === undefined ? {} : { url }),
  transcript,
  status: 'open',
  actions: actionsFor('open'),
});

/** An id that no person knows anybody by: of a web session, of a tenant. */
const isOpaque = (id: string): boolean => /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/i.test(id);

const actionsFor = (status: EscalationStatus, article?: ArticleDraft): Card['actions'] => [
  ...(status !== 'resolved' || article?.status !== 'draft'
    ? []
    : [
        { id: 'publish' as const, label: publishLabel(article) },
        { id: 'dismiss' as const, label: labels.dismiss },
      ]),
  ...possible[status].map((id) => ({ id, label: labels[id] })),
];

/** The same card after something happened to its case. */
export const redrawCard: HumanDesk['redraw'] = (card, { escalation, claimedBy }, article) => {
  const { claimedBy: _before, article: _earlier, due, ...rest } = card;
  return {
    ...rest,
    ...(escalation === 'open' && due !== undefined ? { due } : {}),
    status: escalation,
    ...(claimedBy === undefined ? {} : { claimedBy }),
    ...(article === undefined ? {} : { article: drawArticle(article) }),
    actions: actionsFor(escalation, article),
  };
};

/** A card as text. */
export const describeCard: HumanDesk['describe'] = (card) => {
  const who = [
    card.customer,
    card.organization,
    [channelNames[card.channel], card.place].filter(Boolean).join(' '),
    card.code,
  ];
  const lines = [`**${card.title}**`, who.filter(Boolean).join(' · '), `Why now: ${card.why}`];
  if (card.previous !== undefined) lines.push(`Earlier case: ${card.previous}`);
  if (card.tried.length > 0) {
    lines.push(
      'Tried:',
      card.tried.map(({ title, url }) => `- ${url === undefined ? title : `[${title}](${url})`}`).join('\n'),
    );
  }
  if (card.article !== undefined)
    lines.push(card.article.title, ...(card.article.text === '' ? [] : [card.article.text.replace(/^/gm, '> ')]));
  if (card.suggestedReply !== undefined) lines.push('Suggested reply:', card.suggestedReply.replace(/^/gm, '> '));
  return lines.join('\n\n');
};
