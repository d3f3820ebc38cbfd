// A purchase that is one deal with what is left of older blocks: their credits and all that is still
// deferred of their cost go into the new block, so that old and new cost the same from then on
// (`docs/domain.md §4`). Nothing is earned by it.

import type { Account } from '../account/account.ts';
import { remaining } from '../account/block.ts';
import { rollCost } from '../account/cost.ts';
import type { Move, Roll } from '../account/operation.ts';
import { InvalidInput } from '../errors.ts';
import type { Context, StatedPool } from './command.ts';
import { insufficient } from './spend.ts';
import { blockNamed, checkLeft, checkThawed } from './stated.ts';

/** What older blocks bring into a deal. */
export interface Pooled {
  /** Parts of the unit. */
  readonly amount: bigint;
  readonly moves: readonly Move[];
  readonly rolls: readonly Roll[];
}

/** Refuses what can't be meant: a block of another unit, or one that two names mean. Blocks that aren't there are for `takePool` to miss. */
export function checkPool(account: Account, { blocks }: StatedPool, unit: string): void {
  const seen = new Set<number>();
  for (const name of blocks) {
    if (account.blocks.byName(name) === undefined) continue;
    const block = blockNamed(account, name);
    if (block.unit !== unit) throw refusal(`blocks of the purchase's ${unit}`, block.unit);
    if (seen.has(block.number)) {
      throw refusal('each block once', `${JSON.stringify(name.slice(0, 40))} twice`);
    }
    seen.add(block.number);
  }
}

/**
 * All that is left of the blocks, on its way into the block with number `into`. Throws `Unknown`,
 * `BlockEnded`, `BlockFrozen`, and `InsufficientCredits` where something of a block is held: its hold
 * would give it back to the old one.
 */
export function takePool(
  account: Account,
  { blocks: names }: StatedPool,
  into: number,
  { at, units }: Context,
): Pooled {
  const blocks = names.map((name) => blockNamed(account, name));
  for (const block of blocks) checkLeft(block, at);
  for (const block of blocks) checkThawed(block);
  const held = blocks.find((block) => block.held > 0n);
  if (held !== undefined) {
    const required = remaining(held);
    throw insufficient({ unit: held.unit, required, available: held.free }, units);
  }
  return {
    amount: blocks.reduce((sum, { free }) => sum + free, 0n),
    moves: blocks.map(({ number, free }) => ({
      block: number,
      from: 'free',
      to: 'rolled',
      amount: free,
    })),
    rolls: blocks.map((block) => ({
      from: block.number,
      to: into,
      basis: rollCost(block, block.free),
    })),
  };
}

function refusal(expected: string, found: string): InvalidInput {
  return new InvalidInput({ field: 'pool.blocks', expected, found });
}
