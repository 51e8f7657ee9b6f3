/**
 * Splits Markdown into parts of at most `limit` UTF-16 code units, at the kindest place: between paragraphs, else lines,
 * sentences, words, code points. A code block that is cut is closed and opened again (CommonMark 4.5). Joining the parts loses
 * no word. Pure.
 */
export const fit = (markdown: string, limit: number): readonly string[] => {
  if (limit < 64) throw new RangeError(`A part needs at least 64 characters, not ${limit}.`);
  const parts: string[] = [];
  let rest = markdown.trim();
  let fence: Fence | undefined;
  while (rest !== '') {
    const opening = fence === undefined ? '' : `${fence.marker}${fence.info}\n`;
    if (opening.length + rest.length <= limit) {
      parts.push(opening + rest);
      break;
    }
    const head = rest.slice(0, cutAt(rest, limit - opening.length - longestMarker - 1));
    fence = fenceAfter(head, fence);
    parts.push(opening + head.trimEnd() + (fence === undefined ? '' : `\n${fence.marker}`));
    rest = rest.slice(head.length);
    if (fence === undefined) rest = rest.trimStart();
    else {
      rest = rest.replace(/^\n/, '');
      const [line = ''] = rest.split('\n', 1);
      // Only the end of the block is left of it, and that stands already.
      if (!closes(line, fence)) continue;
      fence = undefined;
      rest = rest.slice(line.length).trimStart();
    }
  }
  return parts;
};

/** An open code block: what closes it, and its language. */
interface Fence {
  readonly marker: string;
  readonly info: string;
}

/** Longer markers are repeated shortened, so that they never fill a part. */
const longestMarker = 8;

const cutAt = (text: string, room: number): number => {
  const window = text.slice(0, room);
  const least = Math.floor(room / 3);
  for (const boundary of ['\n\n', '\n', '. ', ' ']) {
    const at = window.lastIndexOf(boundary);
    if (at >= least) return at + boundary.length;
  }
  const last = window.charCodeAt(room - 1);
  return last >= 0xd800 && last <= 0xdbff ? room - 1 : room;
};

/** The block still open at the end of `text`, when `open` was open before it. Long languages are shortened. */
const fenceAfter = (text: string, open: Fence | undefined): Fence | undefined => {
  let fence = open;
  for (const line of text.split('\n')) {
    if (fence !== undefined) {
      if (closes(line, fence)) fence = undefined;
      continue;
    }
    const [, marker, info = ''] = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)$/.exec(line) ?? [];
    if (marker !== undefined) fence = { marker: marker.slice(0, longestMarker), info: shorten(info.trim()) };
  }
  return fence;
};

const closes = (line: string, { marker }: Fence): boolean => {
  const [, run] = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line) ?? [];
  return run?.startsWith(marker) ?? false;
};

/** At most 20 code units, no half character. */
const shorten = (text: string): string => text.slice(0, 20).replace(/[\ud800-\udbff]$/, '');
