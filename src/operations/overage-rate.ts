// What a credit of overage costs: an exact ratio that is settled when the usage is recorded, and that
// is never rounded itself. Only sums of money are.

import { type Account, blockOf } from '../account/account.ts';
import type { OverageRate, RateOrigin } from '../account/operation.ts';
import { currencyExponent } from '../quantity/money.ts';
import { type Ratio, ratioOf } from '../quantity/ratio.ts';
import { divideRounded } from '../quantity/rounding.ts';
import { scaleOf } from '../quantity/units.ts';
import type { Context } from './command.ts';
import { committedNow } from './committed.ts';

/** What of a context says what credits cost. */
type Priced = Pick<Context, 'units' | 'listPrice' | 'book'>;

/**
 * The rate that the terms name: a price, else the commitment's unit price, else the list price (of the price book, of the books), else
 * the unit cost of the newest block that was paid for, else nothing; times the multiplier.
 */
export function rateOf(account: Account, unit: string, context: Priced): OverageRate {
  const { rate } = account.terms.overage;
  if (typeof rate === 'object' && 'price' in rate) return exact(ratioOf(rate.price), 'price');
  const { ratio, from } = sameRate(account, unit, context);
  if (rate === 'same') return exact(ratio, from);
  const times = ratioOf(rate.multiplier);
  const numerator = ratio.numerator * times.numerator;
  return exact({ numerator, denominator: ratio.denominator * times.denominator }, from);
}

function sameRate(
  account: Account,
  unit: string,
  context: Priced,
): { readonly ratio: Ratio; readonly from: RateOrigin } {
  const { units } = context;
  const committed = committedNow(account);
  const perMinor = 10n ** BigInt(currencyExponent(account.currency));
  const perPart = 10n ** BigInt(scaleOf(units, unit));
  if (committed !== null && committed.unit === unit && committed.rate.credits > 0n) {
    const { money, credits } = committed.rate;
    return {
      ratio: { numerator: money * perPart, denominator: credits * perMinor },
      from: 'commitment',
    };
  }
  const listed = context.listPrice?.(unit, account.currency) ?? context.book?.listPrice ?? null;
  if (listed !== null) return { ratio: ratioOf(listed), from: 'list-price' };
  const newest = account.debts.newestPaid.get(unit);
  if (newest !== undefined) {
    const { basis, granted } = blockOf(account, newest);
    const ratio = { numerator: basis * perPart, denominator: granted * perMinor };
    return { ratio, from: 'block' };
  }
  return { ratio: { numerator: 0n, denominator: 1n }, from: 'nothing' };
}

function exact({ numerator, denominator }: Ratio, from: RateOrigin): OverageRate {
  let [a, b] = [numerator, denominator];
  while (b !== 0n) [a, b] = [b, a % b];
  return { money: String(numerator / a), credits: String(denominator / a), from };
}

/** Money for so much overage, minor units: rounded once, half away from zero. */
export function costOf(rate: OverageRate, amount: bigint, scale: number, currency: string): bigint {
  const minor = 10n ** BigInt(currencyExponent(currency));
  const parts = 10n ** BigInt(scale);
  return divideRounded(
    BigInt(rate.money) * amount * minor,
    BigInt(rate.credits) * parts,
    'half-away-from-zero',
  );
}
