// What is delivered over time: usage that unlocked something, and access that was sold for money. Its
// money is earned at each month's end, and where the access changes (`docs/revenue.md §8`).

import type { DeliveredOver } from '../account/finance.ts';
import type { Operation } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';
import { InvariantBroken } from '../errors.ts';
import { changed, earnedAt, repaid, type Schedule, scheduled } from '../terms/ratable.ts';
import type { AccountBook, Delivery, Origin } from './account-book.ts';
import { blockIn, type Folding } from './folding.ts';
import type { Item } from './posting.ts';

/** What the usage's blocks passed on, by block: a new delivery, or a change of one that there is. */
export function foldDeliveries(
  book: AccountBook,
  folding: Folding,
  delivered: ReadonlyMap<number, bigint>,
): void {
  const { operation, at, from, product } = folding;
  const span = spanOf(operation);
  const { stops } = operation.facts;
  for (const [number, change] of delivered) {
    const block = blockIn(book, number);
    if (span !== null && change > 0n) {
      const item = book.itemOf(block);
      const schedule = scheduled(span, change);
      const delivery = { item, block: number, of: operation.number, product, schedule, posted: 0n };
      book.state.deliveries.push(delivery);
      catchUp(book, delivery, from);
    } else if (change !== 0n && stops === undefined) {
      // A cent that the last exit of a block moved belongs to what was delivered last.
      const last = book.state.deliveries.findLast((delivery) => delivery.block === number);
      const ended = { starts: at, ends: at };
      const target = last ?? newDelivery(book, book.itemOf(block), number, operation, ended);
      target.schedule = { ...target.schedule, amount: target.schedule.amount + change };
      catchUp(book, target, from);
    }
  }
  if (stops === undefined) return;
  for (const delivery of book.state.deliveries) {
    if (delivery.block === null || delivery.of !== stops.paidBy) continue;
    const { schedule } = delivery;
    const amount = schedule.amount + (delivered.get(delivery.block) ?? 0n);
    const ends = Math.min(schedule.ends, Math.max(stops.at, schedule.starts));
    delivery.schedule = { ...schedule, amount, ends, from: null };
    book.earn(delivery, earnedAt(delivery.schedule, ends, book.ratable(at)), { at, from });
  }
}

/** Time over which a usage delivers what it paid for; null: it delivers at once. */
function spanOf({ facts }: Operation): DeliveredOver | null {
  const { over, rated } = facts;
  if (over !== undefined) return over;
  return rated?.access?.how === 'opened' ? rated.access : null;
}

function newDelivery(
  book: AccountBook,
  item: Item,
  block: number | null,
  { number }: Pick<Operation, 'number'>,
  span: DeliveredOver,
): Delivery {
  const delivery: Delivery = {
    ...{ item, block, of: number, product: null },
    schedule: scheduled(span, 0n),
    posted: 0n,
  };
  book.state.deliveries.push(delivery);
  return delivery;
}

/** Earns what belongs to months that are over already: what is told late has its origin there. */
export function catchUp(book: AccountBook, delivery: Delivery, from: Origin): void {
  const { calendar } = book.book;
  const { clock } = book.state;
  let period = calendar.at(Math.min(delivery.schedule.starts, clock));
  while (period.ends <= clock && delivery.posted !== delivery.schedule.amount) {
    const at = period.ends - 1;
    book.earn(delivery, earnedAt(delivery.schedule, at, book.ratable(at)), { at, from });
    if (delivery.schedule.ends <= period.ends) break;
    period = calendar.after(period);
  }
}

/** Access that is sold, changed, or paid back in part. */
export function foldAccess(book: AccountBook, { operation, at, from }: Folding): void {
  const { access, repays = [] } = operation.facts;
  if (access !== undefined && access.method === undefined) {
    const { name, number, price, starts, ends } = access;
    const cohort = book.book.calendar.at(at).name;
    const item: Item = { what: 'access', name, unit: null, kind: null, contract: name, cohort };
    const delivery = newDelivery(book, item, null, { number }, { starts, ends });
    const amount = book.toBook(price, null);
    delivery.schedule = scheduled({ starts, ends }, amount);
    const debit = operation.input['paid'] === false ? 'accounts_receivable' : 'cash';
    const figure = { before: 0n, after: amount };
    book.post(item, 'billed', figure, { at, from, debit, credit: 'deferred.term' });
    catchUp(book, delivery, from);
  } else if (access?.method !== undefined) {
    modify(book, access.number, { ...access, method: access.method }, { at, from });
  }
  for (const { of, number, money } of repays) {
    if (of === 'access') repayAccess(book, number, book.toBook(money, null), { at, from });
  }
}

function modify(
  book: AccountBook,
  number: number,
  change: {
    readonly price: bigint;
    readonly ends: Instant;
    readonly method: 'prospective' | 'catch-up';
  },
  where: { readonly at: Instant; readonly from: Origin },
): void {
  const delivery = accessIn(book, number);
  const rule = book.ratable(where.at);
  const before = delivery.schedule;
  book.earn(delivery, earnedAt(before, where.at - 1, rule), where);
  const price = book.toBook(change.price, null);
  delivery.schedule = changed(before, { ...change, at: where.at, price }, rule);
  const priced = (schedule: Schedule): bigint => schedule.amount + schedule.repaid;
  const figure = { before: priced(before), after: priced(delivery.schedule) };
  book.post(delivery.item, 'modification', figure, where);
  book.earn(delivery, earnedAt(delivery.schedule, where.at - 1, rule), where);
}

function repayAccess(
  book: AccountBook,
  number: number,
  money: bigint,
  where: { readonly at: Instant; readonly from: Origin },
): void {
  const delivery = accessIn(book, number);
  const rule = book.ratable(where.at);
  book.earn(delivery, earnedAt(delivery.schedule, where.at - 1, rule), where);
  const before = delivery.schedule.repaid;
  const { schedule, unearned } = repaid(delivery.schedule, { at: where.at, money }, rule);
  delivery.schedule = schedule;
  const { item } = delivery;
  const figure = { before, after: before + unearned };
  book.post(item, 'refunded', figure, { ...where, debit: 'deferred.term' });
  book.post(item, 'refundUsed', { before: 0n, after: money - unearned }, where);
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
