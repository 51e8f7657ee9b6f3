import { unzipSync } from 'fflate';

/** Limits for what a packed document may unpack to. Real ones pack text and XML at about 1 : 10, pictures hardly at all. */
const mostEntries = 2_000;
const mostUnpacked = 100_000_000;
const mostRatio = 100;
/** Below this, the ratio is no danger: an empty sheet of a spreadsheet packs very well. */
const smallUnpacked = 10_000_000;

export interface Zip {
  /** Names of all its files, in the order of its directory. */
  readonly names: readonly string[];
  /** Unpacks the files that `wanted` picks. A file that unpacks to more than its directory says is cut off there. */
  unpack(wanted: (name: string) => boolean): Readonly<Record<string, Uint8Array>>;
}

/** Opens a packed document by its directory alone: nothing is unpacked before that has passed the limits. */
export const openZip = (
  bytes: Uint8Array,
): { readonly ok: true; readonly zip: Zip } | { readonly ok: false; readonly reason: string } => {
  const names: string[] = [];
  let packed = 0;
  let unpacked = 0;
  try {
    unzipSync(bytes, {
      filter: ({ name, size, originalSize }) => {
        names.push(name);
        packed += size;
        // What is stored as it is takes its packed size, whatever the directory says.
        unpacked += Math.max(size, originalSize);
        // Stops a directory of billions.
        if (names.length > mostEntries) throw new Error('too many files');
        return false;
      },
    });
  } catch {
    if (names.length > mostEntries) return { ok: false, reason: `packs more than ${mostEntries} files; split it` };
    return { ok: false, reason: 'is damaged: its packed content has no readable directory; save it again' };
  }
  if (unpacked > mostUnpacked) return { ok: false, reason: tooMuch(unpacked) };
  if (unpacked > smallUnpacked && unpacked > mostRatio * packed) {
    return {
      ok: false,
      reason: `unpacks to more than ${mostRatio} times its size, as no ordinary document does; save it again`,
    };
  }
  return { ok: true, zip: { names, unpack: (wanted) => unzipSync(bytes, { filter: ({ name }) => wanted(name) }) } };
};

const tooMuch = (bytes: number): string =>
  `unpacks to ${Math.ceil(bytes / 1_000_000)} MB, more than the ${mostUnpacked / 1_000_000} MB allowed; split it`;
