// Months and dates of a book: in its own time zone, whatever zone its accounts are in. A month may also
// be four or five weeks.

import { dateOf, startOfDay } from '../../../src/calendar/zone.ts';
import type { CalendarInput } from '../../../src/revenue/index.ts';

/** `2026-01` */
export type Month = string;

/** How a book's time is cut. */
export interface Cutting {
  readonly timeZone: string;
  readonly calendar: CalendarInput;
}

// The same instants are asked for at the end of each month.
const known = new Map<string, Month>();
const starts = new Map<string, number>();

export function monthOf(at: number, cutting: Cutting): Month {
  const { timeZone, calendar } = cutting;
  const name = `${at} ${timeZone} ${calendar === 'month' ? '' : calendar.weeks}`;
  const found = known.get(name);
  if (found !== undefined) return found;
  const date = dateOf(at, timeZone);
  const month = calendar === 'month' ? date.slice(0, 7) : weeksOf(date, cutting);
  known.set(name, month);
  return month;
}

/** The last month that doesn't begin later. */
function weeksOf(date: string, cutting: Cutting): Month {
  let month = `${Number(date.slice(0, 4)) - 1}-06`;
  while (firstOf(monthAfter(month), cutting) <= date) month = monthAfter(month);
  return month;
}

/** First date of a month. */
function firstOf(month: Month, { calendar }: Cutting): string {
  if (calendar === 'month') return `${month}-01`;
  const [year = '', number = ''] = month.split('-');
  const weeks = calendar.weeks.split('-').map(Number);
  let days = 0;
  for (let n = 1; n < Number(number); n += 1) days += (weeks[(n - 1) % 3] ?? 0) * 7;
  // A year that nobody declared is long over.
  const first = calendar.years[year] ?? `${year}-01-01`;
  return new Date(Date.parse(first) + days * 86_400_000).toISOString().slice(0, 10);
}

export function monthAfter(month: Month): Month {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const next = number === 12 ? [year + 1, 1] : [year, number + 1];
  return `${String(next[0]).padStart(4, '0')}-${String(next[1]).padStart(2, '0')}`;
}

/** First instant that is no part of the month any more. */
export const endOfMonth = (month: Month, cutting: Cutting): number =>
  startOfMonth(monthAfter(month), cutting);

export function startOfMonth(month: Month, cutting: Cutting): number {
  const { timeZone, calendar } = cutting;
  const name = `${month} ${timeZone} ${calendar === 'month' ? '' : calendar.weeks}`;
  const found = starts.get(name);
  if (found !== undefined) return found;
  const start = startOfDay(firstOf(month, cutting), timeZone);
  starts.set(name, start);
  return start;
}

/** All months from one to another, both with them. */
export function monthsFrom(first: Month, last: Month): Month[] {
  const months: Month[] = [];
  for (let month = first; month <= last; month = monthAfter(month)) months.push(month);
  return months;
}

/** Dates counted one by one, so that two of them can be taken from each other. */
export const dayNumber = (at: number, zone: string): number =>
  Date.parse(`${dateOf(at, zone)}T00:00:00Z`) / 86_400_000;
