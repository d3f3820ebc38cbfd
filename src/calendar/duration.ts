// Durations: how they are read and written. How long one lasts depends on where it begins, and in
// which zone: `zone.ts`.

import { InvalidInput } from '../errors.ts';

/**
 * A length of calendar time (years, months, days) and of exact time (hours, minutes, seconds).
 * What always means the same is the same record: 12 months are carried into a year and a week is
 * seven days, but 24 hours are no day, which may have 23 or 25.
 */
export interface Duration {
  readonly years: number;
  /** 0 to 11. */
  readonly months: number;
  readonly days: number;
  readonly hours: number;
  /** 0 to 59. */
  readonly minutes: number;
  /** 0 to 59. */
  readonly seconds: number;
}

const ISO8601 =
  /^P(?!$)(?:(\d{1,12})Y)?(?:(\d{1,12})M)?(?:(\d{1,12})W)?(?:(\d{1,12})D)?(?:T(?!$)(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,12})S)?)?$/;

const LONGEST_DAYS = 9999 * 365.2425;

/**
 * A duration from ISO 8601 text such as `P1M`, `P1Y6M`, `P2W` or `PT10M`: whole numbers, at least one
 * of them above zero, no sign, at most 9999 years. Throws `InvalidInput`.
 */
export function parseDuration(text: unknown, field: string): Duration {
  const match = typeof text === 'string' ? ISO8601.exec(text) : null;
  if (match === null) {
    throw new InvalidInput({
      field,
      expected: 'an ISO 8601 duration of whole numbers such as P1M or PT10M',
      found: typeof text === 'string' ? JSON.stringify(text.slice(0, 40)) : typeof text,
    });
  }
  const [years, months, weeks, days, hours, minutes, seconds] = match
    .slice(1)
    .map((part) => Number(part ?? 0)) as [number, number, number, number, number, number, number];
  const allMonths = years * 12 + months;
  const allDays = weeks * 7 + days;
  const allSeconds = (hours * 60 + minutes) * 60 + seconds;
  const lasts = allMonths * AVERAGE_MONTH_DAYS + allDays + allSeconds / 86_400;
  if (lasts === 0 || lasts > LONGEST_DAYS) {
    throw new InvalidInput({
      field,
      expected: 'a duration longer than nothing, and of at most 9999 years',
      found: JSON.stringify(text),
    });
  }
  return Object.freeze({
    years: Math.floor(allMonths / 12),
    months: allMonths % 12,
    days: allDays,
    hours: Math.floor(allSeconds / 3600),
    minutes: Math.floor(allSeconds / 60) % 60,
    seconds: allSeconds % 60,
  });
}

/** Canonical ISO 8601 text; durations that always mean the same have the same: `P1W` is `P7D`, `P12M` is `P1Y`. */
export function formatDuration(duration: Duration): string {
  const { years, months, days, hours, minutes, seconds } = duration;
  const date = part(years, 'Y') + part(months, 'M') + part(days, 'D');
  const time = part(hours, 'H') + part(minutes, 'M') + part(seconds, 'S');
  return `P${date}${time === '' ? '' : `T${time}`}`;
}

/** The calendar part in whole months, for arithmetic that clamps once. */
export function monthsOf(duration: Duration): number {
  return duration.years * 12 + duration.months;
}

/** The exact part in milliseconds. */
export function exactMs(duration: Duration): number {
  return ((duration.hours * 60 + duration.minutes) * 60 + duration.seconds) * 1000;
}

/** Days of a month on the average of the calendar's 400 years: good for an estimate, never for a date. */
export const AVERAGE_MONTH_DAYS: number = 146_097 / 4800;

function part(count: number, letter: string): string {
  return count === 0 ? '' : `${count}${letter}`;
}
