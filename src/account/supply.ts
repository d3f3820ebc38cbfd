// Parts of an account that come into memory after it did, and parts that leave it again. Neither
// changes what the account is: all that is computed from them without being asked for stays the same.

import type { Units } from '../quantity/units.ts';
import type { Account, End, Hold } from './account.ts';
import { type Block, endOf } from './block.ts';
import { type PartText, readRows } from './checkpoint-rows.ts';
import type { Debts } from './debts.ts';
import { compareEnds, withEnd } from './ends.ts';
import type { PartKind, Wanted } from './missing.ts';
import type { Register } from './register.ts';

/** Which part. */
export interface PartPlace {
  readonly kind: PartKind;
  readonly id: number;
}

/** The account with these rows of its checkpoint in memory; of what was asked for, the rest doesn't exist. */
export function supplied(
  account: Account,
  rows: readonly PartText[],
  asked: readonly Wanted[],
  units: Units,
): Account {
  const { blocks, holds, reversals, debts } = account;
  const came = readRows(rows, { units, currency: account.currency });
  for (const want of asked) {
    if ('name' in want) registerOf(account, want.kind)?.lacks([want.name]);
  }
  const newBlocks = came.blocks.filter(({ number }) => blocks.peek(number) === undefined);
  const newHolds = came.holds.filter(({ number }) => holds.peek(number) === undefined);
  const next: Account = {
    ...account,
    blocks: blocks.supplied(newBlocks),
    holds: holds.supplied(newHolds),
    reversals: reversals.supplied(came.reversals),
    debts:
      debts.register === null ? debts : withRegister(debts, debts.register.supplied(came.debts)),
  };
  // Nothing of them can be spent, so that they stand in no burn order.
  return {
    ...next,
    upcoming: [...account.upcoming, ...notYetEffective(next, newBlocks)].sort((a, b) => a - b),
    ends: comingEnds(next, newBlocks, newHolds).reduce(withEnd, account.ends),
  };
}

/** The account with these parts as another of its versions has them in memory: neither has changed them. */
export function lent(account: Account, other: Account, places: readonly PartPlace[]): Account {
  const of = <T extends { readonly number: number; readonly name: string }>(
    kind: PartKind,
    register: Register<T>,
  ): T[] => places.flatMap((place) => (place.kind === kind ? (register.peek(place.id) ?? []) : []));
  const { debts } = account;
  const lending = other.debts.register;
  return {
    ...account,
    blocks: account.blocks.supplied(of('block', other.blocks)),
    holds: account.holds.supplied(of('hold', other.holds)),
    reversals: account.reversals.supplied(of('reversal', other.reversals)),
    debts:
      debts.register === null || lending === null
        ? debts
        : withRegister(debts, debts.register.supplied(of('debt', lending))),
  };
}

/** The account without these parts in memory; the checkpoint with the number `base` has them. */
export function without(account: Account, parts: readonly PartPlace[], base: number): Account {
  const gone = (kind: PartKind): ReadonlySet<number> =>
    new Set(parts.filter((part) => part.kind === kind).map(({ id }) => id));
  const blocks = gone('block');
  const { debts, upcoming } = account;
  const { register } = debts;
  // Their ends stay in the queue until they have passed: there may be very many of them to look through.
  return {
    ...account,
    blocks: account.blocks.without(blocks, base),
    holds: account.holds.without(gone('hold'), base),
    reversals: account.reversals.without(gone('reversal'), base),
    debts: register === null ? debts : withRegister(debts, register.without(gone('debt'), base)),
    upcoming: upcoming.some((n) => blocks.has(n))
      ? upcoming.filter((n) => !blocks.has(n))
      : upcoming,
  };
}

/** The debts with another register of them; the very same state where it is the same one. */
export function withRegister(debts: Debts, register: Debts['register']): Debts {
  return register === debts.register ? debts : { ...debts, register };
}

/** The part as it is in memory. */
export function peekPart(account: Account, { kind, id }: PartPlace): object | undefined {
  return registerOf(account, kind)?.peek(id);
}

/** How many parts of an account there are, and how many of them are in memory. */
export function partCounts({ blocks, holds, reversals, debts }: Account): {
  readonly all: number;
  readonly loaded: number;
} {
  const registers = [
    blocks,
    holds,
    reversals,
    ...(debts.register === null ? [] : [debts.register]),
  ];
  return {
    all: registers.reduce((sum, { items }) => sum + items.size, 0),
    loaded: registers.reduce((sum, { items }) => sum + items.count, 0),
  };
}

function registerOf(
  { blocks, holds, reversals, debts }: Account,
  kind: PartKind,
): Register<{ readonly number: number; readonly name: string }> | null {
  if (kind === 'block') return blocks;
  if (kind === 'hold') return holds;
  return kind === 'reversal' ? reversals : debts.register;
}

/** Numbers of the blocks that aren't effective yet when the account was written to last. */
export function notYetEffective({ recorded }: Account, blocks: Iterable<Block>): number[] {
  const upcoming: number[] = [];
  for (const { number, effective } of blocks) if (effective > recorded) upcoming.push(number);
  return upcoming;
}

/** What will still end, earliest first: open holds, and blocks that have an end to come or credits to lose. */
export function comingEnds(
  account: Account,
  blocks: Iterable<Block>,
  holds: Iterable<Hold>,
): End[] {
  const ends: End[] = [];
  for (const { number, ended, expires } of holds) {
    if (ended === null && expires !== null) ends.push({ at: expires, what: 'hold', number });
  }
  for (const block of blocks) {
    const at = endOf(block);
    if (at === null) continue;
    if (at > account.recorded || block.free > 0n) {
      ends.push({ at, what: 'block', number: block.number });
    }
  }
  return ends.sort(compareEnds);
}
