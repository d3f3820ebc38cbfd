// Which block goes first. The only file that knows; the order is total, so that the same history
// gives the same split on every storage (`docs/domain.md §3`).

import type { Rollover } from '../terms/rollover.ts';
import type { BurnKey } from '../terms/terms.ts';
import { type Block, endOf, ownTerms, wouldRoll } from './block.ts';

/** Below zero where the first block is spent before the second. */
export type BurnOrder = (a: Block, b: Block) => number;

/**
 * The order that these keys name; at equal keys the order of recording decides. Rolled credits stand
 * where their rollover terms put them: their block's own, else the account's.
 */
export function burnOrder(keys: readonly BurnKey[], terms: Rollover | null = null): BurnOrder {
  const place: BurnOrder = (a, b) => placeOf(a, terms) - placeOf(b, terms);
  const comparisons = keys.map((key) => (key === 'expiry' ? byExpiry(terms) : COMPARISONS[key]));
  comparisons.splice(keys.indexOf('priority') + 1, 0, place);
  return (a, b) => {
    for (const compare of comparisons) {
      const result = compare(a, b);
      if (result !== 0) return result;
    }
    return a.number - b.number;
  };
}

const COMPARISONS: Readonly<Record<Exclude<BurnKey, 'expiry'>, BurnOrder>> = {
  priority: (a, b) => a.priority - b.priority,
  scope: (a, b) => breadth(a) - breadth(b),
  effective: (a, b) => a.effective - b.effective,
  'basis-low-first': compareUnitCost,
  'basis-high-first': (a, b) => compareUnitCost(b, a),
  'free-first': (a, b) => Number(a.basis > 0n) - Number(b.basis > 0n),
  'paid-first': (a, b) => Number(b.basis > 0n) - Number(a.basis > 0n),
};

/** Rolled credits before all others of their priority, among them, or after them. */
function placeOf(block: Block, terms: Rollover | null): number {
  if (block.lineage === undefined) return 0;
  const burn = ownTerms(block, terms)?.burn ?? 'in-order';
  return burn === 'first' ? -1 : burn === 'last' ? 1 : 0;
}

/** Soonest first; at the same instant what would be lost goes before what would roll over. */
function byExpiry(terms: Rollover | null): BurnOrder {
  return (a, b) => {
    const ends = compareEnds(endOf(a), endOf(b));
    if (ends !== 0 || endOf(a) === null) return ends;
    return Number(wouldRoll(a, terms)) - Number(wouldRoll(b, terms));
  };
}

function compareEnds(a: number | null, b: number | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a - b;
}

/** Fewer features are narrower; none named means all of them. */
function breadth(block: Block): number {
  return block.features?.length ?? Number.MAX_SAFE_INTEGER;
}

/** By cross-multiplying: a rounded unit cost could call two different costs equal. */
function compareUnitCost(a: Block, b: Block): number {
  const left = a.basis * b.granted;
  const right = b.basis * a.granted;
  return left === right ? 0 : left < right ? -1 : 1;
}

/** Where the block stands, or would stand, in a list that is in this order. */
export function placeIn(
  list: readonly number[],
  block: Block,
  order: BurnOrder,
  find: (number: number) => Block,
): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const number = list[middle] ?? 0;
    if (number !== block.number && order(find(number), block) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
