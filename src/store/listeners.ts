import type { Log } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';

/** Who listens to which topic in this process. */
export interface Listeners<E> {
  /** Adds a listener; calling the result removes it, and calling that again does nothing. */
  add(topic: string, listener: (event: E) => void): () => void;
  has(topic: string): boolean;
  topics(): readonly string[];
  /** Calls every listener of the topic now. One that throws, or returns a promise that rejects, is logged and stops nobody. */
  deliver(topic: string, event: E): void;
}

export const createListeners = <E>(log: Pick<Log, 'warn'>): Listeners<E> => {
  const byTopic = new Map<string, Set<{ readonly listener: (event: E) => void }>>();
  const report = (topic: string) => (thrown: unknown) =>
    log.warn({ topic, reason: errorMessage(thrown) }, 'a listener failed; the others were told');

  return {
    add: (topic, listener) => {
      // An object of its own per call: the same function may listen twice and stop once.
      const entry = { listener };
      const entries = byTopic.get(topic) ?? new Set();
      byTopic.set(topic, entries.add(entry));
      return () => {
        entries.delete(entry);
        if (entries.size === 0 && byTopic.get(topic) === entries) byTopic.delete(topic);
      };
    },
    has: (topic) => byTopic.has(topic),
    topics: () => [...byTopic.keys()],
    deliver: (topic, event) => {
      const entries = byTopic.get(topic);
      if (entries === undefined) return;
      // A copy, so that whoever is added meanwhile hears from the next event on; whoever is removed hears nothing more.
      for (const entry of [...entries]) {
        if (!entries.has(entry)) continue;
        try {
          const returned: unknown = entry.listener(event);
          if (returned instanceof Promise) returned.catch(report(topic));
        } catch (error) {
          report(topic)(error);
        }
      }
    },
  };
};
