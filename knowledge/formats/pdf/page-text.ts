/** A piece of a line of text on a page; points from the lower left corner, as PDF counts. */
export interface Segment {
  readonly x0: number;
  readonly x1: number;
  /** Of its baseline. */
  readonly y: number;
  /** Of its letters. */
  readonly size: number;
  readonly text: string;
  /** What pdf.js calls its font: of a piece in several, that of its first letters. */
  readonly font: string;
  /** In letters of one width, as code is. */
  readonly isCode: boolean;
  /** Its place in the order in which the program wrote it, which tells columns of text from columns of a table. */
  readonly order: number;
}

export interface PageText {
  readonly width: number;
  readonly height: number;
  readonly segments: readonly Segment[];
}

/** What pdf.js says of a run of letters. */
export interface TextItem {
  readonly str: string;
  readonly transform: readonly number[];
  readonly width: number;
  readonly fontName: string;
}

/** Wider than this, in letter heights, is no space between words of a line that is not justified. */
const widestSpace = 0.6;
const narrowestSpace = 0.12;

/** Runs of letters as pieces of lines: what stands on a baseline without a wide gap. Text that is turned is left out. */
export const segmentsOf = (items: readonly TextItem[], isCode: (fontName: string) => boolean): Segment[] => {
  const pieces = items.flatMap(({ str, transform, width, fontName }, order) => {
    const [a = 0, b = 0, c = 0, d = 0, x = 0, y = 0] = transform;
    const size = Math.hypot(c, d);
    // Watermarks and notes up the margin; a tilt that makes italics of other letters has no b.
    const isTurned = Math.abs(b) > Math.abs(a) * 0.1;
    if (isTurned || size < 1 || str.trim() === '') return [];
    return [{ x0: x, x1: x + width, y, size, text: str, font: fontName, isCode: isCode(fontName), order }];
  });
  return baselines(pieces).flatMap(joined);
};

/** Pieces that share a line, from the top down. Raised and lowered figures belong to the line that they stand in. */
export const baselines = (pieces: readonly Segment[]): Segment[][] => {
  const lines: { y: number; size: number; pieces: Segment[] }[] = [];
  for (const piece of pieces.toSorted((one, other) => other.y - one.y || one.x0 - other.x0)) {
    const line = lines.at(-1);
    if (line && line.y - piece.y < 0.4 * Math.max(line.size, piece.size)) {
      line.pieces.push(piece);
      // A raised figure came first: the line is where its larger letters stand.
      if (piece.size > line.size * 1.2) Object.assign(line, { y: piece.y, size: piece.size });
    } else lines.push({ y: piece.y, size: piece.size, pieces: [piece] });
  }
  return lines.map((line) => line.pieces.toSorted((one, other) => one.x0 - other.x0 || one.order - other.order));
};

const joined = (line: readonly Segment[]): Segment[] => {
  const segments: Segment[] = [];
  for (const piece of line) {
    const last = segments.at(-1);
    const size = Math.max(last?.size ?? 0, piece.size);
    const gap = piece.x0 - (last?.x1 ?? 0);
    // The same letters once more in the same place are how some programs print bold.
    if (last?.text.endsWith(piece.text) && Math.abs(piece.x1 - last.x1) < 0.1 * size) continue;
    if (!last || gap > widestSpace * size) {
      segments.push(piece);
      continue;
    }
    const space = gap > narrowestSpace * size && !/\s$/.test(last.text) && !/^\s/.test(piece.text) ? ' ' : '';
    const isLonger = piece.text.length > last.text.length;
    segments[segments.length - 1] = {
      ...last,
      x1: Math.max(last.x1, piece.x1),
      y: isLonger ? piece.y : last.y,
      size: isLonger ? piece.size : last.size,
      isCode: last.isCode && piece.isCode,
      text: last.text + space + piece.text,
    };
  }
  return segments;
};
