import { useCallback, useEffect, useRef, useState } from 'react';
import type { EscalationDetail } from '#src/http/wire.ts';
import { type Failure, isRefused, type Result } from '../shared/request.ts';
import { consoleApi, type DeskCommand } from './console-api.ts';
import { useLatest } from './use-latest.ts';

/** One escalation with its transcript, and what can be done with it. */
export const useEscalation = (id: string, onLapsed: () => void) => {
  const [detail, setDetail] = useState<EscalationDetail>();
  const [failure, setFailure] = useState<Failure>();
  /** Reads and actions in the order they were begun: an older answer never replaces a newer one. */
  const latestRun = useRef(0);
  const shownRun = useRef(0);
  const lapsed = useLatest(onLapsed);

  const take = useCallback((run: number, result: Result<EscalationDetail>) => {
    if (run < shownRun.current) return;
    if (result.ok) {
      shownRun.current = run;
      setDetail(result.value);
      setFailure(undefined);
    }
  }, []);

  const reload = useCallback(async () => {
    latestRun.current += 1;
    const run = latestRun.current;
    const result = await consoleApi.get(id);
    take(run, result);
    if (result.ok) return;
    if (isRefused(result.failure)) lapsed.current();
    else if (run >= shownRun.current) setFailure(result.failure);
  }, [id, take, lapsed]);

  useEffect(() => void reload(), [reload]);

  const act = useCallback(
    async (command: DeskCommand): Promise<Result<EscalationDetail>> => {
      const result = await consoleApi.act(id, command);
      latestRun.current += 1;
      take(latestRun.current, result);
      if (!result.ok) {
        if (isRefused(result.failure)) lapsed.current();
        // Refused because somebody else acted: show what they did.
        else if (result.failure.status === 409) void reload();
      }
      return result;
    },
    [id, take, reload, lapsed],
  );

  return { detail, failure, reload, act };
};
