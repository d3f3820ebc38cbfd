// Dividing a sum without losing a part of it. The order of the shares is the caller's, and decides ties.

import { InvariantBroken } from '../errors.ts';

/**
 * Splits a total by weights, by largest remainder; of equal remainders the one stated first is served
 * first. The shares always add up to the total, and a weight of zero gets nothing. A negative total is
 * split like its opposite. Throws `InvariantBroken` for a negative weight, or where all are zero.
 */
export function split(total: bigint, weights: readonly bigint[]): bigint[] {
  let whole = 0n;
  for (const weight of weights) {
    if (weight < 0n) throw new InvariantBroken('a split by a negative weight');
    whole += weight;
  }
  if (whole === 0n) throw new InvariantBroken('a split over nothing');
  if (total < 0n) return split(-total, weights).map((share) => -share);

  const shares = weights.map((weight) => (total * weight) / whole);
  const remainders = weights.map((weight, at) => ({ at, left: (total * weight) % whole }));
  // The sort is stable: ties stay in the stated order.
  remainders.sort((a, b) => (a.left === b.left ? 0 : a.left > b.left ? -1 : 1));
  const missing = total - shares.reduce((sum, share) => sum + share, 0n);
  const served = new Set(remainders.slice(0, Number(missing)).map(({ at }) => at));
  return shares.map((share, at) => (served.has(at) ? share + 1n : share));
}
