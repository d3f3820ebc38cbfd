// Whether allowances can be kept: amounts at their unit's scale, periods that a calendar has, and no
// more portions due at once than an account can be expected to record (`docs/domain.md §7`).

import { exactMs, parseDuration } from '../calendar/duration.ts';
import { formatInstant, type Instant } from '../calendar/instant.ts';
import { type NumberedPeriod, nthPeriod, periodAt } from '../calendar/period.ts';
import { InvalidInput } from '../errors.ts';
import { mainUnit } from '../quantity/units.ts';
import type { Allowance } from '../terms/allowances.ts';
import { checkRollover } from '../terms/rollover.ts';
import type { Party } from './check-terms.ts';
import type { Context } from './command.ts';
import { amountAbove, unitOf } from './stated.ts';

/** Portions become block names and keys, which end at 255 bytes. */
const MAX_NAME_BYTES = 200;
const HOUR_MS = 3_600_000;
/** Of all allowances together: 27 years of daily portions. */
const MOST_DUE_AT_ONCE = 10_000;

/** Throws `InvalidInput` with the field of the first figure that can't be, and `Unknown` for a unit. */
export function checkAllowances(
  allowances: readonly Allowance[],
  party: Party,
  context: Context,
): void {
  let due = 0;
  for (const [index, allowance] of allowances.entries()) {
    const field = `terms.allowances.${index}`;
    checkName(allowance.name, `${field}.name`);
    checkEvery(allowance.every, `${field}.every`);
    due += portionsDue(allowance, party, context.at, field);
    if (due > MOST_DUE_AT_ONCE) {
      throw invalid(
        `${field}.starts`,
        `a start with at most ${MOST_DUE_AT_ONCE} portions due by now`,
        formatInstant(allowance.starts ?? party.since),
      );
    }
    const unit = allowance.unit ?? mainUnit(context.units);
    if (context.units.has(unit)) checkAmount(allowance, unit, field, context);
    const scale = context.units.get(unit);
    const { rollover } = allowance;
    if (scale !== undefined && rollover !== 'terms') {
      checkRollover(rollover, scale, `${field}.rollover`);
    }
  }
  // An amount that can't be read is said before a unit that isn't there (`docs/errors.md`).
  for (const { unit } of allowances) unitOf(unit, context);
}

function checkName(name: string, field: string): void {
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return;
  throw invalid(field, `at most ${MAX_NAME_BYTES} bytes of UTF-8`, `${name.slice(0, 20)}…`);
}

function checkEvery(every: string, field: string): void {
  const duration = parseDuration(every, field);
  const { years, months, days } = duration;
  if (years + months + days > 0 || exactMs(duration) >= HOUR_MS) return;
  throw invalid(field, 'an hour (PT1H) or more', every);
}

function checkAmount(
  { amount, fillTo }: Allowance,
  unit: string,
  field: string,
  context: Context,
): void {
  if (amount !== null) amountAbove(amount, unit, context, `${field}.amount`);
  if (fillTo !== null) amountAbove(fillTo, unit, context, `${field}.fillTo`);
}

/** How many portions of an allowance that is new to the account have begun by now. Throws `InvalidInput` for a start that can't be. */
function portionsDue(
  { name, every, starts, firstFrom }: Allowance,
  { account, timeZone, since }: Party,
  at: Instant,
  field: string,
): number {
  const anchor = starts ?? since;
  const first = periodOf(anchor, every, timeZone, 0, `${field}.every`);
  if (firstFrom !== null) {
    const before = periodOf(anchor, every, timeZone, -1, `${field}.firstFrom`);
    if (starts === null || firstFrom >= first.start || firstFrom < before.start) {
      throw invalid(
        `${field}.firstFrom`,
        starts === null
          ? 'a start (starts) that the short first portion comes before'
          : `an instant before ${formatInstant(starts)} and not before ${formatInstant(before.start)}, a period earlier`,
        formatInstant(firstFrom),
      );
    }
  }
  const known = account?.portions.progress.get(name)?.until ?? null;
  const from = Math.max(firstFrom ?? anchor, known ?? 0);
  if (from > at) return 0;
  const duration = parseDuration(every, `${field}.every`);
  const [begun, now] = [from, at].map((instant) => periodAt(anchor, duration, timeZone, instant).n);
  return (now ?? 0) - (begun ?? 0) + 1;
}

function periodOf(
  anchor: Instant,
  every: string,
  zone: string,
  n: number,
  field: string,
): NumberedPeriod {
  try {
    return { n, ...nthPeriod(anchor, parseDuration(every, field), zone, n) };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    throw invalid(field, 'periods within the years 0 to 9999', every);
  }
}

function invalid(field: string, expected: string, found: string): InvalidInput {
  return new InvalidInput({ field, expected, found });
}
