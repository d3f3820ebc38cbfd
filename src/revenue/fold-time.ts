// What time alone does to a book: months end and earn what was delivered in them, instalments fall
// due, use becomes remote, policies change. Followed in order, up to an instant.

import { type Instant, LAST_INSTANT } from '../calendar/instant.ts';
import type { AccountBook, Origin } from './account-book.ts';
import { type BlockBook, endWhereOver, leftOf } from './block-book.ts';
import type { Book } from './book.ts';
import { earnMonths, isRunning, settleAlone } from './deliveries.ts';
import { lapseWhereRemote, testAnew } from './dormancy.ts';
import { blockIn } from './folding.ts';
import { billPast, net, nextInstalment } from './instalments.ts';
import { rulesOf, touch } from './settle.ts';
import type { Timers } from './timers.ts';

/** Days after its end for which a delivery is remembered: late facts of it are told by then. */
const REMEMBERED_MS = 100 * 86_400_000;

/** Follows time up to an instant, that instant included. It never goes back. */
export function followTime(book: AccountBook, until: Instant): void {
  const { state } = book;
  // Almost always nothing happens between two operations.
  while (book.wake <= until) {
    const next = nextEvent(book);
    if (next > until) break;
    state.clock = next;
    happen(book, next);
  }
  if (state.clock < until) state.clock = until;
}

/** The first instant after the clock at which something may happen. */
function nextEvent(book: AccountBook): Instant {
  const { state } = book;
  const { clock } = state;
  book.rest();
  book.wakeBy(book.book.nextChangeOf(state.account, clock));
  const from = timeItself(book);
  if (book.isFresh) {
    for (const index of state.plans.keys()) {
      watchPlan(book, index);
      book.unnetted.add(index);
    }
    for (const block of state.blocks.values()) watch(book, block, from);
    book.isFresh = false;
  }
  book.wakeBy(firstOf(book.planTimers, (index) => watchPlan(book, index)));
  book.wakeBy(firstOf(book.blockTimers, (number) => watch(book, blockIn(book, number), from)));
  if (state.deliveries.some(isRunning)) book.wakeBy(book.book.calendar.at(clock).ends);
  return book.wake;
}

/** The earliest instant that still stands when it is looked at anew; null: there is none. */
function firstOf(timers: Timers, watchAnew: (number: number) => void): Instant | null {
  for (let { first } = timers; first !== null; { first } = timers) {
    const [at, number] = first;
    timers.drop();
    watchAnew(number);
    if (timers.of(number) === at) return at;
  }
  return null;
}

/** When a block does something by itself, after the clock; what should have is looked at with the next event. */
function watch(book: AccountBook, block: BlockBook, from: Origin): void {
  lapseWhereRemote(book, block, from);
  const { number, expires } = block;
  if (expires === null || !isAllHeld(block)) return;
  if (expires > book.state.clock) book.wakeBlock(number, expires);
  else book.lateBlocks.add(number);
}

/** The same for a billing plan. */
function watchPlan(book: AccountBook, index: number): void {
  const plan = book.state.plans[index];
  const at = plan === undefined ? null : nextInstalment(book, plan);
  if (at === null) return;
  if (at > book.state.clock) book.planTimers.wake(index, at);
  else book.latePlans.add(index);
}

/** What is looked at now, in the order in which it came to be. */
function dueOf(timers: Timers, late: Set<number>, now: Instant): readonly number[] {
  const due = new Set([...late, ...timers.taken(now)]);
  late.clear();
  return [...due].sort((a, b) => a - b);
}

function timeItself({ state }: AccountBook): Origin {
  return { operation: state.number, hash: state.hash, key: null, brought: true };
}

function happen(book: AccountBook, now: Instant): void {
  const { state } = book;
  const from = timeItself(book);
  // Half open: the month before earned its part at its last millisecond.
  const { starts } = book.book.calendar.at(now);
  if (starts === now) {
    for (const delivery of state.deliveries) {
      if (isRunning(delivery)) earnMonths(book, delivery, now - 1, from);
    }
    forgetDelivered(book);
  }
  for (const index of dueOf(book.planTimers, book.latePlans, now)) {
    const plan = state.plans[index];
    if (plan !== undefined) billPast(book, plan, from);
    watchPlan(book, index);
  }
  const isChange = book.book.nextChangeOf(state.account, now - 1) === now;
  const due = dueOf(book.blockTimers, book.lateBlocks, now);
  // Other policies may make anything due.
  for (const number of isChange ? state.blocks.keys() : due) {
    const block = blockIn(book, number);
    lapseWhereRemote(book, block, from);
    endHeld(book, block, from);
    if (isAllHeld(block) && (block.expires ?? now) > now) book.wakeBlock(number, block.expires);
  }
  for (const index of [...book.unnetted].sort((a, b) => a - b)) {
    const plan = state.plans[index];
    if (plan !== undefined) net(book, plan, book.dated(now - 1, from));
  }
  book.unnetted.clear();
  if (isChange) recompute(book, now, from);
}

/** Whether its end goes by without an operation: nothing is free that could expire or roll. */
export function isAllHeld({ basis, ended, freeze, free, held }: BlockBook): boolean {
  return held > 0n && free === 0n && basis > 0n && ended === null && freeze === null;
}

/** From its end on facts replace an estimate, also where holds keep all that is left. */
function endHeld(book: AccountBook, block: BlockBook, from: Origin): void {
  const { expires, opened } = block;
  if (expires === null || expires > book.state.clock || !isAllHeld(block)) return;
  const at = Math.max(expires - 1, opened);
  const { breakage } = rulesOf(book, block, at);
  if (breakage === 'at-expiry' || breakage.method !== 'proportional') return;
  block.ended = at;
  settleAlone(book, touch(book, block, book.dated(at, from)));
}

/** Other policies: figures to date are computed anew, and the difference is of now. */
function recompute(book: AccountBook, now: Instant, from: Origin): void {
  const { blocks, deliveries, plans } = book.state;
  const when = book.dated(now, from);
  for (const block of blocks.values()) {
    // What is over stays as it ended.
    if (leftOf(block) === 0n) continue;
    if (block.basis === 0n && block.root !== 'promotional') continue;
    endWhereOver(block, now);
    testAnew(book, block, now);
    settleAlone(book, touch(book, block, when));
    lapseWhereRemote(book, block, from);
  }
  for (const plan of plans) net(book, plan, when);
  const [is, was] = [book.ratable(now), book.ratable(now - 1)];
  if (is.method === was.method) return;
  for (const delivery of deliveries) {
    // What has earned its last cent may not have by another rule.
    if (isRunning(delivery) || delivery.schedule.ends > now) {
      earnMonths(book, delivery, now, from);
    }
  }
}

/**
 * Other policies are known from here on, some of them of instants that are over: figures to date are
 * computed anew, each difference at its own instant. What a close knew less of stays as it was.
 */
export function catchUp(book: AccountBook, before: Book): void {
  const { account, clock } = book.state;
  const known = new Set(before.changes);
  const told = book.book.changes.find(
    (change) =>
      change.at <= clock &&
      (change.account === undefined || change.account === account) &&
      !known.has(change),
  );
  if (told === undefined) return;
  const first = told.at;
  for (const at of new Set(book.book.changesOf(account))) {
    if (at >= first && at <= clock) recompute(book, at, timeItself(book));
  }
}

/** Usage that is delivered to its end is over, once nothing is told of it any more; access that was sold can still be paid back. */
function forgetDelivered({ state }: AccountBook): void {
  const { deliveries, clock } = state;
  for (let index = deliveries.length - 1; index >= 0; index -= 1) {
    const delivery = deliveries[index];
    if (delivery === undefined || delivery.block === null || isRunning(delivery)) continue;
    if (Math.min(delivery.schedule.ends, LAST_INSTANT) + REMEMBERED_MS <= clock) {
      deliveries.splice(index, 1);
    }
  }
}
