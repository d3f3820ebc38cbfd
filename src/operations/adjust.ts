// A manual correction with an author and a reason. What was granted is never changed.

import type { Account } from '../account/account.ts';
import type { Block, BlockOpening } from '../account/block.ts';
import type { Draft } from '../account/operation.ts';
import { InvalidInput } from '../errors.ts';
import { parseParts } from '../quantity/quantity.ts';
import { scaleOf } from '../quantity/units.ts';
import type { AdjustCommand, Context } from './command.ts';
import { checkFresh, DEFAULT_PRIORITY } from './grant.ts';
import { insufficient } from './spend.ts';
import { blockNamed, checkOpen, checkThawed, checkTotal, occurredOf, unitOf } from './stated.ts';

/** Up: a new promotional block without a basis. Down: out of a named block, or in burn order whatever the scopes. */
export function decideAdjust(account: Account, command: AdjustCommand, context: Context): Draft {
  const named = command.block === null ? undefined : account.blocks.byName(command.block);
  const down = command.amount.startsWith('-');
  const unit =
    down && named !== undefined && command.unit === null
      ? named.unit
      : unitOf(command.unit, context);
  const amount = adjustment(command.amount, unit, context);
  return down
    ? adjustDown(account, command, context, unit, -amount)
    : adjustUp(account, command, context, unit, amount);
}

/** A correction in parts, up or down. Throws `InvalidInput` for nothing. */
export function adjustment(text: string, unit: string, context: Context): bigint {
  const amount = parseParts(text, scaleOf(context.units, unit), 'amount');
  if (amount !== 0n) return amount;
  throw new InvalidInput({ field: 'amount', expected: 'more or less than 0', found: '0' });
}

function adjustUp(
  account: Account,
  command: AdjustCommand,
  context: Context,
  unit: string,
  amount: bigint,
): Draft {
  checkTotal(account, unit, amount);
  const occurred = occurredOf(command, context);
  const name = command.block ?? command.key;
  checkFresh(account, name, command.key, 'block');
  const block: BlockOpening = {
    number: account.blocks.nextNumber,
    name,
    unit,
    kind: 'promotional',
    basis: 0n,
    effective: occurred,
    expires: null,
    priority: DEFAULT_PRIORITY,
    features: null,
  };
  return {
    kind: 'adjust',
    occurred,
    moves: [{ block: block.number, from: 'issued', to: 'free', amount }],
    facts: { opens: [block] },
  };
}

function adjustDown(
  account: Account,
  command: AdjustCommand,
  context: Context,
  unit: string,
  amount: bigint,
): Draft {
  const blocks =
    command.block === null
      ? (account.order.get(unit) ?? []).flatMap((number) => account.blocks.byNumber(number) ?? [])
      : [namedIn(account, command.block, unit, context)];
  const moves: Draft['moves'][number][] = [];
  let missing = amount;
  for (const block of blocks) {
    // Credits that aren't effective yet are no part of the burn order; a block that was named is meant as it is.
    if (command.block === null && block.effective > context.at) continue;
    const taken = block.free < missing ? block.free : missing;
    missing -= taken;
    if (taken > 0n) moves.push({ block: block.number, from: 'free', to: 'voided', amount: taken });
    if (missing === 0n) break;
  }
  if (missing > 0n) {
    throw insufficient({ unit, required: amount, available: amount - missing }, context.units);
  }
  return { kind: 'adjust', occurred: occurredOf(command, context), moves, facts: {} };
}

/** The block to take from. One with nothing left is no block that has ended: there is too little in it. */
function namedIn(account: Account, name: string, unit: string, context: Context): Block {
  const block = blockNamed(account, name);
  if (block.unit !== unit) {
    throw new InvalidInput({ field: 'unit', expected: `the block's ${block.unit}`, found: unit });
  }
  checkOpen(block, context.at);
  checkThawed(block);
  return block;
}
