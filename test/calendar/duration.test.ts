import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../src/calendar/duration.ts';
import { InvalidInput } from '../../src/errors.ts';

const none = { years: 0, months: 0, days: 0, hours: 0, minutes: 0, seconds: 0 };

test.each([
  ['P1M', { months: 1 }, 'P1M'],
  ['P7D', { days: 7 }, 'P7D'],
  ['PT10M', { minutes: 10 }, 'PT10M'],
  [
    'P1Y2M3DT4H5M6S',
    { years: 1, months: 2, days: 3, hours: 4, minutes: 5, seconds: 6 },
    'P1Y2M3DT4H5M6S',
  ],
  ['P2W', { days: 14 }, 'P14D'],
  ['P1W1D', { days: 8 }, 'P8D'],
  ['P12M', { years: 1 }, 'P1Y'],
  ['P18M', { years: 1, months: 6 }, 'P1Y6M'],
  ['PT90M', { hours: 1, minutes: 30 }, 'PT1H30M'],
  ['PT3600S', { hours: 1 }, 'PT1H'],
  ['P0Y1M', { months: 1 }, 'P1M'],
  ['P01M', { months: 1 }, 'P1M'],
  ['PT24H', { hours: 24 }, 'PT24H'],
  ['P30D', { days: 30 }, 'P30D'],
  ['P9999Y', { years: 9999 }, 'P9999Y'],
])('%s is a duration', (text, parts, canonical) => {
  const duration = parseDuration(text, 'every');
  expect(duration).toEqual({ ...none, ...parts });
  expect(Object.isFrozen(duration)).toBe(true);
  expect(formatDuration(duration)).toBe(canonical);
});

test('a day is not 24 hours, since it may have 23 or 25', () => {
  expect(parseDuration('P1D', 'every')).not.toEqual(parseDuration('PT24H', 'every'));
});

test.each([
  '',
  'P',
  'PT',
  'P1',
  '1M',
  'P1DT',
  'P0D',
  'P0Y0M0DT0H0M0S',
  'P1.5D',
  'P1,5D',
  'PT0.5S',
  '-P1D',
  'P-1D',
  '+P1D',
  'p1d',
  'P1d',
  'P 1D',
  ' P1D',
  'P1D ',
  'P1D\n',
  'P1D1M',
  'P1H',
  'PT1D',
  'P1S',
  'P1YT',
  'P1M1M',
  'P٣D',
  'P10000Y',
  'P9999Y1M',
  'P4000000D',
  'PT999999999999H',
  'P9999999999999D',
  'one month',
  null,
  undefined,
  1,
  86_400_000,
  {},
  ['P1D'],
])('%j is refused', (text) => {
  expect(() => parseDuration(text, 'every')).toThrow(InvalidInput);
  expect(() => parseDuration(text, 'every')).toThrow(/^every: expected/);
});

test('what is written is read again', () => {
  const part = fc.nat(1000);
  fc.assert(
    fc.property(part, part, part, part, part, part, part, (y, mo, w, d, h, mi, s) => {
      fc.pre(y + mo + w + d + h + mi + s > 0);
      const duration = parseDuration(`P${y}Y${mo}M${w}W${d}DT${h}H${mi}M${s}S`, 'every');
      expect(parseDuration(formatDuration(duration), 'every')).toEqual(duration);
    }),
  );
});
