// Paying what is owed in money: overage, or what voids left owed.

import type { Account } from '../account/account.ts';
import { owedOf } from '../account/debts.ts';
import type { Draft } from '../account/operation.ts';
import { InvalidInput } from '../errors.ts';
import { formatMoney } from '../quantity/money.ts';
import { formatParts } from '../quantity/quantity.ts';
import { scaleOf } from '../quantity/units.ts';
import type { Context, SettleCommand } from './command.ts';
import { payInMoney } from './settlement.ts';
import { amountAbove, moneyOf, occurredOf, unitOf } from './stated.ts';

/**
 * All overage, or a part of it, oldest first; or money of what voids left owed. Where nothing is said
 * and no overage is owed, it is the latter. Never nothing and never more (`docs/domain.md §10`).
 */
export function decideSettle(account: Account, command: SettleCommand, context: Context): Draft {
  const isOverage =
    command.money === null &&
    (command.amount !== null || command.unit !== null || isAnyOwed(account));
  const occurred = occurredOf(command, context);
  if (!isOverage) {
    const due = ofVoids(account, command);
    return { kind: 'settle', occurred, moves: [], facts: { due } };
  }
  const { pays, money } = payInMoney(account, context.units, asked(account, command, context));
  return { kind: 'settle', occurred, moves: [], facts: { pays, due: money } };
}

function isAnyOwed({ debts }: Account): boolean {
  return [...debts.owed.values()].some((amount) => amount > 0n);
}

function asked(
  account: Account,
  command: SettleCommand,
  context: Context,
): { readonly unit?: string; readonly amount?: bigint } {
  if (command.amount === null && command.unit === null) return {};
  const unit = unitOf(command.unit, context);
  const owed = owedOf(account, unit);
  const amount = command.amount === null ? owed : amountAbove(command.amount, unit, context);
  if (amount > 0n && amount <= owed) return { unit, amount };
  const scale = scaleOf(context.units, unit);
  throw new InvalidInput({
    field: 'amount',
    expected: `more than 0 and at most the ${formatParts(owed, scale)} ${unit} that is owed`,
    found: formatParts(amount, scale),
  });
}

function ofVoids(account: Account, command: SettleCommand): bigint {
  const owed = account.owedMoney;
  const due = command.money === null ? owed : moneyOf(command.money, account, 'money');
  if (due > 0n && due <= owed) return due;
  throw new InvalidInput({
    field: 'money',
    expected: `more than 0 and at most the ${formatMoney(owed, account.currency)} ${account.currency} that is owed`,
    found: formatMoney(due, account.currency),
  });
}
