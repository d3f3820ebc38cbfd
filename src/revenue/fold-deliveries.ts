// What is delivered over time: usage that unlocked something, and access that was sold for money. How
// its money is earned is in `deliveries.ts`; here it begins, changes, and is paid back.

import type { DeliveredOver } from '../account/finance.ts';
import type { Operation } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';
import { InvariantBroken } from '../errors.ts';
import { changed, repaid, type Schedule, scheduled } from '../terms/ratable.ts';
import type { AccountBook, Dated, Delivery } from './account-book.ts';
import { deliveryOf, earnMonths, moveBy, wakeAtMonthEnd } from './deliveries.ts';
import { toBook } from './exchange.ts';
import { blockIn, type Folding } from './folding.ts';
import type { Item } from './posting.ts';

/** What the usage's blocks passed on, by block: a new delivery, or a change of one that there is. */
export function foldDeliveries(
  book: AccountBook,
  folding: Folding,
  delivered: ReadonlyMap<number, bigint>,
): void {
  const { stops } = folding.operation.facts;
  const isStopped = ({ block, of }: Delivery): boolean => block !== null && of === stops?.paidBy;
  const stopped = stops === undefined ? [] : book.state.deliveries.filter(isStopped);
  for (const [number, change] of delivered) {
    if (stopped.some(({ block }) => block === number)) continue;
    pass(book, folding, number, change);
  }
  if (stops === undefined) return;
  for (const delivery of stopped) {
    const { schedule } = delivery;
    const amount = schedule.amount + (delivered.get(delivery.block ?? 0) ?? 0n);
    // The entitlement ends, and with it all is earned that didn't come back.
    const ends = Math.min(schedule.ends, stops.at);
    const starts = Math.min(schedule.starts, ends);
    delivery.schedule = { ...schedule, amount, starts, ends, from: null };
    change(book, delivery, folding.when);
  }
}

function pass(book: AccountBook, folding: Folding, number: number, amount: bigint): void {
  const { operation, product } = folding;
  const span = spanOf(operation);
  const block = blockIn(book, number);
  const { when } = folding.touch(book, number);
  if (span === null) {
    moveBy(book, block, amount, when);
    return;
  }
  const item = book.itemOf(block);
  const { rate } = block;
  // Also where the block passes nothing on as yet: another policy may make it.
  const delivery = deliveryOf(
    { item, block: number, of: operation.number, product, rate },
    scheduled(span, amount),
  );
  book.state.deliveries.push(delivery);
  earnMonths(book, delivery, when.at, when.from);
  wakeAtMonthEnd(book, delivery);
}

/** Time over which a usage delivers what it paid for; null: it delivers at once. */
function spanOf({ facts }: Operation): DeliveredOver | null {
  const { over, rated } = facts;
  if (over !== undefined) return over;
  return rated?.access?.how === 'opened' ? rated.access : null;
}

/** What is earned of it is recorded where it changes. */
function change(book: AccountBook, delivery: Delivery, { at, from }: Dated): void {
  delivery.changed = Math.max(delivery.changed, at);
  earnMonths(book, delivery, at, from);
  wakeAtMonthEnd(book, delivery);
}

/** Access that is sold, changed, or paid back in part. */
export function foldAccess(book: AccountBook, { operation, when }: Folding): void {
  const { access, repays } = operation.facts;
  if (access !== undefined) {
    const { method } = access;
    if (method === undefined) sell(book, access, operation, when);
    else modify(book, access.number, { ...access, method }, when);
  }
  for (const { of, number, money } of repays ?? []) {
    if (of === 'access') repay(book, number, money, when);
  }
}

function sell(
  book: AccountBook,
  { name, number, price, starts, ends }: NonNullable<Operation['facts']['access']>,
  { input }: Operation,
  when: Dated,
): void {
  const cohort = when.origin;
  const item: Item = { what: 'access', name, unit: null, kind: null, contract: name, cohort };
  const amount = toBook(book, price, null);
  const paidBy = input['paid'] === false ? 'accounts_receivable' : 'cash';
  const delivery = deliveryOf(
    { item, block: null, of: number, product: null, paidBy, rate: book.state.fx },
    scheduled({ starts, ends }, amount),
  );
  book.state.deliveries.push(delivery);
  const details = { debit: paidBy, credit: 'deferred.term' } as const;
  book.add(item, delivery.booked, 'billed', amount, when, details);
  earnMonths(book, delivery, when.at, when.from);
  wakeAtMonthEnd(book, delivery);
}

function modify(
  book: AccountBook,
  number: number,
  next: {
    readonly price: bigint;
    readonly ends: Instant;
    readonly method: 'prospective' | 'catch-up';
  },
  when: Dated,
): void {
  const delivery = accessIn(book, number);
  const { schedule, item, booked, rate } = delivery;
  const price = toBook(book, next.price, rate);
  delivery.schedule = changed(schedule, { ...next, at: when.at, price }, book.ratable(when.at));
  const priced = ({ amount, repaid: back }: Schedule): bigint => amount + back;
  book.add(item, booked, 'modification', priced(delivery.schedule) - priced(schedule), when);
  change(book, delivery, when);
}

/** What isn't earned yet leaves the liability; the rest was earned, and is contra-revenue. */
function repay(book: AccountBook, number: number, back: bigint, when: Dated): void {
  const delivery = accessIn(book, number);
  const { item, booked, rate } = delivery;
  const money = toBook(book, back, rate);
  const rule = book.ratable(when.at);
  const { schedule, unearned } = repaid(delivery.schedule, { at: when.at, money }, rule);
  delivery.schedule = schedule;
  const { paidBy: credit } = delivery;
  book.add(item, booked, 'refunded', unearned, when, { debit: 'deferred.term', credit });
  book.add(item, booked, 'refundUsed', money - unearned, when, { credit });
  change(book, delivery, when);
}

function accessIn(book: AccountBook, number: number): Delivery {
  const found = book.state.deliveries.find(
    (delivery) => delivery.block === null && delivery.of === number,
  );
  if (found === undefined) {
    throw new InvariantBroken(`"${book.state.account}" has sold no access ${number}`);
  }
  return found;
}
