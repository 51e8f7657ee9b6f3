import type { MessageWire } from '#src/http/wire.ts';
import { Icon, type IconName } from '../shared/icons/icon.tsx';
import { consoleWords } from '../words.ts';

/** How many readers found an answer helpful, and how many did not; in words on hover and for screen readers. */
export const VoteCount = ({ votes }: { readonly votes: NonNullable<MessageWire['votes']> }) => {
  const words = consoleWords.votes(votes.up, votes.down);
  const counts: readonly (readonly [IconName, number])[] = [
    ['up', votes.up],
    ['down', votes.down],
  ];
  return (
    <span className="vote-count" title={words}>
      <span className="unseen">{words}</span>
      {counts
        .filter(([, count]) => count > 0)
        .map(([icon, count]) => (
          <span key={icon} className="vote-count__side" aria-hidden="true">
            <Icon name={icon} />
            {count}
          </span>
        ))}
    </span>
  );
};
