// What alerts need to remember (`docs/domain.md §7`): since when a balance is being used up, which
// units are in overage, and whose coming end was told. Thresholds themselves are the terms'.

import type { Instant } from '../calendar/instant.ts';
import { addBounded } from '../calendar/zone.ts';
import { hasLongestPeriod } from '../terms/allowances.ts';
import { durationOf } from '../terms/durations.ts';
import { type Account, availableOf, blockOf, nextEffective } from './account.ts';
import { endOf } from './block.ts';
import { withUnit } from './by-unit.ts';
import { amountIn, amountOut, asJson, asWritten, type Scope } from './codec.ts';
import type { Json, Operation, OperationKind } from './operation.ts';
import type { Part } from './part.ts';
import { usageOf } from './usage.ts';

/** A balance since credits last rose. */
export interface Rise {
  /** When. */
  readonly at: Instant;
  /** What could be spent right after. */
  readonly pool: bigint;
  /** What was used of it since, overage included, reversals taken off. */
  readonly used: bigint;
}

/** State of this part. */
export interface Alarms {
  /** By unit. */
  readonly rises: ReadonlyMap<string, Rise>;
  /** Units that went into overage, and whose balance hasn't risen since. */
  readonly beyond: readonly string[];
  /** Blocks whose coming end was told, each with the time before it; none that has ended. */
  readonly told: readonly (readonly [block: number, before: string])[];
}

interface AlarmsJson {
  readonly rises: readonly (readonly [string, Instant, string, string])[];
  readonly beyond: readonly string[];
  readonly told: Alarms['told'];
}

const NONE: Alarms = { rises: new Map(), beyond: [], told: [] };

export const alerts: Part<Alarms> = {
  empty: NONE,
  evolve,
  write: ({ rises, beyond, told }, scope: Scope): Json =>
    asJson({
      rises: [...rises].map(([unit, { at, pool, used }]) => [
        unit,
        at,
        amountOut(pool, unit, scope),
        amountOut(used, unit, scope),
      ]),
      beyond,
      told,
    }),
  read: (json, scope) => {
    const { rises, beyond, told } = asWritten<AlarmsJson>(json);
    return {
      rises: new Map(
        rises.map(([unit, at, pool, used]) => [
          unit,
          { at, pool: amountIn(pool, unit, scope), used: amountIn(used, unit, scope) },
        ]),
      ),
      beyond,
      told,
    };
  },
};

function evolve(state: Alarms, operation: Operation, before: Account, after: Account): Alarms {
  const rises = risesAfter(state, operation, before, after);
  const { facts } = operation;
  let { beyond, told } = state;
  if (facts.overage === undefined && facts.alerts === undefined) {
    return rises === state.rises ? state : { rises, beyond, told };
  }
  for (const { unit, amount } of facts.overage ?? []) {
    if (amount > 0n && !beyond.includes(unit)) beyond = [...beyond, unit];
  }
  const { rearmed = [], told: telling = [] } = facts.alerts ?? {};
  if (rearmed.length > 0) beyond = beyond.filter((unit) => !rearmed.includes(unit));
  if (telling.length > 0) {
    // Late, a block's end may have passed and not be recorded yet: while it has credits it isn't over.
    const open = told.filter(([number]) => {
      const block = blockOf(after, number);
      const end = endOf(block);
      return block.free > 0n || end === null || end > operation.occurred;
    });
    told = [...open, ...telling];
  }
  const same = rises === state.rises && beyond === state.beyond && told === state.told;
  return same ? state : { rises, beyond, told };
}

/** What gives credits that weren't there; what rolls, or finds its way home, was there before. */
const GIVING: ReadonlySet<OperationKind> = new Set([
  'grant',
  'purchase',
  'adjust',
  'allowance',
  'seats',
  'claim',
  'commit',
  'renew',
  'changePlan',
  'pay',
  'acceptQuote',
]);

function risesAfter(
  state: Alarms,
  operation: Operation,
  before: Account,
  after: Account,
): Alarms['rises'] {
  let rises = risenBy(before, operation.recorded, state.rises);
  const set = (unit: string, rise: Rise): void => {
    rises = withUnit(rises, unit, rise);
  };
  const gives = GIVING.has(operation.kind);
  const mayRaise = gives || operation.kind === 'settle';
  for (const move of mayRaise ? operation.moves : []) {
    const { unit } = blockOf(after, move.block);
    const rise = rises.get(unit);
    const isGiven = move.from === 'issued' && gives;
    if (isGiven && raises(after, move.block)) {
      if (blockOf(after, move.block).effective > operation.recorded) continue;
      set(unit, {
        at: operation.occurred,
        pool: availableOf(after, unit, operation.recorded),
        used: 0n,
      });
    } else if (isGiven && rise?.at === operation.occurred && rise.used === 0n) {
      // Another allowance of the same instant is part of what there was right after it.
      set(unit, { ...rise, pool: availableOf(after, unit, operation.recorded) });
    } else if (operation.kind === 'settle' && move.to === 'burned' && rise !== undefined) {
      // What arriving credits pay of what is owed was never there to be used.
      set(unit, { ...rise, pool: rise.pool > move.amount ? rise.pool - move.amount : 0n });
    }
  }
  for (const { unit, amount, waived } of usageOf(operation, after)) {
    const rise = rises.get(unit);
    if (rise === undefined || amount === waived) continue;
    const used = rise.used + amount - waived;
    set(unit, { ...rise, used: used > 0n ? used : 0n });
  }
  return rises;
}

/** The rises, with those of blocks that became effective by themselves since the account was written to last. */
export function risenBy(
  account: Account,
  at: Instant,
  rises: Alarms['rises'] = account.alerts.rises,
): Alarms['rises'] {
  if (nextEffective(account) > at) return rises;
  let risen = rises;
  for (const number of account.upcoming) {
    const { unit, effective } = blockOf(account, number);
    if (effective > at) continue;
    risen = new Map(risen).set(unit, {
      at: effective,
      pool: availableOf(account, unit, at),
      used: 0n,
    });
  }
  return risen;
}

/** Whether credits of this block are a rise: bought, given, or of the allowance with the longest period. */
function raises(account: Account, number: number): boolean {
  const { portion, unit } = blockOf(account, number);
  if (portion?.of !== 'allowance') return true;
  const { allowances } = account.terms;
  return hasLongestPeriod(
    allowances.filter((allowance) => (allowance.unit ?? unit) === unit),
    portion.name,
  );
}

/** A block whose end comes near, and which of the times before it that is. */
export interface Nearing {
  readonly at: Instant;
  readonly end: Instant;
  readonly block: number;
  readonly before: string;
}

const toldNames = new WeakMap<Alarms['told'], ReadonlySet<string>>();

// Thousands of ends may have been told and not have come yet, and each write looks for the next one.
function toldIn({ told }: Alarms): ReadonlySet<string> {
  const known = toldNames.get(told);
  if (known !== undefined) return known;
  const names = new Set(told.map(([block, before]) => `${block} ${before}`));
  toldNames.set(told, names);
  return names;
}

/** The coming end that is to be told next; null: none is. */
export function nearingOf(account: Account): Nearing | null {
  const times = account.terms.alerts?.beforeExpiry ?? [];
  if (times.length === 0) return null;
  let first: Nearing | null = null;
  const told = toldIn(account.alerts);
  for (const before of new Set(times)) {
    for (const { at, what, number } of account.ends) {
      if (what !== 'block') continue;
      // What isn't in memory is over.
      const block = account.blocks.peek(number);
      if (block === undefined || block.free === 0n || endOf(block) !== at) continue;
      if (told.has(`${number} ${before}`)) continue;
      const starts = addBounded(at, durationOf(before), account.timeZone, -1);
      // Ends come in their order: from here on none can be nearer.
      if (first !== null && starts >= first.at) break;
      const due = Math.max(starts, block.effective, account.opened);
      if (first === null || due < first.at) first = { at: due, end: at, block: number, before };
    }
  }
  return first;
}
