import { inflateSync } from 'node:zlib';

/** A picture, and what its alpha channel says. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Four bytes a pixel, row by row: red, green, blue, alpha. Missing when the file holds no alpha channel. */
  readonly rgba?: Uint8Array;
}

const signature = Buffer.from('89504e470d0a1a0a', 'hex');
const bytesPerPixel = 4;
/** No icon is larger; a file that says otherwise would be unpacked into memory. */
const longestSide = 1_024;

/** Reads a PNG as far as icons need it: the size of any, the pixels of those with 8-bit RGBA, not interlaced (W3C PNG, 11.2). */
export const readPng = (file: Uint8Array): Picture | undefined => {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (!bytes.subarray(0, 8).equals(signature) || bytes.toString('latin1', 12, 16) !== 'IHDR' || bytes.length < 33)
    return undefined;
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const [depth, colourType, , , interlaced] = bytes.subarray(24, 29);
  const isRgba = depth === 8 && colourType === 6 && interlaced === 0;
  if (!isRgba || width > longestSide || height > longestSide) return { width, height };
  const rows = unpack(bytes, height * (width * bytesPerPixel + 1));
  return rows === undefined ? undefined : { width, height, rgba: unfilter(rows, width, height) };
};

const unpack = (bytes: Buffer, length: number): Buffer | undefined => {
  const data: Buffer[] = [];
  for (let at = 8; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(bytes.subarray(at + 8, at + 8 + size));
    at += size + 12;
  }
  try {
    const rows = inflateSync(Buffer.concat(data), { maxOutputLength: length });
    return rows.length === length ? rows : undefined;
  } catch {
    return undefined;
  }
};

/** Each row begins with the number of its filter: none, left, above, average or Paeth (W3C PNG, 9.2). */
const unfilter = (rows: Buffer, width: number, height: number): Uint8Array => {
  const stride = width * bytesPerPixel;
  const pixels = new Uint8Array(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = rows[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x;
      const left = x < bytesPerPixel ? 0 : (pixels[at - bytesPerPixel] ?? 0);
      const above = y === 0 ? 0 : (pixels[at - stride] ?? 0);
      const corner = x < bytesPerPixel || y === 0 ? 0 : (pixels[at - stride - bytesPerPixel] ?? 0);
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter] ?? 0;
      pixels[at] = (rows[y * (stride + 1) + 1 + x] ?? 0) + guess;
    }
  }
  return pixels;
};

const paeth = (left: number, above: number, corner: number): number => {
  const [toLeft, toAbove, toCorner] = [
    Math.abs(above - corner),
    Math.abs(left - corner),
    Math.abs(left + above - 2 * corner),
  ];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
};
