// What reports are made of: accounts one after the other, each with its book at the start, every
// posting and every move of credits since, and its book at the end. A report keeps only what it sums.

import type { Place } from '../account/block.ts';
import type { Instant } from '../calendar/instant.ts';
import type { AccountState, Origin } from './account-book.ts';
import { deferredOf } from './block-book.ts';
import { billingsOf } from './instalments.ts';
import type { Item, Posting } from './posting.ts';

/** Credits of a block on their way, as the book dates them. */
export interface UnitMove extends Origin {
  readonly item: Item;
  /** Whether the book has a basis for the block. */
  readonly isPaid: boolean;
  readonly from: Place;
  readonly to: Place;
  /** Parts of the unit. */
  readonly amount: bigint;
  readonly at: Instant;
  /** Periods of the instant, and of its posting. */
  readonly origin: string;
  readonly period: string;
}

/** What stands on one item; minor units. */
export interface ItemStock {
  readonly item: Item;
  /** The liability, what is delivered over time included. */
  readonly deferred: bigint;
  readonly term: bigint;
  readonly unbilled: bigint;
}

/** Whose figures follow. */
export interface AccountHead {
  readonly account: string;
  /** Currency of all that is told of it. */
  readonly currency: string;
}

/** Takes accounts in the order of their names and gives rows. */
export interface Sink<Row> {
  /** An account begins, with its book before the first posting; null: it isn't open yet. The book changes as postings come. */
  begin(head: AccountHead, opening: AccountState | null): void;
  post(posting: Posting): void;
  moved?(move: UnitMove): void;
  /** It is over; its rows, and its book as it is then. */
  end(state: AccountState): Iterable<Row>;
  /** The last account is over. */
  finish(): Iterable<Row>;
}

/** What stands on each item of an account's book. */
export function stocksOf({ account, blocks, deliveries, rates, plans }: AccountState): ItemStock[] {
  const stocks: ItemStock[] = [];
  const termOf = new Map<number, bigint>();
  for (const { block, item, schedule, posted } of deliveries) {
    const term = schedule.amount - posted;
    if (block !== null) termOf.set(block, (termOf.get(block) ?? 0n) + term);
    else stocks.push({ item, deferred: term, term, unbilled: 0n });
  }
  const billings = billingsOf(plans);
  for (const block of blocks.values()) {
    const { name, unit, root, contract, cohort, number, posted } = block;
    const { rest, netted } = billings.get(number) ?? { rest: 0n, netted: 0n };
    const item: Item = { what: 'block', name, unit, kind: root, contract, cohort };
    const term = termOf.get(number) ?? 0n;
    const deferred = deferredOf(block, posted) - rest + netted + term;
    stocks.push({ item, deferred, term, unbilled: netted });
  }
  for (const [name, { unit, cohort, posted, invoiced }] of rates) {
    const item: Item = { what: 'overage', name, unit, kind: null, contract: account, cohort };
    stocks.push({ item, deferred: 0n, term: 0n, unbilled: posted - invoiced });
  }
  return stocks.filter(({ deferred, term, unbilled }) => (deferred | term | unbilled) !== 0n);
}
