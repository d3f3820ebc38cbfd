// A quote as data: what credits cost, on which terms, and until when; the same request gives the same
// quote, so that one that was changed on its way is told from ours.

import { formatInstant, type Instant } from '../calendar/instant.ts';
import { addBounded } from '../calendar/zone.ts';
import { formatMoney, parseMoney } from '../quantity/money.ts';
import { formatParts, parseParts } from '../quantity/quantity.ts';
import { split } from '../quantity/split.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import { invalid, listed } from './figures.ts';
import { creditsFor, type PriceBook, priceOf, unitPriceText } from './price-book.ts';
import type { CanonicalJson } from './published.ts';

/** What is asked of the price book; amounts are decimal text. */
export interface PriceRequest {
  readonly currency: string;
  /** One of the three: so many credits, a bundle, or what so much money buys. */
  readonly ask:
    | { readonly amount: string }
    | { readonly bundle: string }
    | { readonly money: string };
  /** The credits are committed for terms of this length instead of bought once. */
  readonly commitment: { readonly [name: string]: CanonicalJson } | null;
  /** What else is to be agreed, as terms are stated. */
  readonly terms: { readonly [name: string]: CanonicalJson } | null;
}

/** One line of a quote. Amounts are decimal text: credits, and money in major units. */
export interface QuoteLine {
  readonly type: 'credits' | 'bonus' | 'commitment';
  readonly credits: string;
  /** Its share of the price: the cost basis of its block. */
  readonly amount: string;
}

/** A quote, plain JSON. Amounts are decimal text: credits, and money in major units. */
export interface Quote {
  /** SHA-256 of all the rest: keep it to know the quote again. */
  readonly id: string;
  /** Digest of the price book that it is out of. */
  readonly book: string;
  readonly currency: string;
  readonly unit: string;
  /** What was asked: `amount`, `bundle` or `money`. */
  readonly ask: { readonly [what: string]: string };
  /** All credits, the bonus included. */
  readonly credits: string;
  readonly price: string;
  /** Money for one credit without the bonus, as exact as the division allows; for reading, `price` is what counts. */
  readonly unitPrice: string;
  /** What all credits cost at the list price. */
  readonly listValue: string;
  readonly lines: readonly QuoteLine[];
  /** ISO 8601 duration after which bought credits end; null: never. */
  readonly expiresIn: string | null;
  /** The committed term, where the credits are committed. */
  readonly commitment: { readonly [name: string]: CanonicalJson } | null;
  /** Terms that are agreed with it. */
  readonly terms: { readonly [name: string]: CanonicalJson } | null;
  readonly quotedAt: string;
  /** First instant at which it can't be accepted any more. */
  readonly validUntil: string;
}

/** A price book as it was published. */
export interface PublishedBook {
  /** Its digest. */
  readonly book: string;
  readonly prices: PriceBook;
  /** When another took its place; null: it is the one in force. */
  readonly supersededAt: Instant | null;
}

/** The price books that a ledger knows. */
export interface PriceBooks {
  readonly current: PublishedBook | null;
  readonly find: (book: string) => PublishedBook | undefined;
}

/** What the price book answers. Throws `InvalidInput`. */
export function quoteOf(
  { book, prices: byCurrency }: Pick<PublishedBook, 'book' | 'prices'>,
  request: PriceRequest,
  at: Instant,
  units: Units,
): Omit<Quote, 'id'> {
  const { currency, ask, commitment, terms } = request;
  const prices = byCurrency.get(currency);
  if (prices === undefined)
    throw invalid('currency', listed(byCurrency.keys()), JSON.stringify(currency));
  const scale = scaleOf(units, prices.unit);
  let [amount, bonus, price] = [0n, 0n, 0n];
  if ('bundle' in ask) {
    const bundle = prices.bundles.get(ask.bundle);
    if (bundle === undefined) {
      throw invalid('bundle', listed(prices.bundles.keys()), JSON.stringify(ask.bundle));
    }
    ({ amount, bonus, price } = bundle);
  } else if ('money' in ask) {
    price = parseMoney(ask.money, currency, 'money');
    ({ amount } = creditsFor(prices, price));
    if (amount <= 0n) throw invalid('money', 'enough for some credits', ask.money);
  } else {
    amount = parseParts(ask.amount, scale, 'amount');
    if (amount <= 0n) throw invalid('amount', 'more than 0', ask.amount);
    price = priceOf(prices, amount).money;
  }
  if (commitment !== null && bonus > 0n) {
    throw invalid('commitment', 'none on a bundle with a bonus', 'one');
  }
  const [paid = price, extra = 0n] = split(price, [amount, bonus]);
  const line = (type: QuoteLine['type'], credits: bigint, money: bigint): QuoteLine => ({
    type,
    credits: formatParts(credits, scale),
    amount: formatMoney(money, currency),
  });
  return {
    book,
    currency,
    unit: prices.unit,
    ask,
    credits: formatParts(amount + bonus, scale),
    price: formatMoney(price, currency),
    unitPrice: unitPriceText({ num: price, den: amount }, currency, scale),
    listValue: formatMoney(priceOf({ ...prices, tiers: [] }, amount + bonus).money, currency),
    lines: [
      line(commitment === null ? 'credits' : 'commitment', amount, paid),
      ...(bonus > 0n ? [line('bonus', bonus, extra)] : []),
    ],
    expiresIn: commitment === null ? prices.expiresIn : null,
    commitment,
    terms,
    quotedAt: formatInstant(at),
    validUntil: formatInstant(addBounded(at, prices.validFor, 'UTC')),
  };
}
