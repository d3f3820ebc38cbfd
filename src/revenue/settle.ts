// Brings what is posted of a block to what its state says: each figure's change is one posting, dated
// when what caused it happened (`docs/revenue.md §9`).

import type { Instant } from '../calendar/instant.ts';
import { currencyExponent } from '../quantity/money.ts';
import { ratioOf } from '../quantity/ratio.ts';
import { divideRounded } from '../quantity/rounding.ts';
import { scaleOf } from '../quantity/units.ts';
import type { AccountBook, Dated, Details } from './account-book.ts';
import type { BlockBook, Figures } from './block-book.ts';
import { exchangeOf } from './exchange.ts';
import { figuresOf, type Rules } from './figures.ts';

/** A block while an operation changes it. */
export interface Touch {
  readonly block: BlockBook;
  /** When that happened: never before the block was opened. */
  readonly when: Dated;
  /** Where the breakage belongs that late use takes back; null: where everything else does. */
  breakage: Dated | null;
  /** Parts of it that were burned, less those that were undone. */
  units: bigint;
  /** What of that happened before its use had become remote, and is told only now. */
  usedBefore: bigint;
}

/** Begins a change of a block that belongs to an instant. */
export function touch(book: AccountBook, block: BlockBook, when: Dated): Touch {
  const own = when.at < block.opened ? book.dated(block.opened, when.from) : when;
  return { block, when: own, breakage: null, units: 0n, usedBefore: 0n };
}

/**
 * Ends it: every figure that changed is posted. Policies are those of now, however late the fact: what
 * they make of all that was used is caught up already. Gives the figures before and after.
 */
export function settle(
  book: AccountBook,
  { block, when, breakage, units }: Touch,
  product: string | null = null,
): { readonly before: Figures; readonly after: Figures } {
  const before = block.posted;
  const { clock } = book.state;
  const after = figuresOf(block, rulesOf(book, block, when.at < clock ? clock : when.at));
  block.posted = after;
  if (block.plan !== null) book.unnetted.add(block.plan);
  const item = book.itemOf(block);
  const details: Details = { units, product };
  book.post(item, 'usage', before.usage, after.usage, when, details);
  book.post(item, 'settled', before.settled, after.settled, when, details);
  book.post(item, 'delivered', before.delivered, after.delivered, when, details);
  book.post(item, 'promotional', before.promotional, after.promotional, when, details);
  book.post(item, 'breakage', before.breakage, after.breakage, breakage ?? when, { units });
  // Overage that credits paid has earned in the end what those credits cost.
  book.post(item, 'released', before.settled, after.settled, when, details);
  return { before, after };
}

/** How a block's figures are figured at an instant. What is over stays as it ended. */
export function rulesOf(book: AccountBook, block: BlockBook, at: Instant): Rules {
  const end = block.ended ?? at;
  const version = book.book.versionAt(at < end ? at : end);
  const known = book.rules.get(block.number);
  if (known?.version === version) return known.rules;
  const { account } = book.state;
  const { name, kind, root, cohort, finance } = block;
  const subject = { account, block: name, kind, root, cohort, own: finance.breakage };
  const rules: Rules = {
    breakage: book.book.breakageOf(subject, version),
    escheatable: finance.escheatable === true,
    rounding: book.book.rounding,
    listed: listedOf(book, block, version),
  };
  book.rules.set(block.number, { version, rules });
  return rules;
}

function listedOf(book: AccountBook, block: BlockBook, version: number): Rules['listed'] {
  const { definition, rounding } = book.book;
  if (block.root !== 'promotional' || block.basis !== 0n) return null;
  if (book.book.policiesOf(version).promotional !== 'gross') return null;
  const own = block.finance.listPrice;
  const price = own ?? definition.listPrice;
  if (price === null) return null;
  const { numerator, denominator } = ratioOf(price);
  const perUnit = 10n ** BigInt(scaleOf(book.units, block.unit));
  const perMajor = 10n ** BigInt(currencyExponent(book.currency));
  return (parts) => {
    if (parts === 0n) return 0n;
    // A block's own list price is in the account's currency.
    const fx = own === undefined ? null : exchangeOf(book, block.rate);
    return divideRounded(
      numerator * parts * perMajor * (fx?.numerator ?? 1n),
      denominator * perUnit * (fx?.denominator ?? 1n),
      rounding,
    );
  };
}
