// What of a price is earned by an instant, where time delivers what was sold (`docs/revenue.md`): days
// or even months, changes and repayments on the way. It knows no book and no account.

import { AVERAGE_MONTH_DAYS, type Duration, parseDuration } from '../calendar/duration.ts';
import { type Instant, LAST_INSTANT } from '../calendar/instant.ts';
import { addBounded, dateOf } from '../calendar/zone.ts';
import { proportion } from '../quantity/money.ts';
import type { Rounding } from '../quantity/rounding.ts';

/** Time over which something is delivered; half open. */
export interface Span {
  readonly starts: Instant;
  readonly ends: Instant;
}

/** How time is counted, and how its money is rounded: a book's to say. */
export interface RatableRule {
  /** By dates of the zone, or by anniversaries of the start in it. */
  readonly method: 'daily' | 'even-months';
  readonly zone: string;
  readonly rounding: Rounding;
}

/** The rule of a book that says nothing. */
export const DEFAULT_RATABLE: RatableRule = {
  method: 'daily',
  zone: 'UTC',
  rounding: 'half-away-from-zero',
};

/** So many days or months of so many. */
export interface Progress {
  readonly part: bigint;
  readonly whole: bigint;
}

const DAY_MS = 86_400_000;
const MONTH: Duration = parseDuration('P1M', 'month');

/**
 * How much of the span is delivered by an instant, the instant itself counted: a day or a month is
 * complete at its last millisecond, and nothing of it before. Days are dates in the zone, the start's
 * counted and the end's not; months are anniversaries of the start, and a short last part is one more.
 * Where the span begins and ends on one date the whole is 0: all of it is delivered with its end.
 */
export function progressAt({ starts, ends }: Span, at: Instant, rule: RatableRule): Progress {
  const [between, upTo] =
    rule.method === 'daily' ? [daysBetween, daysBetween] : [monthsBetween, monthsUpTo];
  const whole = upTo(starts, ends, rule.zone);
  // What is complete with this millisecond is counted from the next one.
  const next = at + 1;
  const part =
    next >= ends ? whole : next <= starts ? 0 : Math.min(between(starts, next, rule.zone), whole);
  return { part: BigInt(part), whole: BigInt(whole) };
}

function daysBetween(from: Instant, to: Instant, zone: string): number {
  return (Date.parse(dateOf(to, zone)) - Date.parse(dateOf(from, zone))) / DAY_MS;
}

/** Whole months from one instant to another. */
function monthsBetween(from: Instant, to: Instant, zone: string): number {
  const estimate = Math.floor((to - from) / (AVERAGE_MONTH_DAYS * DAY_MS));
  // Months are averaged over centuries, so the estimate is off by two at most.
  let months = Math.max(estimate - 2, 0);
  while (months < estimate + 3) {
    const anniversary = addBounded(from, MONTH, zone, months + 1);
    // What lies beyond all time is bounded to its end, and is no anniversary.
    if (anniversary > to || anniversary === LAST_INSTANT) break;
    months += 1;
  }
  return months;
}

function monthsUpTo(from: Instant, to: Instant, zone: string): number {
  const months = monthsBetween(from, to, zone);
  return addBounded(from, MONTH, zone, months) === to ? months : months + 1;
}

/** A sum that time earns, minor units. */
export interface Schedule extends Span {
  /** All that it earns in the end. */
  readonly amount: bigint;
  /** From when on what was left then is spread over the time that was left; null: from the start on. */
  readonly from: { readonly at: Instant; readonly earned: bigint } | null;
  /** What left unearned because money went back; no part of `amount`. */
  readonly repaid: bigint;
}

/** A price that is earned over a span from its start on. */
export function scheduled({ starts, ends }: Span, price: bigint): Schedule {
  return { starts, ends, amount: price, from: null, repaid: 0n };
}

/**
 * What is earned by an instant, the instant itself counted: multiplied before it is divided, and
 * rounded once to date, so that slices of time add up. Before the last change its own figure stands. Minor units.
 */
export function earnedAt(schedule: Schedule, at: Instant, rule: RatableRule): bigint {
  const { amount, from, ends } = schedule;
  if (from !== null && at < from.at) return from.earned;
  if (at + 1 >= ends) return amount;
  const { part, whole } = progressAt(schedule, at, rule);
  if (from === null) return whole === 0n ? 0n : proportion(amount, part, whole, rule.rounding);
  const before = progressAt(schedule, from.at - 1, rule).part;
  const left = whole - before;
  if (left === 0n) return from.earned;
  return from.earned + proportion(amount - from.earned, part - before, left, rule.rounding);
}

/** A new price in all, or a new end, agreed at an instant. */
export interface ScheduleChange {
  readonly at: Instant;
  /** Minor units, what was paid back not taken off. */
  readonly price: bigint;
  readonly ends: Instant;
  /** Spread what is left over the time that is left; or as if it had been agreed at the start. */
  readonly method: 'prospective' | 'catch-up';
}

/** The schedule after a change. What was earned before its instant is figured by the rule. */
export function changed(schedule: Schedule, change: ScheduleChange, rule: RatableRule): Schedule {
  const { at, price, ends, method } = change;
  return {
    ...schedule,
    ends,
    amount: price - schedule.repaid,
    from: method === 'catch-up' ? null : { at, earned: earnedAt(schedule, at - 1, rule) },
  };
}

/** Money that goes back: what isn't earned yet first; the rest was earned, and is contra-revenue. */
export function repaid(
  schedule: Schedule,
  { at, money }: { readonly at: Instant; readonly money: bigint },
  rule: RatableRule,
): { readonly schedule: Schedule; readonly unearned: bigint } {
  const earned = earnedAt(schedule, at - 1, rule);
  const deferred = schedule.amount - earned;
  const unearned = money < deferred ? money : deferred;
  return {
    unearned,
    schedule: {
      ...schedule,
      amount: schedule.amount - unearned,
      from: { at, earned },
      repaid: schedule.repaid + unearned,
    },
  };
}

/** Something that happened to what was sold: a change, or money that went back (minor units). */
export type ScheduleEvent = ScheduleChange | { readonly at: Instant; readonly money: bigint };

/** What was sold over time, with all that happened to it since, in order. */
export interface RatableSale {
  readonly starts: Instant;
  readonly sold: { readonly price: bigint; readonly ends: Instant };
  readonly events: readonly ScheduleEvent[];
}

/** The schedule as it stands. Which part of its price was earned at each change is figured by the rule. */
export function scheduleOf({ starts, sold, events }: RatableSale, rule: RatableRule): Schedule {
  return events.reduce(
    (schedule, event) =>
      'money' in event ? repaid(schedule, event, rule).schedule : changed(schedule, event, rule),
    scheduled({ starts, ends: sold.ends }, sold.price),
  );
}
