import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvariantBroken } from '../../src/errors.ts';
import { Decimal } from '../../src/quantity/decimal.ts';
import { formatParts, MAX_PARTS } from '../../src/quantity/quantity.ts';
import { divideRounded, type Rounding, roundToParts } from '../../src/quantity/rounding.ts';

// Fifths, so that each mode meets a part below, at and above a half: -1.5 to 1.5 in steps of 0.5, and 0.4 and 0.6 beside it.
const CASES: readonly { mode: Rounding; of: Record<string, number> }[] = [
  { mode: 'up', of: { '0.1': 1, '0.5': 1, '1.4': 2, '1.5': 2, '2.5': 3, '2': 2 } },
  { mode: 'down', of: { '0.9': 0, '0.5': 0, '1.4': 1, '1.5': 1, '2.5': 2, '2': 2 } },
  { mode: 'half-up', of: { '0.4': 0, '0.5': 1, '1.4': 1, '1.5': 2, '2.5': 3, '2': 2 } },
  { mode: 'half-even', of: { '0.4': 0, '0.5': 0, '0.6': 1, '1.5': 2, '2.5': 2, '3.5': 4 } },
  { mode: 'half-away-from-zero', of: { '0.4': 0, '0.5': 1, '1.5': 2, '2.5': 3, '2': 2 } },
];

describe.each(CASES)('$mode', ({ mode, of }) => {
  test.each(Object.entries(of))('%s is %i, and mirrored below zero', (text, expected) => {
    const tenths = BigInt(new Decimal(text).mul(10).toFixed());
    const whole = BigInt(expected);
    expect(divideRounded(tenths, 10n, mode)).toBe(whole);
    expect(divideRounded(-tenths, 10n, mode)).toBe(-whole);
    expect(divideRounded(tenths, -10n, mode)).toBe(-whole);
    expect(divideRounded(-tenths, -10n, mode)).toBe(whole);
  });
});

test('a division by zero is a bug', () => {
  expect(() => divideRounded(1n, 0n, 'down')).toThrow(InvariantBroken);
});

test.each([
  ['38.709677419354', 8, 'half-up', 3_870_967_742n],
  ['1.005', 2, 'half-up', 101n],
  ['1.005', 2, 'half-even', 100n],
  ['1.001', 2, 'up', 101n],
  ['1.009', 2, 'down', 100n],
  ['-1.001', 2, 'up', -101n],
  ['-0.001', 2, 'down', 0n],
  ['7', 0, 'up', 7n],
  ['1e20', 2, 'down', 10n ** 22n],
] as const)('%s at scale %i, %s, is %s parts', (text, scale, mode, parts) => {
  expect(roundToParts(new Decimal(text), scale, mode)).toBe(parts);
});

test('what is no finite number is a bug', () => {
  expect(() => roundToParts(new Decimal(Number.NaN), 2, 'up')).toThrow(InvariantBroken);
  expect(() => roundToParts(new Decimal('Infinity'), 2, 'up')).toThrow(InvariantBroken);
});

test('a decimal rounds as the same fraction does', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -MAX_PARTS, max: MAX_PARTS }),
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 0, max: 12 }),
      fc.constantFrom('up', 'down', 'half-up', 'half-even'),
      (amount, places, scale, mode) => {
        const value = new Decimal(formatParts(amount, places));
        const exact = divideRounded(amount * 10n ** BigInt(scale), 10n ** BigInt(places), mode);
        expect(roundToParts(value, scale, mode)).toBe(exact);
      },
    ),
    { numRuns: 1000 },
  );
});
