import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, openBlock } from '../../src/account/block.ts';
import { burnOrder, placeIn } from '../../src/account/burn-order.ts';
import { type Rollover, readRollover } from '../../src/terms/rollover.ts';
import { BURN_KEYS, type BurnKey, DEFAULT_TERMS } from '../../src/terms/terms.ts';

const plain = openBlock({
  ...{ number: 1, name: 'b', unit: 'credit', kind: 'promotional', basis: 0n },
  ...{ effective: 0, expires: null, priority: 100, features: null },
});
const block = (fields: Partial<Block>): Block => ({ ...plain, granted: 10n, ...fields });

const FIRST = readRollover({ burn: 'first' }, 'rollover');
const LAST = readRollover({ burn: 'last', times: 2 }, 'rollover');
const ROLLED = { from: 1, origin: 1, times: 1, at: 10, first: 10 };

const few = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const fields = fc.record({
  priority: few(1, 100, -5),
  expires: few(null, 10, 20),
  reopenedUntil: few(null, null, 30),
  effective: few(0, 1),
  features: few(null, ['a'], ['b'], ['a', 'b']),
  basis: few(0n, 10n, 30n),
  granted: few(1n, 3n, 9n),
  rollover: few<Rollover | null | undefined>(undefined, null, FIRST, LAST),
  lineage: few(undefined, undefined, ROLLED),
});
const blocks = fc.array(fields, { minLength: 3, maxLength: 12 }).map((list) =>
  list.map(({ rollover, lineage, ...some }, at) =>
    block({
      ...{ ...some, number: at + 1 },
      ...(rollover !== undefined && { rollover }),
      ...(lineage !== undefined && { lineage }),
    }),
  ),
);
const terms = few(null, FIRST, LAST);
const orders = fc.subarray([...BURN_KEYS]).chain((keys) => fc.shuffledSubarray(keys));

describe('every burn order', () => {
  it('puts any two blocks in one order only, and three in a row', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(orders, terms, blocks, (keys, rollover, list) => {
        const order = burnOrder(keys, rollover);
        for (const a of list) {
          expect(order(a, a)).toBe(0);
          for (const b of list) {
            if (a === b) continue;
            expect(order(a, b)).not.toBe(0);
            expect(Math.sign(order(a, b))).toBe(-Math.sign(order(b, a)));
            for (const c of list) {
              if (order(a, b) < 0 && order(b, c) < 0) expect(order(a, c)).toBeLessThan(0);
            }
          }
        }
      }),
    );
  });

  it('sorts the same whatever the list was before', () => {
    fc.assert(
      fc.property(orders, blocks, fc.infiniteStream(fc.nat()), (keys, list, keysOfChance) => {
        const chance = new Map(list.map((b) => [b.number, keysOfChance.next().value ?? 0]));
        const mixed = list.toSorted(
          (a, b) => (chance.get(a.number) ?? 0) - (chance.get(b.number) ?? 0),
        );
        const order = burnOrder(keys);
        expect(mixed.toSorted(order)).toEqual(list.toSorted(order));
      }),
    );
  });

  it('finds the place of a block in a list, whether or not it stands there', () => {
    fc.assert(
      fc.property(orders, blocks, fc.nat(), (keys, list, pick) => {
        const order = burnOrder(keys);
        const sorted = list.toSorted(order);
        const numbers = sorted.map(({ number }) => number);
        const find = (number: number): Block => list[number - 1] ?? plain;
        const at = pick % sorted.length;
        const chosen = sorted[at] ?? plain;
        expect(placeIn(numbers, chosen, order, find)).toBe(at);
        expect(placeIn(numbers.toSpliced(at, 1), chosen, order, find)).toBe(at);
      }),
    );
  });
});

describe('each key of a burn order', () => {
  const first: Record<BurnKey, readonly [Partial<Block>, Partial<Block>]> = {
    priority: [{ priority: 1 }, { priority: 2 }],
    expiry: [{ expires: 1 }, { expires: 2 }],
    scope: [{ features: ['a', 'b'] }, { features: null }],
    effective: [{ effective: 1 }, { effective: 2 }],
    'basis-low-first': [
      { basis: 10n, granted: 3n },
      { basis: 7n, granted: 2n },
    ],
    'basis-high-first': [
      { basis: 7n, granted: 2n },
      { basis: 10n, granted: 3n },
    ],
    'free-first': [{ basis: 0n }, { basis: 1n }],
    'paid-first': [{ basis: 1n }, { basis: 0n }],
  };

  for (const key of BURN_KEYS) {
    it(`${key} alone decides, and equal blocks go by the order of recording`, () => {
      const [a, b] = first[key];
      const order = burnOrder([key]);
      expect(order(block({ ...a, number: 2 }), block({ ...b, number: 1 }))).toBeLessThan(0);
      expect(order(block({ ...a, number: 2 }), block({ ...a, number: 1 }))).toBeGreaterThan(0);
    });
  }

  it('expiry puts a block without an end last, and one that opened again at its grace', () => {
    const order = burnOrder(['expiry']);
    const never = block({ expires: null, number: 1 });
    const later = block({ expires: Number.MAX_SAFE_INTEGER, number: 2 });
    const again = block({ expires: 5, reopenedUntil: 9, number: 3 });
    expect([never, later, again].toSorted(order)).toEqual([again, later, never]);
    expect(order(again, block({ expires: 8, number: 4 }))).toBeGreaterThan(0);
  });

  it('scope puts fewer features before more', () => {
    const order = burnOrder(['scope']);
    const wide = block({ features: ['a', 'b', 'c'], number: 1 });
    const narrow = block({ features: ['z'], number: 2 });
    expect(order(narrow, wide)).toBeLessThan(0);
    expect(order(narrow, block({ features: ['a'], number: 1 }))).toBeGreaterThan(0);
  });

  it('cost tells two unit costs apart that round to the same', () => {
    const order = burnOrder(['basis-low-first']);
    const third = block({ basis: 10n ** 30n, granted: 3n * 10n ** 30n, number: 1 });
    const less = block({ basis: 10n ** 30n - 1n, granted: 3n * 10n ** 30n, number: 2 });
    expect(order(less, third)).toBeLessThan(0);
  });

  it('expiry puts what would be lost before what would roll, at one instant only', () => {
    const order = burnOrder(['expiry'], FIRST);
    const rolls = block({ expires: 5, number: 1 });
    const lost = block({ expires: 5, number: 2, rollover: null });
    const sooner = block({ expires: 4, number: 3 });
    const rolled = block({ expires: 5, number: 4, lineage: ROLLED, rollover: FIRST });
    expect([rolls, lost, sooner].toSorted(order)).toEqual([sooner, lost, rolls]);
    // Once is all that it may roll, so that this time it would be lost.
    expect(
      order(block({ ...rolled, rollover: { ...FIRST, burn: 'in-order' } }), rolls),
    ).toBeLessThan(0);
    expect(
      order(block({ expires: null, rollover: null, number: 2 }), block({ number: 1 })),
    ).toBeGreaterThan(0);
  });

  it('rolled credits stand within their priority where their terms put them', () => {
    const order = burnOrder(['priority', 'expiry'], null);
    const fresh = block({ expires: 5, number: 1 });
    const first = block({ expires: 9, number: 2, lineage: ROLLED, rollover: FIRST });
    const last = block({ expires: 1, number: 3, lineage: ROLLED, rollover: LAST });
    const before = block({ expires: 9, number: 4, priority: 1 });
    const notRolled = block({ expires: 9, number: 5, rollover: FIRST });
    expect([last, fresh, notRolled, first, before].toSorted(order)).toEqual([
      ...[before, first, fresh, notRolled, last],
    ]);
    expect(burnOrder(['expiry', 'priority'], null)(first, before)).toBeGreaterThan(0);
    expect(burnOrder(['expiry'], null)(first, block({ ...before, expires: 1 }))).toBeLessThan(0);
  });

  it('only the first that tells two blocks apart counts', () => {
    const order = burnOrder(DEFAULT_TERMS.burnOrder);
    const list = [
      block({ number: 1, priority: 2, expires: 1 }),
      block({ number: 2, priority: 1, expires: 9, features: ['a'] }),
      block({ number: 3, priority: 1, expires: 9, features: ['a'], effective: -1 }),
      block({ number: 4, priority: 1, expires: 9 }),
      block({ number: 5, priority: 1, expires: 3 }),
    ];
    expect(list.toSorted(order).map(({ number }) => number)).toEqual([5, 3, 2, 4, 1]);
  });

  it('no key at all leaves the order of recording', () => {
    const order = burnOrder([]);
    expect(order(block({ number: 1, priority: 9 }), block({ number: 2 }))).toBeLessThan(0);
  });
});
