// Money back: for unspent credits at what they cost, agreed money for credits that were used, or for
// access that was sold.

import type { Account } from '../account/account.ts';
import { type Block, remaining } from '../account/block.ts';
import { refundCost } from '../account/cost.ts';
import type { Repayment } from '../account/finance.ts';
import type { Draft } from '../account/operation.ts';
import { usedOf } from '../account/sold.ts';
import { BlockEnded, InvalidInput, NotRefundable } from '../errors.ts';
import { formatMoney } from '../quantity/money.ts';
import type { Context, RefundCommand } from './command.ts';
import { accessNamed, checkOrder } from './modify-access.ts';
import { insufficient } from './spend.ts';
import { amountAbove, blockNamed, checkLeft, checkThawed, moneyOf, occurredOf } from './stated.ts';

type OfBlock = Extract<RefundCommand['of'], { readonly block: string }>;
type OfAccess = Exclude<RefundCommand['of'], OfBlock>;

/** Never more than is there, and never more money than was paid. It is fixed now, for good. */
export function decideRefund(account: Account, command: RefundCommand, context: Context): Draft {
  const { of } = command;
  return 'block' in of
    ? ofBlock(account, of, occurredOf(command, context), context)
    : ofAccess(account, of, occurredOf(command, context));
}

/**
 * Any block with a basis, whatever its kind. Where only used credits are paid for, nothing of what is
 * unspent is touched, and the block may be used up or over.
 */
function ofBlock(
  account: Account,
  { block: name, amount: asked, used: agreed }: OfBlock,
  occurred: number,
  context: Context,
): Draft {
  const used = agreed === null ? 0n : moneyOf(agreed, account, 'used');
  const block = blockNamed(account, name);
  if (agreed !== null && asked === null) {
    // What a void left owed was never paid.
    if (block.closed === 'owed') throw new BlockEnded({ block: block.name, ended: 'voided' });
    checkThawed(block);
    if (block.basis === 0n) throw new NotRefundable(name);
    checkPaid(account, block, 0n, used);
    const repays = [ofUsed(block, used)];
    return { kind: 'refund', occurred, moves: [], facts: { repays, due: used } };
  }
  const amount = asked === null ? block.free : amountAbove(asked, block.unit, context);
  checkLeft(block, context.at);
  checkThawed(block);
  if (block.basis === 0n) throw new NotRefundable(name);
  if (amount > block.free || amount === 0n) {
    const required = amount === 0n ? remaining(block) : amount;
    throw insufficient({ unit: block.unit, required, available: block.free }, context.units);
  }
  const due = refundCost(block, amount);
  checkPaid(account, block, due, used);
  return {
    kind: 'refund',
    occurred,
    moves: [{ block: block.number, from: 'free', to: 'refunded', amount }],
    facts: { ...(used > 0n && { repays: [ofUsed(block, used)] }), due: due + used },
  };
}

function ofUsed({ number }: Block, money: bigint): Repayment {
  return { of: 'used', number, money };
}

/** Refuses what would pay back more than was paid for the block: `due` for what is unspent, `used` beside it. */
function checkPaid({ sold, currency }: Account, block: Block, due: bigint, used: bigint): void {
  const { name, number, basis, refundedMoney, voidedMoney, rolledMoney } = block;
  const left = basis - refundedMoney - voidedMoney - rolledMoney - usedOf(sold, number);
  if (due + used <= left) return;
  if (used === 0n) throw new NotRefundable(name, 'repaid');
  const most = left > due ? left - due : 0n;
  throw new InvalidInput({
    field: 'used',
    expected: `at most the ${formatMoney(most, currency)} that was paid for it and is not paid back`,
    found: formatMoney(used, currency),
  });
}

function ofAccess(account: Account, { access: name, money }: OfAccess, occurred: number): Draft {
  const stated = money === null ? null : moneyOf(money, account, 'money');
  const access = accessNamed(account, name);
  checkOrder(access, occurred);
  const left = access.price - access.repaid;
  const due = stated ?? left;
  if (due === 0n) throw new NotRefundable(name, access.repaid === 0n ? 'free-access' : 'repaid');
  if (due > left) {
    throw new InvalidInput({
      field: 'money',
      expected: `at most the ${formatMoney(left, account.currency)} that was paid for it and is not paid back`,
      found: formatMoney(due, account.currency),
    });
  }
  const repays: Repayment[] = [{ of: 'access', number: access.number, money: due }];
  return { kind: 'refund', occurred, moves: [], facts: { repays, due } };
}
