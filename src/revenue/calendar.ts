// The periods of a book: months, or weeks in the pattern 4-4-5, in the book's one time zone. An
// account's own zone draws no month-end.

import type { Instant } from '../calendar/instant.ts';
import { dateOf, startOfDay } from '../calendar/zone.ts';
import { InvalidInput } from '../errors.ts';

/** A period of a book; half open. Names sort as time does. */
export interface BookPeriod {
  /** `2026-01`: the month, or the first period of the fiscal year 2026. */
  readonly name: string;
  readonly starts: Instant;
  readonly ends: Instant;
}

/** Weeks of a quarter's three periods. */
export type WeekPattern = '4-4-5' | '4-5-4' | '5-4-4';

/**
 * How a book's time is cut: calendar months, or periods of weeks. Weeks need the first date of each
 * fiscal year, so that nobody has to guess which year has 53: its last period takes the odd week.
 */
export type CalendarInput =
  | 'month'
  | { readonly weeks: WeekPattern; readonly years: Readonly<Record<string, string>> };

/** Where an instant lies, and what lies beside it. */
export interface BookCalendar {
  /** Throws `InvalidInput` outside the declared fiscal years. */
  readonly at: (instant: Instant) => BookPeriod;
  /** Throws `InvalidInput` for a name that is none. */
  readonly named: (name: string, field: string) => BookPeriod;
  readonly after: (period: BookPeriod) => BookPeriod;
}

/** It has no end that could be named. */
const LAST = '9999-12';

const NAME = /^\d{4}-(?:0[1-9]|1[0-2])$/;

/** The calendar of a book in its zone. Throws `InvalidInput` for fiscal years that can't be. */
export function bookCalendar(input: CalendarInput, zone: string): BookCalendar {
  return input === 'month' ? months(zone) : weeks(input.weeks, input.years, zone);
}

function months(zone: string): BookCalendar {
  const known = new Map<string, BookPeriod>();
  const named = (name: string, field = 'period'): BookPeriod => {
    const found = known.get(name);
    if (found !== undefined) return found;
    if (!NAME.test(name)) throw noPeriod(name, field, 'a month such as 2026-01');
    if (name === LAST) throw noPeriod(name, field, `a month before ${LAST}`);
    const next = monthAfter(name);
    const period = {
      name,
      starts: startOfDay(`${name}-01`, zone),
      ends: startOfDay(`${next}-01`, zone),
    };
    known.set(name, period);
    return period;
  };
  let last: BookPeriod | null = null;
  return {
    named,
    at: (instant) => {
      // Operations come in order: most lie in the month of the one before.
      if (last !== null && last.starts <= instant && instant < last.ends) return last;
      // Close enough to begin with: no zone is a month from UTC.
      let found = named(new Date(instant).toISOString().slice(0, 7));
      if (instant < found.starts) found = named(dateOf(instant, zone).slice(0, 7));
      while (instant >= found.ends) found = named(monthAfter(found.name));
      last = found;
      return last;
    },
    after: ({ name }) => named(monthAfter(name)),
  };
}

function monthAfter(name: string): string {
  const [year = 0, month = 0] = name.split('-').map(Number);
  const next = year * 12 + month;
  return `${String(Math.floor(next / 12)).padStart(4, '0')}-${String((next % 12) + 1).padStart(2, '0')}`;
}

function weeks(
  pattern: WeekPattern,
  years: Readonly<Record<string, string>>,
  zone: string,
): BookCalendar {
  const field = 'calendar.years';
  const lengths = pattern.split('-').map(Number);
  const starts = Object.entries(years).sort(([a], [b]) => (a < b ? -1 : 1));
  if (starts.length < 2) {
    throw new InvalidInput({
      field,
      expected: 'the first date of each fiscal year, and of the year after the last',
      found: JSON.stringify(years),
    });
  }
  const periods: BookPeriod[] = [];
  for (const [index, [year, first]] of starts.slice(0, -1).entries()) {
    const [nextYear, end = ''] = starts[index + 1] ?? [];
    const all = daysBetween(first, end) / 7;
    if (Number(nextYear) !== Number(year) + 1 || (all !== 52 && all !== 53)) {
      throw new InvalidInput({
        field: `${field}.${year}`,
        expected: 'years one after the other, each of 52 or 53 weeks',
        found: `${first} to ${end}`,
      });
    }
    let date = first;
    for (let number = 1; number <= 12; number += 1) {
      const after = number === 12 ? end : addDays(date, (lengths[(number - 1) % 3] ?? 4) * 7);
      periods.push({
        name: `${year}-${String(number).padStart(2, '0')}`,
        starts: startOfDay(date, zone),
        ends: startOfDay(after, zone),
      });
      date = after;
    }
  }
  return fixedPeriods(periods);
}

function fixedPeriods(periods: readonly BookPeriod[]): BookCalendar {
  const at = (instant: Instant): BookPeriod => {
    let low = 0;
    let high = periods.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const period = periods[middle];
      if (period === undefined) break;
      if (instant < period.starts) high = middle - 1;
      else if (instant >= period.ends) low = middle + 1;
      else return period;
    }
    throw noPeriod(
      new Date(instant).toISOString(),
      'calendar.years',
      'a fiscal year that is declared',
    );
  };
  return {
    at,
    named: (name, field) => {
      const found = periods.find((period) => period.name === name);
      if (found === undefined)
        throw noPeriod(name, field, 'a period of a fiscal year that is declared');
      return found;
    },
    after: (period) => at(period.ends),
  };
}

const DAY_MS = 86_400_000;

function daysBetween(from: string, to: string): number {
  return (startOfDay(to, 'UTC') - startOfDay(from, 'UTC')) / DAY_MS;
}

function addDays(date: string, days: number): string {
  return dateOf(startOfDay(date, 'UTC') + days * DAY_MS, 'UTC');
}

function noPeriod(found: string, field: string, expected: string): InvalidInput {
  return new InvalidInput({ field, expected, found: JSON.stringify(found) });
}
