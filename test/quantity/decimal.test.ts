import { Decimal as OtherDecimal } from 'decimal.js';
import { expect, test } from 'vitest';
import { Decimal } from '../../src/quantity/decimal.ts';

test('it never prints an exponent', () => {
  expect(new Decimal('1e30').toString()).toBe(`1${'0'.repeat(30)}`);
  expect(new Decimal('1e-30').toJSON()).toBe(`0.${'0'.repeat(29)}1`);
});

test('the product of two 38-digit amounts is exact', () => {
  const most = 10n ** 38n - 1n;
  expect(new Decimal(most.toString()).mul(most.toString()).toFixed()).toBe(
    (most * most).toString(),
  );
});

test('a user’s settings of decimal.js change nothing here, and ours nothing there', () => {
  const before = OtherDecimal.precision;
  OtherDecimal.set({ precision: 2 });
  expect(new Decimal('1.2345').mul(2).toString()).toBe('2.469');
  OtherDecimal.set({ precision: before });
  expect(new OtherDecimal('1e30').toString()).toBe('1e+30');
});
