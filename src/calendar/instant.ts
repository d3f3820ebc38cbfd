// Instants: how they are read and written. Which day it is somewhere is `zone.ts`.

import { InvalidInput } from '../errors.ts';

/** Whole milliseconds since 1970-01-01T00:00:00Z, never after the year 9999 (`docs/domain.md §2`). */
export type Instant = number;

/** The last instant that four digits of a year can write. */
export const LAST_INSTANT: Instant = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const RFC3339 =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?(?:Z|([+-])(\d\d):(\d\d))$/;

const EXPECTED = 'an instant such as 2026-03-01T12:00:00Z';

/**
 * An instant from RFC 3339 text with an offset or `Z`, a `Date`, or whole milliseconds since 1970.
 * Seconds are required; a date that no calendar has, a leap second, more places than milliseconds and
 * anything before 1970 or after 9999 are refused. Throws `InvalidInput`.
 */
export function parseInstant(input: unknown, field: string): Instant {
  if (typeof input === 'string') return textInstant(input, field);
  if (typeof input === 'number') {
    return within(input, field, `${input}${Number.isSafeInteger(input) ? ' ms' : ''}`);
  }
  if (input instanceof Date) {
    const instant = input.getTime();
    return within(instant, field, Number.isNaN(instant) ? 'an invalid date' : input.toISOString());
  }
  throw new InvalidInput({
    field,
    expected: EXPECTED,
    found: input === null ? 'null' : typeof input,
  });
}

/** An instant as text in UTC with milliseconds: `2026-03-01T12:00:00.000Z`. */
export function formatInstant(instant: Instant): string {
  return new Date(instant).toISOString();
}

function textInstant(text: string, field: string): Instant {
  const found = JSON.stringify(text.slice(0, 40));
  const match = RFC3339.exec(text);
  if (match === null) throw new InvalidInput({ field, expected: EXPECTED, found });
  const [, year, month, day, hour, minute, second, fraction = '', sign, offHour, offMinute] = match;
  const local = civilInstant(Number(year), Number(month), Number(day));
  const clock = [Number(hour), Number(minute), Number(second)] as const;
  const offset = [Number(offHour ?? 0), Number(offMinute ?? 0)] as const;
  if (local === undefined || !isClock(...clock) || !isClock(...offset, 0)) {
    throw new InvalidInput({ field, expected: 'a date and time that exist', found });
  }
  const ahead = (offset[0] * 60 + offset[1]) * 60_000;
  const time =
    ((clock[0] * 60 + clock[1]) * 60 + clock[2]) * 1000 + Number(fraction.padEnd(3, '0'));
  return within(local + time - (sign === '-' ? -ahead : ahead), field, found);
}

/** Midnight of a date as if it were in UTC, or `undefined` where no calendar has it. */
export function civilInstant(year: number, month: number, day: number): Instant | undefined {
  const date = new Date(0);
  // Not Date.UTC, which takes the year 50 for 1950.
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined;
}

function isClock(hour: number, minute: number, second: number): boolean {
  return hour < 24 && minute < 60 && second < 60;
}

function within(instant: number, field: string, found: string): Instant {
  if (!Number.isSafeInteger(instant)) {
    throw new InvalidInput({ field, expected: 'an instant of whole milliseconds', found });
  }
  if (instant < 0 || instant > LAST_INSTANT) {
    throw new InvalidInput({ field, expected: 'an instant from 1970 to 9999', found });
  }
  return instant === 0 ? 0 : instant; // -0 is not a second zero
}
