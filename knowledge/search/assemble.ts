/** A piece of a document with its place in it. */
export interface Piece {
  readonly documentId: string;
  readonly ordinal: number;
  readonly headings: readonly string[];
  /** Markdown. */
  readonly body: string;
  /** Approximate tokens of `body`. */
  readonly tokens: number;
}

/** A piece that a search found, best first in a list of hits. */
export interface FoundPiece extends Piece {
  readonly visibility: string;
}

/** Which pieces of which documents `assemble` would like to have beside the hits. */
export interface WantedPiece {
  readonly documentId: string;
  readonly ordinal: number;
}

/** A hit whose text may now hold more than it was found with. */
export type Assembled<Hit extends FoundPiece> = Hit & {
  /** Its place in the document, and that of everything joined to it, ascending. */
  readonly ordinals: readonly number[];
};

/** From this size on a piece may be one of several that its section was cut into; chunks are full at 220 tokens. */
const perhapsCut = 150;

/** The pieces before and after hits that seem to be cut: in a list, a table, code, a sentence, or a long section. */
export const wantedNeighbours = (hits: readonly FoundPiece[]): WantedPiece[] => {
  const known = new Set(hits.map(placeOf));
  const wanted = new Map<string, WantedPiece>();
  for (const { documentId, ordinal, body, tokens } of hits) {
    const isLong = tokens >= perhapsCut;
    if (isLong || endsOpen(body)) {
      const piece = { documentId, ordinal: ordinal + 1 };
      wanted.set(placeOf(piece), { documentId, ordinal: ordinal + 1 });
    }
    if (ordinal > 0 && (isLong || startsOpen(body))) {
      const piece = { documentId, ordinal: ordinal - 1 };
      wanted.set(placeOf(piece), { documentId, ordinal: ordinal - 1 });
    }
  }
  return [...wanted].flatMap(([place, piece]) => (known.has(place) ? [] : [piece]));
};

/**
 * Passages within a budget of tokens, best first: hits as long as they fit (the best one always), then, with what is left, the
 * neighbours of those that are cut. What stands side by side under the same headings becomes one passage in reading order; its
 * overlapping sentence, its table's header and its code's fence are not repeated. Documents never mix: `neighbours` count only
 * beside a hit of their own document, and what a visibility hides was never among them.
 */
export const assemble = <Hit extends FoundPiece>(
  hits: readonly Hit[],
  neighbours: readonly Piece[],
  budget = Number.POSITIVE_INFINITY,
): Assembled<Hit>[] => {
  const chosen = new Map<string, { readonly piece: Piece; readonly hit: Hit | undefined; readonly rank: number }>();
  let left = budget;
  for (const [rank, hit] of hits.entries()) {
    if (chosen.has(placeOf(hit)) || (hit.tokens > left && chosen.size > 0)) continue;
    chosen.set(placeOf(hit), { piece: hit, hit, rank });
    left -= hit.tokens;
  }
  const beside = new Map(neighbours.map((piece) => [placeOf(piece), piece]));
  for (const { piece, hit, rank } of [...chosen.values()]) {
    for (const step of [1, -1]) {
      const place = placeOf({ ...piece, ordinal: piece.ordinal + step });
      const other = beside.get(place);
      if (!hit || !other || chosen.has(place) || other.tokens > left) continue;
      if (!(step === 1 ? goesOn(piece, other) : goesOn(other, piece))) continue;
      chosen.set(place, { piece: other, hit: undefined, rank });
      left -= other.tokens;
    }
  }
  const ordered = [...chosen.values()].sort(
    (one, other) => compare(one.piece.documentId, other.piece.documentId) || one.piece.ordinal - other.piece.ordinal,
  );
  const passages: { parts: typeof ordered; best: (typeof ordered)[number] }[] = [];
  for (const part of ordered) {
    const open = passages.at(-1);
    const last = open?.parts.at(-1);
    if (open && last && standsTogether(last, part)) {
      open.parts.push(part);
      if (part.hit && (!open.best.hit || part.rank < open.best.rank)) open.best = part;
    } else passages.push({ parts: [part], best: part });
  }
  return passages
    .sort((one, other) => one.best.rank - other.best.rank)
    .flatMap(({ parts, best }) => {
      if (!best.hit) return [];
      const pieces = parts.map(({ piece }) => piece);
      return [
        {
          ...best.hit,
          body: pieces.map((piece) => piece.body).reduce(joinBodies),
          tokens: pieces.reduce((sum, piece) => sum + piece.tokens, 0),
          ordinals: pieces.map((piece) => piece.ordinal),
        },
      ];
    });
};

const placeOf = ({ documentId, ordinal }: Pick<Piece, 'documentId' | 'ordinal'>): string => `${ordinal} ${documentId}`;

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

interface Part {
  readonly piece: Piece;
  readonly hit: FoundPiece | undefined;
}

const standsTogether = (one: Part, other: Part): boolean =>
  one.piece.documentId === other.piece.documentId &&
  one.piece.ordinal + 1 === other.piece.ordinal &&
  sameSection(one.piece, other.piece) &&
  (one.hit === undefined || other.hit === undefined || one.hit.visibility === other.hit.visibility);

const sameSection = (one: Piece, other: Piece): boolean =>
  one.headings.length === other.headings.length && one.headings.every((heading, i) => heading === other.headings[i]);

/** Is the second piece the continuation of something that the first one breaks off? */
const goesOn = (one: Piece, other: Piece): boolean =>
  sameSection(one, other) &&
  (overlap(one.body, other.body) > 0 ||
    (endsOpen(one.body) && (startsOpen(other.body) || !isItem(lastLine(one.body)))) ||
    (one.headings.length > 0 && one.tokens >= perhapsCut));

const lines = (body: string): string[] => body.split('\n').filter((line) => line.trim() !== '');
const firstLine = (body: string): string => lines(body)[0] ?? '';
const lastLine = (body: string): string => lines(body).at(-1) ?? '';

const isItem = (line: string): boolean => /^\s*(?:[-*+]|\d{1,9}[.)])\s/.test(line);
const isRow = (line: string): boolean => /^\s*\|/.test(line);
const closesFence = (line: string): boolean => /^\s*(?:`{3,}|~{3,})\s*$/.test(line);
const isFence = (line: string): boolean => /^\s*(?:`{3,}|~{3,})/.test(line);

/** Does a text break off: in a list, a table, code, before what a colon announces, or in a sentence? */
const endsOpen = (body: string): boolean => {
  const last = lastLine(body);
  return (
    isItem(last) ||
    isRow(last) ||
    isFence(last) ||
    /^\s{2,}\S/.test(last) ||
    !/[.!?…。！？]["')\]*_»”]*\s*$/u.test(last)
  );
};

const startsOpen = (body: string): boolean => {
  const first = firstLine(body);
  return isItem(first) || isRow(first) || isFence(first) || /^\s*\p{Ll}/u.test(first);
};

/** Longest text that a chunk repeats of the one before it, in characters. */
const longestOverlap = 400;

/** How many characters at the start of `next` repeat the end of `before`: whole sentences only. */
const overlap = (before: string, next: string): number => {
  const end = before.trimEnd();
  const least = 12;
  for (let length = Math.min(longestOverlap, next.length, end.length); length >= least; length -= 1) {
    const repeated = next.slice(0, length).trimEnd();
    const isWhole = /[.!?…]["')\]]?$/.test(repeated) && /^\s|^$/.test(next.slice(repeated.length));
    if (repeated.length === length && isWhole && end.endsWith(repeated)) return length;
  }
  return 0;
};

/** Two neighbouring bodies as one. */
const joinBodies = (one: string, other: string): string => {
  const before = one.trimEnd();
  const repeated = overlap(before, other);
  if (repeated > 0) return `${before} ${other.slice(repeated).trimStart()}`.trimEnd();
  const [fence, ...code] = other.split('\n');
  if (fence !== undefined && isFence(fence) && closesFence(lastLine(before)) && lines(before).includes(fence)) {
    return `${before.slice(0, before.lastIndexOf('\n'))}\n${code.join('\n')}`;
  }
  const [header, rule = '', ...rows] = other.split('\n');
  const isSameTable = header !== undefined && isRow(header) && isRow(rule) && isRow(lastLine(before));
  if (isSameTable && before.includes(`${header}\n${rule}`)) return `${before}\n${rows.join('\n')}`;
  const isSameList = isItem(firstLine(other)) && isItem(lastLine(before));
  return isSameTable || isSameList ? `${before}\n${other}` : `${before}\n\n${other}`;
};
