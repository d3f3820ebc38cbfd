// How figures of a report are written: exact decimal text with as many places as their unit or their
// currency has, and quotients to a number of places that are shown and never computed with.

import type { Instant } from '../../calendar/instant.ts';
import { dateOf } from '../../calendar/zone.ts';
import { currencyExponent } from '../../quantity/money.ts';
import type { Ratio } from '../../quantity/ratio.ts';
import { divideRounded } from '../../quantity/rounding.ts';
import { scaleOf, type Units } from '../../quantity/units.ts';

/** Parts with all places: `1.50` at 2. */
export function placesText(parts: bigint, places: number): string {
  if (places === 0) return parts.toString();
  if (parts < 0n) return `-${placesText(-parts, places)}`;
  const digits = parts.toString().padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** Credits of a unit, with all its places. */
export function unitsText(units: Units, unit: string, parts: bigint): string {
  return placesText(parts, scaleOf(units, unit));
}

/** A quotient to so many places; null: there is nothing to divide by. */
export function quotientText(
  numerator: bigint,
  denominator: bigint,
  places: number,
): string | null {
  if (denominator === 0n) return null;
  const parts = divideRounded(
    numerator * 10n ** BigInt(places),
    denominator,
    'half-away-from-zero',
  );
  return placesText(parts, places);
}

/** Money for one credit to six places; null: there are no credits. */
export function unitCostText(
  { money, parts }: { readonly money: bigint; readonly parts: bigint },
  scales: { readonly unit: number; readonly currency: string },
): string | null {
  const perUnit = 10n ** BigInt(scales.unit);
  const perMajor = 10n ** BigInt(currencyExponent(scales.currency));
  return quotientText(money * perUnit, parts * perMajor, 6);
}

/** A rate to six places. */
export function ratioText({ numerator, denominator }: Ratio): string {
  return quotientText(numerator, denominator, 6) ?? '';
}

/** The date of an instant in a zone; null: never. */
export function dateText(at: Instant | null, zone: string): string | null {
  return at === null ? null : dateOf(at, zone);
}
