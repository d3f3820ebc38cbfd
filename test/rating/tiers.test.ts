// Graduated tiers: in however many usages a quantity comes, it costs the same as at once.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readUnits } from '../../src/quantity/units.ts';
import { rateUsage, readRateCard } from '../../src/rating/rate.ts';

const units = readUnits({ credit: { scale: 6 } });

function charged(
  tiers: { upTo?: number; price: number }[],
  quantity: number,
  before: number,
): bigint {
  const rates = { calls: { model: 'graduated', tiers, every: 'P1M' } } as const;
  const card = readRateCard({ id: 'list', version: 1, rates }, units);
  const usage = {
    feature: 'calls',
    quantity: String(quantity),
    quantities: null,
    dimensions: new Map(),
  };
  const { charges } = rateUsage(card, usage, { before: String(before), covered: false }, units);
  return charges[0]?.amount ?? -1n;
}

test('parts of a quantity cost together what the whole costs', () => {
  const tiered = fc
    .record({
      ends: fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { maxLength: 5 }),
      prices: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 6, maxLength: 6 }),
    })
    .map(({ ends, prices }) => {
      const sorted = ends.toSorted((a, b) => a - b);
      return prices
        .slice(0, sorted.length + 1)
        .map((price, at) => ({ price, ...(at < sorted.length && { upTo: sorted[at] ?? 1 }) }));
    });
  fc.assert(
    fc.property(
      tiered,
      fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 12 }),
      (tiers, parts) => {
        let before = 0;
        let sum = 0n;
        for (const part of parts) {
          sum += charged(tiers, part, before);
          before += part;
        }
        expect(sum).toBe(charged(tiers, before, 0));
      },
    ),
    { numRuns: 200 },
  );
});
