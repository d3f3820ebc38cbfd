// What allowed a usage to go beyond the balance, at what rate, and how it is paid, in sentences.

import type { Account } from '../account/account.ts';
import type { Operation, OverageRate, RateOrigin } from '../account/operation.ts';
import { formatInstant } from '../calendar/instant.ts';
import { Decimal } from '../quantity/decimal.ts';
import { formatParts } from '../quantity/quantity.ts';
import { scaleOf, type Units } from '../quantity/units.ts';

const ORIGINS: Readonly<Record<RateOrigin, string>> = {
  price: 'the price that the terms name',
  commitment: "by the commitment's unit price",
  'list-price': 'by the list price',
  block: 'by the unit cost of the newest block that was paid for',
  nothing: 'nothing was ever sold',
};

const SETTLED = {
  'next-credits': 'the next credits that arrive pay it',
  renewal: 'it is invoiced when the term renews',
  period: 'it is invoiced at the end of the month',
  immediately: 'it is charged at once, or after the grace',
} as const;

/** Sentences about the overage and waived usage of an operation; none where there is neither. */
export function overageSentences(
  { facts }: Operation,
  before: Account | null,
  currency: string,
  units: Units,
): string[] {
  if (before === null) return [];
  const { limit, settle } = before.terms.overage;
  const text = (amount: bigint, unit: string): string => formatParts(amount, scaleOf(units, unit));
  const overage = (facts.overage ?? []).map(
    ({ unit, amount, rate, period }) =>
      `${text(amount, unit)} ${unit} went beyond the balance: the terms allow ${allowed(limit)}, counted since ${formatInstant(period)}; at ${priceOf(rate)} ${currency} a credit (${ORIGINS[rate.from]}), and ${SETTLED[settle]}.`,
  );
  const waived = (facts.waived ?? []).map(
    ({ unit, amount }) =>
      `${text(amount, unit)} ${unit} were waived: the terms are only observed as yet, and nobody owes them.`,
  );
  return [...overage, ...waived];
}

function allowed(limit: Account['terms']['overage']['limit']): string {
  if (limit === 'unlimited') return 'overage without limit';
  if (limit === 'none') return 'the room that its hold had reserved';
  return 'credits' in limit ? `${limit.credits} of overage` : `${limit.share} of the commitment`;
}

/** For reading: a ratio that doesn't end is cut to twenty digits. */
function priceOf({ money, credits }: OverageRate): string {
  return new Decimal(money).div(credits).toSignificantDigits(20).toFixed();
}
