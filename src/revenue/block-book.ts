// One block as a book sees it: where its credits are, what was paid for it in the book's currency, and
// what of that has been posted to date.

import type { Place } from '../account/block.ts';
import type { BlockFinance } from '../account/finance.ts';
import { type Freeze, putOff } from '../account/freeze.ts';
import type { Instant } from '../calendar/instant.ts';
import type { PolicyKind } from '../terms/policies.ts';
import type { Cause } from './posting.ts';

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

/** Use of a block that a written test calls remote. */
export interface Remote {
  /** What is used from here on earns nothing more. */
  readonly since: Instant;
  /** Where the breakage belongs that it made. */
  readonly at: Instant;
  /** The test: how long nobody had used it. */
  readonly after: string;
  /** What was burned of it before, less what of that came back. */
  used: bigint;
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
  /** Whether any of its basis was paid for: goodwill is a liability that nobody paid. */
  paid: boolean;
  /** Account that a void credits: the one that its purchase debited. */
  paidBy: 'cash' | 'accounts_receivable' | 'contra_revenue.goodwill';
  /** Money of the book for one of the account's, decimal text; null: none was stated by then. */
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
  /** Its first end, a millisecond before it; null: it hasn't ended. */
  ended: Instant | null;
  /** Where what lapsed at its ends is dated: the first time, and once more after it was opened again. */
  readonly lapses: Instant[];
  /** When it was opened again for a grace, and until when; null: never. */
  reopened: Instant | null;
  grace: Instant | null;
  /** What froze it, and when: its end has moved by as much; null: nothing ever did. */
  freeze: Freeze | null;
  /** Whether a change of plan took it back: what comes back of it lapses. */
  forfeited: boolean;
  /** Last usage of it; null: none. */
  lastUse: Instant | null;
  /** Its use is remote; null: it isn't. */
  remote: Remote | null;
  /** Which of the account's billing plans bills it; null: none, it was billed as a whole. */
  plan: number | null;
  posted: Figures;
  /** What was posted to date of all else, by cause. */
  readonly booked: Partial<Record<Cause, bigint>>;
}

/** When its credits end as things stand; null: never, or not before it thaws. */
export function endOf({ expires, reopened, grace, freeze }: BlockBook): Instant | null {
  if (expires === null || (freeze !== null && freeze.since !== null)) return null;
  if (grace !== null) return grace + putOff(freeze, reopened ?? 0);
  return expires + putOff(freeze, 0);
}

/** Its end goes by without an operation where nothing is free that could expire or roll: what comes to it later finds it over. */
export function endWhereOver(block: BlockBook, now: Instant): void {
  if (block.ended !== null) return;
  const end = endOf(block);
  if (end !== null && end <= now) block.ended = Math.max(end - 1, block.opened);
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

/** Basis that nobody earned, got back or took along. */
export function deferredOf(
  block: Pick<BlockBook, 'basis' | 'refundedMoney' | 'voidedMoney' | 'rolledMoney'>,
  {
    usage,
    settled,
    delivered,
    breakage,
  }: Pick<Figures, 'usage' | 'settled' | 'delivered' | 'breakage'>,
): bigint {
  const { basis, refundedMoney, voidedMoney, rolledMoney } = block;
  return basis - refundedMoney - voidedMoney - rolledMoney - usage - settled - delivered - breakage;
}
