// What one move does to its block: the credits change their place, and money that leaves with them is
// fixed at that moment (`docs/domain.md §8`).

import { InvariantBroken } from '../errors.ts';
import { type Block, ownEndOf, type Place } from './block.ts';
import { refundCost, unburnCost, usageCost, voidCost } from './cost.ts';
import type { Move, Roll } from './operation.ts';

/** The block after the move. Throws `InvariantBroken` where it hasn't so many credits there. */
export function transfer(block: Block, { from, to, amount }: Move): Block {
  const moved: { -readonly [K in keyof Block]: Block[K] } = { ...block };
  // Money of a refund or void is fixed at the event, on what the block was until then.
  if (to === 'refunded') moved.refundedMoney += refundCost(block, amount);
  if (to === 'voided') {
    moved.voidedMoney += from === 'burned' ? unburnCost(block, amount) : voidCost(block, amount);
  }
  if (from === 'issued') moved.granted += amount;
  else moved[from] = take(block, from, amount);
  if (to === 'issued') throw new InvariantBroken('credits are never un-issued');
  moved[to] += amount;
  return moved;
}

/** Late usage of a block's own time takes back first what the block had lost before it opened again. */
export function retaken(
  before: Block,
  moved: Block,
  { from, amount }: Move,
  occurred: number,
): Block {
  const lost = before.expiredBeforeReopening;
  const end = ownEndOf(before);
  const own = end === null || occurred < end;
  if (from !== 'expired' || lost === 0n || !own) return moved;
  return { ...moved, expiredBeforeReopening: lost > amount ? lost - amount : 0n };
}

/**
 * The two blocks of a roll with the cost basis moved from the one to the other. What rolls at a block's
 * end is followed by what comes back later; what was converted or pooled left before, and nothing
 * follows it: only a block that keeps its origin is where a remainder went.
 */
export function rolled(from: Block, to: Block, { basis }: Roll): readonly [Block, Block] {
  const rolledTo = to.lineage === undefined ? from.rolledTo : to.number;
  return [
    { ...from, rolledMoney: from.rolledMoney + basis, rolledTo },
    { ...to, basis: to.basis + basis },
  ];
}

function take(block: Block, from: Exclude<Place, 'issued'>, amount: bigint): bigint {
  const left = block[from] - amount;
  if (left < 0n) {
    throw new InvariantBroken(
      `block ${block.number} has ${block[from]} parts ${from}, not ${amount}`,
    );
  }
  return left;
}

/** What was spent of a block whose void left it owed, at the block's cost. */
export function owedFor(block: Block): bigint {
  return block.closed === 'owed' ? usageCost(block) : 0n;
}
