import { useEffect, useState } from 'react';
import type { ArticleWire } from '#src/http/wire.ts';
import { type Failure, isRefused } from '../shared/request.ts';
import { consoleApi } from './console-api.ts';
import { useLatest } from './use-latest.ts';

/**
 * The article that is open: as the list has it, and read on its own when it has left the list or was never there, so that it
 * does not vanish under its reader when somebody else decides on it.
 */
export const useArticle = (
  id: string | undefined,
  items: readonly ArticleWire[] | undefined,
  onLapsed: () => void,
): { readonly article?: ArticleWire; readonly failure?: Failure } => {
  const [known, setKnown] = useState<ArticleWire>();
  const [failed, setFailed] = useState<{ readonly id: string; readonly failure: Failure }>();
  const lapsed = useLatest(onLapsed);
  const listed = items?.find((item) => item.id === id);

  useEffect(() => {
    if (listed !== undefined) setKnown(listed);
    if (id === undefined || items === undefined || listed !== undefined) return;
    let isCurrent = true;
    void consoleApi.article(id).then((result) => {
      if (!isCurrent) return;
      setFailed(result.ok ? undefined : { id, failure: result.failure });
      if (result.ok) setKnown(result.value);
      else if (isRefused(result.failure)) lapsed.current();
      else if (result.failure.status === 404) setKnown(undefined);
    });
    return () => {
      isCurrent = false;
    };
  }, [id, items, listed, lapsed]);

  const article = listed ?? (known?.id === id ? known : undefined);
  if (article !== undefined) return { article };
  return failed !== undefined && failed.id === id ? { failure: failed.failure } : {};
};
