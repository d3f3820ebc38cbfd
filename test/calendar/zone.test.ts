import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDuration } from '../../src/calendar/duration.ts';
import { formatInstant, LAST_INSTANT, parseInstant } from '../../src/calendar/instant.ts';
import { addDuration, dateOf, parseZone, startOfDay } from '../../src/calendar/zone.ts';
import { InvalidInput } from '../../src/errors.ts';

const moved = (from: string, duration: string, zone: string, times = 1): string =>
  formatInstant(
    addDuration(parseInstant(from, 'from'), parseDuration(duration, 'duration'), zone, times),
  ).replace('.000Z', 'Z');

describe('the name of a zone', () => {
  test.each([
    ['UTC', 'UTC'],
    ['Europe/Paris', 'Europe/Paris'],
    ['europe/paris', 'Europe/Paris'],
    ['AMERICA/PORT-AU-PRINCE', 'America/Port-au-Prince'],
    ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['Etc/GMT+5', 'Etc/GMT+5'],
  ])('%s is %s', (name, zone) => {
    expect(parseZone(name, 'timeZone')).toBe(zone);
  });

  test('every zone that Node knows keeps its name', () => {
    const zones = Intl.supportedValuesOf('timeZone');
    expect(zones.map((zone) => parseZone(zone, 'timeZone'))).toEqual(zones);
  });

  test.each([
    '+02:00',
    '-05:00',
    '+0200',
    '+02',
    'Z',
    '',
    ' UTC',
    'UTC ',
    'UTC\0',
    'Mars/Olympus_Mons',
    'Europe/',
    '/Europe',
    'Europe/Paris[u-ca=hebrew]',
    '2026-01-01T00:00:00[Europe/Paris]',
    '__proto__',
    `Europe/${'P'.repeat(1000)}`,
    null,
    undefined,
    1,
    {},
    ['UTC'],
  ])('%j is refused', (name) => {
    expect(() => parseZone(name, 'timeZone')).toThrow(InvalidInput);
    expect(() => parseZone(name, 'timeZone')).toThrow(/^timeZone: expected/);
  });
});

describe('months', () => {
  test.each([
    [1, '2026-02-28T12:00:00Z'],
    [2, '2026-03-31T12:00:00Z'],
    [3, '2026-04-30T12:00:00Z'],
    [4, '2026-05-31T12:00:00Z'],
    [13, '2027-02-28T12:00:00Z'],
    [25, '2028-02-29T12:00:00Z'],
    [-1, '2025-12-31T12:00:00Z'],
    [-2, '2025-11-30T12:00:00Z'],
    [0, '2026-01-31T12:00:00Z'],
  ])('%i from 31 January end in %s', (times, expected) => {
    expect(moved('2026-01-31T12:00:00Z', 'P1M', 'UTC', times)).toBe(expected);
  });

  test('a year from a leap day is 28 February, and four years are a leap day again', () => {
    expect(moved('2024-02-29T00:00:00Z', 'P1Y', 'UTC', 1)).toBe('2025-02-28T00:00:00Z');
    expect(moved('2024-02-29T00:00:00Z', 'P1Y', 'UTC', 4)).toBe('2028-02-29T00:00:00Z');
    expect(moved('2096-02-29T00:00:00Z', 'P1Y', 'UTC', 4)).toBe('2100-02-28T00:00:00Z');
  });

  test('they clamp by the date in the zone, not in UTC', () => {
    // 31 January, 00:30 in Paris, is still 30 January in UTC.
    expect(moved('2026-01-30T23:30:00Z', 'P1M', 'Europe/Paris')).toBe('2026-02-27T23:30:00Z');
    expect(moved('2026-01-30T23:30:00Z', 'P1M', 'Europe/Paris', 2)).toBe('2026-03-30T22:30:00Z');
  });

  test('months go before days, as the calendar is read', () => {
    expect(moved('2026-01-31T00:00:00Z', 'P1M1D', 'UTC')).toBe('2026-03-01T00:00:00Z');
    expect(moved('2026-01-31T00:00:00Z', 'P1M1D', 'UTC', 2)).toBe('2026-04-02T00:00:00Z');
  });
});

describe('transitions', () => {
  test('a local time that does not exist moves on by the length of the gap', () => {
    expect(moved('2026-03-28T01:30:00Z', 'P1D', 'Europe/Paris')).toBe('2026-03-29T01:30:00Z');
    expect(dateOf(parseInstant('2026-03-29T01:30:00Z', 'at'), 'Europe/Paris')).toBe('2026-03-29');
    // Half an hour on Lord Howe Island: 02:15 becomes 02:45.
    expect(moved('2026-10-02T15:45:00Z', 'P1D', 'Australia/Lord_Howe')).toBe(
      '2026-10-03T15:45:00Z',
    );
  });

  test('of two equal local times it is the first', () => {
    expect(moved('2026-10-24T00:30:00Z', 'P1D', 'Europe/Paris')).toBe('2026-10-25T00:30:00Z');
    expect(moved('2026-10-26T01:30:00Z', 'P1D', 'Europe/Paris', -1)).toBe('2026-10-25T00:30:00Z');
  });

  test('hours, minutes and seconds are exact through gap and overlap', () => {
    expect(moved('2026-03-28T12:00:00Z', 'PT24H', 'Europe/Paris')).toBe('2026-03-29T12:00:00Z');
    expect(moved('2026-03-28T12:00:00Z', 'P1D', 'Europe/Paris')).toBe('2026-03-29T11:00:00Z');
    expect(moved('2026-10-25T00:30:00Z', 'PT1H', 'Europe/Paris')).toBe('2026-10-25T01:30:00Z');
    expect(moved('2026-10-24T00:30:00Z', 'P1DT1H', 'Europe/Paris')).toBe('2026-10-25T01:30:00Z');
  });

  test('no duration at all leaves the second of two equal times where it is', () => {
    expect(moved('2026-10-25T01:30:00Z', 'P1M', 'Europe/Paris', 0)).toBe('2026-10-25T01:30:00Z');
    expect(moved('2026-10-25T01:30:00Z', 'PT1S', 'Europe/Paris')).toBe('2026-10-25T01:30:01Z');
  });

  test('the day that Samoa left out is no time at all', () => {
    expect(moved('2011-12-29T22:00:00Z', 'P1D', 'Pacific/Apia')).toBe('2011-12-30T22:00:00Z');
    expect(startOfDay('2011-12-30', 'Pacific/Apia')).toBe(startOfDay('2011-12-31', 'Pacific/Apia'));
    expect(startOfDay('2011-12-31', 'Pacific/Apia')).toBe(Date.UTC(2011, 11, 30, 10));
    expect(dateOf(Date.UTC(2011, 11, 30, 9, 59), 'Pacific/Apia')).toBe('2011-12-29');
  });

  test('where the clocks skip midnight, the day begins at one', () => {
    const start = startOfDay('2026-04-24', 'Africa/Cairo');
    expect(formatInstant(start)).toBe('2026-04-23T22:00:00.000Z');
    expect(dateOf(start - 1, 'Africa/Cairo')).toBe('2026-04-23');
  });
});

test('UTC is counted like any zone that never leaves it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: Date.UTC(3000, 0) }),
      fc.nat(40),
      fc.nat(100),
      fc.integer({ min: 1, max: 100_000 }),
      fc.integer({ min: -200, max: 200 }),
      (instant, months, days, seconds, times) => {
        const duration = parseDuration(`P${months}M${days}DT${seconds}S`, 'every');
        expect(addDuration(instant, duration, 'UTC', times)).toBe(
          addDuration(instant, duration, 'Etc/GMT', times),
        );
      },
    ),
  );
});

test('what ends after the year 9999 or before the year 0 is refused, whatever the distance', () => {
  for (const zone of ['UTC', 'Europe/Paris', 'Pacific/Kiritimati']) {
    for (const text of ['P1Y', 'P9999Y', 'P3652000D', 'P1M', 'P1D', 'PT1S']) {
      const duration = parseDuration(text, 'every');
      for (const times of [1, 1000, 1e12, Number.MAX_SAFE_INTEGER]) {
        expect(() => addDuration(LAST_INSTANT, duration, zone, times)).toThrow(InvalidInput);
      }
      expect(() => addDuration(0, duration, zone, -1e13)).toThrow(InvalidInput);
    }
  }
  expect(moved('2026-01-31T00:00:00Z', 'P7973Y', 'Europe/Paris')).toBe('9999-01-31T00:00:00Z');
  expect(moved('2026-01-31T00:00:00Z', 'P2026Y', 'UTC', -1)).toBe('0000-01-31T00:00:00Z');
});

test.each(['2026-02-30', '2026-13-01', '2026-1-1', '26-01-01', '', '2026-01-01T00:00:00Z'])(
  '%j is no date to start a day',
  (date) => {
    expect(() => startOfDay(date, 'Europe/Paris')).toThrow(InvalidInput);
  },
);
