// A purchase that is invoiced in instalments: a contract has one net position, an asset where usage is
// beyond billing and a liability where billing is beyond usage (`docs/revenue.md §8`).

import { parseDuration } from '../calendar/duration.ts';
import type { Instant } from '../calendar/instant.ts';
import { addBounded } from '../calendar/zone.ts';
import type { AccountBook, Origin } from './account-book.ts';
import type { BlockBook } from './block-book.ts';

/** When the next instalment falls due; null: all have. */
export function nextInstalment(book: AccountBook, { billing }: BlockBook): Instant | null {
  if (billing === null || billing.amount * BigInt(billing.due) >= billing.price) return null;
  const every = parseDuration(billing.every, 'billing.every');
  return addBounded(billing.starts, every, book.state.timeZone, billing.due);
}

/** Bills every instalment that is due, each at its own instant. */
export function billPast(book: AccountBook, block: BlockBook, from: Origin): void {
  if (block.billing === null) return;
  for (;;) {
    const at = nextInstalment(book, block);
    if (at === null || at > book.state.clock) return;
    bill(book, block, at < block.opened ? block.opened : at, from);
  }
}

/** The block's share of what is billed to date; what a void took back isn't billed any more. */
function bill(book: AccountBook, block: BlockBook, at: Instant, from: Origin): void {
  const { billing } = block;
  if (billing === null) return;
  billing.due += 1;
  const sum = billing.amount * BigInt(billing.due);
  const billed = sum < billing.price ? sum : billing.price;
  const before = billing.billed;
  const most = billing.share - billing.cancelled;
  const share = billing.price === 0n ? 0n : (billing.share * billed) / billing.price;
  billing.billed = share < most ? share : most;
  const figure = { before, after: billing.billed };
  book.post(book.itemOf(block), 'billed', figure, { at, from, debit: 'accounts_receivable' });
  book.net(block, at, from);
}
