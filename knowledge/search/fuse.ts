/** How fast the weight of a rank falls; 60 as in Cormack, Clarke, Büttcher: Reciprocal Rank Fusion (SIGIR 2009). */
const smoothing = 60;

/**
 * Merges rankings of the same kind of thing into one, best first: each ranking gives 1 / (60 + rank). Scores of the
 * rankings themselves are not compared, they mean different things. Ties keep the order of first appearance.
 */
export const fuse = <Item extends { readonly score: number }>(
  rankings: readonly (readonly Item[])[],
  idOf: (item: Item) => string,
): Item[] => {
  const fused = new Map<string, Item>();
  for (const ranking of rankings) {
    for (const [rank, item] of ranking.entries()) {
      const id = idOf(item);
      const before = fused.get(id);
      fused.set(id, { ...(before ?? item), score: (before?.score ?? 0) + 1 / (smoothing + rank + 1) });
    }
  }
  return [...fused.values()].sort((one, other) => other.score - one.score);
};
