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
  type UnitTotals,
} from './account.ts';
import { type Block, endOf, isFrozen, openBlock } from './block.ts';
import { withUnit } from './by-unit.ts';
import { emptyAccount } from './empty.ts';
import { compareEnds, withEnd, withoutPast } from './ends.ts';
import { type FreezeChange, frozenBy, thawedBy } from './freeze.ts';
import type { Move, Operation, Roll } from './operation.ts';
import { allInOrder, type BlockChange, reordered } from './order.ts';
import { evolveParts } from './parts.ts';
import { owedFor, retaken, rolled, transfer } from './transfer.ts';
import { unburned, voidMoneyOf } from './undoing.ts';
import { stillUpcoming, upcomingFree } from './upcoming.ts';

// Most operations have none of most facts.
const NONE: readonly never[] = [];

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
  for (const block of facts.opens ?? NONE) next.openBlock(openBlock(block));
  if (facts.hold !== undefined) {
    const { room: _, ...hold } = facts.hold;
    next.openHold({ ...hold, parts: [], ended: null });
  }
  for (const { block, until } of facts.reopens ?? NONE) {
    next.reopen(block, operation.recorded, until);
  }
  // Before the moves: what leaves with a void of the rolled block is counted on what it has got.
  for (const roll of facts.rolls ?? NONE) next.roll(roll);
  for (const conversion of facts.converts ?? NONE) next.roll(conversion);
  for (const move of operation.moves) next.move(move, operation);
  for (const change of facts.freezes ?? NONE) next.freeze(change);
  for (const change of facts.thaws ?? NONE) next.thaw(change);
  if (facts.dispute !== undefined) next.dispute(facts.dispute.block, facts.dispute.state);
  for (const block of facts.forfeits ?? NONE) next.close(block, 'kept');
  if (facts.voids !== undefined) next.close(facts.voids.block, facts.voids.spent);
  if (facts.ends !== undefined) next.endHold(facts.ends.hold, facts.ends.how);
  if (facts.reverses !== undefined) next.reverse(facts.reverses.number, unburned(operation));
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

  /** Cost basis goes along with credits that roll, or that become others. */
  roll(roll: Roll): void {
    const [from, to] = rolled(this.#block(roll.from), this.#block(roll.to), roll);
    this.#touched.set(from.number, from);
    this.#touched.set(to.number, to);
  }

  move(move: Move, { occurred, facts }: Operation): void {
    if (move.amount <= 0n) throw new InvariantBroken(`a move of ${move.amount} parts`);
    const block = this.#block(move.block);
    const moved = transfer(block, move);
    const isCut = facts.cut !== undefined && move.to === 'expired';
    if (move.to === 'expired' || move.to === 'rolled') {
      this.#lastLoss = later(this.#lastLoss, endOf(moved));
    }
    this.#touched.set(
      move.block,
      retaken(block, isCut ? { ...moved, cut: moved.cut + move.amount } : moved, move, occurred),
    );
    if (move.hold !== undefined) this.#moveHeld(move, move.hold);
    else if (move.from === 'held' || move.to === 'held') {
      throw new InvariantBroken('credits are held without a hold');
    }
  }

  close(number: number, spent: 'kept' | 'owed'): void {
    this.#touched.set(number, { ...this.#block(number), closed: spent });
  }

  freeze({ block: number, by, at }: FreezeChange): void {
    const block = this.#block(number);
    this.#touched.set(number, { ...block, freeze: frozenBy(block.freeze, by, at) });
  }

  /** Its end moves on by the time that it was frozen. */
  thaw({ block: number, by, at }: FreezeChange): void {
    const block = this.#block(number);
    const thawed = { ...block, freeze: thawedBy(block.freeze, by, at) };
    this.#touched.set(number, thawed);
    if (isFrozen(block) && !isFrozen(thawed)) this.#willEnd(endOf(thawed), 'block', number);
  }

  dispute(number: number, state: NonNullable<Block['dispute']>): void {
    this.#touched.set(number, { ...this.#block(number), dispute: state });
  }

  endHold(number: number, how: NonNullable<Hold['ended']>): void {
    const hold = this.#hold(number);
    if (hold.parts.length > 0) throw new InvariantBroken(`hold ${number} ends with credits in it`);
    this.#holds = this.#holds.with({ ...hold, ended: how });
  }

  reverse(usage: number, back: ReadonlyMap<number, bigint>): void {
    const name = String(usage);
    const known = this.#reversals.byName(name);
    const amounts = new Map(known?.amounts);
    const units = new Map(known?.units);
    for (const [block, amount] of back) {
      amounts.set(block, (amounts.get(block) ?? 0n) + amount);
      units.set(block, this.#block(block).unit);
    }
    const reversal: Reversal = {
      number: known?.number ?? this.#reversals.nextNumber,
      name,
      amounts,
      units,
    };
    this.#reversals = this.#reversals.with(reversal);
  }

  finish(operation: Operation): Account {
    const before = this.#before;
    const { facts } = operation;
    const terms = facts.terms === undefined ? before.terms : readTermsJson(facts.terms);
    const changes = this.#changes();
    let blocks = before.blocks;
    let owed = before.owedMoney;
    for (const { was, is } of changes) {
      owed += owedFor(is) - (was === undefined ? 0n : owedFor(was));
      blocks = blocks.with(is);
    }
    if (operation.kind === 'settle') owed -= voidMoneyOf(operation);
    // Nobody has seen it yet: it is filled in place, and copied once.
    const after: { -readonly [K in keyof Account]: Account[K] } = { ...before };
    after.number = operation.number;
    after.hash = operation.hash;
    after.recorded = operation.recorded;
    after.terms = terms;
    if (facts.pin !== undefined && operation.kind !== 'open') {
      after.pins = [...before.pins, { ...facts.pin, since: operation.occurred }];
    }
    after.blocks = blocks;
    after.holds = this.#holds;
    after.reversals = this.#reversals;
    after.totals = totalsWith(before.totals, changes);
    // Money that was paid for usage undone later isn't owed backwards: the reversal's `due` returns it.
    after.owedMoney = owed < 0n ? 0n : owed;
    after.lastLoss = this.#lastLoss;
    after.order = terms === before.terms ? reordered(before, after, changes) : allInOrder(after);
    after.upcoming = this.#upcoming;
    const { upcoming, upcomingFree: free } = stillUpcoming(after, changes);
    after.upcoming = upcoming;
    after.upcomingFree = free;
    after.ends = withoutPast(after, this.#ends);
    evolveParts(operation, before, after);
    return after;
  }

  /** The blocks that the operation touched, as they were and as they are. */
  #changes(): readonly BlockChange[] {
    const changes: BlockChange[] = [];
    for (const is of this.#touched.values()) {
      changes.push({ was: this.#before.blocks.byNumber(is.number), is });
    }
    return changes;
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
    this.#ends = withEnd(this.#ends, end);
  }
}

function totalsWith(before: Account['totals'], changes: readonly BlockChange[]): Account['totals'] {
  let totals = before;
  for (const { was, is } of changes) {
    totals = withUnit(totals, is.unit, sumWith(totals.get(is.unit), is, was));
  }
  return totals;
}

/** What rolled on is counted where it is now: each credit and each cent once. */
function sumWith(before: UnitTotals | undefined, block: Block, old?: Block): UnitTotals {
  const sum = before ?? NO_TOTALS;
  const was = old ?? NO_BLOCK;
  return {
    // What rolled out comes off again.
    granted: moved(moved(sum.granted, was.granted, block.granted), block.rolled, was.rolled),
    free: moved(sum.free, was.free, block.free),
    held: moved(sum.held, was.held, block.held),
    frozen: moved(sum.frozen, frozenIn(was), frozenIn(block)),
    basis: moved(moved(sum.basis, was.basis, block.basis), block.rolledMoney, was.rolledMoney),
  };
}

type Summed = Pick<
  Block,
  'granted' | 'rolled' | 'free' | 'held' | 'basis' | 'rolledMoney' | 'freeze'
>;

const NO_TOTALS: UnitTotals = { granted: 0n, free: 0n, held: 0n, frozen: 0n, basis: 0n };

const NO_BLOCK: Summed = {
  ...{ granted: 0n, rolled: 0n, free: 0n, held: 0n, basis: 0n, rolledMoney: 0n },
  freeze: null,
};

/** A usage changes one of these figures, and adding big whole numbers costs more than seeing that. */
function moved(sum: bigint, was: bigint, is: bigint): bigint {
  return was === is ? sum : sum + is - was;
}

function frozenIn(block: Pick<Block, 'free' | 'freeze'>): bigint {
  return isFrozen(block) ? block.free : 0n;
}

/** Fills what follows from the blocks of an account that was read from a checkpoint. */
export function finishRestored(account: Account, ends: readonly End[]): Account {
  const totals = new Map<string, UnitTotals>();
  const upcoming: number[] = [];
  let lastLoss: number | null = null;
  for (const block of account.blocks) {
    if (block.expired > 0n || block.rolled > 0n || block.reopenedUntil !== null) {
      lastLoss = later(lastLoss, endOf(block));
    }
    totals.set(block.unit, sumWith(totals.get(block.unit), block));
    if (block.effective > account.recorded) upcoming.push(block.number);
  }
  const order = allInOrder(account);
  return {
    ...{ ...account, order, totals, upcoming, lastLoss },
    upcomingFree: upcomingFree(account, account.blocks),
    ends: [...ends].sort(compareEnds),
  };
}

function later(a: number | null, b: number | null): number | null {
  return a === null || (b !== null && a < b) ? b : a;
}
