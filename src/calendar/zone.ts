// Calendar time in a time zone. In UTC, where each day has 24 hours, dayjs does it; elsewhere Temporal,
// because dayjs slips around transitions (`docs/decisions/0002-time-zone-arithmetic.md`). The zone
// rules are those of the running Node.

import dayjs from 'dayjs';
import utc from 'dayjs/plugin/utc.js';
import { Temporal } from 'temporal-polyfill';
import { InvalidInput } from '../errors.ts';
import { type Duration, exactMs, formatDuration, monthsOf } from './duration.ts';
import { civilInstant, formatInstant, type Instant, LAST_INSTANT } from './instant.ts';

dayjs.extend(utc);

const NAME = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/;
const DAY_MS = 86_400_000;
// A period may begin before its first instant, and so before 1970; its year still has four digits.
const FIRST_COMPUTED = Date.parse('0000-01-01T00:00:00Z');

/**
 * An IANA time zone name as the zone database writes it: `europe/paris` is `Europe/Paris`. Offsets
 * such as `+02:00` are refused, since an account's months would ignore its summer time. Throws
 * `InvalidInput`.
 */
export function parseZone(name: unknown, field: string): string {
  if (typeof name === 'string' && name.length <= 64 && NAME.test(name)) {
    try {
      return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  throw new InvalidInput({
    field,
    expected: 'an IANA time zone such as Europe/Paris or UTC',
    found: typeof name === 'string' ? JSON.stringify(name.slice(0, 64)) : typeof name,
  });
}

/**
 * The instant that is `times` durations after another (before it, where `times` is negative). The
 * duration is multiplied first and added once, so that nothing decays: one month after 31 January is
 * the end of February, two months after it is 31 March. Years, months and days are calendar time in
 * the zone; hours, minutes and seconds are exact time on top. A local time that doesn't exist moves on
 * by the length of the gap, of two equal ones it is the first (`docs/domain.md §10`). Throws
 * `InvalidInput` for what lies outside the years 0 to 9999.
 */
export function addDuration(
  instant: Instant,
  duration: Duration,
  zone: string,
  times = 1,
  field = 'duration',
): Instant {
  const moved = add(instant, duration, zone, times);
  if (moved >= FIRST_COMPUTED && moved <= LAST_INSTANT) return moved;
  throw new InvalidInput({
    field,
    expected: 'an end within the years 0 to 9999',
    found: `${times} × ${formatDuration(duration)} from ${formatInstant(instant)}`,
  });
}

/** The same for a limit, which may lie beyond all time: from 1970 to the last instant, never refused. */
export function addBounded(instant: Instant, duration: Duration, zone: string, times = 1): Instant {
  const moved = add(instant, duration, zone, times);
  if (Number.isNaN(moved)) return times < 0 ? 0 : LAST_INSTANT;
  return Math.min(Math.max(moved, 0), LAST_INSTANT);
}

/** The date in the zone at an instant: `2026-03-29`. */
export function dateOf(instant: Instant, zone: string): string {
  const offset = zone === 'UTC' ? 0 : there(instant, zone).offsetNanoseconds / 1e6;
  return dayjs.utc(instant + offset).format('YYYY-MM-DD');
}

/**
 * The first instant of a date in the zone: midnight, or, where the clocks skip midnight, the end of
 * the gap. A date that a zone left out (Samoa's 30 December 2011) begins and ends with the next one's
 * start. Throws `InvalidInput` for text that is no date.
 */
export function startOfDay(date: string, zone: string): Instant {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date);
  const fields = match?.slice(1).map(Number) ?? [];
  const [year = 0, month = 0, day = 0] = fields;
  if (civilInstant(year, month, day) === undefined) {
    throw new InvalidInput({
      field: 'date',
      expected: 'a date such as 2026-03-29',
      found: JSON.stringify(date.slice(0, 40)),
    });
  }
  return new Temporal.PlainDate(year, month, day).toZonedDateTime(zone).epochMilliseconds;
}

function add(instant: Instant, duration: Duration, zone: string, times: number): number {
  const months = monthsOf(duration) * times;
  const days = duration.days * times;
  const exact = exactMs(duration) * times;
  // Exact time alone asks no calendar, which makes it a hundred times cheaper.
  if (months === 0 && days === 0) return instant + exact;
  // Out of all bounds already: the libraries would answer NaN, or throw what is not ours.
  const reach = (Math.abs(months) * 28 + Math.abs(days)) * DAY_MS;
  if (!(reach <= 2 * LAST_INSTANT)) return Number.NaN;
  if (zone === 'UTC') {
    const month = months === 0 ? instant : dayjs.utc(instant).add(months, 'month').valueOf();
    return month + days * DAY_MS + exact;
  }
  // What Temporal does by default is the rule: ends of months clamp, a local time that doesn't exist
  // moves on by the length of the gap, and of two equal ones it is the first.
  return there(instant, zone).add({ months, days }).epochMilliseconds + exact;
}

// Periods ask for the same anchor again and again, and reading it is half of the work.
const lastRead = new Map<string, Temporal.ZonedDateTime>();

function there(instant: Instant, zone: string): Temporal.ZonedDateTime {
  const last = lastRead.get(zone);
  if (last?.epochMilliseconds === instant) return last;
  const read = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
  lastRead.set(zone, read);
  return read;
}
