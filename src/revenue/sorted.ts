// Looking something up in a list that rises: books keep many changes, and ask for them all the time.

/** How many from the start on are at most so much. Equal ones count. */
export function countUpTo<T>(list: readonly T[], most: number, of: (one: T) => number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = list[middle];
    if (one !== undefined && of(one) <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}
