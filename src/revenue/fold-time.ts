// What time alone does to a book: months end and earn what was delivered in them, instalments fall
// due, use becomes remote, policies change. Followed in order, up to an instant.

import type { Instant } from '../calendar/instant.ts';
import { earnedAt } from '../terms/ratable.ts';
import type { AccountBook, Origin } from './account-book.ts';
import type { BlockBook } from './block-book.ts';
import { dormancyOf, lapseWhereRemote } from './dormancy.ts';
import { billPast, nextInstalment } from './instalments.ts';

/** Follows time up to an instant, that instant included. It never goes back. */
export function followTime(book: AccountBook, until: Instant): void {
  const { state } = book;
  while (state.clock < until) {
    const next = nextEvent(book, until);
    state.clock = next;
    happen(book, next);
  }
}

/** The first instant after the clock at which something may happen; `until` where nothing does. */
function nextEvent(book: AccountBook, until: Instant): Instant {
  const { state } = book;
  let next = until;
  const candidate = (at: Instant | null): void => {
    if (at !== null && at > state.clock && at < next) next = at;
  };
  candidate(book.book.changeAfter(state.clock));
  if (state.deliveries.some((delivery) => isRunning(delivery))) {
    candidate(book.book.calendar.at(state.clock).ends);
    // The clock may stand on a month's last millisecond already.
    candidate(book.book.calendar.at(state.clock + 1).ends);
  }
  for (const block of state.blocks.values()) {
    if (block.billing !== null) candidate(nextInstalment(book, block));
    if (block.basis > 0n) candidate(dormancyOf(book, block, state.clock + 1));
    if (isAllHeld(block)) candidate(block.expires);
  }
  return next;
}

function isRunning({
  schedule,
  posted,
}: {
  readonly schedule: { readonly amount: bigint };
  readonly posted: bigint;
}): boolean {
  return posted !== schedule.amount;
}

function happen(book: AccountBook, now: Instant): void {
  const { state } = book;
  const from: Origin = { operation: state.number, hash: state.hash, key: null, brought: true };
  const { calendar, changes } = book.book;
  const period = calendar.at(now);
  if (period.starts === now) {
    // Half open: the month before earned its part at its last millisecond.
    const at = now - 1;
    for (const delivery of state.deliveries) {
      if (!isRunning(delivery)) continue;
      book.earn(delivery, earnedAt(delivery.schedule, at, book.ratable(at)), { at, from });
    }
    forgetDelivered(book);
  }
  for (const block of state.blocks.values()) {
    billPast(book, block, from);
    lapseWhereRemote(book, block, from);
    endHeld(book, block, from);
  }
  if (!changes.some((change) => change.at === now)) return;
  for (const block of state.blocks.values()) {
    if (block.basis > 0n || block.root === 'promotional') book.settle(block, { at: now, from });
  }
  for (const delivery of state.deliveries) {
    if (isRunning(delivery)) {
      book.earn(delivery, earnedAt(delivery.schedule, now - 1, book.ratable(now)), {
        at: now,
        from,
      });
    }
  }
}

/** Whether its end goes by without an operation: nothing is free that could expire or roll. */
function isAllHeld({ basis, ended, free, held }: BlockBook): boolean {
  return basis > 0n && ended === null && free === 0n && held > 0n;
}

/** From its end on facts replace an estimate, also where holds keep all that is left. */
function endHeld(book: AccountBook, block: BlockBook, from: Origin): void {
  const { expires } = block;
  if (expires === null || expires > book.state.clock || !isAllHeld(block)) return;
  block.ended = Math.max(expires - 1, block.opened);
  book.settle(block, { at: block.ended, from });
}

/** Usage that is delivered to its end is over; access that was sold can still be paid back. */
function forgetDelivered(book: AccountBook): void {
  const { deliveries, clock } = book.state;
  for (let index = deliveries.length - 1; index >= 0; index -= 1) {
    const delivery = deliveries[index];
    if (delivery === undefined || delivery.block === null || isRunning(delivery)) continue;
    if (delivery.schedule.ends <= clock) deliveries.splice(index, 1);
  }
}
