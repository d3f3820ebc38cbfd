// What a credit costs in money: a list price, better prices from some size on, and bundles. Every price
// is an exact ratio; a cent is rounded once, on the whole.

import { type Duration, formatDuration, parseDuration } from '../calendar/duration.ts';
import { Decimal } from '../quantity/decimal.ts';
import { currencyExponent, parseMoney } from '../quantity/money.ts';
import { type AmountInput, amountText, parseParts } from '../quantity/quantity.ts';
import { divideRounded } from '../quantity/rounding.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import { figureAbove, invalid, unitOfRate } from './figures.ts';

/** A better price from some size on: said by credits (`from`) or by money (`spend`). */
export type PriceTier =
  | { readonly from: AmountInput; readonly unitPrice: AmountInput }
  /** So much money for exactly `from` credits, and the same for each of more. */
  | { readonly from: AmountInput; readonly price: AmountInput }
  | { readonly spend: AmountInput; readonly unitPrice: AmountInput }
  /** So many credits for exactly `spend` money, and as many for each of more. */
  | { readonly spend: AmountInput; readonly credits: AmountInput };

/** Credits at a price of their own, with a bonus on top. */
export interface Bundle {
  readonly amount: AmountInput;
  readonly bonus?: AmountInput;
  /** Money, major units. */
  readonly price: AmountInput;
}

/** Prices in one currency. */
export interface PricesInput {
  /** Default: the ledger's first. */
  readonly unit?: string;
  /** Money for one credit sold alone, major units; it may be finer than a cent. */
  readonly listPrice: AmountInput;
  /** All credits of a purchase have the best price that it reaches. Default: none. */
  readonly tiers?: readonly PriceTier[];
  readonly bundles?: Readonly<Record<string, Bundle>>;
  /** How long a quote stands, an ISO 8601 duration. Default: `P30D`. */
  readonly validFor?: string;
  /** How long bought credits last, an ISO 8601 duration. Default: they never end. */
  readonly expiresIn?: string;
}

/** Currency → prices (`docs/price-book.md`). */
export type PriceBookInput = Readonly<Record<string, PricesInput>>;

/** Money for credits: minor units for one part of the unit, as an exact ratio. */
export interface UnitPrice {
  readonly num: bigint;
  readonly den: bigint;
}

interface Tier extends UnitPrice {
  /** Parts from which on it holds, as an exact ratio. */
  readonly fromNum: bigint;
  readonly fromDen: bigint;
  /** Minor units from which on it holds, where it was said by money. */
  readonly spend: bigint | null;
}

/** Prices in one currency, checked. */
export interface Prices {
  readonly currency: string;
  readonly unit: string;
  /** Decimal text, major units. */
  readonly listPrice: string;
  readonly list: UnitPrice;
  readonly tiers: readonly Tier[];
  /** Parts, and minor units. */
  readonly bundles: ReadonlyMap<
    string,
    { readonly amount: bigint; readonly bonus: bigint; readonly price: bigint }
  >;
  readonly validFor: Duration;
  readonly expiresIn: string | null;
}

/** A price book, checked. */
export type PriceBook = ReadonlyMap<string, Prices>;

/** A price book as it was declared. Throws `InvalidInput`. */
export function readPriceBook(declared: PriceBookInput, units: Units): PriceBook {
  return new Map(
    Object.entries(declared).map(([currency, prices]) => [
      currency,
      readPrices(prices, currency, units, `priceBook.${currency}`),
    ]),
  );
}

function readPrices(input: PricesInput, currency: string, units: Units, field: string): Prices {
  const places = placesOf(currency, field);
  const unit = unitOfRate(input.unit, units, field);
  const scale = scaleOf(units, unit);
  const price = (amount: unknown, at: string): UnitPrice =>
    ratio(figureAbove(amount, `${field}.${at}`), places, scale);
  const bundles = Object.entries(input.bundles ?? {}).map(([name, bundle]) => {
    const at = `${field}.bundles.${name}`;
    const amount = partsAbove(bundle.amount, scale, `${at}.amount`);
    const bonus = bundle.bonus === undefined ? 0n : partsAbove(bundle.bonus, scale, `${at}.bonus`);
    const money = parseMoney(amountText(bundle.price, `${at}.price`), currency, `${at}.price`);
    if (money < 0n) throw invalid(`${at}.price`, '0 or more', String(bundle.price));
    return [name, { amount, bonus, price: money }] as const;
  });
  const { expiresIn } = input;
  return {
    currency,
    unit,
    listPrice: amountText(input.listPrice, `${field}.listPrice`),
    list: price(input.listPrice, 'listPrice'),
    tiers: (input.tiers ?? []).map((tier, index) =>
      readTier(tier, {
        price,
        places,
        scale,
        field: `${field}.tiers.${index}`,
        at: `tiers.${index}`,
      }),
    ),
    bundles: new Map(bundles),
    validFor: parseDuration(input.validFor ?? 'P30D', `${field}.validFor`),
    expiresIn:
      expiresIn === undefined
        ? null
        : formatDuration(parseDuration(expiresIn, `${field}.expiresIn`)),
  };
}

function placesOf(currency: string, field: string): number {
  try {
    return currencyExponent(currency);
  } catch {
    throw invalid(field, 'an ISO 4217 code such as EUR', JSON.stringify(currency.slice(0, 20)));
  }
}

function readTier(
  tier: PriceTier,
  about: {
    readonly price: (amount: unknown, at: string) => UnitPrice;
    readonly places: number;
    readonly scale: number;
    readonly field: string;
    readonly at: string;
  },
): Tier {
  const { price, places, scale, field, at } = about;
  if ('from' in tier) {
    const from = partsAbove(tier.from, scale, `${field}.from`);
    if ('unitPrice' in tier) {
      return {
        ...price(tier.unitPrice, `${at}.unitPrice`),
        fromNum: from,
        fromDen: 1n,
        spend: null,
      };
    }
    const num = wholeParts(figureAbove(tier.price, `${field}.price`), places, `${field}.price`);
    return { num, den: from, fromNum: from, fromDen: 1n, spend: null };
  }
  const spend = wholeParts(figureAbove(tier.spend, `${field}.spend`), places, `${field}.spend`);
  if ('credits' in tier) {
    const credits = partsAbove(tier.credits, scale, `${field}.credits`);
    return { num: spend, den: credits, fromNum: credits, fromDen: 1n, spend };
  }
  const unit = price(tier.unitPrice, `${at}.unitPrice`);
  return { ...unit, fromNum: spend * unit.den, fromDen: unit.num, spend };
}

function partsAbove(amount: unknown, scale: number, field: string): bigint {
  const parts = parseParts(amountText(amount, field), scale, field);
  if (parts <= 0n) throw invalid(field, 'more than 0', String(amount));
  return parts;
}

function wholeParts(value: Decimal, places: number, field: string): bigint {
  return parseParts(value.toFixed(), places, field);
}

/** Money in major units for one credit, as minor units for one part. */
function ratio(value: Decimal, places: number, scale: number): UnitPrice {
  const digits = value.decimalPlaces();
  const num = BigInt(value.toFixed(digits).replace('.', '')) * 10n ** BigInt(places);
  return { num, den: 10n ** BigInt(digits + scale) };
}

/** What so many parts cost, and at which price: the best that the size reaches. */
export function priceOf(
  prices: Prices,
  amount: bigint,
): { readonly money: bigint; readonly at: UnitPrice } {
  let at: UnitPrice = prices.list;
  for (const tier of prices.tiers) {
    const reached = amount * tier.fromDen >= tier.fromNum;
    if (reached && tier.num * at.den < at.num * tier.den) at = tier;
  }
  return { money: divideRounded(amount * at.num, at.den, 'half-away-from-zero'), at };
}

/** The most parts that so much money buys, and at which price. */
export function creditsFor(
  prices: Prices,
  money: bigint,
): { readonly amount: bigint; readonly at: UnitPrice } {
  let best = { amount: (money * prices.list.den) / prices.list.num, at: prices.list };
  for (const tier of prices.tiers) {
    const amount = (money * tier.den) / tier.num;
    const reached =
      tier.spend === null ? amount * tier.fromDen >= tier.fromNum : money >= tier.spend;
    if (reached && amount > best.amount) best = { amount, at: tier };
  }
  return best;
}

/** A unit price for reading: major units for one credit, as exact as the division allows. */
export function unitPriceText({ num, den }: UnitPrice, currency: string, scale: number): string {
  const minor = new Decimal(num.toString()).times(`1${'0'.repeat(scale)}`);
  const major = minor.div(den.toString()).div(`1${'0'.repeat(currencyExponent(currency))}`);
  return major.toDecimalPlaces(20).toFixed();
}
