// Work that goes out side by side, with an end to how much of it.

/** The results in the order of the items, `atOnce` of them under way at most. The first failure is thrown once nothing more is under way. */
export async function inParallel<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  async function lane(): Promise<void> {
    while (next < items.length) {
      const index = next;
      next += 1;
      const item = items[index];
      if (item !== undefined) results[index] = await work(item);
    }
  }
  const lanes = Array.from({ length: Math.min(Math.max(1, atOnce), items.length) }, lane);
  const ended = await Promise.allSettled(lanes);
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
  return results;
}
