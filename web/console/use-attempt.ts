import { useCallback, useState } from 'react';
import type { Result } from '../shared/request.ts';
import type { FeedbackNote } from './feedback.tsx';

/** What is being tried (`busy`), and why the last thing that was tried had no effect (`feedback`). */
export const useAttempt = <What extends string>() => {
  const [busy, setBusy] = useState<What>();
  const [feedback, setFeedback] = useState<FeedbackNote>();
  const dismiss = useCallback(() => setFeedback(undefined), []);
  const attempt = useCallback(async <T>(what: What, run: () => Promise<Result<T>>): Promise<Result<T>> => {
    setBusy(what);
    setFeedback(undefined);
    const result = await run();
    setBusy(undefined);
    if (!result.ok) setFeedback({ tone: result.failure.status === 409 ? 'notice' : 'error', failure: result.failure });
    return result;
  }, []);
  return { busy, feedback, dismiss, attempt };
};
