// How a price is divided over all that it buys: the credits, their bonus, and what else is delivered
// with them (`docs/domain.md §4`). A later estimate or policy moves no split that was made.

import type { Account } from '../account/account.ts';
import type { BlockKind } from '../account/block.ts';
import type { BlockFinance, PriceShare } from '../account/finance.ts';
import { InvalidInput } from '../errors.ts';
import { type Ratio, ratioOf, wholeNumbers } from '../quantity/ratio.ts';
import { split } from '../quantity/split.ts';
import { scaleOf } from '../quantity/units.ts';
import { DEFAULT_POLICIES } from '../terms/policies.ts';
import type { Context, StatedItem } from './command.ts';

/** A block that is sold. */
export interface SoldBlock {
  readonly name: string;
  readonly kind: BlockKind;
  /** Parts of the unit. */
  readonly amount: bigint;
  readonly finance: BlockFinance | null;
}

/** Blocks of one unit that are sold, the purchase's own first. */
export interface Sold {
  readonly unit: string;
  readonly blocks: readonly SoldBlock[];
  /** Money of the book's currency for one of the account's; null: they are the same. */
  readonly fxRate: string | null;
}

/** Money for each block, in minor units and in their order; and the split of the whole price, where more than the number of credits decided it. */
export interface PriceSplit {
  readonly blocks: readonly bigint[];
  readonly shares: readonly PriceShare[] | null;
}

/**
 * Splits a price (minor units) over the blocks that are sold, and over what else it buys. Throws `InvalidInput` where something else is bought and nothing says what a credit costs
 * by itself.
 */
export function splitPrice(
  price: bigint,
  sold: Sold,
  items: readonly StatedItem[],
  account: Account,
  context: Context,
): PriceSplit {
  const { unit, blocks } = sold;
  if (blocks.length === 1 && items.length === 0) return { blocks: [price], shares: null };
  const listed = listPrices(sold, account.currency, context);
  if (items.length > 0 && listed === null) {
    throw new InvalidInput({
      field: 'listPrice',
      expected: 'money for one credit sold alone, by which the price is split (or one of the book)',
      found: 'nothing',
    });
  }
  const prices = listed ?? blocks.map(() => ONE);
  const perCredit = 10n ** BigInt(scaleOf(context.units, unit));
  const expected = wholeNumbers([
    ...creditWeights(blocks, prices, context).map((weight) => over(weight, perCredit)),
    ...items.map(({ ssp }) => ratioOf(ssp)),
  ]);
  // Where nothing of anything is expected to be used, that decides nothing.
  const weights = expected.some((weight) => weight > 0n)
    ? expected
    : wholeNumbers(blocks.map(({ amount }, at) => times(prices[at] ?? ONE, amount)));
  const money = split(price, weights);
  const basis = money.slice(0, blocks.length);
  const counts = wholeNumbers(blocks.map(({ amount }) => times(ONE, amount)));
  if (weights.every((weight, at) => weight === counts[at])) return { blocks: basis, shares: null };
  const names = [...blocks, ...items].map(({ name }) => name);
  const shares = names.map((to, at) => ({
    to,
    weight: String(weights[at] ?? 0n),
    money: money[at] ?? 0n,
  }));
  return { blocks: basis, shares };
}

const ONE: Ratio = { numerator: 1n, denominator: 1n };

/** What a credit of each block costs by itself; null where nothing says so of any. */
function listPrices(
  { unit, blocks, fxRate }: Sold,
  currency: string,
  { book, listPrice }: Context,
): readonly Ratio[] | null {
  const own = blocks.map(({ finance }) => priceOf(finance?.listPrice));
  const rate = (book?.currency ?? currency) === currency ? null : priceOf(fxRate);
  const books = priceOf(book?.listPrice);
  const general =
    // What the purchase says holds for its bonus; what only the bonus says holds for the purchase.
    own[0] ??
    (books === null || rate === null ? books : quotient(books, rate)) ??
    priceOf(listPrice?.(unit, currency)) ??
    own.find((price) => price !== null) ??
    null;
  return general === null ? null : own.map((price) => price ?? general);
}

function priceOf(text: string | null | undefined): Ratio | null {
  const ratio = text === null || text === undefined ? null : ratioOf(text);
  return ratio?.numerator === 0n ? null : ratio;
}

/** By count every credit weighs alike; else by what it costs alone and how many of its block are expected to be used. */
function creditWeights(
  blocks: readonly SoldBlock[],
  prices: readonly Ratio[],
  context: Context,
): readonly Ratio[] {
  const policies = context.book?.policies ?? DEFAULT_POLICIES;
  const values = blocks.map(({ amount }, at) => times(prices[at] ?? ONE, amount));
  if (policies.bonus === 'by-count') {
    const { numerator: worth, denominator: digits } = sumOf(values);
    const credits = blocks.reduce((sum, { amount }) => sum + amount, 0n);
    return blocks.map(({ amount }) => ({
      numerator: worth * amount,
      denominator: digits * credits,
    }));
  }
  return values.map((value, at) => {
    const block = blocks[at];
    const policy = block?.finance?.breakage ?? policies.breakage[block?.kind ?? 'purchased'];
    if (typeof policy !== 'object' || policy.method !== 'proportional') return value;
    const { numerator, denominator } = ratioOf(policy.expected);
    return over(times(value, denominator - numerator), denominator);
  });
}

function sumOf(ratios: readonly Ratio[]): Ratio {
  return ratios.reduce(
    (sum, { numerator, denominator }) => ({
      numerator: sum.numerator * denominator + numerator * sum.denominator,
      denominator: sum.denominator * denominator,
    }),
    { numerator: 0n, denominator: 1n },
  );
}

function times({ numerator, denominator }: Ratio, factor: bigint): Ratio {
  return { numerator: numerator * factor, denominator };
}

function quotient(a: Ratio, b: Ratio): Ratio {
  return { numerator: a.numerator * b.denominator, denominator: a.denominator * b.numerator };
}

function over({ numerator, denominator }: Ratio, divisor: bigint): Ratio {
  return { numerator, denominator: denominator * divisor };
}
