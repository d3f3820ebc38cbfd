import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidInput, InvariantBroken } from '../../src/errors.ts';
import { currencyExponent, formatMoney, parseMoney, proportion } from '../../src/quantity/money.ts';
import { MAX_PARTS } from '../../src/quantity/quantity.ts';

describe('minor units', () => {
  const named: [number, string][] = [
    [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'],
    [2, 'USD EUR GBP CHF INR BRL'],
    [3, 'BHD IQD JOD KWD LYD OMR TND'],
    [4, 'CLF'],
  ];
  test.each(named.flatMap(([places, codes]) => codes.split(' ').map((code) => ({ code, places }))))(
    '$code has $places places',
    ({ code, places }) => {
      expect(currencyExponent(code)).toBe(places);
    },
  );

  test.each(['usd', 'US', 'USDT', 'AAA', '', ' USD', 'US$', '__proto__', 'constructor'])(
    '%j is no currency',
    (code) => {
      expect(() => currencyExponent(code)).toThrow(InvalidInput);
      expect(() => parseMoney('1', code, 'price.amount')).toThrow(/^currency: expected/);
    },
  );

  test.each([
    ['90.00', 'USD', 9000n, '90.00'],
    ['90', 'USD', 9000n, '90.00'],
    ['0.01', 'USD', 1n, '0.01'],
    ['90', 'JPY', 90n, '90'],
    ['90.0', 'JPY', 90n, '90'],
    ['90', 'KWD', 90_000n, '90.000'],
    ['0.001', 'KWD', 1n, '0.001'],
    ['-0.05', 'EUR', -5n, '-0.05'],
    ['-90', 'JPY', -90n, '-90'],
    ['0', 'EUR', 0n, '0.00'],
  ])('%s %s is %s minor units, and is written %s', (text, currency, minor, written) => {
    expect(parseMoney(text, currency, 'price.amount')).toBe(minor);
    expect(formatMoney(minor, currency)).toBe(written);
  });

  test.each([
    ['0.001', 'USD'],
    ['0.5', 'JPY'],
    ['0.0001', 'KWD'],
  ])('%s %s has more places than the currency', (text, currency) => {
    expect(() => parseMoney(text, currency, 'price.amount')).toThrow(InvalidInput);
    expect(() => parseMoney(text, currency, 'price.amount')).toThrow(/^price\.amount: expected/);
  });

  test('what is written is read again, up to 38 digits', () => {
    const minors = fc.bigInt({ min: -MAX_PARTS, max: MAX_PARTS });
    fc.assert(
      fc.property(minors, fc.constantFrom('USD', 'JPY', 'KWD', 'CLF'), (minor, currency) => {
        const text = formatMoney(minor, currency);
        expect(parseMoney(text, currency, 'price.amount')).toBe(minor);
        expect((text.split('.')[1] ?? '').length).toBe(currencyExponent(currency));
      }),
    );
    expect(() => parseMoney('1'.padEnd(38, '0'), 'USD', 'price.amount')).toThrow(InvalidInput);
  });
});

describe('a proportion', () => {
  test.each([
    [10_000n, 1n, 3n, 3333n],
    [10_000n, 2n, 3n, 6667n],
    [10_000n, 3n, 3n, 10_000n],
    [1n, 1n, 2n, 1n],
    [-1n, 1n, 2n, -1n],
    [0n, 1n, 2n, 0n],
  ])('%s × %s ÷ %s is %s', (total, part, whole, expected) => {
    expect(proportion(total, part, whole)).toBe(expected);
  });

  test('of a half goes to the even neighbour where the book says so', () => {
    expect([1n, 3n, 5n].map((part) => proportion(1n, part, 2n, 'half-even'))).toEqual([0n, 2n, 2n]);
  });

  test('of nothing is a bug', () => {
    expect(() => proportion(1n, 0n, 0n)).toThrow(InvariantBroken);
  });

  test('is within half a unit of the exact one, never passes the total, and the differences add up', () => {
    const amounts = fc.bigInt({ min: 0n, max: MAX_PARTS });
    fc.assert(
      fc.property(amounts, amounts, amounts, amounts, (total, a, b, c) => {
        fc.pre(a + b + c > 0n);
        const whole = a + b + c;
        const upTo = [0n, a, a + b, whole].map((part) => proportion(total, part, whole));
        for (const [at, part] of [0n, a, a + b, whole].entries()) {
          const share = upTo[at] ?? -1n;
          const error = 2n * (share * whole - total * part);
          expect(error <= whole && error >= -whole).toBe(true);
          expect(share >= 0n && share <= total).toBe(true);
        }
        const steps = upTo.slice(1).map((share, at) => share - (upTo[at] ?? 0n));
        expect(steps.every((step) => step >= 0n)).toBe(true);
        expect(steps.reduce((sum, step) => sum + step, 0n)).toBe(total);
      }),
    );
  });
});
