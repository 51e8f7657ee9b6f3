import type { z } from 'zod';
import type { consoleSocketEvent } from '#src/http/wire.ts';

/** One event from the console's socket; kinds that this page does not know are left out. */
export const readConsoleEvent = (data: string): z.infer<typeof consoleSocketEvent> | undefined => {
  try {
    const event = JSON.parse(data) as { type?: unknown; escalationId?: unknown } | null;
    if (event?.type !== 'changed') return undefined;
    return typeof event.escalationId === 'string'
      ? { type: 'changed', escalationId: event.escalationId }
      : { type: 'changed' };
  } catch {
    return undefined;
  }
};
