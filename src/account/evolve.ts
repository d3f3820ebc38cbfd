// The fold: an account and its next operation give the next account. It applies what was decided and
// judges nothing but what must always hold (`docs/domain.md §9`).

import { InvariantBroken } from '../errors.ts';
import { readTermsJson } from '../terms/terms.ts';
import {
  type Account,
  blockOf,
  type End,
  type Hold,
  holdOf,
  type Reversal,
  totalsOf,
  type UnitTotals,
} from './account.ts';
import { type Block, endOf, openBlock, type Place } from './block.ts';
import { type BurnOrder, burnOrder, placeIn } from './burn-order.ts';
import { refundCost, unburnCost, usageCost, voidCost } from './cost.ts';
import { emptyAccount } from './empty.ts';
import type { Move, Operation } from './operation.ts';
import { withParts } from './parts.ts';

/** Account after the operation. Throws `InvariantBroken` where the operation can't follow. */
export function evolve(account: Account | null, operation: Operation): Account {
  const before = account ?? opening(operation);
  if (operation.number !== before.number + 1) {
    throw new InvariantBroken(
      `operation ${operation.number} of "${operation.account}" follows ${before.number}`,
    );
  }
  if (account !== null && operation.kind === 'open') {
    throw new InvariantBroken(`account "${operation.account}" is opened a second time`);
  }
  const { facts } = operation;
  const next = new Successor(before);
  for (const block of facts.opens ?? []) next.openBlock(openBlock(block));
  if (facts.hold !== undefined) next.openHold({ ...facts.hold, parts: [], ended: null });
  for (const { block, until } of facts.reopens ?? []) {
    next.reopen(block, operation.recorded, until);
  }
  for (const move of operation.moves) next.move(move, operation.occurred);
  if (facts.voids !== undefined) next.close(facts.voids.block, facts.voids.spent);
  if (facts.ends !== undefined) next.endHold(facts.ends.hold, facts.ends.how);
  if (facts.reverses !== undefined) next.reverse(facts.reverses.number, operation.moves);
  return next.finish(operation);
}

function opening(operation: Operation): Account {
  const { opened, pin } = operation.facts;
  if (operation.kind !== 'open' || opened === undefined) {
    throw new InvariantBroken(`"${operation.account}" begins with a ${operation.kind}`);
  }
  return emptyAccount({
    id: operation.account,
    timeZone: opened.timeZone,
    currency: opened.currency,
    opened: operation.occurred,
    terms: readTermsJson(opened.terms),
    pins: pin === undefined ? [] : [{ ...pin, since: operation.occurred }],
  });
}

const orders = new WeakMap<object, BurnOrder>();

/** The burn order of these terms, compiled once. */
export function orderOf(terms: Account['terms']): BurnOrder {
  const known = orders.get(terms.burnOrder);
  if (known !== undefined) return known;
  const made = burnOrder(terms.burnOrder);
  orders.set(terms.burnOrder, made);
  return made;
}

/** Gathers the changes of one operation; what it doesn't touch stays shared with the account before. */
class Successor {
  readonly #before: Account;
  /** The blocks that this operation touches, as they will be. */
  readonly #touched = new Map<number, Block>();
  #holds: Account['holds'];
  #reversals: Account['reversals'];
  #ends: readonly End[];
  #upcoming: readonly number[];
  #lastLoss: number | null;

  constructor(before: Account) {
    this.#before = before;
    this.#holds = before.holds;
    this.#reversals = before.reversals;
    this.#ends = before.ends;
    this.#upcoming = before.upcoming;
    this.#lastLoss = before.lastLoss;
  }

  openBlock(block: Block): void {
    if (block.number !== this.#before.blocks.nextNumber + this.#opened()) {
      throw new InvariantBroken(`block ${block.number} is opened out of turn`);
    }
    this.#touched.set(block.number, block);
    this.#upcoming = [...this.#upcoming, block.number];
    this.#willEnd(block.expires, 'block', block.number);
  }

  #opened(): number {
    let opened = 0;
    for (const number of this.#touched.keys()) {
      if (number >= this.#before.blocks.nextNumber) opened += 1;
    }
    return opened;
  }

  openHold(hold: Hold): void {
    if (hold.number !== this.#holds.nextNumber) {
      throw new InvariantBroken(`hold ${hold.number} is taken out of turn`);
    }
    this.#holds = this.#holds.with(hold);
    this.#willEnd(hold.expires, 'hold', hold.number);
  }

  reopen(number: number, at: number, until: number): void {
    const block = this.#block(number);
    this.#touched.set(number, {
      ...block,
      reopenedAt: at,
      reopenedUntil: until,
      expiredBeforeReopening: block.expired,
    });
    this.#lastLoss = later(this.#lastLoss, until);
    this.#willEnd(until, 'block', number);
  }

  move(move: Move, occurred: number): void {
    if (move.amount <= 0n) throw new InvariantBroken(`a move of ${move.amount} parts`);
    const block = this.#block(move.block);
    const moved = transfer(block, move);
    if (move.to === 'expired') this.#lastLoss = later(this.#lastLoss, endOf(moved));
    this.#touched.set(move.block, retaken(block, moved, move, occurred));
    if (move.hold !== undefined) this.#moveHeld(move, move.hold);
    else if (move.from === 'held' || move.to === 'held') {
      throw new InvariantBroken('credits are held without a hold');
    }
  }

  close(number: number, spent: 'kept' | 'owed'): void {
    this.#touched.set(number, { ...this.#block(number), closed: spent });
  }

  endHold(number: number, how: NonNullable<Hold['ended']>): void {
    const hold = this.#hold(number);
    if (hold.parts.length > 0) throw new InvariantBroken(`hold ${number} ends with credits in it`);
    this.#holds = this.#holds.with({ ...hold, ended: how });
  }

  reverse(usage: number, moves: readonly Move[]): void {
    const name = String(usage);
    const known = this.#reversals.byName(name);
    const amounts = new Map(known?.amounts);
    for (const move of moves) {
      amounts.set(move.block, (amounts.get(move.block) ?? 0n) + move.amount);
    }
    const reversal: Reversal = {
      number: known?.number ?? this.#reversals.nextNumber,
      name,
      amounts,
    };
    this.#reversals = this.#reversals.with(reversal);
  }

  finish(operation: Operation): Account {
    const before = this.#before;
    const { facts } = operation;
    const terms = facts.terms === undefined ? before.terms : readTermsJson(facts.terms);
    let blocks = before.blocks;
    let owed = before.owedMoney;
    for (const block of this.#touched.values()) {
      const old = before.blocks.byNumber(block.number);
      owed += owedFor(block) - (old === undefined ? 0n : owedFor(old));
      blocks = blocks.with(block);
    }
    if (operation.kind === 'settle') owed -= facts.due ?? 0n;
    const changed: Account = {
      ...before,
      number: operation.number,
      hash: operation.hash,
      recorded: operation.recorded,
      terms,
      pins:
        facts.pin === undefined || operation.kind === 'open'
          ? before.pins
          : [...before.pins, { ...facts.pin, since: operation.occurred }],
      blocks,
      holds: this.#holds,
      reversals: this.#reversals,
      totals: this.#totals(),
      // Money that was paid for usage undone later isn't owed backwards: the reversal's `due` returns it.
      owedMoney: owed < 0n ? 0n : owed,
    };
    const after: Account = {
      ...changed,
      order:
        terms.burnOrder === before.terms.burnOrder ? this.#order(changed) : allInOrder(changed),
      upcoming: this.#upcoming.filter((n) => blockOf(changed, n).effective > operation.recorded),
      ends: withoutPast(changed, this.#ends),
      lastLoss: this.#lastLoss,
    };
    return withParts(operation, before, after);
  }

  #block(number: number): Block {
    return this.#touched.get(number) ?? blockOf(this.#before, number);
  }

  #hold(number: number): Hold {
    const hold = this.#holds.byNumber(number) ?? holdOf(this.#before, number);
    if (hold.ended !== null) throw new InvariantBroken(`hold ${number} has ended already`);
    return hold;
  }

  #moveHeld(move: Move, number: number): void {
    const hold = this.#hold(number);
    let parts = hold.parts;
    if (move.to === 'held') parts = [...parts, { block: move.block, amount: move.amount }];
    else {
      let left = move.amount;
      parts = parts.flatMap((part) => {
        if (part.block !== move.block || left === 0n) return [part];
        const taken = part.amount < left ? part.amount : left;
        left -= taken;
        return part.amount === taken ? [] : [{ block: part.block, amount: part.amount - taken }];
      });
      if (left > 0n) throw new InvariantBroken(`hold ${number} gives back more than it has`);
    }
    this.#holds = this.#holds.with({ ...hold, parts });
  }

  #willEnd(at: number | null, what: End['what'], number: number): void {
    if (at === null) return;
    const end: End = { at, what, number };
    // Halving: an account may wait for the ends of thousands of blocks.
    let low = 0;
    let high = this.#ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#ends[middle];
      if (other !== undefined && compareEnds(other, end) < 0) low = middle + 1;
      else high = middle;
    }
    this.#ends = this.#ends.toSpliced(low, 0, end);
  }

  #totals(): Account['totals'] {
    const totals = new Map<string, UnitTotals>(this.#before.totals);
    for (const block of this.#touched.values()) {
      const old = this.#before.blocks.byNumber(block.number);
      const sum = totals.get(block.unit) ?? totalsOf(this.#before, block.unit);
      totals.set(block.unit, {
        granted: sum.granted + block.granted - (old?.granted ?? 0n),
        free: sum.free + block.free - (old?.free ?? 0n),
        held: sum.held + block.held - (old?.held ?? 0n),
        basis: sum.basis + block.basis - (old?.basis ?? 0n),
      });
    }
    return totals;
  }

  /** Only blocks that ran empty, came back or moved their end change their place. */
  #order(changed: Account): Account['order'] {
    let order = this.#before.order;
    const compare = orderOf(changed.terms);
    for (const block of this.#touched.values()) {
      const old = this.#before.blocks.byNumber(block.number);
      const stood = old !== undefined && old.free > 0n;
      const stands = block.free > 0n;
      if (stood && stands && endOf(old) === endOf(block)) continue;
      let list = order.get(block.unit) ?? [];
      if (stood) {
        const find = (n: number): Block => blockOf(this.#before, n);
        list = list.toSpliced(placeIn(list, old, compare, find), 1);
      }
      if (stands) {
        const find = (n: number): Block => blockOf(changed, n);
        list = list.toSpliced(placeIn(list, block, compare, find), 0, block.number);
      }
      if (stood || stands) order = new Map(order).set(block.unit, list);
    }
    return order;
  }
}

/** Late usage of a block's own time takes back first what the block had lost before it opened again. */
function retaken(before: Block, moved: Block, { from, amount }: Move, occurred: number): Block {
  const lost = before.expiredBeforeReopening;
  const own = before.expires === null || occurred < before.expires;
  if (from !== 'expired' || lost === 0n || !own) return moved;
  return { ...moved, expiredBeforeReopening: lost > amount ? lost - amount : 0n };
}

function transfer(block: Block, { from, to, amount }: Move): Block {
  const moved: { -readonly [K in keyof Block]: Block[K] } = { ...block };
  // Money of a refund or void is fixed at the event, on what the block was until then.
  if (to === 'refunded') moved.refundedMoney += refundCost(block, amount);
  if (to === 'voided') {
    moved.voidedMoney += from === 'burned' ? unburnCost(block, amount) : voidCost(block, amount);
  }
  if (from === 'issued') moved.granted += amount;
  else moved[from] = take(block, from, amount);
  if (to === 'issued') throw new InvariantBroken('credits are never un-issued');
  moved[to] += amount;
  return moved;
}

function take(block: Block, from: Exclude<Place, 'issued'>, amount: bigint): bigint {
  const left = block[from] - amount;
  if (left < 0n) {
    throw new InvariantBroken(
      `block ${block.number} has ${block[from]} parts ${from}, not ${amount}`,
    );
  }
  return left;
}

/** What was spent of a block whose void left it owed, at the block's cost. */
export function owedFor(block: Block): bigint {
  return block.closed === 'owed' ? usageCost(block) : 0n;
}

/** Fills what follows from the blocks of an account that was read from a checkpoint. */
export function finishRestored(account: Account, ends: readonly End[]): Account {
  const totals = new Map<string, UnitTotals>();
  const upcoming: number[] = [];
  let lastLoss: number | null = null;
  for (const block of account.blocks) {
    if (block.expired > 0n || block.reopenedUntil !== null) {
      lastLoss = later(lastLoss, endOf(block));
    }
    const sum = totals.get(block.unit) ?? totalsOf(account, block.unit);
    totals.set(block.unit, {
      granted: sum.granted + block.granted,
      free: sum.free + block.free,
      held: sum.held + block.held,
      basis: sum.basis + block.basis,
    });
    if (block.effective > account.recorded) upcoming.push(block.number);
  }
  const order = allInOrder(account);
  return { ...account, order, totals, upcoming, lastLoss, ends: [...ends].sort(compareEnds) };
}

function later(a: number | null, b: number | null): number | null {
  return a === null || (b !== null && a < b) ? b : a;
}

/** Earlier first; at one instant holds end before blocks. */
function compareEnds(a: End, b: End): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.what !== b.what) return a.what === 'hold' ? -1 : 1;
  return a.number - b.number;
}

/** Whether an end still has something to end. */
export function isDue(account: Account, end: End): boolean {
  if (end.what === 'hold') return holdOf(account, end.number).ended === null;
  const block = blockOf(account, end.number);
  return endOf(block) === end.at && block.free > 0n;
}

function withoutPast(account: Account, ends: readonly End[]): readonly End[] {
  let past = 0;
  for (const end of ends) {
    if (end.at > account.recorded || isDue(account, end)) break;
    past += 1;
  }
  return past === 0 ? ends : ends.slice(past);
}

function allInOrder(account: Account): Account['order'] {
  const order = new Map<string, number[]>();
  const compare = orderOf(account.terms);
  const open = [...account.blocks].filter((block) => block.free > 0n).sort(compare);
  for (const block of open) {
    const list = order.get(block.unit);
    if (list === undefined) order.set(block.unit, [block.number]);
    else list.push(block.number);
  }
  return order;
}
