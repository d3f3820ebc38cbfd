// A block as it enters a book: what it goes back to, and what was paid for it.

import type { BlockOpening } from '../account/block.ts';
import { asWritten } from '../account/codec.ts';
import type { Operation } from '../account/operation.ts';
import { currencyExponent, parseMoney, proportion } from '../quantity/money.ts';
import { ratioOf } from '../quantity/ratio.ts';
import { divideRounded } from '../quantity/rounding.ts';
import { scaleOf } from '../quantity/units.ts';
import type { AccountBook } from './account-book.ts';
import { type BlockBook, type Instalments, leftOf, NO_FIGURES } from './block-book.ts';
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
  { operation, at }: Folding,
): BlockBook {
  const { number, name, unit, kind, effective, expires, finance = {} } = opening;
  const source = sourceOf(book, opening, operation);
  const sold = operation.facts.opens?.find(({ lineage }) => lineage === undefined);
  const bundled = operation.kind === 'purchase' || operation.kind === 'acceptQuote';
  const { facts } = operation;
  return {
    ...{ number, name, unit, kind, effective, expires },
    root: source?.root ?? kind,
    contract: source?.contract ?? (bundled ? (sold?.name ?? name) : name),
    cohort: source?.cohort ?? book.book.calendar.at(at).name,
    opened: at,
    finance: inherited(finance, source),
    paidBy: source?.paidBy ?? payerOf(operation),
    rate: source?.rate ?? facts.fxRate ?? null,
    ...{ granted: 0n, free: 0n, held: 0n, burned: 0n, settling: 0n, overTime: 0n },
    ...{ expired: 0n, rolled: 0n, refunded: 0n, voided: 0n },
    ...{ basis: 0n, refundedMoney: 0n, voidedMoney: 0n, rolledMoney: 0n },
    ended: null,
    lastUse: null,
    dormant: null,
    billing: instalmentsOf(book, opening, operation),
    netted: 0n,
    posted: NO_FIGURES,
  };
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

function payerOf({ kind, input }: Operation): BlockBook['paidBy'] {
  const invoiced = kind === 'commit' || kind === 'renew' || input['paid'] === false;
  return invoiced ? 'accounts_receivable' : 'cash';
}

function instalmentsOf(
  book: AccountBook,
  opening: BlockOpening,
  operation: Operation,
): Instalments | null {
  const { facts, input } = operation;
  const { billing } = facts;
  if (billing === undefined) return null;
  const stated = asWritten<{ readonly amount: string }>(input['price'] ?? null).amount;
  return {
    every: billing.every,
    starts: billing.starts,
    amount: book.toBook(billing.amount, facts.fxRate ?? null),
    price: book.toBook(parseMoney(stated, book.state.currency, 'price'), facts.fxRate ?? null),
    share: book.toBook(paidFor(opening, operation), facts.fxRate ?? null),
    due: 0,
    billed: 0n,
    cancelled: 0n,
  };
}

/** What was paid for the block: what is conceded with it is part of its basis, too. */
function paidFor({ number, basis }: BlockOpening, { facts }: Operation): bigint {
  const isConceded = facts.opens?.[0]?.number === number;
  return isConceded ? basis - (facts.concession ?? 0n) : basis;
}

/** Why the block has a basis from the start; what rolls into it comes with its credits. */
export function saleOf(
  book: AccountBook,
  block: BlockBook,
  opening: BlockOpening,
  { operation, at }: Folding,
): Sale[] {
  const { basis, kind, lineage } = opening;
  const { moves } = operation;
  if (lineage !== undefined) return [];
  if (kind === 'goodwill' && basis === 0n && book.book.policiesAt(at).goodwill === 'deferral') {
    const issued = moves.reduce(
      (sum, move) =>
        move.block === block.number && move.from === 'issued' ? sum + move.amount : sum,
      0n,
    );
    const amount = goodwillCost(book, block, issued);
    return [{ cause: 'goodwill', amount, debit: null, isPosted: true }];
  }
  const paid = paidFor(opening, operation);
  return [
    {
      cause: 'billed',
      amount: book.toBook(paid, block.rate),
      debit: block.paidBy,
      isPosted: block.billing === null,
    },
    {
      cause: 'concession',
      amount: book.toBook(basis - paid, block.rate),
      debit: null,
      isPosted: true,
    },
  ];
}

/** Goodwill at its stated unit cost, else at that of what the account has paid for and has left. */
function goodwillCost(book: AccountBook, block: BlockBook, issued: bigint): bigint {
  const { unitCost } = block.finance;
  if (unitCost !== undefined) {
    const { numerator, denominator } = ratioOf(unitCost);
    const minor = 10n ** BigInt(currencyExponent(book.state.currency));
    const perUnit = 10n ** BigInt(scaleOf(book.units, block.unit));
    const cost = divideRounded(
      numerator * issued * minor,
      denominator * perUnit,
      book.book.rounding,
    );
    return book.toBook(cost, block.rate);
  }
  let [basis, granted] = [0n, 0n];
  for (const other of book.state.blocks.values()) {
    const isPaid = other.basis > 0n && other.root !== 'goodwill' && other.unit === block.unit;
    const isOpen =
      other.effective <= block.opened && (other.expires === null || other.expires > block.opened);
    if (!isPaid || !isOpen || leftOf(other) === 0n) continue;
    basis += other.basis;
    granted += other.granted;
  }
  return granted === 0n ? 0n : proportion(basis, issued, granted, book.book.rounding);
}
