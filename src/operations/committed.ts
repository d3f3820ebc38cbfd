// The commitment in force, with its exact unit price: what a share for overage is a share of, and what
// overage at the same rate costs.

import type { Account } from '../account/account.ts';
import { parseMoney } from '../quantity/money.ts';
import { ratioOf } from '../quantity/ratio.ts';
import { mainUnit, scaleOf, type Units } from '../quantity/units.ts';

/** The commitment in force: its credits in parts, and its exact unit price as so many minor units for so many parts. */
export interface Committed {
  readonly unit: string;
  readonly amount: bigint;
  readonly rate: { readonly money: bigint; readonly credits: bigint };
}

/** The commitment that is in force; null: there is none. */
export function committedNow(account: Account, units: Units): Committed | null {
  const { commitment } = account.terms;
  if (commitment === null) return null;
  const unit = commitment.unit ?? mainUnit(units);
  const amount = amountIn(commitment.amount, unit, units);
  const money = parseMoney(commitment.price, account.currency, 'terms.commitment.price');
  return { unit, amount, rate: { money, credits: amount } };
}

/** An amount that the terms name, in parts of a unit; what is finer than the unit's scale is cut. */
export function amountIn(text: string, unit: string, units: Units): bigint {
  const { numerator, denominator } = ratioOf(text);
  return (numerator * 10n ** BigInt(scaleOf(units, unit))) / denominator;
}
