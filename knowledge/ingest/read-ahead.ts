/**
 * What `begin` makes of each item, in the order of the items, with up to `width` of them under way at a time. `begin` is called in that order, too, and
 * must not reject: what is under way when the consumer stops is left to end by itself.
 */
export async function* readAhead<I, O>(
  items: AsyncIterable<I>,
  width: number,
  begin: (item: I) => O | Promise<O>,
): AsyncGenerator<O> {
  const waiting: (O | Promise<O>)[] = [];
  let pending = 0;
  for await (const item of items) {
    const begun = begin(item);
    if (begun instanceof Promise) pending += 1;
    waiting.push(begun);
    // What is ready and stands first goes on at once; else only when too much is under way.
    while (waiting.length > 0 && (pending >= width || !(waiting[0] instanceof Promise))) {
      const first = waiting.shift() as O | Promise<O>;
      if (first instanceof Promise) pending -= 1;
      yield await first;
    }
  }
  for (const begun of waiting) yield await begun;
}
