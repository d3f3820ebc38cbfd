// One block as a book sees it: where its credits are, what was paid for it in the book's currency, and
// what of that has been posted to date.

import type { Place } from '../account/block.ts';
import type { BlockFinance } from '../account/finance.ts';
import type { Instant } from '../calendar/instant.ts';
import type { PolicyKind } from '../terms/policies.ts';

/** To-date figures of a block that follow from its state; minor units of the book's currency. */
export interface Figures {
  /** Earned by use, at once. */
  readonly usage: bigint;
  /** Released to pay overage. */
  readonly settled: bigint;
  /** Passed on to be earned over time. */
  readonly delivered: bigint;
  readonly breakage: bigint;
  /** Promotional use at list price. */
  readonly promotional: bigint;
}

export const NO_FIGURES: Figures = {
  usage: 0n,
  settled: 0n,
  delivered: 0n,
  breakage: 0n,
  promotional: 0n,
};

/** How a purchase is invoiced in instalments. */
export interface Instalments {
  readonly every: string;
  /** One instalment of the whole price, minor units of the book's currency. */
  readonly amount: bigint;
  readonly starts: Instant;
  /** The whole price. */
  readonly price: bigint;
  /** What of the price falls to this block: its basis without what was conceded, or came with older blocks. */
  readonly share: bigint;
  /** Instalments that have fallen due, and what of the block's share they have billed. */
  due: number;
  billed: bigint;
  /** What a void took back before it was billed. */
  cancelled: bigint;
}

/** A block of a book. Its fold changes it in place: it is copied where it is kept. */
export interface BlockBook {
  readonly number: number;
  readonly name: string;
  readonly unit: string;
  readonly kind: PolicyKind;
  /** Kind of the block that was granted first. */
  readonly root: PolicyKind;
  /** Name of the block that was sold, through all rolls and conversions. */
  readonly contract: string;
  /** Period in which that was sold. */
  readonly cohort: string;
  readonly effective: Instant;
  readonly expires: Instant | null;
  /** The accounting instant of its opening: nothing of it is posted before. */
  readonly opened: Instant;
  readonly finance: BlockFinance;
  /** Account that a void credits: the one that its purchase debited. */
  paidBy: 'cash' | 'accounts_receivable';
  /** Money of the book for one of the account's, decimal text; null: the same currency. */
  readonly rate: string | null;
  granted: bigint;
  free: bigint;
  held: bigint;
  /** Burned in all, and what of it paid overage or is delivered over time. */
  burned: bigint;
  settling: bigint;
  overTime: bigint;
  expired: bigint;
  rolled: bigint;
  refunded: bigint;
  voided: bigint;
  basis: bigint;
  refundedMoney: bigint;
  voidedMoney: bigint;
  rolledMoney: bigint;
  /** Date of the breakage at its end: what late use takes back belongs there; null: it hasn't ended. */
  ended: Instant | null;
  /** Last usage of it; null: none. */
  lastUse: Instant | null;
  /** Since when its use is remote, and what of its basis usage had earned by then; null: it isn't. */
  dormant: { readonly at: Instant; readonly usage: bigint } | null;
  billing: Instalments | null;
  /** Position below zero that was netted: usage beyond billing. */
  netted: bigint;
  posted: Figures;
}

/** Where a move's credits are counted. `issued` is where blocks come from. */
export function applyMove(block: BlockBook, from: Place, to: Place, amount: bigint): void {
  if (from === 'issued') block.granted += amount;
  else block[from] -= amount;
  if (to !== 'issued') block[to] += amount;
}

/** What is left of it, held credits included. */
export function leftOf({ free, held }: Pick<BlockBook, 'free' | 'held'>): bigint {
  return free + held;
}

/** Basis that is a liability still: nobody earned it, got it back or took it along. */
export function deferredOf(
  block: BlockBook,
  { usage, settled, delivered, breakage }: Figures,
): bigint {
  const { basis, refundedMoney, voidedMoney, rolledMoney } = block;
  return basis - refundedMoney - voidedMoney - rolledMoney - usage - settled - delivered - breakage;
}
