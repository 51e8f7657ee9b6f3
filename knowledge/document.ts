/** A document as text, ready to be cut into chunks. */
export interface SourceDocument {
  /** As the document itself says; without one, the first line stands in where people read it. */
  readonly title?: string;
  readonly url?: string;
  /** BCP 47 tag. */
  readonly language?: string;
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

/** A document that was found but not yet read: its bytes decide whether that is needed at all. */
export interface Found {
  /** Names the document within its collection: `_id`, a path or a URL. */
  readonly key: string;
  /** Where it is: an absolute path, a URL, or the path of a JSON Lines file followed by `#_id`. */
  readonly source: string;
  readonly content: Uint8Array;
  read(): Reading;
}

export const unreadable = (reason: string): Reading => ({ ok: false, reason });

/**
 * `document` with white space tidied, or the reason why it says nothing. A `url` that no browser should follow from an
 * answer (anything but http and https) is left out.
 */
export const readable = ({ title, url, language, text }: SourceDocument): Reading => {
  const name = title?.toWellFormed().replace(/\s+/g, ' ').trim();
  const body = text.toWellFormed().trim() || name;
  if (!body) return unreadable('it is empty');
  const link = url?.trim();
  return {
    ok: true,
    document: {
      text: body,
      ...(name ? { title: name } : {}),
      ...(link && /^https?:$/.test(URL.parse(link)?.protocol ?? '') ? { url: link } : {}),
      ...(language ? { language } : {}),
    },
  };
};
