// What an account is at one moment: the fold of its operations. Immutable; every change is a new one.

import type { Instant } from '../calendar/instant.ts';
import { addBounded } from '../calendar/zone.ts';
import { InvariantBroken } from '../errors.ts';
import type { Terms } from '../terms/terms.ts';
import { type Block, isFrozen } from './block.ts';
import type { HoldEnd, HoldOpening, RateCardPin } from './operation.ts';
import type { Parts } from './parts.ts';
import type { Register } from './register.ts';

/** A hold with what is still set aside, block by block in the order in which it was taken. */
export interface Hold extends HoldOpening {
  readonly parts: readonly { readonly block: number; readonly amount: bigint }[];
  /** Null while it is open. */
  readonly ended: HoldEnd | null;
}

/** How much of one usage was undone already, by block. */
export interface Reversal {
  readonly number: number;
  /** Number of the usage's operation, as text. */
  readonly name: string;
  readonly amounts: ReadonlyMap<number, bigint>;
  /** Units of those blocks, which may have left memory since. */
  readonly units: ReadonlyMap<number, string>;
}

/** Sums over all blocks of one unit, in parts; their basis in minor units. What rolled is counted where it is now. */
export interface UnitTotals {
  readonly granted: bigint;
  readonly free: bigint;
  readonly held: bigint;
  /** Of what is free: what nobody can spend before its block thaws. */
  readonly frozen: bigint;
  readonly basis: bigint;
}

/** Something that ends by itself at an instant. */
export interface End {
  readonly at: Instant;
  readonly what: 'hold' | 'block';
  readonly number: number;
}

/** A pin, and since when it has been in force. */
export interface PinSince extends RateCardPin {
  readonly since: Instant;
}

/** The state of one account. */
export interface Account extends Parts {
  readonly id: string;
  readonly timeZone: string;
  readonly currency: string;
  readonly opened: Instant;
  /** Number, hash and recorded instant of the last operation. */
  readonly number: number;
  readonly hash: string;
  readonly recorded: Instant;
  readonly terms: Terms;
  /** Oldest first. */
  readonly pins: readonly PinSince[];
  readonly blocks: Register<Block>;
  readonly holds: Register<Hold>;
  readonly reversals: Register<Reversal>;
  /** By unit: numbers of the blocks with free credits, in burn order; not yet effective ones included. */
  readonly order: ReadonlyMap<string, readonly number[]>;
  readonly totals: ReadonlyMap<string, UnitTotals>;
  /** Numbers of the blocks that weren't effective yet at `recorded`. */
  readonly upcoming: readonly number[];
  /** By unit: free credits of those blocks, frozen ones left out; only what isn't zero. */
  readonly upcomingFree: ReadonlyMap<string, bigint>;
  /** What will end, earliest first; holds before blocks at one instant (`docs/domain.md §2`). */
  readonly ends: readonly End[];
  /**
   * Latest end of the blocks that have lost credits, rolled or were opened again; null: there are none. Usage
   * of later finds nothing to take back, and needs no look at blocks that are over.
   */
  readonly lastLoss: Instant | null;
  /** What voids left owed, in minor units. */
  readonly owedMoney: bigint;
}

const NOTHING: UnitTotals = { granted: 0n, free: 0n, held: 0n, frozen: 0n, basis: 0n };

/** The block with this number. Throws `InvariantBroken`: operations name only blocks that are there. */
export function blockOf(account: Account, number: number): Block {
  const block = account.blocks.byNumber(number);
  if (block === undefined) {
    throw new InvariantBroken(`account "${account.id}" has no block ${number}`);
  }
  return block;
}

/** The hold with this number. Throws `InvariantBroken`. */
export function holdOf(account: Account, number: number): Hold {
  const hold = account.holds.byNumber(number);
  if (hold === undefined) {
    throw new InvariantBroken(`account "${account.id}" has no hold ${number}`);
  }
  return hold;
}

/** Sums over the blocks of a unit. */
export function totalsOf(account: Account, unit: string): UnitTotals {
  return account.totals.get(unit) ?? NOTHING;
}

/** Credits of the unit in blocks that aren't effective yet at this instant; frozen ones are counted apart. */
export function upcomingOf(account: Account, unit: string, at: Instant): bigint {
  const free = account.upcomingFree.get(unit) ?? 0n;
  if (free === 0n || nextEffective(account) > at) return free;
  let sum = 0n;
  for (const number of account.upcoming) {
    const block = blockOf(account, number);
    if (block.unit === unit && block.effective > at && !isFrozen(block)) sum += block.free;
  }
  return sum;
}

const firstEffective = new WeakMap<readonly number[], Instant>();

/** When the first of the upcoming blocks becomes effective; infinite where there are none. */
export function nextEffective(account: Account): Instant {
  const { upcoming } = account;
  if (upcoming.length === 0) return Number.POSITIVE_INFINITY;
  const known = firstEffective.get(upcoming);
  if (known !== undefined) return known;
  // Every write asks; the list changes only when a block opens or becomes effective.
  let first = Number.POSITIVE_INFINITY;
  for (const number of upcoming) first = Math.min(first, blockOf(account, number).effective);
  firstEffective.set(upcoming, first);
  return first;
}

/** Credits of the unit that can be spent at this instant, whatever their scope; the account must be advanced to it. */
export function availableOf(account: Account, unit: string, at: Instant): bigint {
  const { free, frozen } = totalsOf(account, unit);
  return free - frozen - upcomingOf(account, unit, at);
}

/** The oldest usage that is still accepted at an instant, by the terms of then. */
export function oldestUsage({ terms, timeZone }: Account, at: Instant): Instant {
  return addBounded(at, terms.lateUsage.within, timeZone, -1);
}
