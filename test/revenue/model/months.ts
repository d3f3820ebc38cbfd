// Months and dates of a book: in its own time zone, whatever zone its accounts are in.

import { dateOf, startOfDay } from '../../../src/calendar/zone.ts';

/** `2026-01` */
export type Month = string;

// The same instants are asked for at the end of each month.
const known = new Map<string, Month>();

export function monthOf(at: number, zone: string): Month {
  const name = `${at} ${zone}`;
  const month = known.get(name) ?? dateOf(at, zone).slice(0, 7);
  known.set(name, month);
  return month;
}

export function monthAfter(month: Month): Month {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const next = number === 12 ? [year + 1, 1] : [year, number + 1];
  return `${String(next[0]).padStart(4, '0')}-${String(next[1]).padStart(2, '0')}`;
}

/** First instant that is no part of the month any more. */
export const endOfMonth = (month: Month, zone: string): number =>
  startOfDay(`${monthAfter(month)}-01`, zone);

export const startOfMonth = (month: Month, zone: string): number => startOfDay(`${month}-01`, zone);

/** All months from one to another, both with them. */
export function monthsFrom(first: Month, last: Month): Month[] {
  const months: Month[] = [];
  for (let month = first; month <= last; month = monthAfter(month)) months.push(month);
  return months;
}

/** Dates counted one by one, so that two of them can be taken from each other. */
export const dayNumber = (at: number, zone: string): number =>
  Date.parse(`${dateOf(at, zone)}T00:00:00Z`) / 86_400_000;
