// Which block goes first. The only file that knows; the order is total, so that the same history
// gives the same split on every storage (`docs/domain.md §3`).

import type { BurnKey } from '../terms/terms.ts';
import { type Block, endOf } from './block.ts';

/** Below zero where the first block is spent before the second. */
export type BurnOrder = (a: Block, b: Block) => number;

/** The order that these keys name; at equal keys the order of recording decides. */
export function burnOrder(keys: readonly BurnKey[]): BurnOrder {
  const comparisons = keys.map((key) => COMPARISONS[key]);
  return (a, b) => {
    for (const compare of comparisons) {
      const result = compare(a, b);
      if (result !== 0) return result;
    }
    return a.number - b.number;
  };
}

const COMPARISONS: Readonly<Record<BurnKey, BurnOrder>> = {
  priority: (a, b) => a.priority - b.priority,
  expiry: (a, b) => compareEnds(endOf(a), endOf(b)),
  scope: (a, b) => breadth(a) - breadth(b),
  effective: (a, b) => a.effective - b.effective,
  'basis-low-first': compareUnitCost,
  'basis-high-first': (a, b) => compareUnitCost(b, a),
  'free-first': (a, b) => Number(a.basis > 0n) - Number(b.basis > 0n),
  'paid-first': (a, b) => Number(b.basis > 0n) - Number(a.basis > 0n),
};

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
