// Every transition of 2020 to 2035 in every zone of the list, against the oracle.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Duration, parseDuration } from '../../src/calendar/duration.ts';
import { nthPeriod, periodAt } from '../../src/calendar/period.ts';
import { addDuration, dateOf, startOfDay } from '../../src/calendar/zone.ts';
import { addOracle, DAY, HOUR, localAt, transitions, ZONES } from './oracle.ts';

const duration = (text: string): Duration => parseDuration(text, 'every');
const MINUTES = [-150, -90, -60, -45, -30, -15, -1, 0, 1, 15, 30, 45, 60, 90, 150];
const iso = (instant: number): string => new Date(instant).toISOString();

describe.each(ZONES.filter((zone) => transitions(zone).length > 0))('%s', (zone) => {
  const all = transitions(zone);

  test('days, weeks and months across each transition are those of the oracle, both ways', () => {
    const cases = [
      { every: 'P1D', months: 0, days: 1 },
      { every: 'P1W', months: 0, days: 7 },
      { every: 'P1M', months: 1, days: 0 },
      { every: 'P1Y', months: 12, days: 0 },
      { every: 'P1M1D', months: 1, days: 1 },
    ];
    for (const { at } of all) {
      for (const { every, months, days } of cases) {
        for (const times of [-1, 1]) {
          for (const minute of MINUTES) {
            const about = at - times * (months * 30.4 + days) * DAY;
            // So that it lands at the transition on the clock, give or take some minutes.
            const anchor = addOracle(at, -times * months, -times * days, zone) + minute * 60_000;
            for (const instant of [anchor, about]) {
              const expected = addOracle(instant, months * times, days * times, zone);
              const actual = addDuration(instant, duration(every), zone, times);
              if (actual !== expected) {
                expect.fail(
                  `${iso(instant)} + ${times} × ${every}: ${iso(actual)}, not ${iso(expected)}`,
                );
              }
            }
          }
        }
      }
    }
  });

  test('daily periods abut across each transition, and each instant lies in the one of its number', () => {
    for (const { at, before, after } of all) {
      // Anchored far before, at the local time of the transition, just before it, and at midnight.
      for (const shift of [0, -30 * 60_000, 30 * 60_000, -((at + before) % DAY)]) {
        const anchor = addOracle(at + shift, 0, -40, zone);
        let next = nthPeriod(anchor, duration('P1D'), zone, 37).start;
        for (let n = 37; n <= 43; n += 1) {
          const period = nthPeriod(anchor, duration('P1D'), zone, n);
          expect(period.start).toBe(next);
          for (const instant of [period.start, period.end - 1]) {
            expect(periodAt(anchor, duration('P1D'), zone, instant)).toEqual({ n, ...period });
          }
          const change = Math.abs(after - before);
          expect([DAY - change, DAY, DAY + change]).toContain(period.end - period.start);
          next = period.end;
        }
      }
    }
  });

  test('each day at a transition begins at its first instant and is as long as the clocks make it', () => {
    for (const { at, before, after } of all) {
      const date = dateOf(at, zone);
      const start = startOfDay(date, zone);
      expect(dateOf(start, zone)).toBe(date);
      expect(dateOf(start - 1, zone) < date).toBe(true);
      const tomorrow = dateOf(start + 30 * HOUR, zone);
      const length = startOfDay(tomorrow, zone) - start;
      // A transition just at midnight belongs to the day before.
      const yesterday = startOfDay(dateOf(start - 1, zone), zone);
      expect([length, start - yesterday]).toContain(DAY + before - after);
    }
  });

  test('the date is what the clocks show', () => {
    for (const { at } of all) {
      for (const minute of MINUTES) {
        const instant = at + minute * 60_000;
        expect(dateOf(instant, zone)).toBe(iso(localAt(instant, zone)).slice(0, 10));
      }
    }
  });
});

test.each(['UTC', 'Europe/Paris', 'Australia/Lord_Howe', 'Pacific/Apia'])(
  '366 anchors × 60 months in %s: the day of the anchor, or the last of the month',
  (zone) => {
    for (let day = 0; day < 366; day += 1) {
      const anchor = addOracle(Date.UTC(2024, 0, 1, 9, 30), 0, day, zone);
      let start = anchor;
      for (let n = 0; n < 60; n += 1) {
        const end = addDuration(anchor, duration('P1M'), zone, n + 1);
        const expected = addOracle(anchor, n + 1, 0, zone);
        if (end !== expected) {
          expect.fail(`${iso(anchor)}, month ${n + 1}: ${iso(end)}, not ${iso(expected)}`);
        }
        expect(end).toBeGreaterThan(start);
        start = end;
      }
    }
  },
);

test.each(ZONES)('any calendar duration from any instant in %s is that of the oracle', (zone) => {
  const years = { min: Date.UTC(2021, 0), max: Date.UTC(2033, 0) };
  fc.assert(
    fc.property(
      fc.integer(years),
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: -7, max: 7 }),
      (instant, months, days, times) => {
        const every = duration(`P${months}M${days}D`);
        expect(addDuration(instant, every, zone, times)).toBe(
          addOracle(instant, months * times, days * times, zone),
        );
      },
    ),
    { numRuns: 300 },
  );
});

test('the zones have the transitions that they are listed for', () => {
  const count = (zone: string): number => transitions(zone).length;
  expect(count('UTC') + count('Asia/Kathmandu')).toBe(0);
  expect(count('Europe/Paris')).toBe(32);
  expect(count('America/New_York')).toBe(32);
  const changes = transitions('Australia/Lord_Howe').map(({ before, after }) => after - before);
  expect(new Set(changes.map(Math.abs))).toEqual(new Set([HOUR / 2]));
  expect(
    new Set(transitions('Antarctica/Troll').map(({ before, after }) => Math.abs(after - before))),
  ).toEqual(new Set([2 * HOUR]));
});
