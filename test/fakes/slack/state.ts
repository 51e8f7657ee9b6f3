import { randomBytes } from 'node:crypto';
import type {
  Ephemeral,
  Message,
  OpenView,
  RecordedCall,
  RecordedPrompts,
  RecordedStatus,
  StoredFile,
  Workspaces,
} from './types.ts';

/** Where the fake says no because something is too long; characters unless said otherwise. */
export interface Limits {
  /** `text` of chat.postMessage. */
  readonly text: number;
  /** `text` of chat.update. */
  readonly updateText: number;
  /** `markdown_text`, and all `markdown` blocks of a message together. */
  readonly markdown: number;
  /** All text in the blocks of a message together. */
  readonly blocksText: number;
  /** How long a stream may stay open, in milliseconds. */
  readonly streamMs: number;
  /** How long a trigger id is good for, in milliseconds. */
  readonly triggerMs: number;
}

export const defaultLimits: Limits = {
  text: 40_000,
  updateText: 4_000,
  markdown: 12_000,
  blocksText: 13_200,
  streamMs: 300_000,
  triggerMs: 3_000,
};

/** Who caused something that the app may answer to, and where. */
interface Trigger {
  readonly user: string;
  readonly team: string;
  readonly at: number;
  used: boolean;
}

interface ResponseUrl {
  readonly user: string;
  readonly channel: string;
  /** The message whose button was pressed. */
  readonly ts?: string;
  uses: number;
}

/** Everything that the fake remembers. */
export interface State {
  /** `http://127.0.0.1:port`, without a slash. */
  readonly url: string;
  readonly workspaces: Workspaces;
  readonly appId: string;
  readonly signingSecret: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly limits: Limits;
  /** By channel and timestamp, oldest first; deleted ones stay. */
  readonly messages: Map<string, Map<string, Message>>;
  /** Replies by `channel:timestamp` of the first message. */
  readonly threads: Map<string, Message[]>;
  readonly files: Map<string, StoredFile>;
  readonly calls: RecordedCall[];
  readonly statuses: RecordedStatus[];
  readonly prompts: RecordedPrompts[];
  readonly titles: { readonly channel: string; readonly thread_ts: string; readonly title: string }[];
  readonly ephemerals: Ephemeral[];
  readonly views: OpenView[];
  readonly triggers: Map<string, Trigger>;
  readonly responseUrls: Map<string, ResponseUrl>;
  /** OAuth codes that were not exchanged yet, with the workspace or organisation that they are for. */
  readonly codes: Map<string, { readonly team?: string; readonly enterprise?: string; readonly user: string }>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** The next message timestamp: unique and increasing, `1700000000.000100`. */
  nextTs(): string;
  /** A fresh id in Slack's manner: `Ev0…`. */
  nextId(prefix: string): string;
  /** Tells everybody who waits that something happened. */
  changed(): void;
  /** Calls back after every change, until the returned function is called. */
  onChange(listener: () => void): () => void;
}

/** Remembers nothing yet. */
export const createState = (
  given: Pick<State, 'url' | 'workspaces' | 'appId' | 'signingSecret' | 'clientId' | 'clientSecret' | 'limits' | 'now'>,
): State => {
  let last = { second: 0, part: 0 };
  let ids = 0;
  const listeners = new Set<() => void>();
  return {
    ...given,
    messages: new Map(),
    threads: new Map(),
    files: new Map(),
    calls: [],
    statuses: [],
    prompts: [],
    titles: [],
    ephemerals: [],
    views: [],
    triggers: new Map(),
    responseUrls: new Map(),
    codes: new Map(),
    nextTs: () => {
      const second = Math.max(last.second, Math.floor(given.now() / 1_000));
      last = { second, part: second === last.second ? last.part + 100 : 100 };
      return `${second}.${String(last.part).padStart(6, '0')}`;
    },
    nextId: (prefix) => {
      ids += 1;
      return `${prefix}${ids.toString(36).toUpperCase().padStart(4, '0')}${randomBytes(3).toString('hex').toUpperCase()}`;
    },
    changed: () => {
      for (const listener of [...listeners]) listener();
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};
