import type { ChannelDeps } from '#core/channel.ts';
import { recordingLog } from '../recording-log.ts';

/** What a channel may use of the outside, in memory, with a look at what it keeps there. */
export interface FakeChannelDeps extends ChannelDeps {
  readonly log: ReturnType<typeof recordingLog>;
  readonly savedCursors: Map<string, unknown>;
  readonly savedBlobs: Map<string, Uint8Array>;
}

export const fakeChannelDeps = (now: () => Date = () => new Date()): FakeChannelDeps => {
  const savedCursors = new Map<string, unknown>();
  const savedBlobs = new Map<string, Uint8Array>();
  return {
    savedCursors,
    savedBlobs,
    cursors: {
      load: async (name) => savedCursors.get(name),
      save: async (name, value) => {
        // As a database would: what comes back is a copy.
        savedCursors.set(name, JSON.parse(JSON.stringify(value)));
      },
    },
    blobs: {
      get: async (ref) => savedBlobs.get(ref),
      put: async (ref, bytes) => {
        savedBlobs.set(ref, bytes);
      },
    },
    fanout: { publish: () => undefined, subscribe: () => () => undefined },
    now,
    log: recordingLog(),
    secrets: ['a secret for tests only'],
  };
};
