import { useLasting } from '../shared/use-lasting.ts';
import { consoleWords } from '../words.ts';
import type { useConsoleLive } from './use-console-live.ts';

/** Says that news may be late, once the connection has been gone for a while. */
export const OfflineBanner = ({ live }: { readonly live: ReturnType<typeof useConsoleLive> }) =>
  useLasting(!live.up, 1_500) ? (
    <div className="desk-banner" role="status">
      <p>{consoleWords.offline}</p>
      <button type="button" className="button button--plain button--small" onClick={live.retry}>
        {consoleWords.reconnect}
      </button>
    </div>
  ) : undefined;
