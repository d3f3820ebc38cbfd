// Sums that time earns, month by month: at each month's end, and where what was sold changes
// (`docs/revenue.md §8`).

import type { Instant } from '../calendar/instant.ts';
import { earnedAt, type Schedule, scheduled } from '../terms/ratable.ts';
import type { AccountBook, Dated, Delivery, Origin } from './account-book.ts';
import type { BlockBook } from './block-book.ts';
import type { BookPeriod } from './calendar.ts';
import { settle, type Touch } from './settle.ts';

/** Whether something of it isn't earned yet. */
export function isRunning({ schedule, posted }: Delivery): boolean {
  return posted !== schedule.amount;
}

/** It earns again where the month ends. */
export function wakeAtMonthEnd(book: AccountBook, delivery: Delivery): void {
  if (isRunning(delivery)) book.wakeBy(book.book.calendar.at(book.state.clock).ends);
}

/** A delivery of which nothing is earned yet. */
export function deliveryOf(
  fixed: Pick<Delivery, 'item' | 'block' | 'of' | 'product' | 'rate'> &
    Partial<Pick<Delivery, 'paidBy'>>,
  schedule: Schedule,
): Delivery {
  return { paidBy: 'cash', ...fixed, schedule, changed: 0, posted: 0n, earned: {}, booked: {} };
}

/**
 * Earns what belongs to the month of an instant and to those after it, as far as they are over: what is
 * told late has its origin there, and corrects what was posted for them. Months before stay as they are.
 */
export function earnMonths(
  book: AccountBook,
  delivery: Delivery,
  since: Instant,
  from: Origin,
): void {
  const { calendar } = book.book;
  const { clock } = book.state;
  const first = calendar.at(since);
  let month = first;
  let date = 0n;
  for (const [name, amount] of Object.entries(delivery.earned)) {
    if (name < first.name) date += amount;
  }
  for (;;) {
    const target = earnedBy(book, delivery, month);
    const own = target - date;
    date = target;
    const change = own - (delivery.earned[month.name] ?? 0n);
    if (change !== 0n) {
      const isOver = month.ends <= clock;
      const at = isOver ? month.ends - 1 : Math.max(month.starts, since);
      const before = delivery.posted;
      delivery.posted += change;
      delivery.earned[month.name] = own;
      const { item, product } = delivery;
      book.post(item, 'ratable', before, delivery.posted, book.dated(at, from), { product });
    }
    if (month.ends > clock) return;
    month = calendar.after(month);
  }
}

/** Earned to date at a month's end; of a month that goes on, what was recorded at its start or with the last change. */
function earnedBy(
  book: AccountBook,
  { schedule, changed }: Delivery,
  { starts, ends }: BookPeriod,
): bigint {
  const isOver = ends <= book.state.clock;
  const at = isOver ? ends - 1 : Math.max(changed, starts) - 1;
  return earnedAt(schedule, at, book.ratable(isOver ? at : book.state.clock));
}

/** What the last exit of a block, or another policy, makes of its parts belongs to what was delivered last. */
export function moveBy(book: AccountBook, block: BlockBook, amount: bigint, when: Dated): void {
  if (amount === 0n) return;
  const { deliveries } = book.state;
  const { at, from } = when;
  let last = deliveries.findLast((delivery) => delivery.block === block.number);
  if (last === undefined) {
    const { number, rate } = block;
    const item = book.itemOf(block);
    const fixed = { item, block: number, of: from.operation, product: null, rate };
    last = { ...deliveryOf(fixed, scheduled({ starts: at, ends: at }, 0n)), changed: at + 1 };
    deliveries.push(last);
  }
  last.schedule = { ...last.schedule, amount: last.schedule.amount + amount };
  earnMonths(book, last, at, from);
  book.wakeBy(0);
}

/** Settles a block that no operation touches, and passes on what that makes of what is delivered over time. */
export function settleAlone(book: AccountBook, touched: Touch): void {
  const { before, after } = settle(book, touched);
  moveBy(book, touched.block, after.delivered - before.delivered, touched.when);
}
