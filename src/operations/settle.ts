// Paying what is owed in money.

import type { Account } from '../account/account.ts';
import type { Draft } from '../account/operation.ts';
import { InvalidInput } from '../errors.ts';
import { formatMoney } from '../quantity/money.ts';
import type { Context, SettleCommand } from './command.ts';
import { moneyOf, occurredOf } from './stated.ts';

/** All that is owed, or a part of it; never nothing and never more (`docs/domain.md §10`). */
export function decideSettle(account: Account, command: SettleCommand, context: Context): Draft {
  const owed = account.owedMoney;
  const due = command.money === null ? owed : moneyOf(command.money, account, 'money');
  if (due === 0n || due > owed) {
    throw new InvalidInput({
      field: 'money',
      expected: `more than 0 and at most the ${formatMoney(owed, account.currency)} ${account.currency} that is owed`,
      found: formatMoney(due, account.currency),
    });
  }
  return { kind: 'settle', occurred: occurredOf(command, context), moves: [], facts: { due } };
}
