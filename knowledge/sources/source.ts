import type { ItemState, Unreadable } from '../document.ts';
import type { FetchPage } from './fetch-page.ts';
import type { SiteLimits } from './site/limits.ts';

interface EntryBase {
  /** An absolute path or a URL. */
  readonly source: string;
  /** How many documents it should hold; a web site tells more as it is read. */
  readonly count: number;
}

/** Something to read: a single document, or what holds several. */
export type Entry =
  /** A file; `root` is the folder that was named, or the one the named file lies in. */
  | (EntryBase & { readonly kind: 'file'; readonly root: string })
  /** A JSON Lines file, a page, an mbox file, a Maildir folder. */
  | (EntryBase & { readonly kind: 'lines' | 'page' | 'mbox' | 'maildir' })
  /** A web site; `source` is the address below which it is read, `sitemap` the one that was named. */
  | (EntryBase & { readonly kind: 'site'; readonly sitemap?: string })
  /** A git repository as it was fetched: `mirror` is its bare copy, `folder` the part that is read (empty: all). */
  | (EntryBase & {
      readonly kind: 'git';
      readonly repository: string;
      readonly mirror: string;
      readonly folder: string;
    });

/** What a source named by the user consists of. */
export interface Survey {
  /** Absolute path, or URL: every document's `source` is this, or starts with it followed by `/` or `#`. */
  readonly root: string;
  readonly entries: readonly Entry[];
  readonly unreadable: readonly Unreadable[];
  /** The source itself does not answer: nothing can be said about what it once held. */
  readonly missing: boolean;
}

/** Time as the sources see it; tests give one that does not wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Rejects when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface SurveyOptions {
  /** Folder that relative paths start from, and that documents are named relative to. */
  readonly base: string;
  /** Default: one that reaches public addresses and `privateHosts`. */
  readonly fetchPage?: FetchPage;
  readonly signal?: AbortSignal;
  /** Hosts (`intranet.example`, `localhost:8080`) that may be read although their addresses are not public. */
  readonly privateHosts?: readonly string[];
  /** Where fetched repositories are kept, so that the next sync fetches only what is new. Git is not read without one. */
  readonly cacheFolder?: string;
  readonly clock?: Clock;
}

export interface LoadOptions extends SurveyOptions {
  /** The state stored with the document of this `source`; undefined when there is none or it must be read anew. */
  readonly known?: (source: string) => ItemState | undefined;
  readonly site?: Partial<SiteLimits>;
}
