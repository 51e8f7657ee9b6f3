import type { ChannelDeps, Installation } from '#core/channel.ts';
import { recordingLog } from '../recording-log.ts';

/** What a channel may use of the outside, in memory, with a look at what it keeps there. */
export interface FakeChannelDeps extends ChannelDeps {
  readonly log: ReturnType<typeof recordingLog>;
  readonly savedCursors: Map<string, unknown>;
  readonly savedBlobs: Map<string, Uint8Array>;
  readonly savedInstallations: Map<string, Installation>;
}

export const fakeChannelDeps = (now: () => Date = () => new Date()): FakeChannelDeps => {
  const savedCursors = new Map<string, unknown>();
  const savedBlobs = new Map<string, Uint8Array>();
  const savedInstallations = new Map<string, Installation>();
  return {
    savedCursors,
    savedBlobs,
    savedInstallations,
    installations: {
      find: async (key) => savedInstallations.get(key),
      list: async () => [...savedInstallations.values()].sort((a, b) => (a.key < b.key ? -1 : 1)),
      save: async ({ key, name, data }) => {
        savedInstallations.set(key, { key, name, data: JSON.parse(JSON.stringify(data)) });
      },
      revoke: async (key, reason) => {
        const known = savedInstallations.get(key);
        if (known !== undefined) savedInstallations.set(key, { key, name: known.name, data: {}, revoked: reason });
      },
    },
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
