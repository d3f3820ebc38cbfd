// Reading the figures of a rate: prices, bounds and durations, each refused with the place where it stands.

import { type Duration, exactMs, monthsOf, parseDuration } from '../calendar/duration.ts';
import { InvalidInput } from '../errors.ts';
import { Decimal } from '../quantity/decimal.ts';
import { amountText, formatParts, parseParts } from '../quantity/quantity.ts';
import { mainUnit, scaleOf, type Units } from '../quantity/units.ts';
import type { RateBounds, RateRounding } from './rate-card.ts';

/** What becomes of the sum of a usage's lines, in parts of the unit. */
export interface Bounds {
  readonly rounding: RateRounding;
  readonly minimum: bigint;
  readonly least: bigint;
  readonly most: bigint | null;
}

/** Bounds of a rate that states none. */
export const UNBOUNDED: Bounds = { rounding: 'up', minimum: 0n, least: 0n, most: null };

/** The bounds of a rate in one unit. Throws `InvalidInput`. */
export function readBounds(rate: RateBounds, scale: number, field: string): Bounds {
  const least = parts(rate.clamp?.min, scale, `${field}.clamp.min`) ?? 0n;
  const most = parts(rate.clamp?.max, scale, `${field}.clamp.max`);
  if (most !== null && most < least) {
    throw invalid(`${field}.clamp`, 'a least that is not above the most', 'one above it');
  }
  return {
    rounding: rate.rounding ?? 'up',
    minimum: parts(rate.minimum, scale, `${field}.minimum`) ?? 0n,
    least,
    most,
  };
}

/** The unit of a rate in one unit: the ledger's first where it names none. Throws `InvalidInput`. */
export function unitOfRate(unit: string | undefined, units: Units, field: string): string {
  const name = unit ?? mainUnit(units);
  declaredScale(units, name, `${field}.unit`);
  return name;
}

/** Scale of a unit that a card names. Throws `InvalidInput`. */
export function declaredScale(units: Units, unit: string, field: string): number {
  if (!units.has(unit)) throw invalid(field, listed(units.keys()), unit);
  return scaleOf(units, unit);
}

/** A figure of a rate: zero or more, of any number of places. Throws `InvalidInput`. */
export function figure(amount: unknown, field: string): Decimal {
  const text = amountText(amount, field);
  if (text.startsWith('-')) throw invalid(field, 'zero or more', text);
  return new Decimal(text);
}

/** A figure that must be above zero. Throws `InvalidInput`. */
export function figureAbove(amount: unknown, field: string): Decimal {
  const read = figure(amount, field);
  if (read.isZero()) throw invalid(field, 'more than 0', '0');
  return read;
}

/** How long something runs, or how long its periods are: an hour at least, a day where quantity adds up. Throws `InvalidInput`. */
export function readEvery(every: unknown, field: string, least: 'PT1H' | 'P1D'): Duration {
  const duration = parseDuration(every, field);
  const days = monthsOf(duration) * 28 + duration.days;
  if (days * 24 * HOUR_MS + exactMs(duration) < (least === 'P1D' ? 24 : 1) * HOUR_MS) {
    throw invalid(field, `a duration of ${least} or more`, String(every));
  }
  return duration;
}

const HOUR_MS = 3_600_000;

function parts(amount: unknown, scale: number, field: string): bigint | null {
  if (amount === undefined) return null;
  const read = parseParts(amountText(amount, field), scale, field);
  if (read < 0n) throw invalid(field, 'zero or more', formatParts(read, scale));
  return read;
}

/** What could have been said. */
export function listed(names: Iterable<string>): string {
  return `one of ${[...names].join(', ')}`;
}

/** The refusal of a figure or a usage. */
export function invalid(field: string, expected: string, found: string): InvalidInput {
  return new InvalidInput({ field, expected, found });
}
