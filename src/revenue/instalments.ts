// A purchase that is invoiced in instalments: a contract has one net position, an asset where usage is
// beyond billing and a liability where billing is beyond usage (`docs/revenue.md §8`).

import { asWritten } from '../account/codec.ts';
import { parseDuration } from '../calendar/duration.ts';
import type { Instant } from '../calendar/instant.ts';
import { addBounded } from '../calendar/zone.ts';
import { parseMoney } from '../quantity/money.ts';
import type { AccountBook, Origin } from './account-book.ts';
import type { BlockBook } from './block-book.ts';
import { toBook } from './exchange.ts';
import { blockIn, type Folding } from './folding.ts';
import { settle, touch } from './settle.ts';

/** A block of a purchase that is billed in instalments: the first ones may be due already. */
export function startBilling(book: AccountBook, block: BlockBook, { operation }: Folding): void {
  const { billing, fxRate = null } = operation.facts;
  // What came into a deal from older blocks was billed with them.
  if (billing === undefined || block.basis === 0n) return;
  const stated = asWritten<{ readonly amount: string }>(operation.input['price'] ?? null).amount;
  const price = parseMoney(stated, book.state.currency, 'price');
  const concession = block.booked.concession ?? 0n;
  block.toBill = block.basis - concession;
  block.billing = {
    every: billing.every,
    starts: billing.starts,
    amount: toBook(book, billing.amount, fxRate),
    price: toBook(book, price, fxRate),
    share: block.toBill,
    ...{ due: 0, billed: 0n, carriers: [block.number] },
  };
  book.wakeBy(0);
}

/** When the next instalment falls due; null: all have. */
export function nextInstalment(book: AccountBook, { billing }: BlockBook): Instant | null {
  if (billing === null || billing.amount * BigInt(billing.due) >= billing.price) return null;
  const every = parseDuration(billing.every, 'billing.every');
  return addBounded(billing.starts, every, book.state.timeZone, billing.due);
}

/** Bills every instalment that is due, each at its own instant. */
export function billPast(book: AccountBook, block: BlockBook, from: Origin): void {
  for (;;) {
    const at = nextInstalment(book, block);
    if (at === null || at > book.state.clock) return;
    bill(book, block, at < block.opened ? block.opened : at, from);
  }
}

/** The block's share of what is billed to date, as far as anything is left to bill. */
function bill(book: AccountBook, { billing }: BlockBook, at: Instant, from: Origin): void {
  if (billing === null) return;
  billing.due += 1;
  const sum = billing.amount * BigInt(billing.due);
  const date = sum < billing.price ? sum : billing.price;
  const share = (billing.share * date) / billing.price;
  let left = share - billing.billed;
  billing.billed = share;
  for (const number of billing.carriers) {
    const carrier = blockIn(book, number);
    const part = left < carrier.toBill ? left : carrier.toBill;
    if (part === 0n) continue;
    left -= part;
    const touched = touch(book, carrier, book.dated(at, from));
    carrier.toBill -= part;
    const details = { debit: 'accounts_receivable' } as const;
    book.add(book.itemOf(carrier), carrier.booked, 'billed', part, touched.when, details);
    settle(book, touched);
  }
}

/** What has still to be billed goes along with basis that moves to another block; gives how much that is. */
export function passBilling(
  book: AccountBook,
  from: BlockBook,
  to: BlockBook,
  basis: bigint,
): bigint {
  const moved = basis < from.toBill ? basis : from.toBill;
  if (moved === 0n) return 0n;
  from.toBill -= moved;
  to.toBill += moved;
  for (const { billing } of book.state.blocks.values()) {
    if (billing?.carriers.includes(from.number) === true) addTo(billing.carriers, to.number);
  }
  return moved;
}

function addTo(carriers: number[], number: number): void {
  if (!carriers.includes(number)) carriers.push(number);
}
