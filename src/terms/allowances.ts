// Recurring grants: how much comes how often, from which anchor, and what becomes of it
// (`docs/domain.md §7`).

import {
  AVERAGE_MONTH_DAYS,
  exactMs,
  formatDuration,
  monthsOf,
  parseDuration,
} from '../calendar/duration.ts';
import { type Instant, parseInstant } from '../calendar/instant.ts';
import { type AmountInput, amountText } from '../quantity/quantity.ts';
import { durationOf } from './durations.ts';
import { type Rollover, type RolloverInput, readRollover } from './rollover.ts';

/** What may be said of an allowance: `amount` comes with each portion, or `fillTo` adds what its own portions lack. */
export interface AllowanceInput {
  /** Its portions are the blocks `<name>@<start date>`. */
  readonly name: string;
  readonly amount?: AmountInput;
  readonly fillTo?: AmountInput;
  /** Default: the ledger's first unit. */
  readonly unit?: string;
  /** ISO 8601 duration, `P1D`. */
  readonly every: string;
  /** The anchor. Default: when the allowance came into force, with the account or with its terms. */
  readonly starts?: string | number | Date;
  /** Opens a short first portion before `starts`. Default: none. */
  readonly firstFrom?: string | number | Date;
  /** Whether a short first portion, and that of a seat that joins in mid-period, is in proportion to its time. Default: false, it is whole. */
  readonly prorate?: boolean;
  /** Default: `included`. */
  readonly kind?: 'included' | 'promotional';
  /** Default: 100. */
  readonly priority?: number;
  /** Whether portions pile up without an end. Default: false, a portion ends when the next begins. */
  readonly accumulate?: boolean;
  /** Whether it comes once, or with each seat. Default: `account`. */
  readonly per?: 'account' | 'seat';
  /** What its portions do at their end; null: nothing rolls. Default: the account's own terms. */
  readonly rollover?: RolloverInput | null;
}

/** An allowance, every part filled; also its form in the journal. */
export interface Allowance {
  readonly name: string;
  readonly amount: string | null;
  readonly fillTo: string | null;
  readonly unit: string | null;
  readonly every: string;
  readonly starts: Instant | null;
  readonly firstFrom: Instant | null;
  readonly prorate: boolean;
  readonly kind: 'included' | 'promotional';
  readonly priority: number;
  readonly accumulate: boolean;
  readonly per: 'account' | 'seat';
  /** `terms`: what the account's terms say at the portion's end. */
  readonly rollover: Rollover | null | 'terms';
}

/** An allowance with its defaults. Throws `InvalidInput`. */
export function readAllowance(input: AllowanceInput, field: string): Allowance {
  const { name, amount, fillTo, starts, firstFrom, rollover } = input;
  return {
    name,
    amount: amount === undefined ? null : amountText(amount, `${field}.amount`),
    fillTo: fillTo === undefined ? null : amountText(fillTo, `${field}.fillTo`),
    unit: input.unit ?? null,
    every: formatDuration(parseDuration(input.every, `${field}.every`)),
    starts: starts === undefined ? null : parseInstant(starts, `${field}.starts`),
    firstFrom: firstFrom === undefined ? null : parseInstant(firstFrom, `${field}.firstFrom`),
    prorate: input.prorate ?? false,
    kind: input.kind ?? 'included',
    priority: input.priority ?? 100,
    accumulate: input.accumulate ?? false,
    per: input.per ?? 'account',
    rollover:
      rollover === undefined
        ? 'terms'
        : rollover === null
          ? null
          : readRollover(rollover, `${field}.rollover`),
  };
}

/** Whether two versions of an allowance come at the same instants, and to the same: what else they say acts from the next portion. */
export function sameSchedule(a: Allowance, b: Allowance): boolean {
  return (
    a.every === b.every && a.starts === b.starts && a.firstFrom === b.firstFrom && a.per === b.per
  );
}

/** Whether no other of the allowances has longer periods than the one of this name (`docs/domain.md §7`, alerts). */
export function hasLongestPeriod(allowances: readonly Allowance[], name: string): boolean {
  const own = allowances.find((one) => one.name === name);
  return own !== undefined && allowances.every((one) => length(one) <= length(own));
}

/** On the average of the calendar: good for comparing, never for a date. */
function length({ every }: Allowance): number {
  const duration = durationOf(every);
  return (monthsOf(duration) * AVERAGE_MONTH_DAYS + duration.days) * 86_400_000 + exactMs(duration);
}
