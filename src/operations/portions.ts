// Which portion of an allowance comes next, and how much it is (`docs/domain.md §7`). Periods are
// counted from the allowance's anchor in the account's zone; recording a portion is for the sources.

import { type Account, blockOf, totalsOf } from '../account/account.ts';
import { type Block, type BlockOpening, remaining } from '../account/block.ts';
import type { Move, PeriodDone } from '../account/operation.ts';
import type { Progress } from '../account/portions.ts';
import type { Duration } from '../calendar/duration.ts';
import { type Instant, LAST_INSTANT } from '../calendar/instant.ts';
import { type NumberedPeriod, nthPeriod, type Period, periodAt } from '../calendar/period.ts';
import { dateOf } from '../calendar/zone.ts';
import { InvalidInput } from '../errors.ts';
import { MAX_PARTS, parseParts } from '../quantity/quantity.ts';
import { divideRounded } from '../quantity/rounding.ts';
import { mainUnit, scaleOf, type Units } from '../quantity/units.ts';
import type { Allowance } from '../terms/allowances.ts';
import { durationOf } from '../terms/durations.ts';
import { freeName, takenIn } from './names.ts';

/** A portion as it is to come. */
export interface Portion extends NumberedPeriod {
  /** Its period from one count to the next: longer than the portion where that begins in mid-period. */
  readonly whole: Period;
}

const remembered = new WeakMap<
  Progress,
  { readonly allowance: Allowance; readonly portion: Portion | null }
>();

/** The next portion of an allowance, which may be due already; null: none comes any more. */
export function nextPortion(account: Account, allowance: Allowance): Portion | null {
  const progress = account.portions.progress.get(allowance.name);
  if (progress === undefined) return null;
  if (allowance.per === 'seat' && account.portions.seats.size === 0) return null;
  const known = remembered.get(progress);
  if (known?.allowance === allowance) return known.portion;
  const portion = unlessBeyond(() => following(allowance, progress, account.timeZone));
  remembered.set(progress, { allowance, portion });
  return portion;
}

/** The period of an allowance that an instant lies in, from its first portion on; null: none does. */
export function portionAt(account: Account, allowance: Allowance, at: Instant): Portion | null {
  const progress = account.portions.progress.get(allowance.name);
  if (progress === undefined || at < firstOf(allowance, progress)) return null;
  return unlessBeyond(() => portionFrom(allowance, progress, account.timeZone, at));
}

/** Whether its portions have no end. */
export function lasts({ accumulate, fillTo }: Allowance): boolean {
  return accumulate || fillTo !== null;
}

/** Where portions of an allowance begin: short first ones before its start. */
export function firstOf(allowance: Allowance, progress: Progress): Instant {
  return allowance.firstFrom ?? anchorOf(allowance, progress);
}

function anchorOf({ starts }: Allowance, { since }: Progress): Instant {
  return starts ?? since;
}

function following(allowance: Allowance, progress: Progress, zone: string): Portion | null {
  const { n, until, known } = progress;
  if (n === null || until === null) {
    const first = Math.max(firstOf(allowance, progress), until ?? 0);
    // What came with seats before anybody knew of it came with nobody's.
    const from = allowance.per === 'seat' ? Math.max(first, known) : first;
    return portionFrom(allowance, progress, zone, from);
  }
  const every = durationOf(allowance.every);
  for (let next = n + 1; ; next += 1) {
    const whole = boundedPeriod(anchorOf(allowance, progress), every, zone, next);
    if (whole.start >= LAST_INSTANT) return null;
    // A day that the zone left out brings nothing. Periods abut, also where the zone's rules changed.
    if (whole.end > until) return { n: next, start: until, end: whole.end, whole };
  }
}

function portionFrom(
  allowance: Allowance,
  progress: Progress,
  zone: string,
  from: Instant,
): Portion {
  const every = durationOf(allowance.every);
  const { n, ...whole } = periodAt(anchorOf(allowance, progress), every, zone, from);
  return { n, start: from, end: whole.end, whole };
}

function boundedPeriod(anchor: Instant, every: Duration, zone: string, n: number): Period {
  try {
    return nthPeriod(anchor, every, zone, n);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return { start: LAST_INSTANT, end: LAST_INSTANT };
  }
}

/** What would begin or end after the last year never comes. */
function unlessBeyond(work: () => Portion | null): Portion | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof InvalidInput) return null;
    throw error;
  }
}

/** What a portion brings: the block that it opens, where it brings anything, and the period that is dealt with. */
export interface Arrival {
  readonly opens: readonly BlockOpening[];
  readonly moves: readonly Move[];
  readonly done: PeriodDone;
}

/** Whom a portion is for, and beside what it comes. */
export interface Issue {
  /** How many seats bring it; 1 for the account's own. */
  readonly seats: number;
  /** Whether these seats join in mid-period: nothing that others have left fills them up. */
  readonly joining: boolean;
  /** Blocks that the same operation opens before it. */
  readonly opens: readonly BlockOpening[];
}

/** What a portion brings: as much of it as fits under the bound of all sums, so that time never fails. */
export function arrivalOf(
  account: Account,
  allowance: Allowance,
  portion: Portion,
  issue: Issue,
  units: Units,
): Arrival {
  const { name, per, kind, priority, rollover } = allowance;
  const unit = allowance.unit ?? mainUnit(units);
  const amount = amountOf(account, allowance, portion, issue, unit, units);
  const done = { name, n: portion.n, until: portion.end, per };
  if (amount === 0n) return { opens: [], moves: [], done };
  const known = account.portions.progress.get(name)?.known ?? 0;
  const over = portion.end <= known;
  const block: BlockOpening = {
    number: account.blocks.nextNumber + issue.opens.length,
    name: freeName(
      `${name}@${dateOf(portion.start, account.timeZone)}`,
      takenIn(account, issue.opens),
    ),
    unit,
    kind,
    basis: 0n,
    effective: portion.start,
    expires: lasts(allowance) ? null : portion.end,
    priority,
    features: null,
    ...((over || rollover !== 'terms') && {
      rollover: over || rollover === 'terms' ? null : rollover,
    }),
    portion: { of: 'allowance', name, n: portion.n },
  };
  return {
    opens: [block],
    moves: [{ block: block.number, from: 'issued', to: 'free', amount }],
    done,
  };
}

function amountOf(
  account: Account,
  allowance: Allowance,
  portion: Portion,
  { seats, joining }: Issue,
  unit: string,
  units: Units,
): bigint {
  const text = allowance.fillTo ?? allowance.amount ?? '0';
  const each = prorated(parseParts(text, scaleOf(units, unit), 'amount'), allowance, portion);
  const target = each * BigInt(seats);
  const fills = allowance.fillTo !== null && !joining;
  const lacking = fills ? target - ownPortions(account, allowance, unit) : target;
  const room = MAX_PARTS - totalsOf(account, unit).granted;
  const amount = lacking < room ? lacking : room;
  return amount < 0n ? 0n : amount;
}

/** A portion that begins in mid-period is whole, or in proportion to its milliseconds. */
function prorated(amount: bigint, { prorate }: Allowance, { start, end, whole }: Portion): bigint {
  if (!prorate || start <= whole.start) return amount;
  return divideRounded(amount * BigInt(end - start), BigInt(whole.end - whole.start), 'half-up');
}

/** What the allowance's portions still have; held credits aren't spent yet. */
function ownPortions(account: Account, { name }: Allowance, unit: string): bigint {
  const isOwn = ({ portion }: Block): boolean =>
    portion?.of === 'allowance' && portion.name === name;
  let sum = 0n;
  if (totalsOf(account, unit).held > 0n) {
    for (const block of account.blocks.present()) {
      if (block.unit === unit && isOwn(block)) sum += remaining(block);
    }
    return sum;
  }
  for (const number of account.order.get(unit) ?? []) {
    const block = blockOf(account, number);
    if (isOwn(block)) sum += block.free;
  }
  return sum;
}
