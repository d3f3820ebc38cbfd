// A block as it enters a book: what it goes back to, and what was paid for it.

import type { BlockOpening } from '../account/block.ts';
import type { Operation } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';
import { currencyExponent, proportion } from '../quantity/money.ts';
import { ratioOf } from '../quantity/ratio.ts';
import { divideRounded } from '../quantity/rounding.ts';
import { scaleOf } from '../quantity/units.ts';
import type { AccountBook } from './account-book.ts';
import { type BlockBook, endOf, leftOf, NO_FIGURES } from './block-book.ts';
import { exchangeOf, partsInBook, toBook } from './exchange.ts';
import type { Folding } from './folding.ts';
import type { AccountKey, Cause } from './posting.ts';

/** One reason why a block has a basis. */
interface Sale {
  readonly cause: Cause;
  /** Minor units of the book's currency. */
  readonly amount: bigint;
  /** Null: the cause's own. */
  readonly debit: AccountKey | null;
  /** False: it is billed later, in instalments. */
  readonly isPosted: boolean;
}

/** The block before it has any credits or basis. */
export function blockBookOf(
  book: AccountBook,
  opening: BlockOpening,
  { operation, when }: Folding,
): BlockBook {
  const { number, name, unit, kind, effective, expires, finance = {} } = opening;
  const { facts } = operation;
  const source = sourceOf(book, opening, operation);
  const sold = facts.opens?.find(({ lineage }) => lineage === undefined);
  const bundled = operation.kind === 'purchase' || operation.kind === 'acceptQuote';
  const opened = openedAt(book, number, operation, when.at);
  return {
    ...{ number, name, unit, kind, effective, expires, opened },
    root: source?.root ?? kind,
    contract: source?.contract ?? (bundled ? (sold?.name ?? name) : name),
    cohort: source?.cohort ?? book.book.calendar.at(opened).name,
    finance: inherited(finance, source),
    paid: opening.basis > 0n,
    paidBy: source?.paidBy ?? payerOf(operation),
    rate: source?.rate ?? facts.fxRate ?? book.state.fx,
    ...{ granted: 0n, free: 0n, held: 0n, burned: 0n, settling: 0n, overTime: 0n },
    ...{ expired: 0n, rolled: 0n, refunded: 0n, voided: 0n },
    ...{ basis: 0n, refundedMoney: 0n, voidedMoney: 0n, rolledMoney: 0n },
    ...{
      ended: null,
      lapses: [],
      reopened: null,
      grace: null,
      freeze: null,
      forfeited: false,
      lastUse: null,
    },
    ...{ remote: null, plan: null },
    posted: NO_FIGURES,
    booked: {},
  };
}

/** One deal with older blocks is made when they are there: both legs have one date. */
function openedAt(book: AccountBook, number: number, { facts }: Operation, at: Instant): Instant {
  const { rolls = [], converts = [] } = facts;
  return [...rolls, ...converts].reduce((latest, { from, to }) => {
    const other = to === number ? book.state.blocks.get(from)?.opened : undefined;
    return other === undefined || other < latest ? latest : other;
  }, at);
}

/** The block that it rolled or was converted from. */
function sourceOf(
  book: AccountBook,
  opening: BlockOpening,
  { facts }: Operation,
): BlockBook | undefined {
  const from =
    opening.lineage?.from ?? facts.converts?.find(({ to }) => to === opening.number)?.from;
  return from === undefined ? undefined : book.state.blocks.get(from);
}

/** What rolls keeps its list price, and stays a liability where what it came from did. */
function inherited(own: BlockBook['finance'], source: BlockBook | undefined): BlockBook['finance'] {
  if (source === undefined) return own;
  const { listPrice, escheatable } = source.finance;
  return {
    ...(listPrice !== undefined && { listPrice }),
    ...(escheatable !== undefined && { escheatable }),
    ...own,
  };
}

function payerOf({ kind, input, facts }: Operation): BlockBook['paidBy'] {
  const invoiced =
    kind === 'commit' || kind === 'renew' || input['paid'] === false || facts.billing !== undefined;
  return invoiced ? 'accounts_receivable' : 'cash';
}

/** Why the block has a basis from the start; what rolls into it comes with its credits. */
export function saleOf(
  book: AccountBook,
  block: BlockBook,
  { basis, kind, lineage }: BlockOpening,
  { operation, when }: Folding,
): Sale[] {
  const { facts, moves } = operation;
  if (lineage !== undefined) return [];
  if (
    kind === 'goodwill' &&
    basis === 0n &&
    book.book.policiesAt(when.at).goodwill === 'deferral'
  ) {
    const issued = moves.reduce(
      (sum, move) =>
        move.block === block.number && move.from === 'issued' ? sum + move.amount : sum,
      0n,
    );
    const amount = goodwillCost(book, block, issued);
    block.paidBy = 'contra_revenue.goodwill';
    return [{ cause: 'goodwill', amount, debit: null, isPosted: true }];
  }
  const index = facts.opens?.findIndex(({ number }) => number === block.number) ?? -1;
  const concession = index === 0 ? (facts.concession ?? 0n) : 0n;
  return [
    {
      cause: 'billed',
      amount: pricesOf(book, facts, block.rate)[index] ?? 0n,
      debit: block.paidBy,
      isPosted: facts.billing === undefined,
    },
    {
      cause: 'concession',
      amount: toBook(book, concession, block.rate),
      debit: null,
      isPosted: true,
    },
  ];
}

/** What a sale's price is in the book's currency: of each block that it opens, and then of what else it bought. */
export function pricesOf(
  book: AccountBook,
  { opens = [], concession = 0n, shares = [] }: Operation['facts'],
  rate: string | null,
): readonly bigint[] {
  const own = opens.map(({ basis }, index) => (index === 0 ? basis - concession : basis));
  const others = shares.slice(opens.length).map(({ money }) => money);
  return partsInBook(book, [...own, ...others], rate);
}

/** Goodwill at its stated unit cost, else at that of what the account has paid for and has left. */
function goodwillCost(book: AccountBook, block: BlockBook, issued: bigint): bigint {
  const { unitCost } = block.finance;
  if (unitCost !== undefined) {
    const { numerator, denominator } = ratioOf(unitCost);
    const minor = 10n ** BigInt(currencyExponent(book.currency));
    const perUnit = 10n ** BigInt(scaleOf(book.units, block.unit));
    const fx = exchangeOf(book, block.rate);
    return divideRounded(
      numerator * issued * minor * fx.numerator,
      denominator * perUnit * fx.denominator,
      book.book.rounding,
    );
  }
  let [basis, granted] = [0n, 0n];
  for (const other of book.state.blocks.values()) {
    if (
      !other.paid ||
      other.basis === 0n ||
      other.unit !== block.unit ||
      other.effective > block.opened
    )
      continue;
    if (hasEnded(other, block.opened) || leftOf(other) === 0n) continue;
    basis += other.basis;
    granted += other.granted;
  }
  return granted === 0n ? 0n : proportion(basis, issued, granted, book.book.rounding);
}

function hasEnded(block: BlockBook, at: Instant): boolean {
  const end = endOf(block);
  return end !== null && end <= at;
}
