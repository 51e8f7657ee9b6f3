/** Words that stand together as one feature of a text. */
const shingle = 3;

const word = /[\p{L}\p{N}]+/gu;

/**
 * A text's 64-bit simhash (Charikar 2002) over its words, three at a time, as a signed number the way Postgres keeps a `bigint`. Texts that say
 * nearly the same differ in few bits (`fingerprintDistance`), others in about half of them. Case, marks and spaces do not count.
 */
export const fingerprint = (text: string): bigint => {
  const hashes = text.toLowerCase().match(word)?.map(hash) ?? [];
  const size = Math.min(shingle, hashes.length);
  const votes = new Int32Array(64);
  for (let at = 0; at + size <= hashes.length && size > 0; at += 1) {
    let mixed = 0;
    for (let i = 0; i < size; i += 1) mixed = (Math.imul(mixed, 31) + (hashes[at + i] ?? 0)) | 0;
    vote(votes, 0, scatter(mixed ^ 0x9e3779b9));
    vote(votes, 32, scatter(mixed ^ 0x7f4a7c15));
  }
  return BigInt.asIntN(64, (BigInt(bits(votes, 32)) << 32n) | BigInt(bits(votes, 0)));
};

/** In how many of 64 bits two fingerprints differ. */
export const fingerprintDistance = (one: bigint, other: bigint): number => {
  let differing = BigInt.asUintN(64, one ^ other);
  let count = 0;
  for (; differing > 0n; differing &= differing - 1n) count += 1;
  return count;
};

/** FNV-1a. */
const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value;
};

/** Spreads a number over all of its 32 bits (the finaliser of MurmurHash3). */
const scatter = (value: number): number => {
  let spread = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  spread = Math.imul(spread ^ (spread >>> 13), 0xc2b2ae35);
  return spread ^ (spread >>> 16);
};

const vote = (votes: Int32Array, from: number, feature: number): void => {
  for (let bit = 0; bit < 32; bit += 1) votes[from + bit] = (votes[from + bit] ?? 0) + ((feature >>> bit) & 1) * 2 - 1;
};

const bits = (votes: Int32Array, from: number): number => {
  let value = 0;
  for (let bit = 0; bit < 32; bit += 1) if ((votes[from + bit] ?? 0) > 0) value |= 1 << bit;
  return value >>> 0;
};
