// The account's currency in the book's, at the rate of the day of receipt (`docs/revenue.md §8`): what
// was translated once is never measured again.

import { InvalidInput } from '../errors.ts';
import { currencyExponent } from '../quantity/money.ts';
import { type Ratio, ratioOf } from '../quantity/ratio.ts';
import { divideRounded } from '../quantity/rounding.ts';
import { split } from '../quantity/split.ts';
import type { AccountBook } from './account-book.ts';

const ONE: Ratio = { numerator: 1n, denominator: 1n };

/** The rate that a sum is translated at: the one that is named, else that of the newest purchase. Throws `InvalidInput` where none was ever stated. */
export function exchangeOf(book: AccountBook, rate: string | null): Ratio {
  if (book.isOwnCurrency) return ONE;
  const text = rate ?? book.state.fx;
  if (text !== null) return ratioOf(text);
  const { account, currency } = book.state;
  throw new InvalidInput({
    field: 'fxRate',
    expected: `a purchase of "${account}" with the ${book.currency} of one ${currency}, before anything else is worth money`,
    found: `a sum in ${currency}, and no rate`,
  });
}

/** A price in the book's currency, translated as a whole and split by its parts: they add up to it. */
export function partsInBook(
  book: AccountBook,
  parts: readonly bigint[],
  rate: string | null,
): readonly bigint[] {
  const price = parts.reduce((sum, part) => sum + part, 0n);
  if (book.isOwnCurrency || price === 0n) return parts;
  return split(toBook(book, price, rate), parts);
}

/** Minor units of the account's currency in those of the book. Throws `InvalidInput` where no rate was stated. */
export function toBook(book: AccountBook, minor: bigint, rate: string | null): bigint {
  if (book.isOwnCurrency || minor === 0n) return minor;
  const { numerator, denominator } = exchangeOf(book, rate);
  const [to, from] = [currencyExponent(book.currency), currencyExponent(book.state.currency)];
  return divideRounded(
    minor * numerator * 10n ** BigInt(to),
    denominator * 10n ** BigInt(from),
    book.book.rounding,
  );
}
