/** Texts that are about the same thing, as places in the list that was given. */
export interface Cluster {
  /** The most typical first; of equals, the one that was given first. */
  readonly members: readonly number[];
  /** What it is about: stems with what they are worth in it, the most telling first. */
  readonly stems: readonly (readonly [stem: string, worth: number])[];
}

/** Cosine between a text and a cluster from which on it belongs there. */
const belongs = 0.42;
/** The most telling words of a text are enough to say what it is about. */
const maxStems = 12;
/** A word that only one text has can join it to nothing: it counts for this much, so that it does not keep the text apart either. */
const alone = 0.35;

interface Group {
  readonly key: string;
  readonly members: readonly number[];
  readonly vector: readonly (readonly [stem: string, weight: number])[];
}

interface Growing {
  readonly members: { readonly place: number; readonly group: Group }[];
  readonly centre: Map<string, number>;
  norm: number;
}

/**
 * Puts texts together that share what is telling in them. `texts` are stems; `weightOf` says how telling one is (its idf in the corpus). The order of
 * texts decides nothing but ties among equals. Each text is compared with the clusters that have one of its words alone, so
 * that ten thousand take well under a second. Texts without stems are in no cluster. Pure.
 */
export const cluster = (
  texts: readonly (readonly string[])[],
  weightOf: (stem: string) => number,
): readonly Cluster[] => {
  const groups = groupsOf(texts, weightOf);
  const clusters: Growing[] = [];
  const holders = new Map<string, number[]>();
  const scores: number[] = [];
  for (const group of groups) {
    const touched: number[] = [];
    for (const [stem, weight] of group.vector) {
      for (const at of holders.get(stem) ?? []) {
        const before = scores[at] ?? 0;
        if (before === 0) touched.push(at);
        scores[at] = before + weight * (clusters[at]?.centre.get(stem) ?? 0);
      }
    }
    let best: Growing | undefined;
    let bestAt = -1;
    let bestScore = belongs;
    for (const at of touched) {
      const candidate = clusters[at];
      const score = candidate === undefined ? 0 : (scores[at] ?? 0) / candidate.norm;
      scores[at] = 0;
      if (score > bestScore || (score === bestScore && best !== undefined && at < bestAt))
        [best, bestAt, bestScore] = [candidate, at, score];
    }
    if (best === undefined) {
      best = { members: [], centre: new Map(), norm: 0 };
      bestAt = clusters.push(best) - 1;
      scores.push(0);
    }
    join(best, group, (stem) => {
      const known = holders.get(stem);
      if (known === undefined) holders.set(stem, [bestAt]);
      else known.push(bestAt);
    });
  }
  return clusters.map(finish);
};

/** Texts with the same stems are one; the most frequent lead, because they are what the others are about. */
const groupsOf = (texts: readonly (readonly string[])[], weightOf: (stem: string) => number): readonly Group[] => {
  const byKey = new Map<string, number[]>();
  texts.forEach((stems, place) => {
    const key = [...new Set(stems)].sort().join(' ');
    if (key === '') return;
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [place]);
    else known.push(place);
  });
  const texted = new Map<string, number>();
  for (const [key, members] of byKey)
    for (const stem of key.split(' ')) texted.set(stem, (texted.get(stem) ?? 0) + members.length);
  return [...byKey]
    .map(([key, members]) => {
      const weighted = key
        .split(' ')
        .map((stem) => [stem, Math.max(weightOf(stem), 1e-6) * ((texted.get(stem) ?? 1) > 1 ? 1 : alone)] as const)
        .sort(byWorth)
        .slice(0, maxStems);
      const norm = Math.sqrt(weighted.reduce((sum, [, weight]) => sum + weight * weight, 0));
      return { key, members, vector: weighted.map(([stem, weight]) => [stem, weight / norm] as const) };
    })
    .sort((one, other) => other.members.length - one.members.length || (one.key < other.key ? -1 : 1));
};

const byWorth = ([one, a]: readonly [string, number], [other, b]: readonly [string, number]): number =>
  b - a || (one < other ? -1 : 1);

const join = (into: Growing, group: Group, onNew: (stem: string) => void): void => {
  for (const place of group.members) into.members.push({ place, group });
  for (const [stem, weight] of group.vector) {
    const before = into.centre.get(stem);
    if (before === undefined) onNew(stem);
    into.centre.set(stem, (before ?? 0) + weight * group.members.length);
  }
  let sum = 0;
  for (const weight of into.centre.values()) sum += weight * weight;
  into.norm = Math.sqrt(sum);
};

const finish = ({ members, centre, norm }: Growing): Cluster => {
  const likeness = new Map<Group, number>();
  for (const { group } of members)
    if (!likeness.has(group))
      likeness.set(
        group,
        group.vector.reduce((sum, [stem, weight]) => sum + weight * (centre.get(stem) ?? 0), 0) / norm,
      );
  return {
    members: members
      .toSorted(
        (one, other) => (likeness.get(other.group) ?? 0) - (likeness.get(one.group) ?? 0) || one.place - other.place,
      )
      .map(({ place }) => place),
    stems: [...centre].sort(byWorth),
  };
};
