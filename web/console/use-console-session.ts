import { useCallback, useEffect, useState } from 'react';
import type { Failure, Result } from '../shared/request.ts';
import { type Agent, consoleApi } from './console-api.ts';

export type ConsoleSession =
  | { readonly phase: 'loading' }
  | { readonly phase: 'failed'; readonly failure: Failure }
  | { readonly phase: 'signed-out'; readonly tokenRequired: boolean; readonly lapsed: boolean }
  | { readonly phase: 'signed-in'; readonly agent: Agent };

/** Who sits at this console. `lapse` is for a sign-in that the server no longer accepts. */
export const useConsoleSession = () => {
  const [session, setSession] = useState<ConsoleSession>({ phase: 'loading' });

  const look = useCallback(async (lapsed: boolean) => {
    const info = await consoleApi.info();
    if (!info.ok) return setSession({ phase: 'failed', failure: info.failure });
    const { agent, tokenRequired } = info.value;
    setSession(agent === undefined ? { phase: 'signed-out', tokenRequired, lapsed } : { phase: 'signed-in', agent });
  }, []);

  useEffect(() => void look(false), [look]);

  const retry = useCallback(() => {
    setSession({ phase: 'loading' });
    void look(false);
  }, [look]);
  const lapse = useCallback(() => void look(true), [look]);
  const signIn = useCallback(async (name: string, token: string): Promise<Result<Agent>> => {
    const result = await consoleApi.signIn(name, token);
    if (result.ok) setSession({ phase: 'signed-in', agent: result.value });
    return result;
  }, []);
  const signOut = useCallback(async () => {
    await consoleApi.signOut();
    await look(false);
  }, [look]);

  return { session, retry, lapse, signIn, signOut };
};
