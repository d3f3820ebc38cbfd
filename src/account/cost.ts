// What a block's credits cost: its basis, divided over the ways in which they leave, without a lost
// cent (`docs/domain.md §8`). Every figure is minor units of the account's currency.

import { proportion } from '../quantity/money.ts';
import type { Rounding } from '../quantity/rounding.ts';
import { type Block, remaining } from './block.ts';

/** What of a block its costs depend on. */
export type Costed = Pick<
  Block,
  | 'basis'
  | 'granted'
  | 'free'
  | 'held'
  | 'burned'
  | 'expired'
  | 'refunded'
  | 'voided'
  | 'refundedMoney'
  | 'voidedMoney'
  | 'rolledMoney'
>;

/**
 * Basis of what was burned. The last exit takes what is left, so that the parts of a block that is
 * used up add up to its basis exactly: 3 credits for 100.00 cost 33.33, 33.34 and 33.33.
 */
export function usageCost(block: Costed, mode?: Rounding): bigint {
  const open = block.basis - gone(block);
  if (remaining(block) === 0n && block.expired === 0n && block.burned > 0n) return open;
  return least(share(block, block.burned, mode), open);
}

/** Basis of what expired: all that is left once nothing remains. */
export function breakageCost(block: Costed, mode?: Rounding): bigint {
  if (block.expired === 0n) return 0n;
  const open = block.basis - gone(block) - usageCost(block, mode);
  return remaining(block) === 0n ? open : least(share(block, block.expired, mode), open);
}

/** Money that refunding so many more of its credits gives back. */
export function refundCost(block: Costed, amount: bigint, mode?: Rounding): bigint {
  return exitCost(block, amount, block.refunded, block.refundedMoney, mode);
}

/** Basis that voiding so many more of its credits takes out. */
export function voidCost(block: Costed, amount: bigint, mode?: Rounding): bigint {
  return exitCost(block, amount, block.voided, block.voidedMoney, mode);
}

/** Basis that comes back when so much of what was burned is undone. */
export function unburnCost(block: Costed, amount: bigint, mode?: Rounding): bigint {
  const usage = usageCost(block, mode);
  if (block.burned === amount) return usage;
  return least(share(block, block.burned, mode) - share(block, block.burned - amount, mode), usage);
}

/** Basis that nobody has earned, got back or taken along. */
export function deferredCost(block: Costed, mode?: Rounding): bigint {
  return block.basis - gone(block) - usageCost(block, mode) - breakageCost(block, mode);
}

/** Basis that moves on with so many of its free or held credits: its share of all that is left (66.59 over 666: 33.30 for 333). */
export function rollCost(block: Costed, amount: bigint, mode?: Rounding): bigint {
  return proportion(deferredCost(block, mode), amount, remaining(block), mode);
}

/** Basis that left at its event, for good. */
export function gone(block: Costed): bigint {
  return block.refundedMoney + block.voidedMoney + block.rolledMoney;
}

function exitCost(
  block: Costed,
  amount: bigint,
  before: bigint,
  moneyBefore: bigint,
  mode?: Rounding,
): bigint {
  const left = deferredCost(block, mode);
  if (remaining(block) === amount) return left;
  const due = share(block, before + amount, mode) - moneyBefore;
  return due < 0n ? 0n : least(due, left);
}

function share(block: Costed, part: bigint, mode?: Rounding): bigint {
  return block.granted === 0n ? 0n : proportion(block.basis, part, block.granted, mode);
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
