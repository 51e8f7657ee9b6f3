/** The id `step` places from `current` in a list, staying inside it; from outside, the first (or last, going up). */
export const neighbour = (ids: readonly string[], current: string | undefined, step: 1 | -1): string | undefined => {
  const at = current === undefined ? -1 : ids.indexOf(current);
  if (at < 0) return step === 1 ? ids[0] : ids.at(-1);
  return ids[Math.min(ids.length - 1, Math.max(0, at + step))];
};
