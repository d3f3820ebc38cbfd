// What an operation changes of what was used, by unit: usage adds to it, what is undone takes off it.

import { type Account, blockOf } from './account.ts';
import type { Operation } from './operation.ts';

/** Credits that an operation used (above zero) or gave back (below), in one unit. */
export interface UsageChange {
  readonly unit: string;
  /** Overage and what was waived included. */
  readonly amount: bigint;
  /** Of it, what was waived. */
  readonly waived: bigint;
}

/** The usage that an operation adds or undoes; empty where it does neither. */
export function usageOf({ facts, moves }: Operation, account: Account): UsageChange[] {
  const { charged = [] } = facts;
  if (facts.waived === undefined && facts.reverses === undefined && charged.length < 2) {
    const [charge] = charged;
    if (charge === undefined || charge.amount === 0n) return [];
    return [{ unit: charge.unit, amount: charge.amount, waived: 0n }];
  }
  const changes = new Map<string, UsageChange>();
  const change = (unit: string, amount: bigint, waived: bigint): void => {
    const known = changes.get(unit) ?? { amount: 0n, waived: 0n };
    changes.set(unit, { unit, amount: known.amount + amount, waived: known.waived + waived });
  };
  for (const { unit, amount } of charged) change(unit, amount, 0n);
  for (const { unit, amount } of facts.waived ?? []) change(unit, 0n, amount);
  if (facts.reverses !== undefined) {
    for (const { block, from, amount } of moves) {
      if (from === 'burned') change(blockOf(account, block).unit, -amount, 0n);
    }
    for (const { unit, waived, open, paid } of facts.undoes ?? []) {
      change(unit, -(waived + open + paid), -waived);
    }
  }
  return [...changes.values()].filter(({ amount }) => amount !== 0n);
}
