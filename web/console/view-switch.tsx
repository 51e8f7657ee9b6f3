import { articleWords } from '../words.ts';
import { pathOf, type View, views } from './use-view.ts';
import { ViewLink } from './view-link.tsx';

/** Between the parts of the console, with how many drafts wait to be reviewed. */
export const ViewSwitch = ({
  view,
  drafts,
  onOpen,
}: {
  readonly view: View;
  readonly drafts: number;
  readonly onOpen: (path: string) => void;
}) => (
  <ul className="view-switch" aria-label={articleWords.viewsLabel}>
    {views.map((each) => (
      <li key={each}>
        <ViewLink path={pathOf[each]} current={each === view} onOpen={onOpen}>
          {articleWords.views[each]}{' '}
          {each === 'knowledge' && view !== 'knowledge' && drafts > 0 ? (
            <span className="status-tabs__count" title={articleWords.drafts(drafts)}>
              {drafts}
              <span className="unseen"> {articleWords.toReview}</span>
            </span>
          ) : undefined}
        </ViewLink>
      </li>
    ))}
  </ul>
);
