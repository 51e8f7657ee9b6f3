import { useCallback, useEffect, useState } from 'react';
import { consoleApi } from './console-api.ts';

/** How many drafted articles wait to be reviewed. Without an answer the last known number stays: it is no more than a hint. */
export const useDraftCount = () => {
  const [count, setCount] = useState(0);
  const reload = useCallback(async () => {
    const result = await consoleApi.articles('draft', { limit: 1 });
    if (result.ok) setCount(result.value.counts.draft);
  }, []);
  useEffect(() => void reload(), [reload]);
  return { count, reload };
};
