/** Beginnings of names that are ours; what else begins like this may belong to another program and is left alone. */
const families = /^(?:EMAIL|OPENAI|SLACK|TEAMS|FRONTDESK)_/;

/** Names in use elsewhere that look like ours with a slip: Slack's older tools read this one. */
const ofOthers: ReadonlySet<string> = new Set(['SLACK_API_TOKEN']);

/** How many letters may be wrong, missing or too many for a name to be taken for a slip. */
const slips = 2;

/**
 * Names in the environment that nobody reads but that look like a known one with up to two letters wrong: one problem each,
 * with the name that was probably meant. `known` are names without their `_FILE` form, which is known as well.
 */
export const misspeltNames = (
  env: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): readonly string[] => {
  const names = new Set(known.flatMap((name) => [name, `${name}_FILE`]));
  return Object.entries(env).flatMap(([name, value]) => {
    if (!families.test(name) || names.has(name) || ofOthers.has(name) || (value ?? '').trim() === '') return [];
    const [nearest] = [...names]
      .map((candidate) => ({ candidate, distance: distanceOf(name, candidate) }))
      .filter(({ distance }) => distance <= slips)
      .sort((a, b) => a.distance - b.distance);
    return nearest === undefined ? [] : [`${name}: no such setting; did you mean ${nearest.candidate}?`];
  });
};

/** How many letters must be inserted, removed or replaced to make one text of the other (Levenshtein). */
const distanceOf = (from: string, to: string): number => {
  if (Math.abs(from.length - to.length) > slips) return slips + 1;
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [at, other] of [...to].entries()) {
      const replaced = (row[at] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
};
