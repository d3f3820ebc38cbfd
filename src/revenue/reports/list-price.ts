// What credits of a block cost where they are sold alone: its own list price, else the book's.

import { currencyExponent } from '../../quantity/money.ts';
import { type Ratio, ratioOf } from '../../quantity/ratio.ts';
import { divideRounded } from '../../quantity/rounding.ts';
import { scaleOf, type Units } from '../../quantity/units.ts';
import type { BlockBook } from '../block-book.ts';
import type { Book } from '../book.ts';

/** Money of the book for one credit; null: nobody said. */
export function listPriceOf({ finance, rate }: BlockBook, book: Book): Ratio | null {
  const own = finance.listPrice;
  const price = own ?? book.definition.listPrice;
  if (price === null) return null;
  const list = ratioOf(price);
  // A block's own price is in its account's currency.
  if (own === undefined || rate === null || book.definition.currency === null) return list;
  const { numerator, denominator } = ratioOf(rate);
  return {
    numerator: list.numerator * numerator,
    denominator: list.denominator * denominator,
  };
}

/** So many parts at a list price, minor units. */
export function listed(
  { numerator, denominator }: Ratio,
  parts: bigint,
  of: {
    readonly unit: string;
    readonly currency: string;
    readonly units: Units;
    readonly book: Book;
  },
): bigint {
  const perMajor = 10n ** BigInt(currencyExponent(of.currency));
  const perUnit = 10n ** BigInt(scaleOf(of.units, of.unit));
  return divideRounded(numerator * parts * perMajor, denominator * perUnit, of.book.rounding);
}
