import type { ReactNode } from 'react';
import { useLasting } from '../shared/use-lasting.ts';
import { useOnline } from '../shared/use-online.ts';
import { chatWords } from '../words.ts';
import type { Connection } from './chat-state.ts';

/** Says when messages cannot come or go, and that nothing is lost by it. Silent about short hiccups. */
export const ConnectionBanner = ({
  connection,
  onReconnect,
}: {
  readonly connection: Connection;
  readonly onReconnect: () => void;
}) => {
  const online = useOnline();
  const lost = useLasting(connection === 'lost', 1_500);
  if (!online) return <Banner text={chatWords.offline} />;
  if (connection === 'polling') return <Banner text={chatWords.polling} quiet />;
  if (!lost) return undefined;
  return (
    <Banner text={chatWords.reconnecting}>
      <button type="button" className="button button--plain button--small" onClick={onReconnect}>
        {chatWords.reconnect}
      </button>
    </Banner>
  );
};

const Banner = ({
  text,
  quiet = false,
  children,
}: {
  readonly text: string;
  readonly quiet?: boolean;
  readonly children?: ReactNode;
}) => (
  <div className="banner" data-quiet={quiet || undefined} role="status">
    <p>{text}</p>
    {children}
  </div>
);
