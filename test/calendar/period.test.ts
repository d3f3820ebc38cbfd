import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDuration } from '../../src/calendar/duration.ts';
import { formatInstant } from '../../src/calendar/instant.ts';
import { nthPeriod, periodAt } from '../../src/calendar/period.ts';
import { HOUR, ZONES } from './oracle.ts';

const every = (text: string) => parseDuration(text, 'every');

test('months are counted from 31 January, never from the month before', () => {
  const anchor = Date.UTC(2026, 0, 31);
  const starts = [-1, 0, 1, 2, 3].map((n) =>
    formatInstant(nthPeriod(anchor, every('P1M'), 'UTC', n).start).slice(0, 10),
  );
  expect(starts).toEqual(['2025-12-31', '2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30']);
});

test('a period is half open: at its end the next has begun', () => {
  const anchor = Date.UTC(2026, 0, 31);
  const end = Date.UTC(2026, 1, 28);
  expect(periodAt(anchor, every('P1M'), 'UTC', end - 1)).toEqual({ n: 0, start: anchor, end });
  expect(periodAt(anchor, every('P1M'), 'UTC', end).n).toBe(1);
  expect(periodAt(anchor, every('P1M'), 'UTC', anchor - 1).n).toBe(-1);
});

test('a day has 23 or 25 hours where the clocks change, and half an hour more or less on Lord Howe Island', () => {
  const lengths = (anchor: number, zone: string): Set<number> =>
    new Set(
      Array.from({ length: 366 }, (_, n) => {
        const { start, end } = nthPeriod(anchor, every('P1D'), zone, n);
        return (end - start) / HOUR;
      }),
    );
  expect(lengths(Date.UTC(2025, 11, 31, 23), 'Europe/Paris')).toEqual(new Set([24, 23, 25]));
  expect(lengths(Date.UTC(2025, 11, 31, 13), 'Australia/Lord_Howe')).toEqual(
    new Set([24, 23.5, 24.5]),
  );
  expect(lengths(Date.UTC(2026, 0, 1), 'UTC')).toEqual(new Set([24]));
});

test('the period of the day that Samoa left out is empty, and no instant lies in it', () => {
  const anchor = Date.UTC(2011, 11, 27, 10); // 27 December, 00:00 in Apia
  const starts = [0, 1, 2, 3, 4, 5].map((n) => nthPeriod(anchor, every('P1D'), 'Pacific/Apia', n));
  const empty = starts.filter(({ start, end }) => start === end);
  expect(empty).toEqual([{ start: Date.UTC(2011, 11, 30, 10), end: Date.UTC(2011, 11, 30, 10) }]);
  const before = periodAt(anchor, every('P1D'), 'Pacific/Apia', Date.UTC(2011, 11, 30, 10) - 1);
  const after = periodAt(anchor, every('P1D'), 'Pacific/Apia', Date.UTC(2011, 11, 30, 10));
  expect([before.n, after.n]).toEqual([2, 4]);
  expect(before.end).toBe(after.start);
});

test('an anchor at the second of two equal times is where its period begins', () => {
  const anchor = Date.UTC(2026, 9, 25, 1, 30); // 02:30 in Paris, for the second time
  expect(nthPeriod(anchor, every('P1D'), 'Europe/Paris', 0)).toEqual({
    start: anchor,
    end: Date.UTC(2026, 9, 26, 1, 30),
  });
  expect(periodAt(anchor, every('P1D'), 'Europe/Paris', anchor - 1).n).toBe(-1);
});

test('each instant lies in one period, near the anchor and centuries from it', () => {
  const instants = fc.integer({ min: Date.UTC(1971, 0), max: Date.UTC(2600, 0) });
  const lengths = fc.constantFrom(
    'P1D',
    'P1W',
    'P1M',
    'P1Y',
    'P3M',
    'P1M1D',
    'P1DT1H',
    'PT7H',
    'PT1S',
    'P5Y',
  );
  fc.assert(
    fc.property(
      instants,
      instants,
      lengths,
      fc.constantFrom(...ZONES),
      (anchor, at, length, zone) => {
        const found = periodAt(anchor, every(length), zone, at);
        expect(found.start).toBeLessThanOrEqual(at);
        expect(at).toBeLessThan(found.end);
        expect(nthPeriod(anchor, every(length), zone, found.n)).toEqual({
          start: found.start,
          end: found.end,
        });
        expect(nthPeriod(anchor, every(length), zone, found.n - 1).end).toBe(found.start);
      },
    ),
    { numRuns: 1000 },
  );
});
