// Usage beyond the balance: earned when it is used, taken off again where credits pay it or it is
// undone, invoiced when money is asked for (`docs/revenue.md §8`).

import type { OverageRate } from '../account/operation.ts';
import { voidMoneyOf } from '../account/undoing.ts';
import { InvariantBroken } from '../errors.ts';
import { currencyExponent } from '../quantity/money.ts';
import { scaleOf } from '../quantity/units.ts';
import type { AccountBook } from './account-book.ts';
import { blockIn, type Folding } from './folding.ts';
import { costAt, type RateBook, rateName } from './overage-book.ts';
import type { Item } from './posting.ts';

/** Posts what the operation changes of what is earned beyond the balance, and of what is invoiced of it. */
export function foldOverage(book: AccountBook, folding: Folding): void {
  const { operation, at, from, product } = folding;
  const { overage = [], waived = [], settles = [], pays = [], undoes = [] } = operation.facts;
  const touched = new Map<RateBook, bigint>();
  const touch = (rate: RateBook, units: bigint): void => {
    rate.units += units;
    touched.set(rate, (touched.get(rate) ?? 0n) + units);
  };
  const { debts } = book.state;
  for (const { unit, amount, rate } of overage) {
    debts.incur(unit, rate);
    touch(rateBookOf(book, unit, rate, at), amount);
  }
  for (const { unit } of waived) {
    if (!overage.some((part) => part.unit === unit)) debts.incur(unit, null);
  }
  for (const { debt, block, amount } of settles) {
    touch(knownRate(book, blockIn(book, block).unit, debt), -amount);
  }
  const invoiced = new Map<RateBook, bigint>();
  const invoice = (rate: RateBook, units: bigint, money: bigint): void => {
    invoiced.set(rate, invoiced.get(rate) ?? rate.invoiced);
    rate.paid += units;
    rate.invoiced = book.isOwnCurrency ? rate.invoiced + money : costOf(book, rate, rate.paid);
  };
  for (const { debt, unit, amount, money } of pays) {
    invoice(knownRate(book, unit, debt), amount, money);
  }
  for (const { debt, unit, open, paid, money } of undoes) {
    if (open + paid === 0n) continue;
    const rate = knownRate(book, unit, debt);
    touch(rate, -open - paid);
    if (paid > 0n) invoice(rate, -paid, -money);
  }
  for (const [rate, units] of touched) {
    const after = costOf(book, rate, rate.units);
    const figure = { before: rate.posted, after, units };
    book.post(itemOf(book, rate), 'overage', figure, { at, from, product });
    rate.posted = after;
  }
  // What somebody says that he paid is cash; what time or a renewal invoices is a receivable.
  const debit = from.brought || operation.kind === 'renew' ? 'accounts_receivable' : 'cash';
  for (const [rate, before] of invoiced) {
    const figure = { before, after: rate.invoiced };
    book.post(itemOf(book, rate), 'invoiced', figure, { at, from, debit });
  }
  if (operation.kind !== 'settle') return;
  const received = book.toBook(voidMoneyOf(operation), null);
  book.post(accountItem(book, at), 'receipt', { before: 0n, after: received }, { at, from });
}

function rateBookOf(book: AccountBook, unit: string, rate: OverageRate, at: number): RateBook {
  const name = rateName(unit, rate);
  const known = book.state.rates.get(name);
  if (known !== undefined) return known;
  const cohort = book.book.calendar.at(at).name;
  const fresh = { unit, rate, cohort, units: 0n, paid: 0n, invoiced: 0n, posted: 0n };
  book.state.rates.set(name, fresh);
  return fresh;
}

function knownRate(book: AccountBook, unit: string, debt: number): RateBook {
  const rate = book.state.debts.rateOf(unit, debt);
  const known = rate === undefined ? undefined : book.state.rates.get(rateName(unit, rate));
  if (known === undefined) {
    throw new InvariantBroken(`"${book.state.account}" has no debt ${debt} in ${unit}`);
  }
  return known;
}

function costOf(book: AccountBook, { unit, rate }: RateBook, parts: bigint): bigint {
  const scales = {
    perUnit: 10n ** BigInt(scaleOf(book.units, unit)),
    perMajor: 10n ** BigInt(currencyExponent(book.currency)),
    fx: book.fxRatio(),
  };
  return costAt(rate, parts, scales, book.book.rounding);
}

function itemOf(book: AccountBook, { unit, rate, cohort }: RateBook): Item {
  const name = rateName(unit, rate);
  return { what: 'overage', name, unit, kind: null, contract: book.state.account, cohort };
}

function accountItem(book: AccountBook, at: number): Item {
  const { account } = book.state;
  const cohort = book.book.calendar.at(at).name;
  return { what: 'account', name: account, unit: null, kind: null, contract: account, cohort };
}
