/**
 * How long to wait before try number `attempt` (0 = the first repeat), in milliseconds: doubling from half a second to
 * a quarter of a minute, each somewhere between half and all of it, so that a thousand pages that lost the same server
 * do not come back in the same instant.
 */
export const backoff = (attempt: number, random: () => number = Math.random): number => {
  const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 30));
  return Math.round(ceiling * (0.5 + random() / 2));
};

const firstMs = 500;
const longestMs = 15_000;
