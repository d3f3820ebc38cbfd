// A renewal for callers: what the term brought, and what comes next.

import type { Account } from '../account/account.ts';
import type { Agreed, ReviewLine } from '../account/commitment.ts';
import { Decimal } from '../quantity/decimal.ts';
import { toDecimal } from '../quantity/quantity.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import type { InvoiceLine, RenewalReview } from './answers.ts';
import { moneyOut } from './receipt.ts';

/** The renewal that was proposed last, and what was decided; null: none was proposed yet. */
export function renewalOf(account: Account, units: Units): RenewalReview | null {
  const { review } = account.contract;
  if (review === null) return null;
  const { term, unit, figures, next, lines, state, by, reason } = review;
  const scale = scaleOf(units, unit);
  return {
    term: { n: term.n, starts: new Date(term.starts), ends: new Date(term.ends) },
    unit,
    committed: toDecimal(figures.committed, scale),
    used: toDecimal(figures.used, scale),
    rolledIn: toDecimal(figures.rolledIn, scale),
    rolledOut: toDecimal(figures.rolledOut, scale),
    expired: toDecimal(figures.expired, scale),
    overage: toDecimal(figures.overage, scale),
    other: toDecimal(figures.other, scale),
    refunded: toDecimal(figures.refunded, scale),
    voided: toDecimal(figures.voided, scale),
    settled: toDecimal(figures.settled, scale),
    left: toDecimal(figures.left, scale),
    nextCommitment: toDecimal(next.amount, scaleOf(units, next.unit)),
    price: moneyOut(next.price, account.currency),
    lines: lines.map((line) => lineOf(line, next, account, units)),
    state,
    by,
    reason,
  };
}

function lineOf(
  { type, unit, units: parts, money, rate }: ReviewLine,
  next: Agreed,
  { currency }: Account,
  units: Units,
): InvoiceLine {
  const scale = scaleOf(units, unit);
  // The agreed price, and not the rounded amount divided again: 7 credits at 1/300 are 0.02.
  const unitPrice =
    rate === undefined
      ? moneyOut(next.rate.money, currency).amount.div(toDecimal(next.rate.credits, scale))
      : new Decimal(rate.money).div(rate.credits);
  const amount = moneyOut(money, currency);
  return { type, unit, units: toDecimal(parts, scale), unitPrice, amount };
}
