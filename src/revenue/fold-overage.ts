// Usage beyond the balance: earned when it is used, taken off again where credits pay it or it is
// undone, invoiced when money is asked for (`docs/revenue.md §8`).

import type { OverageRate } from '../account/operation.ts';
import { voidMoneyOf } from '../account/undoing.ts';
import { InvariantBroken } from '../errors.ts';
import { currencyExponent } from '../quantity/money.ts';
import { scaleOf } from '../quantity/units.ts';
import type { AccountBook, Dated } from './account-book.ts';
import { exchangeOf, toBook } from './exchange.ts';
import { blockIn, type Folding } from './folding.ts';
import { costAt, type RateBook, rateName } from './overage-book.ts';
import type { Item } from './posting.ts';

/** Posts what the operation changes of what is earned beyond the balance, and of what is invoiced of it. */
export function foldOverage(book: AccountBook, folding: Folding): void {
  const { operation, when } = folding;
  const { overage, waived, settles, pays, undoes } = operation.facts;
  if ((overage ?? waived ?? settles ?? pays ?? undoes) !== undefined) beyond(book, folding);
  if (operation.kind !== 'settle' && operation.kind !== 'reverse') return;
  // What was paid of it goes back to whoever paid, not onto his receivable.
  const money = toBook(book, voidMoneyOf(operation), null);
  const received = operation.kind === 'settle' ? money : -money;
  if (received === 0n) return;
  book.add(accountItem(book, when), book.state.booked, 'receipt', received, when);
}

function beyond(book: AccountBook, { operation, when, product }: Folding): void {
  const { overage = [], waived = [], settles = [], pays = [], undoes = [] } = operation.facts;
  const units = new Map<RateBook, bigint>();
  const change = (rate: RateBook, parts: bigint): void => {
    units.set(rate, (units.get(rate) ?? 0n) + parts);
  };
  const { debts } = book.state;
  const fx = book.isOwnCurrency ? null : book.state.fx;
  for (const { unit, amount, rate } of overage) {
    debts.incur(unit, rate, fx);
    change(rateBookOf(book, unit, rate, when), amount);
  }
  for (const { unit } of waived) {
    if (!overage.some((part) => part.unit === unit)) debts.incur(unit, null, fx);
  }
  for (const { debt, block, amount } of settles) {
    change(knownRate(book, blockIn(book, block).unit, debt), -amount);
  }
  // A settlement or an invoice takes a difference of the book's own figures to date.
  const invoiced = new Map<RateBook, bigint>();
  const invoice = (rate: RateBook, parts: bigint): void => {
    const before = rate.invoiced;
    rate.paid += parts;
    rate.invoiced = costOf(book, rate, rate.paid);
    invoiced.set(rate, (invoiced.get(rate) ?? 0n) + rate.invoiced - before);
  };
  for (const { debt, unit, amount } of pays) {
    invoice(knownRate(book, unit, debt), amount);
  }
  for (const { debt, unit, open, paid } of undoes) {
    if (open + paid === 0n) continue;
    const rate = knownRate(book, unit, debt);
    change(rate, -open - paid);
    if (paid > 0n) invoice(rate, -paid);
  }
  for (const [rate, parts] of units) {
    rate.units += parts;
    const before = rate.posted;
    rate.posted = costOf(book, rate, rate.units);
    book.post(itemOf(book, rate), 'overage', before, rate.posted, when, { units: parts, product });
  }
  // What somebody says that he paid is cash; what time or a renewal invoices is a receivable.
  const isInvoice = when.from.brought || operation.kind === 'renew';
  const debit = isInvoice ? 'accounts_receivable' : 'cash';
  for (const [rate, money] of invoiced) {
    book.add(itemOf(book, rate), rate.booked, 'invoiced', money, when, { debit });
  }
}

function rateBookOf(book: AccountBook, unit: string, rate: OverageRate, when: Dated): RateBook {
  const fx = book.isOwnCurrency ? null : book.state.fx;
  const name = rateName(unit, rate, fx);
  const known = book.state.rates.get(name);
  if (known !== undefined) return known;
  const fresh: RateBook = {
    ...{ unit, rate, fx, cohort: when.origin },
    ...{ units: 0n, paid: 0n, invoiced: 0n, posted: 0n, booked: {} },
  };
  book.state.rates.set(name, fresh);
  return fresh;
}

function knownRate(book: AccountBook, unit: string, debt: number): RateBook {
  const name = book.state.debts.nameOf(unit, debt);
  const known = name === null ? undefined : book.state.rates.get(name);
  if (known === undefined) {
    throw new InvariantBroken(`"${book.state.account}" has no debt ${debt} in ${unit}`);
  }
  return known;
}

function costOf(book: AccountBook, { unit, rate, fx }: RateBook, parts: bigint): bigint {
  if (parts === 0n || rate.money === '0') return 0n;
  const scales = {
    perUnit: 10n ** BigInt(scaleOf(book.units, unit)),
    perMajor: 10n ** BigInt(currencyExponent(book.currency)),
    fx: exchangeOf(book, fx),
  };
  return costAt(rate, parts, scales, book.book.rounding);
}

function itemOf(book: AccountBook, { unit, rate, fx, cohort }: RateBook): Item {
  const name = rateName(unit, rate, fx);
  return { what: 'overage', name, unit, kind: null, contract: book.state.account, cohort };
}

function accountItem(book: AccountBook, { origin: cohort }: Dated): Item {
  const { account } = book.state;
  return { what: 'account', name: account, unit: null, kind: null, contract: account, cohort };
}
