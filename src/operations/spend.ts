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
  let missing = demand.amount;
  const taken: Taken[] = [];
  const used = new Map<number, bigint>();
  const take = (block: Block, from: Taken['from'], has: bigint): void => {
    const amount = has < missing ? has : missing;
    if (amount <= 0n) return;
    taken.push({ block, from, amount });
    missing -= amount;
    if (from === 'free') used.set(block.number, (used.get(block.number) ?? 0n) + amount);
  };
  if (demand.late !== null) {
    for (const block of spendableThen(account, demand, demand.late)) {
      take(block, 'free', block.free);
      take(block, 'expired', lostSince(block, demand.late));
      if (missing === 0n) break;
    }
  }
  for (const block of spendable(account, demand)) {
    if (missing === 0n) break;
    take(block, 'free', block.free - (used.get(block.number) ?? 0n));
  }
  return { taken, missing };
}

/** Blocks that can be spent now, in burn order. The account must be advanced to `at`. */
export function* spendable(
  account: Account,
  demand: Pick<Demand, 'unit' | 'feature' | 'at'>,
): Generator<Block> {
  for (const number of account.order.get(demand.unit) ?? []) {
    const block = blockOf(account, number);
    if (block.effective <= demand.at && covers(block, demand.feature)) yield block;
  }
}

function* spendableThen(account: Account, demand: Demand, then: Instant): Generator<Block> {
  const { lastLoss } = account;
  if (lastLoss === null || lastLoss <= then) {
    // Nothing has ended since with credits in it: what was open then and has something left is open now.
    for (const block of spendable(account, demand)) if (wasOpen(block, then)) yield block;
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
