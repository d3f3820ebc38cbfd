// How a price is split, against fractions that are worked out here in another way.

import fc from 'fast-check';
import { InvalidInput } from 'tallystick';
import { describe, expect, test } from 'vitest';
import { emptyAccount } from '../../../src/account/empty.ts';
import type { BlockFinance } from '../../../src/account/finance.ts';
import { readOffers } from '../../../src/ledger/offers.ts';
import type { Context } from '../../../src/operations/command.ts';
import { type PriceSplit, splitPrice } from '../../../src/operations/price-split.ts';
import { readRateCards } from '../../../src/rating/rate.ts';
import {
  applyPolicies,
  DEFAULT_POLICIES,
  type PoliciesInput,
} from '../../../src/terms/policies.ts';
import { DEFAULT_TERMS } from '../../../src/terms/terms.ts';

const units = new Map([
  ['credit', 0],
  ['coin', 2],
]);

function contextOf(
  policies: PoliciesInput,
  listPrice: string | null = null,
  currency: string | null = null,
): Context {
  return {
    units,
    rateCards: readRateCards([], units),
    offers: readOffers({}, units),
    at: 0,
    referred: null,
    book: { policies: applyPolicies(DEFAULT_POLICIES, policies, 'policies'), listPrice, currency },
  };
}

function account(currency: string) {
  return emptyAccount({
    ...{ id: 'acme', timeZone: 'UTC', currency, opened: 0 },
    ...{ terms: DEFAULT_TERMS, pins: [] },
  });
}

const expected = (share: string): BlockFinance => ({
  breakage: { method: 'proportional', expected: share },
});

function splitOf(
  price: bigint,
  parts: readonly (readonly [amount: bigint, finance?: BlockFinance])[],
  {
    policies = {},
    items = [],
    unit = 'credit',
    listPrice = null,
    priceBook = null,
    fxRate = null,
    bookIn = null,
  }: {
    readonly policies?: PoliciesInput;
    readonly items?: readonly string[];
    readonly unit?: string;
    readonly listPrice?: string | null;
    readonly priceBook?: string | null;
    readonly fxRate?: string | null;
    readonly bookIn?: string | null;
  } = {},
): PriceSplit {
  const blocks = parts.map(([amount, finance = null], at) => ({
    ...{ name: `b${at}`, amount, finance },
    kind: at === 0 ? ('purchased' as const) : ('promotional' as const),
  }));
  return splitPrice(
    price,
    { unit, blocks, fxRate },
    items.map((ssp, at) => ({ name: `i${at}`, ssp })),
    account('USD'),
    { ...contextOf(policies, listPrice, bookIn), listPrice: () => priceBook },
  );
}

describe('what a credit costs alone', () => {
  const goods = { items: ['10'] };

  test('is what its block says, else the purchase, else the book, else the price book', () => {
    const said = splitOf(
      4000n,
      [
        [10n, { listPrice: '1' }],
        [10n, { listPrice: '2' }],
      ],
      goods,
    );
    expect(said.blocks).toEqual([1000n, 2000n]);
    const taken = splitOf(3000n, [[10n, { listPrice: '1' }], [10n]], { ...goods, listPrice: '9' });
    expect(taken.blocks).toEqual([1000n, 1000n]);
    const own = { ...goods, listPrice: '2', priceBook: '9' };
    expect(splitOf(5000n, [[10n], [10n]], own).blocks).toEqual([2000n, 2000n]);
    expect(splitOf(7000n, [[10n], [10n]], { ...goods, priceBook: '3' }).blocks).toEqual([
      3000n,
      3000n,
    ]);
  });

  test('is translated where only the book says it, in a currency of its own', () => {
    const foreign = { ...goods, listPrice: '2.40', fxRate: '1.20', bookIn: 'EUR' };
    expect(splitOf(3000n, [[10n]], foreign).blocks).toEqual([2000n]);
    const own = splitOf(2000n, [[10n, { listPrice: '1' }]], foreign);
    expect(own.blocks).toEqual([1000n]);
    const same = splitOf(3400n, [[10n]], { ...foreign, bookIn: null });
    expect(same.blocks).toEqual([2400n]);
  });

  test('is of a whole one, whatever the scale of its unit', () => {
    const coins = splitOf(300n, [[1050n, { listPrice: '0.10' }]], {
      items: ['1.05'],
      unit: 'coin',
    });
    expect(coins.blocks).toEqual([150n]);
  });

  test('is asked for where something else is bought, and nobody says it', () => {
    expect(() => splitOf(100n, [[10n]], goods)).toThrow(InvalidInput);
    expect(() => splitOf(100n, [[10n]], { ...goods, listPrice: '0' })).toThrow('listPrice');
  });
});

describe('an estimate that nothing is used', () => {
  test('leaves everything to the rest of what is bought', () => {
    expect(splitOf(90n, [[10n], [10n, expected('1')]]).blocks).toEqual([90n, 0n]);
    const beside = { items: ['1'], listPrice: '1' };
    expect(splitOf(90n, [[10n, expected('1')]], beside).blocks).toEqual([0n]);
  });

  test('decides nothing where there is no rest', () => {
    const none = [
      [10n, expected('1')],
      [20n, expected('1')],
    ] as const;
    expect(splitOf(90n, none)).toEqual({ blocks: [30n, 60n], shares: null });
    expect(splitOf(90n, none, { listPrice: '7' }).blocks).toEqual([30n, 60n]);
  });
});

describe('what is written down of a split', () => {
  test('is nothing where the number of credits decided it', () => {
    expect(splitOf(9000n, [[10_000n], [1000n]]).shares).toBeNull();
    expect(splitOf(9000n, [[10_000n, { listPrice: '7' }]]).shares).toBeNull();
    const alike = splitOf(9000n, [
      [10n, expected('0.5')],
      [10n, expected('0.50')],
    ]);
    expect(alike.shares).toBeNull();
  });

  test('is every part with its weight, in the smallest whole numbers', () => {
    expect(splitOf(9000n, [[10_000n], [1000n, expected('0.4')]]).shares).toEqual([
      { to: 'b0', weight: '50', money: 8491n },
      { to: 'b1', weight: '3', money: 509n },
    ]);
  });
});

test('parts add up, and none is a whole minor unit from its exact share', () => {
  const places = fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 20n }), fc.integer({ min: 0, max: 12 }));
  const decimal = places.map(([digits, scale]) => {
    const text = String(digits).padStart(scale + 1, '0');
    return scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`;
  });
  const TWELVE = 10n ** 12n;
  const fixed = (text: string): bigint => {
    const [whole = '0', rest = ''] = text.split('.');
    return BigInt(whole + rest.padEnd(12, '0'));
  };
  const part = fc.record({
    amount: fc.bigInt({ min: 1n, max: 10n ** 30n }),
    listPrice: decimal,
    unused: fc.bigInt({ min: 0n, max: TWELVE - 1n }),
  });
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 30n }),
      fc.array(part, { minLength: 1, maxLength: 2 }),
      fc.array(decimal, { maxLength: 3 }),
      (price, parts, items) => {
        const blocks = parts.map(({ amount, listPrice, unused }) => {
          const share = `0.${String(unused).padStart(12, '0')}`;
          return [amount, { ...expected(share), listPrice }] as const;
        });
        const { blocks: money, shares } = splitOf(price, blocks, { items });
        const weights = [
          ...parts.map(
            ({ amount, listPrice, unused }) => amount * fixed(listPrice) * (TWELVE - unused),
          ),
          ...items.map((ssp) => fixed(ssp) * TWELVE),
        ];
        const whole = weights.reduce((sum, weight) => sum + weight, 0n);
        const all = shares?.map((share) => share.money) ?? money;
        expect(all.reduce((sum, share) => sum + share, 0n)).toBe(price);
        expect(all.slice(0, money.length)).toEqual(money);
        for (const [at, weight] of weights.entries()) {
          const error = (all[at] ?? 0n) * whole - price * weight;
          expect(error < whole && error > -whole).toBe(true);
        }
      },
    ),
    { numRuns: 500 },
  );
});
