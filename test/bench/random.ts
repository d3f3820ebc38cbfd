// Chance that repeats itself: the same seed gives every run of the benchmark the same load.

/** Numbers from 0 up to 1, evenly spread (mulberry32). */
export function evenly(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Places 0 … `count` − 1, of which the n-th comes up 1/n as often as the first (Zipf with exponent 1). */
export function zipf(seed: number, count: number): () => number {
  const next = evenly(seed);
  const upTo: number[] = [];
  let sum = 0;
  for (let place = 1; place <= count; place += 1) {
    sum += 1 / place;
    upTo.push(sum);
  }
  return () => {
    const wanted = next() * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** Pauses between arrivals that know nothing of each other, in milliseconds (a Poisson process). */
export function pauses(seed: number, perSecond: number): () => number {
  const next = evenly(seed);
  return () => (-Math.log(1 - next()) * 1_000) / perSecond;
}
