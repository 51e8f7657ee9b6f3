import type { Json } from '#core/message.ts';

/** A document as text, ready to be cut into chunks. */
export interface SourceDocument {
  /** As the document itself says; without one, the first line stands in where people read it. */
  readonly title?: string;
  /** What it stands below in its source (folders, sections of a site, a book), outermost first; its own title is left out. */
  readonly path?: readonly string[];
  readonly url?: string;
  /** BCP 47 tag. */
  readonly language?: string;
  /** When its author published and last changed it, where the document or its source says so. */
  readonly publishedAt?: Date;
  readonly modifiedAt?: Date;
  /** Markdown. */
  readonly text: string;
}

/** An item that could not be read, and what to do about it. */
export interface Unreadable {
  readonly source: string;
  readonly reason: string;
}

/** What reading one item gave: a document, or why there is none. */
export type Reading =
  | { readonly ok: true; readonly document: SourceDocument }
  | { readonly ok: false; readonly reason: string };

/** What a source wants to know of an item the next time: a file's size and date, a page's validators and links. */
export type ItemState = { readonly [key: string]: Json };

/** A document that was found but not yet read: its bytes decide whether that is needed at all. */
export interface Found {
  /** Names the document within its collection: `_id`, a path or a URL. */
  readonly key: string;
  /** Where it is: an absolute path, a URL, or the path of a JSON Lines file followed by `#_id`. */
  readonly source: string;
  readonly content: Uint8Array;
  readonly state?: ItemState;
  read(): Promise<Reading>;
}

/** A document that is as it was, by its state: neither fetched nor read. */
export interface Unchanged {
  readonly unchanged: true;
  readonly key: string;
  readonly source: string;
}

/** What a source gives, one after the other. */
export type Item =
  | Found
  | Unchanged
  | Unreadable
  /** A document that its source says is gone for good: it goes, whatever else could not be looked at. */
  | { readonly gone: string }
  /** Documents that it turned out to hold beyond those announced, for the progress bar; negative when it holds fewer. */
  | { readonly more: number }
  /** Not everything was looked at, and why: what was not seen this time does not count as gone. */
  | { readonly incomplete: string };

export const unreadable = (reason: string): Reading => ({ ok: false, reason });

/**
 * `document` with white space tidied, or the reason why it says nothing. A `url` that no browser should follow from an
 * answer (anything but http and https) is left out.
 */
export const readable = ({ title, url, text, ...rest }: SourceDocument): Reading => {
  const name = title?.toWellFormed().replace(/\s+/g, ' ').trim();
  const body = text.toWellFormed().trim() || name;
  if (!body) return unreadable('it is empty');
  const link = url?.trim();
  return {
    ok: true,
    document: {
      ...rest,
      text: body,
      ...(name ? { title: name } : {}),
      ...(link && /^https?:$/.test(URL.parse(link)?.protocol ?? '') ? { url: link } : {}),
    },
  };
};
