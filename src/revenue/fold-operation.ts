// What one operation does to an account's book: blocks open, credits move, and every figure that
// follows is posted at the instant that it belongs to (`docs/revenue.md §3` and §9).

import type { BlockOpening } from '../account/block.ts';
import { refundCost, unburnCost, voidCost } from '../account/cost.ts';
import { actsAt, isBrought, type Move, type Operation } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';
import { InvariantBroken } from '../errors.ts';
import { proportion } from '../quantity/money.ts';
import type { AccountBook } from './account-book.ts';
import { applyMove, type BlockBook, deferredOf, leftOf } from './block-book.ts';
import { lapseWhereRemote } from './dormancy.ts';
import { figuresOf } from './figures.ts';
import { foldAccess, foldDeliveries } from './fold-deliveries.ts';
import { foldOverage } from './fold-overage.ts';
import { blockIn, type Folding } from './folding.ts';
import { billPast } from './instalments.ts';
import { blockBookOf, saleOf } from './opening.ts';

/** Expiry and rollover at T belong to the last millisecond before it, both legs alike. */
function accountingInstant({ kind, occurred }: Operation): Instant {
  return endsBefore(kind) ? occurred - 1 : occurred;
}

/** Up to when time is followed before an operation: what ends at T comes before all that time brings at T. */
export function followedUntil(operation: Operation): Instant {
  return actsAt(operation) - (endsBefore(operation.kind) ? 1 : 0);
}

function endsBefore(kind: Operation['kind']): boolean {
  return kind === 'expire' || kind === 'rollover';
}

/** What of a block happened in an operation. */
interface Touch {
  /** Parts of it that were burned, less those that were undone. */
  units: bigint;
  /** Late usage took back what had expired. */
  late: boolean;
}

/** Posts what the operation changes. It must be the account's next, and time must have been followed up to it. */
export function foldOperation(book: AccountBook, operation: Operation): void {
  const { state } = book;
  const { number, hash, facts } = operation;
  if (number !== state.number + 1) {
    throw new InvariantBroken(`operation ${number} of "${state.account}" follows ${state.number}`);
  }
  state.number = number;
  state.hash = hash;
  const said = operation.input['feature'];
  const folding: Folding = {
    operation,
    at: accountingInstant(operation),
    from: { operation: number, hash, key: operation.key, brought: isBrought(operation) },
    product: facts.rated?.feature ?? (typeof said === 'string' ? said : null),
  };
  if (facts.fxRate !== undefined) state.fx = facts.fxRate;
  for (const opening of facts.opens ?? []) open(book, opening, folding);
  const touched = new Map<number, Touch>();
  for (const move of operation.moves) {
    moveCredits(book, move, folding, touched);
  }
  const delivered = new Map<number, bigint>();
  for (const [block, touch] of touched) {
    const kept = blockIn(book, block);
    const { before, after } = book.settle(kept, {
      at: instantFor(kept, folding.at),
      ...(touch.late && { breakageAt: kept.ended ?? folding.at }),
      from: folding.from,
      product: folding.product,
      units: touch.units,
    });
    delivered.set(block, after.delivered - before.delivered);
    lapseWhereRemote(book, kept, folding.from);
  }
  foldDeliveries(book, folding, delivered);
  foldOverage(book, folding);
  foldAccess(book, folding);
  repayUsed(book, folding);
  leaveOwed(book, folding);
}

/** Nothing of a block belongs to a time before it was opened. */
function instantFor(block: BlockBook, at: Instant): Instant {
  return at < block.opened ? block.opened : at;
}

function open(book: AccountBook, opening: BlockOpening, folding: Folding): void {
  const block = blockBookOf(book, opening, folding);
  book.state.blocks.set(block.number, block);
  const item = book.itemOf(block);
  const where = { at: folding.at, from: folding.from };
  for (const { cause, amount, debit, isPosted } of saleOf(book, block, opening, folding)) {
    block.basis += amount;
    if (!isPosted) continue;
    const figure = { before: 0n, after: amount };
    book.post(item, cause, figure, { ...where, ...(debit !== null && { debit }) });
  }
  billPast(book, block, folding.from);
}

function moveCredits(
  book: AccountBook,
  move: Move,
  folding: Folding,
  touched: Map<number, Touch>,
): void {
  const { operation, at } = folding;
  const { from, amount } = move;
  const block = blockIn(book, move.block);
  const touch = touched.get(move.block) ?? { units: 0n, late: false };
  touched.set(move.block, touch);
  const when = instantFor(block, at);
  const to = isForfeit(operation, move) ? 'expired' : move.to;
  if (to === 'rolled') rollOut(book, block, move, folding, touched);
  if (to === 'refunded') refund(book, block, amount, folding);
  if (to === 'voided') cancel(book, block, move, folding);
  if (to === 'expired') block.ended ??= when;
  if (from === 'expired') touch.late = true;
  if (to === 'burned') {
    burn(block, operation, amount);
    touch.units += amount;
    if (operation.kind !== 'settle') block.lastUse = later(block.lastUse, when);
  }
  if (from === 'burned') {
    unburn(block, operation, amount);
    touch.units -= amount;
  }
  applyMove(block, from, to, amount);
  book.moved(block, { from, to, amount, at: when }, folding.from);
}

/** What a change of plan takes back lapses: nobody gets money for it. */
function isForfeit({ kind, facts }: Operation, { to }: Move): boolean {
  return to === 'voided' && kind === 'changePlan' && facts.forfeits !== undefined;
}

function burn(block: BlockBook, { facts }: Operation, amount: bigint): void {
  if (facts.settles !== undefined) block.settling += amount;
  else if (facts.over !== undefined || facts.rated?.access?.how === 'opened') {
    block.overTime += amount;
  }
}

/** A reversal takes back usage of its own kind: what paid overage first, then what was delivered over time. */
function unburn(block: BlockBook, { facts }: Operation, amount: bigint): void {
  let left = amount;
  for (const { settled } of facts.undoes ?? []) {
    for (const part of settled) {
      if (part.block !== block.number) continue;
      const back = part.amount < left ? part.amount : left;
      block.settling -= back;
      left -= back;
    }
  }
  if (facts.stops !== undefined) block.overTime -= left;
}

/** Basis goes along with what rolls: its share of all that is deferred, or what the undone usage had earned. */
function rollOut(
  book: AccountBook,
  block: BlockBook,
  { from, amount }: Move,
  { operation, at, from: origin }: Folding,
  touched: Map<number, Touch>,
): void {
  const { rolls = [], converts = [] } = operation.facts;
  const roll = [...rolls, ...converts].find((one) => one.from === block.number);
  if (roll === undefined) return;
  const next = blockIn(book, roll.to);
  const when = instantFor(block, at);
  const rules = book.rulesOf(block, Math.max(when, book.state.clock));
  const deferred = deferredOf(block, figuresOf(block, rules));
  const basis =
    from === 'burned'
      ? unburnCost(block, amount, book.book.rounding)
      : proportion(deferred, amount, leftOf(block), book.book.rounding);
  if (operation.facts.converts === undefined) block.ended ??= when;
  const where = { at: when, from: origin };
  const out = { before: block.rolledMoney, after: block.rolledMoney + basis, units: amount };
  book.post(book.itemOf(block), 'rolledOut', out, where);
  book.post(
    book.itemOf(next),
    'rolledIn',
    { before: next.basis, after: next.basis + basis, units: amount },
    where,
  );
  block.rolledMoney += basis;
  next.basis += basis;
  if (!touched.has(roll.to)) touched.set(roll.to, { units: 0n, late: false });
}

/** The money is what was paid back, fixed at the event: no estimate changes it. */
function refund(
  book: AccountBook,
  block: BlockBook,
  amount: bigint,
  { operation, at, from }: Folding,
): void {
  const { due = 0n, repays = [] } = operation.facts;
  const used = repays.reduce((sum, { money }) => sum + money, 0n);
  const money = book.isOwnCurrency ? due - used : refundCost(block, amount, book.book.rounding);
  const figure = { before: block.refundedMoney, after: block.refundedMoney + money, units: amount };
  book.post(book.itemOf(block), 'refunded', figure, { at: instantFor(block, at), from });
  block.refundedMoney += money;
}

function cancel(
  book: AccountBook,
  block: BlockBook,
  { from: place, amount }: Move,
  { at, from }: Folding,
): void {
  const money =
    place === 'burned'
      ? unburnCost(block, amount, book.book.rounding)
      : voidCost(block, amount, book.book.rounding);
  const before = block.voidedMoney - (block.billing?.cancelled ?? 0n);
  block.voidedMoney += money;
  cancelBilling(block, money);
  // What will never be billed was in no liability.
  const after = block.voidedMoney - (block.billing?.cancelled ?? 0n);
  book.post(
    book.itemOf(block),
    'voided',
    { before, after, units: amount },
    {
      at: instantFor(block, at),
      from,
      credit: block.paidBy,
    },
  );
}

function cancelBilling({ billing }: BlockBook, money: bigint): void {
  if (billing === null) return;
  const rest = billing.share - billing.billed - billing.cancelled;
  billing.cancelled += money < rest ? money : rest;
}

/** Money back for credits that were used reduces revenue. */
function repayUsed(book: AccountBook, { operation, at, from, product }: Folding): void {
  for (const { of, number, money } of operation.facts.repays ?? []) {
    if (of !== 'used') continue;
    const block = blockIn(book, number);
    const after = book.toBook(money, block.rate);
    book.post(book.itemOf(block), 'refundUsed', { before: 0n, after }, { at, from, product });
  }
}

/** What a void leaves owed is a receivable, also where its purchase had been taken for paid; paying it is a receipt. */
function leaveOwed(book: AccountBook, { operation, at, from }: Folding): void {
  const { voids } = operation.facts;
  if (voids?.spent !== 'owed') return;
  const block = blockIn(book, voids.block);
  if (block.paidBy !== 'cash') return;
  const { usage, settled, delivered } = block.posted;
  const figure = { before: 0n, after: -(usage + settled + delivered) };
  book.post(book.itemOf(block), 'receipt', figure, { at, from });
  block.paidBy = 'accounts_receivable';
}

function later(a: Instant | null, b: Instant): Instant {
  return a === null || a < b ? b : a;
}
