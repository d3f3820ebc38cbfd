// What the terms would have refused, had they been enforced: the usages of an account whose credits
// and allowed overage were not enough, out of its journal (`docs/domain.md §7`).

import type { Operation } from '../account/operation.ts';

/** A usage of which a part was waived. */
export interface Waived {
  readonly operation: Operation;
  readonly unit: string;
  /** What would have been missing, in parts. */
  readonly shortfall: bigint;
}

/** The usages that would have been refused for want of credits, each unit by itself. */
export function waivedBy(operation: Operation): Waived[] {
  return (operation.facts.waived ?? []).map(({ unit, amount }) => ({
    operation,
    unit,
    shortfall: amount,
  }));
}
