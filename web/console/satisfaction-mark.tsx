import { Icon } from '../shared/icons/icon.tsx';
import { consoleWords } from '../words.ts';

/** What the customer says in the end: solved or not. */
export const SatisfactionMark = ({ score }: { readonly score: 1 | -1 }) => (
  <span className="satisfaction-mark" data-score={score}>
    <Icon name={score === 1 ? 'up' : 'down'} />
    {score === 1 ? consoleWords.saysSolved : consoleWords.saysUnsolved}
  </span>
);
