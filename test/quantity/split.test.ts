import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InvariantBroken } from '../../src/errors.ts';
import { MAX_PARTS } from '../../src/quantity/quantity.ts';
import { split } from '../../src/quantity/split.ts';

const sum = (values: readonly bigint[]): bigint => values.reduce((all, value) => all + value, 0n);

test.each([
  { total: 100n, weights: [1n, 1n, 1n], shares: [34n, 33n, 33n] },
  { total: 101n, weights: [1n, 1n, 1n], shares: [34n, 34n, 33n] },
  { total: 100n, weights: [1n, 2n, 1n], shares: [25n, 50n, 25n] },
  { total: 10n, weights: [1n, 1n, 4n], shares: [2n, 2n, 6n] }, // remainders 4, 4 and 4 of 6: the first two
  { total: 7n, weights: [3n, 5n], shares: [3n, 4n] }, // 2.625 and 4.375: the larger remainder, not the larger weight
  { total: 9000n, weights: [10_000n, 1000n], shares: [8182n, 818n] },
  { total: 5n, weights: [0n, 1n, 0n], shares: [0n, 5n, 0n] },
  { total: 1n, weights: [1n, 1n], shares: [1n, 0n] },
  { total: 0n, weights: [1n, 2n], shares: [0n, 0n] },
  { total: -101n, weights: [1n, 1n, 1n], shares: [-34n, -34n, -33n] },
])('$total by $weights is $shares', ({ total, weights, shares }) => {
  expect(split(total, weights)).toEqual(shares);
});

test.each([
  { weights: [], what: 'no weights' },
  { weights: [0n, 0n], what: 'weights that are all zero' },
  { weights: [2n, -1n], what: 'a negative weight' },
])('$what are a bug', ({ weights }) => {
  expect(() => split(10n, weights)).toThrow(InvariantBroken);
});

test('the shares add up, are within one of the exact ones, and a zero weight gets nothing', () => {
  const amounts = fc.bigInt({ min: 0n, max: MAX_PARTS });
  const some = fc.array(fc.oneof(fc.bigInt({ min: 0n, max: 5n }), amounts), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(fc.bigInt({ min: -MAX_PARTS, max: MAX_PARTS }), some, (total, weights) => {
      const whole = sum(weights);
      fc.pre(whole > 0n);
      const shares = split(total, weights);
      expect(sum(shares)).toBe(total);
      for (const [at, weight] of weights.entries()) {
        const error = (shares[at] ?? 0n) * whole - total * weight;
        expect(error < whole && error > -whole).toBe(true);
        if (weight === 0n) expect(shares[at]).toBe(0n);
      }
    }),
    { numRuns: 1000 },
  );
});

test('100,000 splits of any size lose nothing', () => {
  let seed = 20_261_121n;
  const next = (below: bigint): bigint => {
    seed = (seed * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % 2n ** 64n;
    return (seed >> 11n) % below;
  };
  for (let round = 0; round < 100_000; round += 1) {
    const total = next(10n ** 15n);
    const shares = split(total, [1n + next(9n), next(1000n), next(10n ** 9n), next(2n)]);
    if (sum(shares) !== total) expect.fail(`round ${round}: ${shares} do not add up to ${total}`);
  }
});
