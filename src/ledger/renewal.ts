// A renewal for callers: what the term brought, and what comes next.

import type { Account } from '../account/account.ts';
import type { ReviewLine } from '../account/commitment.ts';
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
    lines: lines.map((line) => lineOf(line, account, units)),
    state,
    by,
    reason,
  };
}

function lineOf(
  { type, unit, units: parts, money }: ReviewLine,
  { currency }: Account,
  units: Units,
): InvoiceLine {
  const amount = moneyOut(money, currency);
  const quantity = toDecimal(parts, scaleOf(units, unit));
  return { type, unit, units: quantity, unitPrice: amount.amount.div(quantity), amount };
}
