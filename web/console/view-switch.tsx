import type { MouseEvent } from 'react';
import { articleWords } from '../words.ts';
import { pathOf, type View, views } from './use-view.ts';

/** Between the parts of the console; links, so that one may be opened in a tab of its own. */
export const ViewSwitch = ({ view, onOpen }: { readonly view: View; readonly onOpen: (path: string) => void }) => (
  <ul className="view-switch" aria-label={articleWords.viewsLabel}>
    {views.map((each) => (
      <li key={each}>
        <a
          href={pathOf[each]}
          aria-current={each === view ? 'page' : undefined}
          onClick={(event: MouseEvent) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            onOpen(pathOf[each]);
          }}
        >
          {articleWords.views[each]}
        </a>
      </li>
    ))}
  </ul>
);
