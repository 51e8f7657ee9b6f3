import { Icon } from '../shared/icons/icon.tsx';
import { consoleWords } from '../words.ts';
import { ActionMenu } from './action-menu.tsx';
import type { View } from './use-view.ts';
import { ViewSwitch } from './view-switch.tsx';

/** Above every list: whose console this is, and its other parts. */
export const ConsoleHeader = ({
  agent,
  view,
  drafts,
  onHelp,
  onView,
  onSignOut,
}: {
  readonly agent: string;
  readonly view: View;
  /** Articles that wait to be reviewed. */
  readonly drafts: number;
  readonly onHelp: () => void;
  readonly onView: (path: string) => void;
  readonly onSignOut: () => void;
}) => (
  <>
    <div className="list-header__top">
      <h1>{consoleWords.product}</h1>
      <ActionMenu
        label={agent}
        className="button button--plain button--small list-header__agent"
        items={[
          { label: consoleWords.help, onChoose: onHelp },
          { label: consoleWords.signOut, onChoose: onSignOut },
        ]}
      >
        <Icon name="person" />
        <span>{agent}</span>
      </ActionMenu>
    </div>
    <ViewSwitch view={view} drafts={drafts} onOpen={onView} />
  </>
);
