import type { Connector } from './connector.ts';
import type { TeamsReference } from './reference.ts';
import type { Throttle } from './throttle.ts';

const repeatMs = 3_000;
/** A place that refused is left alone for so long. */
const refusedMs = 600_000;
const mostPlaces = 2_000;
const callMs = 10_000;

/**
 * Somebody is seen typing where nothing can be streamed; Teams shows it for a few seconds. At most every three seconds in a
 * place, in the background, and only while there is room for messages.
 */
export const createTyping = ({
  connector,
  throttle,
  now,
}: {
  readonly connector: Pick<Connector, 'postActivity'>;
  readonly throttle: Pick<Throttle, 'tryTurn'>;
  readonly now: () => Date;
}): ((reference: TeamsReference) => void) => {
  const next = new Map<string, number>();

  const put = (place: string, at: number): void => {
    next.delete(place);
    next.set(place, at);
    const [oldest] = next.keys();
    if (next.size > mostPlaces && oldest !== undefined) next.delete(oldest);
  };

  return (reference) => {
    const { conversationId } = reference;
    const at = now().getTime();
    if ((next.get(conversationId) ?? 0) > at || !throttle.tryTurn(conversationId)) return;
    put(conversationId, at + repeatMs);
    connector.postActivity(reference, { type: 'typing' }, AbortSignal.timeout(callMs)).then(
      (result) => {
        if (!result.ok && result.permanent) put(conversationId, at + refusedMs);
      },
      // Nothing needs to be shown; what is wrong with the place is said when the answer goes there.
      () => put(conversationId, at + refusedMs),
    );
  };
};
