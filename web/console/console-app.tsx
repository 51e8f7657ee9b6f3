import type { KeyValues } from '../shared/browser-storage.ts';
import { useVisibleHeight } from '../shared/use-visible-height.ts';
import { consoleWords } from '../words.ts';
import { Desk } from './desk.tsx';
import { PaneMessage } from './pane-message.tsx';
import { SignIn } from './sign-in.tsx';
import { useConsoleSession } from './use-console-session.ts';
import './console.css';

/** The support team's page: signed out, a way in; signed in, the desk. */
export const ConsoleApp = ({ storage }: { readonly storage: KeyValues }) => {
  const { session, retry, lapse, signIn, signOut } = useConsoleSession();
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
    case 'signed-in':
      return <Desk agent={session.agent.name} storage={storage} onLapsed={lapse} onSignOut={signOut} />;
  }
};
