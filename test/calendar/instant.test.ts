import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatInstant, LAST_INSTANT, parseInstant } from '../../src/calendar/instant.ts';
import { InvalidInput } from '../../src/errors.ts';

test.each([
  ['1970-01-01T00:00:00Z', 0],
  ['2026-03-01T12:00:00Z', Date.UTC(2026, 2, 1, 12)],
  ['2026-03-01T12:00:00.5Z', Date.UTC(2026, 2, 1, 12, 0, 0, 500)],
  ['2026-03-01T12:00:00.05Z', Date.UTC(2026, 2, 1, 12, 0, 0, 50)],
  ['2026-03-01T12:00:00.005Z', Date.UTC(2026, 2, 1, 12, 0, 0, 5)],
  ['2026-03-01T12:00:00+02:00', Date.UTC(2026, 2, 1, 10)],
  ['2026-03-01T00:30:00-05:30', Date.UTC(2026, 2, 1, 6)],
  ['2026-03-01T12:00:00-00:00', Date.UTC(2026, 2, 1, 12)],
  ['1969-12-31T23:00:00-01:00', 0],
  ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ['2000-02-29T23:59:59.999Z', Date.UTC(2000, 1, 29, 23, 59, 59, 999)],
  ['9999-12-31T23:59:59.999Z', LAST_INSTANT],
  [new Date(1234), 1234],
  [1234, 1234],
  [0, 0],
  [-0, 0],
])('%s is an instant', (input, instant) => {
  expect(parseInstant(input, 'at')).toBe(instant);
});

test.each([
  ['a date that no month has', '2026-02-30T00:00:00Z'],
  ['29 February of a year without one', '2026-02-29T00:00:00Z'],
  ['29 February of 2100', '2100-02-29T00:00:00Z'],
  ['a month 0', '2026-00-10T00:00:00Z'],
  ['a month 13', '2026-13-10T00:00:00Z'],
  ['a day 0', '2026-01-00T00:00:00Z'],
  ['24 o’clock', '2026-01-01T24:00:00Z'],
  ['a minute 60', '2026-01-01T00:60:00Z'],
  ['a leap second', '2016-12-31T23:59:60Z'],
  ['an offset of 24 hours', '2026-01-01T00:00:00+24:00'],
  ['an offset of 60 minutes', '2026-01-01T00:00:00+01:60'],
  ['no offset', '2026-01-01T00:00:00'],
  ['no seconds', '2026-01-01T00:00Z'],
  ['a date alone', '2026-01-01'],
  ['an offset without a colon', '2026-01-01T00:00:00+0100'],
  ['a space for the T', '2026-01-01 00:00:00Z'],
  ['small letters', '2026-01-01t00:00:00z'],
  ['more than milliseconds', '2026-01-01T00:00:00.0001Z'],
  ['a point and nothing behind', '2026-01-01T00:00:00.Z'],
  ['five digits of a year', '10000-01-01T00:00:00Z'],
  ['a signed year', '+002026-01-01T00:00:00Z'],
  ['a line behind', '2026-01-01T00:00:00Z\n'],
  ['digits of another script', '٢٠٢٦-01-01T00:00:00Z'],
  ['the time before 1970', '1969-12-31T23:59:59.999Z'],
  ['the year 50', '0050-01-01T00:00:00Z'],
  ['the time after 9999', '9999-12-31T23:59:59.999-00:01'],
  ['an empty string', ''],
  ['an invalid date', new Date(Number.NaN)],
  ['a date before 1970', new Date(-1)],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['a fraction of a millisecond', 1.5],
  ['a negative number', -1],
  ['an unsafe number', 2 ** 53],
  ['the number after the last instant', LAST_INSTANT + 1],
  ['a bigint', 1n],
  ['null', null],
  ['nothing', undefined],
  ['an object', {}],
  ['a list', ['2026-01-01T00:00:00Z']],
])('%s is refused', (_, input) => {
  expect(() => parseInstant(input, 'occurredAt')).toThrow(InvalidInput);
  expect(() => parseInstant(input, 'occurredAt')).toThrow(/^occurredAt: expected/);
});

test('what is written is read again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: LAST_INSTANT }), (instant) => {
      expect(parseInstant(formatInstant(instant), 'at')).toBe(instant);
    }),
  );
  expect(formatInstant(0)).toBe('1970-01-01T00:00:00.000Z');
});
