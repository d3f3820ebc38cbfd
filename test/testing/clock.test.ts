import { expect, test } from 'vitest';
import { createClock } from '../../src/testing/index.ts';

test('a clock stands until it is turned, forward or back', () => {
  const clock = createClock('2026-01-01T00:00:00Z');
  const { now } = clock;
  expect(now()).toBe(Date.UTC(2026, 0, 1));
  clock.advance(1_000);
  expect(now()).toBe(Date.UTC(2026, 0, 1, 0, 0, 1));
  clock.advance(-2_000);
  expect(now()).toBe(Date.UTC(2025, 11, 31, 23, 59, 59));
  clock.set(new Date(Date.UTC(2030, 0, 1)));
  expect(now()).toBe(Date.UTC(2030, 0, 1));
});

test.each(['soon', Number.NaN, Number.POSITIVE_INFINITY])(
  '%s is no time to set a clock to',
  (at) => {
    const clock = createClock(0);
    expect(() => clock.set(at)).toThrow(RangeError);
    expect(() => createClock(at)).toThrow(RangeError);
    expect(clock.now()).toBe(0);
  },
);
