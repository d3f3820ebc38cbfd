// Burning down: which blocks pay, and with how much of what they have.

import { type Account, blockOf } from '../account/account.ts';
import { type Block, covers, isFrozen, ownEndOf, wasOpen } from '../account/block.ts';
import type { Move } from '../account/operation.ts';
import { orderOf } from '../account/order.ts';
import type { Instant } from '../calendar/instant.ts';
import { InsufficientCredits } from '../errors.ts';
import { formatParts } from '../quantity/quantity.ts';
import { scaleOf, type Units } from '../quantity/units.ts';

/** Credits that one block gives. Late usage may take back what the block has lost to expiry since. */
export interface Taken {
  readonly block: Block;
  readonly from: 'free' | 'expired';
  readonly amount: bigint;
}

/** What is asked of the blocks. */
export interface Demand {
  readonly unit: string;
  readonly amount: bigint;
  readonly feature: string | null;
  /** Now. */
  readonly at: Instant;
  /** When the usage happened, where that was before now. */
  readonly late: Instant | null;
}

/** What the blocks give, in burn order, and what is missing after that. */
export interface Gathered {
  readonly taken: readonly Taken[];
  readonly missing: bigint;
}

/** Takes credits in burn order; of late usage first from what was spendable when it happened (`docs/domain.md §4`). */
export function gather(account: Account, demand: Demand): Gathered {
  const { unit, amount, late } = demand;
  const taken: Taken[] = [];
  const used = late === null ? null : new Map<number, bigint>();
  let missing = amount;
  if (late !== null && used !== null) missing = takeThen(account, demand, late, taken, used);
  for (const number of account.order.get(unit) ?? NO_BLOCKS) {
    if (missing === 0n) break;
    const block = blockOf(account, number);
    if (!isSpendable(block, demand)) continue;
    missing -= take(taken, block, 'free', block.free - (used?.get(number) ?? 0n), missing);
  }
  return { taken, missing };
}

const NO_BLOCKS: readonly number[] = [];

/** Takes from what was spendable then, and says what is missing after that. `used`: what it takes of free credits, by block. */
function takeThen(
  account: Account,
  demand: Demand,
  then: Instant,
  taken: Taken[],
  used: Map<number, bigint>,
): bigint {
  let missing = demand.amount;
  for (const block of spendableThen(account, demand, then)) {
    const free = take(taken, block, 'free', block.free, missing);
    if (free > 0n) used.set(block.number, free);
    missing -= free;
    missing -= take(taken, block, 'expired', lostSince(block, then), missing);
    if (missing === 0n) break;
  }
  return missing;
}

/** Takes as much as is missing, if there is so much; gives what it took. */
function take(
  taken: Taken[],
  block: Block,
  from: Taken['from'],
  has: bigint,
  missing: bigint,
): bigint {
  const amount = has < missing ? has : missing;
  if (amount <= 0n) return 0n;
  taken.push({ block, from, amount });
  return amount;
}

/** Whether the block can be spent now; it must not have ended. */
function isSpendable(block: Block, { at, feature }: Pick<Demand, 'feature' | 'at'>): boolean {
  return block.effective <= at && covers(block, feature);
}

function* spendableThen(account: Account, demand: Demand, then: Instant): Generator<Block> {
  const { lastLoss } = account;
  if (lastLoss === null || lastLoss <= then) {
    // Nothing has ended since with credits in it: what was open then and has something left is open now.
    for (const number of account.order.get(demand.unit) ?? NO_BLOCKS) {
      const block = blockOf(account, number);
      if (isSpendable(block, demand) && wasOpen(block, then)) yield block;
    }
    return;
  }
  const order = orderOf(account.terms);
  yield* [...account.blocks]
    .filter(
      (block) =>
        block.unit === demand.unit &&
        block.closed === null &&
        !isFrozen(block) &&
        wasOpen(block, then) &&
        covers(block, demand.feature),
    )
    .map((block) => ({ block, asThen: asThen(account, block, then) }))
    .sort((a, b) => order(a.asThen, b.asThen))
    .map(({ block }) => block);
}

/** What the block has lost to expiry after this instant, at which it could still be spent. */
function lostSince(block: Block, then: Instant): bigint {
  const { expired, cut, expiredBeforeReopening: before } = block;
  return inItsOwnTime(block, then) ? expired - cut : expired - before;
}

function inItsOwnTime(block: Block, then: Instant): boolean {
  const end = ownEndOf(block);
  return end === null || then < end;
}

/** The block as it stood then: where its credits were before they rolled, with the end from before a reversal gave it a later one. */
function asThen(account: Account, block: Block, then: Instant): Block {
  const { lineage } = block;
  if (lineage !== undefined && then < lineage.at) {
    return asThen(account, blockOf(account, lineage.from), then);
  }
  if (block.reopenedUntil === null || !inItsOwnTime(block, then)) return block;
  return { ...block, reopenedUntil: null };
}

/** Moves that burn what was taken. */
export function burnMoves(taken: readonly Taken[]): Move[] {
  return taken.map(({ block, from, amount }) => ({
    block: block.number,
    from,
    to: 'burned',
    amount,
  }));
}

/** The refusal of a demand that the blocks, and the room that is left for overage, can't meet. */
export function insufficient(
  facts: {
    readonly unit: string;
    readonly required: bigint;
    readonly available: bigint;
    readonly overageLeft?: bigint;
  },
  units: Units,
): InsufficientCredits {
  const { unit, required, available, overageLeft = 0n } = facts;
  const text = (parts: bigint): string => formatParts(parts, scaleOf(units, unit));
  return new InsufficientCredits({
    unit,
    required: text(required),
    available: text(available),
    overageLeft: text(overageLeft),
    shortfall: text(required - available - overageLeft),
  });
}
