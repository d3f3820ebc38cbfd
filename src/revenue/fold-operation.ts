// What one operation does to an account's book: blocks open, credits move, and every figure that
// follows is posted in the month that it belongs to (`docs/revenue.md §3` and §9).

import type { BlockOpening } from '../account/block.ts';
import { deferredCost, usageCost } from '../account/cost.ts';
import { frozenBy, thawedBy } from '../account/freeze.ts';
import { actsAt, isBrought, type Operation } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';
import { InvariantBroken } from '../errors.ts';
import type { AccountBook, Dated } from './account-book.ts';
import { endWhereOver } from './block-book.ts';
import { lapseWhereRemote, stillUsed } from './dormancy.ts';
import { toBook } from './exchange.ts';
import { foldAccess, foldDeliveries } from './fold-deliveries.ts';
import { moveCredits, repaidOn } from './fold-move.ts';
import { foldOverage } from './fold-overage.ts';
import { isAllHeld } from './fold-time.ts';
import { blockIn, Folding } from './folding.ts';
import {
  type BillingPlan,
  billPast,
  joinedWith,
  net,
  planOf,
  startBilling,
} from './instalments.ts';
import { blockBookOf, saleOf } from './opening.ts';
import { settle } from './settle.ts';

const NONE: readonly never[] = [];

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

/** Posts what the operation changes. It must be the account's next, and time must have been followed up to it. */
export function foldOperation(book: AccountBook, operation: Operation): void {
  const { state } = book;
  const { number, hash, key, facts } = operation;
  if (number !== state.number + 1) {
    throw new InvariantBroken(`operation ${number} of "${state.account}" follows ${state.number}`);
  }
  state.number = number;
  state.hash = hash;
  const from = { operation: number, hash, key, brought: isBrought(operation) };
  const folding = new Folding(operation, book.dated(accountingInstant(operation), from));
  if (facts.fxRate !== undefined) state.fx = facts.fxRate;
  for (const opening of facts.opens ?? NONE) open(book, opening, folding);
  moveEnds(book, operation);
  for (const block of facts.forfeits ?? NONE) blockIn(book, block).forfeited = true;
  for (const move of operation.moves) moveCredits(book, move, folding);
  const { touched, product } = folding;
  const delivered = new Map<number, bigint>();
  for (const [block, touch] of touched) {
    stillUsed(book, touch);
    const { before, after } = settle(book, touch, product);
    const change = after.delivered - before.delivered;
    const isOver = touch.units > 0n && touch.block.overTime > 0n && touch.block.basis > 0n;
    if (change !== 0n || isOver) delivered.set(block, change);
    // Use only puts off when more of it would be remote.
    if (touch.usedBefore > 0n) lapseWhereRemote(book, touch.block, from);
    else if (touch.units <= 0n) lapseWhereRemote(book, touch.block, from, touch.when.at);
    if (isAllHeld(touch.block)) book.wakeBlock(block, touch.block.expires);
  }
  if (delivered.size > 0 || facts.stops !== undefined) foldDeliveries(book, folding, delivered);
  netPlans(book, folding);
  foldOverage(book, folding);
  foldAccess(book, folding);
  repayUsed(book, folding);
  leaveOwed(book, folding);
}

/** Positions of what is billed in instalments, once all that the operation does is posted. */
function netPlans(book: AccountBook, { operation, when, touched }: Folding): void {
  const { plans } = book.state;
  startBilling(book, operation);
  if (plans.length === 0) return;
  const moved = new Map<BillingPlan, Dated>();
  for (const touch of touched.values()) {
    const plan = planOf(plans, touch.block);
    if (plan !== undefined && !moved.has(plan)) moved.set(plan, touch.when);
  }
  for (const [plan, own] of moved) {
    // What is due already is billed first: a sale is no asset for a moment.
    for (const joined of joinedWith(book, plan)) billPast(book, joined, when.from);
    net(book, plan, own);
  }
}

function open(book: AccountBook, opening: BlockOpening, folding: Folding): void {
  const block = blockBookOf(book, opening, folding);
  book.state.blocks.set(block.number, block);
  const { when } = folding.touch(book, block.number);
  const item = book.itemOf(block);
  for (const { cause, amount, debit, isPosted } of saleOf(book, block, opening, folding)) {
    block.basis += amount;
    if (isPosted)
      book.add(item, block.booked, cause, amount, when, debit === null ? {} : { debit });
  }
}

/** Money back for credits that were used reduces revenue. */
function repayUsed(book: AccountBook, { operation, when, product }: Folding): void {
  for (const { of, number, money } of operation.facts.repays ?? []) {
    if (of !== 'used') continue;
    const block = blockIn(book, number);
    const amount = toBook(book, money, block.rate);
    const details = { product, credit: repaidOn(block) };
    book.add(book.itemOf(block), block.booked, 'refundUsed', amount, when, details);
  }
}

/**
 * What a void leaves owed is a receivable, also where its purchase had been taken for paid; paying it is
 * a receipt. It is what the credits cost, however they were earned; what a hold keeps is owed with its
 * capture, and taken off the receivable with its release.
 */
function leaveOwed(book: AccountBook, { operation, when }: Folding): void {
  const { voids } = operation.facts;
  if (voids?.spent !== 'owed') return;
  const block = blockIn(book, voids.block);
  if (block.paidBy !== 'cash') return;
  // In the account's own currency it is rounded as the account rounds what is owed and paid.
  const rounding = book.isOwnCurrency ? undefined : book.book.rounding;
  const amount = usageCost(block, rounding) + deferredCost(block, rounding);
  book.add(book.itemOf(block), block.booked, 'receipt', -amount, when);
  block.paidBy = 'accounts_receivable';
}

/** A grace, and time in which a block was frozen, put its end off. */
function moveEnds(book: AccountBook, { facts, recorded }: Operation): void {
  for (const { block, until } of facts.reopens ?? NONE) {
    const reopened = blockIn(book, block);
    endWhereOver(reopened, book.state.clock);
    reopened.reopened ??= recorded;
    reopened.grace ??= until;
  }
  for (const { block, by, at } of facts.freezes ?? NONE) {
    const frozen = blockIn(book, block);
    frozen.freeze = frozenBy(frozen.freeze, by, at);
  }
  for (const { block, by, at } of facts.thaws ?? NONE) {
    const thawed = blockIn(book, block);
    thawed.freeze = thawedBy(thawed.freeze, by, at);
  }
}
