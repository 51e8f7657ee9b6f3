import { useLasting } from '../shared/use-lasting.ts';
import { chatWords } from '../words.ts';

/** In place of the conversation until it is there. Quick loads pass without a flash. */
export const LoadState = ({ error, onRetry }: { readonly error?: string; readonly onRetry: () => void }) => {
  const slow = useLasting(error === undefined, 400);
  return (
    <div className="load-state">
      {error === undefined ? (
        <p role="status">{slow ? chatWords.loading : ''}</p>
      ) : (
        <div role="alert">
          <h2>{chatWords.loadFailed}</h2>
          <p>{error}</p>
          <button type="button" className="button" onClick={onRetry}>
            {chatWords.tryAgain}
          </button>
        </div>
      )}
    </div>
  );
};
