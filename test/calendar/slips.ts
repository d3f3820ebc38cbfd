// Holds dayjs (utc and timezone) and Temporal against the oracle at every transition of 2020 to 2035.
// The figures of docs/decisions/0002-time-zone-arithmetic.md come from here.

import dayjs from 'dayjs';
import timezone from 'dayjs/plugin/timezone.js';
import utc from 'dayjs/plugin/utc.js';
import { Temporal } from 'temporal-polyfill';
import { addOracle, DAY, instantOf, transitions } from './oracle.ts';

dayjs.extend(utc);
dayjs.extend(timezone);

/** How many cases there are, and how many of them each library gets wrong. */
export interface Score {
  cases: number;
  dayjs: number;
  temporal: number;
}

// Around what the clocks show just before a transition and just after it: in the gap or the overlap, and on both sides.
const MINUTES = [-90, -60, -45, -30, -15, 0, 15, 30, 45, 60, 90];

/** A day and a month added so that they land at a transition, and a local time read that the clocks show there. */
export function slips(zone: string): Record<'day' | 'month' | 'reading', Score> {
  const score = {
    day: { cases: 0, dayjs: 0, temporal: 0 },
    month: { cases: 0, dayjs: 0, temporal: 0 },
    reading: { cases: 0, dayjs: 0, temporal: 0 },
  };
  const note = (kind: keyof typeof score, right: number, byDayjs: number, byTemporal: number) => {
    score[kind].cases += 1;
    if (byDayjs !== right) score[kind].dayjs += 1;
    if (byTemporal !== right) score[kind].temporal += 1;
  };
  for (const { at, before, after } of transitions(zone)) {
    const locals = MINUTES.flatMap((minute) =>
      [before, after].map((o) => at + o + minute * 60_000),
    );
    for (const local of new Set(locals)) {
      const text = new Date(local).toISOString().slice(0, 23);
      note(
        'reading',
        instantOf(local, zone),
        dayjs.tz(text, zone).valueOf(),
        Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds,
      );
      const yesterday = instantOf(local - DAY, zone);
      note(
        'day',
        addOracle(yesterday, 0, 1, zone),
        dayjs(yesterday).tz(zone).add(1, 'day').valueOf(),
        there(yesterday, zone).add({ days: 1 }).epochMilliseconds,
      );
      const lastMonth = addOracle(instantOf(local, zone), -1, 0, zone);
      note(
        'month',
        addOracle(lastMonth, 1, 0, zone),
        dayjs(lastMonth).tz(zone).add(1, 'month').valueOf(),
        there(lastMonth, zone).add({ months: 1 }).epochMilliseconds,
      );
    }
  }
  return score;
}

function there(instant: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
}
