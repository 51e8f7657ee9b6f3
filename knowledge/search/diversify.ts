import { normalise } from '#core/terms.ts';

/** A chunk that may say the same as another. */
export interface Foldable {
  readonly documentId: string;
  readonly body: string;
  readonly textHash: string;
  /** 64-bit simhash as a decimal number; null where none was made. */
  readonly fingerprint: string | null;
}

/** Fingerprints of near-duplicates differ in at most this many of 64 bits. */
const nearBits = 4;
/** Share of words that near-duplicates have in common. Fingerprints of short texts alone would say so too often. */
const nearShare = 0.85;

/**
 * Hits without those that say (nearly) the same as a better one, best first as they came. Texts that differ in a number are
 * never folded: two prices, two error codes. `alsoIn` names the other documents that a kept hit stands for.
 */
export const foldDuplicates = <Hit extends Foldable>(
  hits: readonly Hit[],
): (Hit & { readonly alsoIn: readonly string[] })[] => {
  const kept: { readonly hit: Hit; readonly mark: bigint | undefined; readonly alsoIn: Set<string> }[] = [];
  for (const hit of hits) {
    const mark = hit.fingerprint === null ? undefined : BigInt.asUintN(64, BigInt(hit.fingerprint));
    const same = kept.find(
      (one) =>
        one.hit.textHash === hit.textHash ||
        (mark !== undefined &&
          one.mark !== undefined &&
          distance(one.mark, mark) <= nearBits &&
          saysTheSame(one.hit.body, hit.body)),
    );
    if (!same) kept.push({ hit, mark, alsoIn: new Set() });
    else if (same.hit.documentId !== hit.documentId) same.alsoIn.add(hit.documentId);
  }
  return kept.map(({ hit, alsoIn }) => ({ ...hit, alsoIn: [...alsoIn] }));
};

/** Bits in which two 64-bit numbers differ. */
const distance = (one: bigint, other: bigint): number => {
  let bits = one ^ other;
  let count = 0;
  for (; bits > 0n && count <= nearBits; bits &= bits - 1n) count += 1;
  return count;
};

const saysTheSame = (one: string, other: string): boolean => {
  const a = new Set(normalise(one).split(' '));
  const b = new Set(normalise(other).split(' '));
  const differing = [...a].filter((word) => !b.has(word)).concat([...b].filter((word) => !a.has(word)));
  return differing.every((word) => !/\p{N}/u.test(word)) && differing.length <= (1 - nearShare) * (a.size + b.size);
};

/** Of the best `limit` hits, one document has at most this share, and always room for two. A third cost answers that stand in a third chunk. */
const largestShare = 1 / 2;

/**
 * The same hits in an order in which no document fills the first `limit` places while others wait: there it has half of them, at
 * least two. The order in which documents first appear stays, and so does the order within each.
 */
export const spread = <Hit extends Pick<Foldable, 'documentId'>>(hits: readonly Hit[], limit: number): Hit[] => {
  const most = Math.max(2, Math.floor(limit * largestShare));
  const counts = new Map<string, number>();
  const first: Hit[] = [];
  const others: Hit[] = [];
  for (const hit of hits) {
    const count = counts.get(hit.documentId) ?? 0;
    const isFirst = count < most && first.length < limit;
    if (isFirst) counts.set(hit.documentId, count + 1);
    (isFirst ? first : others).push(hit);
  }
  return [...first, ...others];
};
