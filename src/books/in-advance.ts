// Asking before it is needed: a storage that takes its time over each answer is asked for several at
// once, and no more of them than a bound.

/** What the work makes of each item, in the order of the items; up to `width` are under way at once. */
export async function* inAdvance<T, R>(
  items: AsyncIterable<T>,
  width: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const under: Promise<R>[] = [];
  for await (const item of items) {
    const made = work(item);
    // Whoever waits for it hears of its failure; until then nobody does.
    made.catch(() => {});
    under.push(made);
    const first = under.length >= width ? under.shift() : undefined;
    if (first !== undefined) yield await first;
  }
  for (const made of under) yield await made;
}
