// What of a block is earned to date: usage, breakage by its policy, and the rest (`docs/revenue.md §2`
// and §4). Each figure follows from the block's state alone, never from the way there.

import { breakageCost, gone, usageCost } from '../account/cost.ts';
import { proportion } from '../quantity/money.ts';
import { type Ratio, ratioOf } from '../quantity/ratio.ts';
import { divideRounded, type Rounding } from '../quantity/rounding.ts';
import type { Breakage } from '../terms/policies.ts';
import { type BlockBook, type Figures, leftOf } from './block-book.ts';

/** What a block's figures depend on beside its state. */
export interface Rules {
  readonly breakage: Breakage;
  /** What lapses stays a liability. */
  readonly escheatable: boolean;
  readonly rounding: Rounding;
  /** Money for so many parts at list price, where promotional use is shown gross; null: it isn't. */
  readonly listed: ((parts: bigint) => bigint) | null;
}

/** The to-date figures of a block. */
export function figuresOf(block: BlockBook, rules: Rules): Figures {
  const { earned, breakage } = recognised(block, rules);
  const { burned, settling, overTime } = block;
  let [settled, delivered] = [0n, 0n];
  // What is used one way only has its whole figure there: no cent strays into another column.
  if (settling !== 0n) {
    settled = settling === burned ? earned : share(block, settling, earned, rules.rounding);
  }
  if (overTime !== 0n) {
    const rest = earned - settled;
    const isRest = settling + overTime === burned;
    delivered = isRest ? rest : share(block, overTime, rest, rules.rounding);
  }
  const usage = earned - settled - delivered;
  const promotional = rules.listed === null ? 0n : rules.listed(most(burned - settling, 0n));
  return { usage, settled, delivered, breakage, promotional };
}

/** Basis that use has earned, and basis that breakage has. */
interface Earned {
  readonly earned: bigint;
  readonly breakage: bigint;
}

function recognised(block: BlockBook, rules: Rules): Earned {
  const { breakage: policy, escheatable, rounding } = rules;
  if (block.basis === 0n && gone(block) === 0n) return { earned: 0n, breakage: 0n };
  const open = block.basis - gone(block);
  // More was paid back than the book had deferred: breakage that was earned ahead is reversed.
  if (open < 0n) return { earned: 0n, breakage: open };
  if (escheatable) return { earned: usageCost(block, rounding), breakage: 0n };
  if (policy !== 'at-expiry') {
    if (policy.method === 'proportional') return proportionally(block, policy.expected, rounding);
    if (block.remote !== null) return remotely(block, block.remote.used, rounding);
  }
  return { earned: usageCost(block, rounding), breakage: breakageCost(block, rounding) };
}

/** What was used before use became remote stays earned by usage; all else is breakage, used later or not. */
function remotely(block: BlockBook, used: bigint, rounding: Rounding): Earned {
  const { basis, granted } = block;
  const before = granted === 0n ? 0n : proportion(basis, used, granted, rounding);
  const earned = least(usageCost(block, rounding), before);
  return { earned, breakage: basis - gone(block) - earned };
}

/**
 * A share of the credits is expected to stay unused, and what it costs is earned along with usage. From
 * the block's end on facts replace the estimate.
 */
function proportionally(block: BlockBook, expected: string, rounding: Rounding): Earned {
  const { burned } = block;
  const basis = block.basis - block.refundedMoney - block.voidedMoney;
  const granted = block.granted - block.refunded - block.voided;
  const open = basis - block.rolledMoney;
  const used = granted <= 0n ? 0n : proportion(basis, burned, granted, rounding);
  const left = leftOf(block);
  if (block.ended !== null || block.expired > 0n || left === 0n) {
    const earned = least(used, open);
    if (left === 0n) return { earned, breakage: open - earned };
    const lapsed = granted <= 0n ? 0n : proportion(basis, block.expired, granted, rounding);
    return { earned, breakage: least(lapsed, open - earned) };
  }
  const { numerator, denominator } = shareOf(expected);
  const likely = granted * (denominator - numerator);
  const all = burned * denominator;
  const whole = likely > all ? likely : all;
  const total = whole <= 0n ? 0n : least(divideRounded(basis * all, whole, rounding), open);
  const earned = least(used, total);
  return { earned, breakage: total - earned };
}

const shares = new Map<string, Ratio>();

/** Few shares are asked for again and again. */
function shareOf(text: string): Ratio {
  const known = shares.get(text);
  if (known !== undefined) return known;
  const ratio = ratioOf(text);
  if (shares.size > 1000) shares.clear();
  shares.set(text, ratio);
  return ratio;
}

function share(
  { basis, granted }: BlockBook,
  part: bigint,
  limit: bigint,
  rounding: Rounding,
): bigint {
  if (granted === 0n) return 0n;
  return most(least(proportion(basis, part, granted, rounding), limit), 0n);
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function most(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
