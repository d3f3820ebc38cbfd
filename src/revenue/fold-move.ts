// Credits on their way from one place of a block to another, and the money that goes along: fixed when
// it happens, and never computed anew (`docs/revenue.md §2`).

import { refundCost, unburnCost, voidCost } from '../account/cost.ts';
import type { Move, Operation } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';
import { proportion } from '../quantity/money.ts';
import type { AccountBook } from './account-book.ts';
import { applyMove, type BlockBook, deferredOf, type Figures, leftOf } from './block-book.ts';
import { figuresOf, type Rules } from './figures.ts';
import { blockIn, type Folding } from './folding.ts';
import { cancelBilling, followRoll } from './instalments.ts';
import type { AccountKey } from './posting.ts';
import { rulesOf, type Touch } from './settle.ts';

/** Moves credits of a block; what follows from that is posted when all moves of the operation are made. */
export function moveCredits(book: AccountBook, move: Move, folding: Folding): void {
  const { operation } = folding;
  const { from, amount } = move;
  const touch = folding.touch(book, move.block);
  const { block, when } = touch;
  const to = lapses(block, move) ? 'expired' : move.to;
  if (to === 'burned') burn(block, operation, amount, touch);
  else if (to === 'rolled') rollOut(book, touch, move, folding);
  else if (to === 'refunded') refund(book, touch, amount, operation);
  else if (to === 'voided') cancel(book, touch, move);
  if (from === 'burned') unburn(block, operation, amount, touch);
  if (from === 'expired') takeBack(book, touch, operation);
  if ((to === 'expired' || to === 'rolled') && isEnd(operation)) end(block, operation, when.at);
  applyMove(block, from, to, amount);
  book.moved(block, { from, to, amount }, when);
}

/** What a change of plan takes back lapses, at once or when it comes back: nobody gets money for it. */
function lapses(block: BlockBook, { to }: Move): boolean {
  return to === 'voided' && block.forfeited;
}

/** Whether what lapses or rolls does so because its block is over: no cap took it, and nobody agreed on another block. */
function isEnd({ kind, facts }: Operation): boolean {
  return kind !== 'changePlan' && kind !== 'purchase' && facts.cut === undefined;
}

function end(block: BlockBook, { occurred }: Operation, at: Instant): void {
  block.ended ??= at;
  const { lapses, reopened } = block;
  // Where it was opened again for a grace, that is over, too.
  const isAgain = lapses.length === 1 && reopened !== null && occurred > reopened;
  if (lapses.length === 0 || isAgain) lapses.push(at);
}

function burn(block: BlockBook, { facts }: Operation, amount: bigint, touch: Touch): void {
  if (facts.settles !== undefined) block.settling += amount;
  else if (facts.over !== undefined || facts.rated?.access?.how === 'opened') {
    block.overTime += amount;
  }
  touch.units += amount;
  const { at } = touch.when;
  if (block.lastUse === null || block.lastUse < at) block.lastUse = at;
  if (block.remote !== null && at < block.remote.since) touch.usedBefore += amount;
}

/** A reversal takes back usage of its own kind: what paid overage first, then what was delivered over time. */
function unburn(block: BlockBook, { facts }: Operation, amount: bigint, touch: Touch): void {
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
  touch.units -= amount;
}

/** The breakage that late use takes back belongs to the end at which it lapsed, not to the use. */
function takeBack(book: AccountBook, touch: Touch, { occurred }: Operation): void {
  const { lapses } = touch.block;
  const at = lapses.find((lapse) => lapse >= occurred) ?? lapses.at(-1);
  if (at !== undefined) touch.breakage = book.dated(at, touch.when.from);
}

/** Basis goes along with what rolls: its share of all that is deferred, or what the undone usage had earned. */
function rollOut(
  book: AccountBook,
  { block, when }: Touch,
  { from, amount }: Move,
  folding: Folding,
): void {
  const { rolls = [], converts = [] } = folding.operation.facts;
  const roll = [...rolls, ...converts].find((one) => one.from === block.number);
  if (roll === undefined) return;
  const { rounding } = book.book;
  const next = folding.touch(book, roll.to);
  const figures = figuresOf(block, rulesOf(book, block, Math.max(when.at, book.state.clock)));
  const basis =
    from === 'burned'
      ? undone(book, block, amount, folding.operation)
      : proportion(deferredOf(block, figures), amount, leftOf(block), rounding);
  block.rolledMoney += basis;
  next.block.basis += basis;
  if (roll.basis > 0n) next.block.paid = true;
  followRoll(book, block, next.block);
  const details = { units: amount };
  book.add(book.itemOf(block), block.booked, 'rolledOut', basis, when, details);
  book.add(book.itemOf(next.block), next.block.booked, 'rolledIn', basis, when, details);
}

/** All that comes back of a block shares what its usage gives up; the part that rolls takes its share along. */
function undone(book: AccountBook, block: BlockBook, amount: bigint, { moves }: Operation): bigint {
  const whole = moves.reduce(
    (sum, move) =>
      move.block === block.number && move.from === 'burned' ? sum + move.amount : sum,
    0n,
  );
  const rules = rulesOf(book, block, book.state.clock);
  return proportion(givenUp(block, whole, rules), amount, whole, rules.rounding);
}

/** What usage gives up where so much of it is undone. */
function givenUp(block: BlockBook, amount: bigint, asked: Rules): bigint {
  const { remote } = block;
  // What was remote when it was used up stays so, whatever is said of it later.
  const rules: Rules =
    remote === null
      ? asked
      : { ...asked, breakage: { method: 'remote-dormancy', after: remote.after } };
  const { breakage, rounding } = rules;
  if (breakage === 'at-expiry') return unburnCost(block, amount, rounding);
  if (breakage.method === 'remote-dormancy' && block.remote === null) {
    return unburnCost(block, amount, rounding);
  }
  // Breakage that was recognised ahead is no usage, and what earned nothing gives nothing up.
  const { burned, free } = block;
  const without = { ...block, burned: burned - amount, free: free + amount };
  return usedOf(figuresOf(block, rules)) - usedOf(figuresOf(without, rules));
}

function usedOf({ usage, settled, delivered }: Figures): bigint {
  return usage + settled + delivered;
}

/** The money is what was paid back, fixed at the event: no estimate changes it. */
function refund(
  book: AccountBook,
  { block, when }: Touch,
  amount: bigint,
  { facts }: Operation,
): void {
  const { due = 0n, repays = [] } = facts;
  const used = repays.reduce((sum, { money }) => sum + money, 0n);
  const money = book.isOwnCurrency ? due - used : refundCost(block, amount, book.book.rounding);
  block.refundedMoney += money;
  const details = { units: amount, credit: repaidOn(block) };
  book.add(book.itemOf(block), block.booked, 'refunded', money, when, details);
}

/** What was invoiced is taken off its receivable: no cash is known to have come for it. */
export function repaidOn({ paidBy }: Pick<BlockBook, 'paidBy'>): AccountKey {
  return paidBy === 'accounts_receivable' ? paidBy : 'cash';
}

function cancel(book: AccountBook, { block, when }: Touch, { from, amount }: Move): void {
  const cost = from === 'burned' ? unburnCost : voidCost;
  // In the account's own currency it is rounded as the account rounds what is owed and paid.
  const money = cost(block, amount, book.isOwnCurrency ? undefined : book.book.rounding);
  block.voidedMoney += money;
  const { block: paidWith, cancelled } = cancelBilling(book, block, money);
  const credit = block.paidBy;
  const paid = blockIn(book, paidWith);
  const own = paid === block ? money - cancelled : money;
  book.add(book.itemOf(block), block.booked, 'voided', own, when, { units: amount, credit });
  if (paid === block) return;
  book.add(book.itemOf(paid), paid.booked, 'voided', -cancelled, when, { credit });
}
