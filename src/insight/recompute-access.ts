// Computing the money of sold access again, and of what is paid back beside unspent credits.

import type { Account } from '../account/account.ts';
import type { Operation } from '../account/operation.ts';
import { accessOf } from '../account/sold.ts';
import { parseMoney } from '../quantity/money.ts';

type Say = (what: string, found: bigint, expected: bigint) => string | null;

/** The price of an access is the one that was stated, else the one before. */
export function wrongAccess({ facts, input }: Operation, before: Account, say: Say): string | null {
  const { access } = facts;
  if (access === undefined) return null;
  const known = before.sold.accesses.get(access.name);
  if (access.number !== (known?.number ?? before.sold.accesses.size + 1)) {
    return `access "${access.name}" has another number`;
  }
  const expected = stated(input['price'], before) ?? known?.price ?? 0n;
  return say(`the price of "${access.name}"`, access.price, expected);
}

/** What is paid back is what was stated; of an access, else all that is left. */
export function wrongRepayments(
  { facts, input }: Operation,
  before: Account,
  say: Say,
): string | null {
  for (const { of, number, money } of facts.repays ?? []) {
    if (of === 'used') {
      const problem = say(
        'what is paid back for used credits',
        money,
        stated(input['used'], before) ?? 0n,
      );
      if (problem !== null) return problem;
      continue;
    }
    const access = accessOf(before.sold, number);
    if (access === undefined) return `pays back access ${number}, which isn't there`;
    const expected = stated(input['money'], before) ?? access.price - access.repaid;
    const problem = say(`what is paid back for "${access.name}"`, money, expected);
    if (problem !== null) return problem;
  }
  return null;
}

/** Money that was stated; null: none was. */
function stated(value: unknown, { currency }: Account): bigint | null {
  if (typeof value !== 'object' || value === null) return null;
  const amount: unknown = Reflect.get(value, 'amount');
  return typeof amount === 'string' ? parseMoney(amount, currency, 'journal') : null;
}
