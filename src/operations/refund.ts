// Money back for unspent credits, at what they cost.

import type { Account } from '../account/account.ts';
import { remaining } from '../account/block.ts';
import { refundCost } from '../account/cost.ts';
import type { Draft } from '../account/operation.ts';
import { NotRefundable } from '../errors.ts';
import type { Context, RefundCommand } from './command.ts';
import { insufficient } from './spend.ts';
import { amountAbove, blockNamed, checkLeft, checkThawed, occurredOf } from './stated.ts';

/** Any block with a basis, whatever its kind; never more than is free of holds. The money is fixed now, for good. */
export function decideRefund(account: Account, command: RefundCommand, context: Context): Draft {
  const block = blockNamed(account, command.block);
  const amount =
    command.amount === null ? block.free : amountAbove(command.amount, block.unit, context);
  checkLeft(block, context.at);
  checkThawed(block);
  if (block.basis === 0n) throw new NotRefundable(command.block);
  if (amount > block.free || amount === 0n) {
    const required = amount === 0n ? remaining(block) : amount;
    throw insufficient({ unit: block.unit, required, available: block.free }, context.units);
  }
  return {
    kind: 'refund',
    occurred: occurredOf(command, context),
    moves: [{ block: block.number, from: 'free', to: 'refunded', amount }],
    facts: { due: refundCost(block, amount) },
  };
}
