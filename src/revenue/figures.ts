// What of a block is earned to date: usage, breakage by its policy, and the rest (`docs/revenue.md §2`
// and §4). Each figure follows from the block's state alone, never from the way there.

import { breakageCost, gone, usageCost } from '../account/cost.ts';
import { proportion } from '../quantity/money.ts';
import { ratioOf } from '../quantity/ratio.ts';
import { divideRounded, type Rounding } from '../quantity/rounding.ts';
import type { Breakage } from '../terms/policies.ts';
import { type BlockBook, type Figures, leftOf } from './block-book.ts';

/** What a block's figures depend on beside its state. */
export interface Rules {
  readonly breakage: Breakage;
  readonly rounding: Rounding;
  /** Money for so many parts at list price, where promotional use is shown gross; null: it isn't. */
  readonly listed: ((parts: bigint) => bigint) | null;
}

/** The to-date figures of a block. */
export function figuresOf(block: BlockBook, rules: Rules): Figures {
  const { earned, breakage } = recognised(block, rules);
  const { burned, settling, overTime } = block;
  // What is used one way only has its whole figure there: no cent strays into another column.
  const settled =
    settling === burned ? earned : least(share(block, settling, rules.rounding), earned);
  const delivered =
    settling + overTime === burned
      ? earned - settled
      : least(share(block, overTime, rules.rounding), earned - settled);
  return {
    usage: earned - settled - delivered,
    settled,
    delivered,
    breakage,
    promotional: rules.listed === null ? 0n : rules.listed(burned - settling),
  };
}

/** Basis that use has earned, and basis that breakage has. */
function recognised(
  block: BlockBook,
  { breakage: policy, rounding }: Rules,
): { readonly earned: bigint; readonly breakage: bigint } {
  if (block.basis === 0n) return { earned: 0n, breakage: 0n };
  const never = block.finance.escheatable === true;
  if (policy !== 'at-expiry' && !never) {
    if (policy.method === 'proportional') return proportionally(block, policy.expected, rounding);
    if (block.dormant !== null) {
      const earned = least(usageCost(block, rounding), block.dormant.usage);
      return { earned, breakage: block.basis - gone(block) - earned };
    }
  }
  const earned = usageCost(block, rounding);
  return { earned, breakage: never ? 0n : breakageCost(block, rounding) };
}

/**
 * A share of the credits is expected to stay unused, and what it costs is earned along with usage. From
 * the block's end on facts replace the estimate.
 */
function proportionally(
  block: BlockBook,
  expected: string,
  rounding: Rounding,
): { readonly earned: bigint; readonly breakage: bigint } {
  const basis = block.basis - block.refundedMoney - block.voidedMoney;
  const granted = block.granted - block.refunded - block.voided;
  const used = granted <= 0n ? 0n : proportion(basis, block.burned, granted, rounding);
  if (block.ended !== null || block.expired > 0n || block.rolled > 0n) {
    const open = basis - block.rolledMoney;
    const earned = least(used, open);
    const left = open - earned;
    if (leftOf(block) === 0n) return { earned, breakage: left };
    const lapsed = granted <= 0n ? 0n : proportion(basis, block.expired, granted, rounding);
    return { earned, breakage: least(lapsed, left) };
  }
  const { numerator, denominator } = ratioOf(expected);
  const likely = granted * (denominator - numerator);
  const burned = block.burned * denominator;
  const whole = likely > burned ? likely : burned;
  const total = whole === 0n ? 0n : least(divideRounded(basis * burned, whole, rounding), basis);
  const earned = least(used, total);
  return { earned, breakage: total - earned };
}

function share({ basis, granted }: BlockBook, part: bigint, rounding: Rounding): bigint {
  return part === 0n || granted === 0n ? 0n : proportion(basis, part, granted, rounding);
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
