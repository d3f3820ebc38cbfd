// Periods, counted from their anchor and never from the period before. What begins or ends with one
// is for the rooms outside to know.

import { AVERAGE_MONTH_DAYS, type Duration, exactMs, monthsOf } from './duration.ts';
import type { Instant } from './instant.ts';
import { addDuration } from './zone.ts';

/** A stretch of time, half open: `end` is the first instant after it. */
export interface Period {
  readonly start: Instant;
  readonly end: Instant;
}

/** A period with its number; the one that begins at the anchor is 0, those before it are negative. */
export interface NumberedPeriod extends Period {
  readonly n: number;
}

const DAY_MS = 86_400_000;

/**
 * The nth period of a length, counted from the anchor in the zone. Period n ends where n + 1 begins.
 * The period of a day that a zone left out is empty: it ends where it begins. Throws `InvalidInput`
 * outside the years 0 to 9999.
 */
export function nthPeriod(anchor: Instant, every: Duration, zone: string, n: number): Period {
  return {
    start: addDuration(anchor, every, zone, n),
    end: addDuration(anchor, every, zone, n + 1),
  };
}

/** The period that an instant lies in, before the anchor too; it is never an empty one. Throws `InvalidInput` like `nthPeriod`. */
export function periodAt(
  anchor: Instant,
  every: Duration,
  zone: string,
  instant: Instant,
): NumberedPeriod {
  // The estimate is at most a few periods off, over any distance: months are averaged over all the
  // years of the calendar, and a zone's clocks never stray from UTC by more than a day.
  const average = (monthsOf(every) * AVERAGE_MONTH_DAYS + every.days) * DAY_MS + exactMs(every);
  let n = Math.floor((instant - anchor) / average);
  let start = addDuration(anchor, every, zone, n);
  while (instant < start) {
    n -= 1;
    start = addDuration(anchor, every, zone, n);
  }
  let end = addDuration(anchor, every, zone, n + 1);
  while (instant >= end) {
    n += 1;
    start = end;
    end = addDuration(anchor, every, zone, n + 1);
  }
  return { n, start, end };
}
