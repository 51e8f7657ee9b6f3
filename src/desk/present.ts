import type { HumanDesk } from '#core/escalation.ts';
import { reasonInWords } from './reasons.ts';

/** The card's text: the question as its title, who asks, why now, what was tried, a reply to start from. */
export const presentCard: HumanDesk['card'] = ({ brief, reason, code, customer, channel }) => {
  const lines = [
    `**${oneLine(brief.question)}**`,
    `${customer.name ?? customer.externalId} · ${channel} · ${code}`,
    `Why now: ${brief.why || reasonInWords[reason]}`,
  ];
  if (brief.tried.length > 0) {
    lines.push(
      'Tried:',
      ...brief.tried.map(
        (source) => `- ${source.url === undefined ? source.title : `[${source.title}](${source.url})`}`,
      ),
    );
  }
  if (brief.suggestedReply !== undefined) lines.push('Suggested reply:', brief.suggestedReply.replace(/^/gm, '> '));
  return {
    markdown: lines.join('\n\n'),
    actions: [
      { id: 'claim', label: 'Claim' },
      { id: 'resolve', label: 'Resolve' },
      { id: 'return', label: 'Hand back to the bot' },
    ],
  };
};

const oneLine = (text: string): string => {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length <= 160 ? flat : `${flat.slice(0, 157)}…`;
};
