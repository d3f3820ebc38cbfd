// What a term has brought so far, in each unit: folded from what operations moved and charged. A
// usage or a reversal counts in the term in which it is recorded (`docs/domain.md §10`).

import type { Instant } from '../calendar/instant.ts';
import type { Account } from './account.ts';
import type { Block } from './block.ts';
import { amountIn, amountOut, type Codec } from './codec.ts';
import { eachFigure, type TermFigures } from './commitment.ts';
import type { Json, Operation } from './operation.ts';

const COUNTS = [
  'brought',
  'committed',
  'rolledIn',
  'came',
  'used',
  'reversed',
  'promotional',
  'overage',
  'settled',
  'rolledOut',
  'expired',
  'refunded',
  'voided',
  'carried',
] as const;

/**
 * Counts of one unit, in parts; as they are, so that some may be below zero. `brought` was left from
 * before the term, `carried` rolled at its very end and is what the next one begins with.
 */
export type Tally = Readonly<Record<(typeof COUNTS)[number], bigint>>;

/** Counts by unit. */
export type Tallies = ReadonlyMap<string, Tally>;

type Counting = { -readonly [K in keyof Tally]: Tally[K] };

const NOTHING: Tally = eachCount(() => 0n);

function eachCount(make: (name: keyof Tally) => bigint): Tally {
  return Object.fromEntries(COUNTS.map((name) => [name, make(name)])) as Tally;
}

/** The counts of a unit. */
export function tallyOf(tallies: Tallies, unit: string): Tally {
  return tallies.get(unit) ?? NOTHING;
}

/** Counts as a term begins: with what rolled into it and what else is left. `before` is the account then. */
export function newTallies(last: Tallies, before: Account): Tallies {
  const begun = new Map<string, Tally>();
  for (const [unit, { free, held }] of before.totals) {
    const { carried } = tallyOf(last, unit);
    begun.set(unit, { ...NOTHING, brought: free + held - carried, rolledIn: carried });
  }
  return begun;
}

/** The counts with what an operation did. `ends` is when the term does. */
export function tallied(
  tallies: Tallies,
  operation: Operation,
  after: Account,
  ends: Instant,
): Tallies {
  const { kind, moves, facts, occurred } = operation;
  const { charged, overage = [], waived = [], undoes = [] } = facts;
  if (moves.length === 0 && charged === undefined && undoes.length === 0) return tallies;
  const changed = new Map<string, Counting>();
  const of = (unit: string): Counting => {
    const known = changed.get(unit) ?? { ...tallyOf(tallies, unit) };
    changed.set(unit, known);
    return known;
  };
  for (const { block: number, from, to, amount } of moves) {
    const block = after.blocks.byNumber(number);
    if (block === undefined) continue;
    const counts = of(block.unit);
    if (from === 'issued') counts[arrivalOf(block, occurred === ends)] += amount;
    if (from === 'expired') counts.expired -= amount;
    if (from === 'burned') {
      counts.reversed += amount;
      if (isPromotional(block, after)) counts.promotional -= amount;
    }
    if (to === 'burned') {
      // What credits pay for later was used, and counted, when it became overage.
      if (charged === undefined) counts.settled += amount;
      if (isPromotional(block, after)) counts.promotional += amount;
    }
    if (to === 'expired') counts.expired += amount;
    if (to === 'rolled') {
      // What a purchase pools was there before: it neither leaves nor comes.
      if (kind === 'purchase') counts.came -= amount;
      else counts.rolledOut += amount;
    }
    if (to === 'refunded') counts.refunded += amount;
    if (to === 'voided') counts.voided += amount;
  }
  for (const { unit, amount } of charged ?? []) of(unit).used += amount;
  for (const { unit, amount } of overage) of(unit).overage += amount;
  // Nobody owes what was waived, and no commitment follows from it.
  for (const { unit, amount } of waived) of(unit).used -= amount;
  for (const { unit, open, paid, settled } of undoes) {
    const counts = of(unit);
    const byCredits = settled.reduce((sum, part) => sum + part.amount, 0n);
    counts.reversed += open + paid;
    counts.settled -= byCredits;
    counts.overage -= open + paid + byCredits;
  }
  return new Map([...tallies, ...changed]);
}

function arrivalOf(block: Block, atEnd: boolean): 'carried' | 'rolledIn' | 'committed' | 'came' {
  if (block.lineage !== undefined) return atEnd ? 'carried' : 'rolledIn';
  return block.portion?.of === 'commitment' ? 'committed' : 'came';
}

function isPromotional(block: Block, account: Account): boolean {
  if (block.lineage === undefined) return block.kind === 'promotional';
  return account.blocks.byNumber(block.lineage.origin)?.kind === 'promotional';
}

/** The figures of a term in one unit, for people: none is below zero. `account` is as the term leaves it. */
export function figuresOf(account: Account, tallies: Tallies, unit: string): TermFigures {
  const counts = tallyOf(tallies, unit);
  const { free = 0n, held = 0n } = account.totals.get(unit) ?? {};
  const raw: TermFigures = {
    ...counts,
    used: counts.used - counts.reversed,
    rolledIn: counts.rolledIn,
    other: counts.brought + counts.came,
    // What rolled at the term's end has left it.
    left: free + held - counts.carried,
  };
  return eachFigure((name) => (raw[name] < 0n ? 0n : raw[name]));
}

/** How counts stand in JSON. */
export const tallies: Codec<Tallies> = {
  write: (all, scope) =>
    [...all].map(
      ([unit, counts]): Json => [
        unit,
        Object.fromEntries(
          COUNTS.filter((name) => counts[name] !== 0n).map((name) => [
            name,
            amountOut(counts[name], unit, scope),
          ]),
        ),
      ],
    ),
  read: (json, scope) =>
    new Map(
      (json as readonly (readonly [string, Readonly<Record<string, string>>])[]).map(
        ([unit, texts]) => [unit, eachCount((name) => amountIn(texts[name] ?? '0', unit, scope))],
      ),
    ),
};
