import type { KeyValues } from '../shared/browser-storage.ts';
import { useVisibleHeight } from '../shared/use-visible-height.ts';
import { consoleWords } from '../words.ts';
import { Desk } from './desk.tsx';
import { KnowledgeView } from './knowledge-view.tsx';
import { PaneMessage } from './pane-message.tsx';
import { SignIn } from './sign-in.tsx';
import { useConsoleSession } from './use-console-session.ts';
import { useView } from './use-view.ts';
import './console.css';

/** The support team's page: signed out, a way in; signed in, the desk. */
export const ConsoleApp = ({ storage }: { readonly storage: KeyValues }) => {
  const { session, retry, lapse, signIn, signOut } = useConsoleSession();
  const [view, openView] = useView();
  useVisibleHeight();
  switch (session.phase) {
    case 'loading':
      return <div className="console" />;
    case 'failed':
      return (
        <div className="console console--bare">
          <PaneMessage title={consoleWords.listFailed} text={session.failure.detail} tone="error">
            <button type="button" className="button" onClick={retry}>
              {consoleWords.tryAgain}
            </button>
          </PaneMessage>
        </div>
      );
    case 'signed-out':
      return (
        <SignIn storage={storage} tokenRequired={session.tokenRequired} lapsed={session.lapsed} onSignIn={signIn} />
      );
    case 'signed-in': {
      const common = { agent: session.agent.name, storage, onLapsed: lapse, onView: openView, onSignOut: signOut };
      return view === 'knowledge' ? <KnowledgeView {...common} /> : <Desk {...common} />;
    }
  }
};
