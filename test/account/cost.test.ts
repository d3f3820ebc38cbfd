import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, openBlock } from '../../src/account/block.ts';
import {
  breakageCost,
  refundCost,
  unburnCost,
  usageCost,
  voidCost,
} from '../../src/account/cost.ts';

function block(granted: bigint, basis: bigint): Block {
  const opening = { number: 1, name: 'b', unit: 'credit', kind: 'purchased', basis } as const;
  const terms = { effective: 0, expires: null, priority: 100, features: null };
  return { ...openBlock({ ...opening, ...terms }), granted, free: granted };
}

type Exit = 'burn' | 'refund' | 'void' | 'expire';

/** So many of its free credits leave in this way. */
function leave(b: Block, how: Exit, n: bigint): Block {
  const free = b.free - n;
  switch (how) {
    case 'burn':
      return { ...b, free, burned: b.burned + n };
    case 'expire':
      return { ...b, free, expired: b.expired + n };
    case 'refund': {
      const refundedMoney = b.refundedMoney + refundCost(b, n);
      return { ...b, free, refunded: b.refunded + n, refundedMoney };
    }
    case 'void': {
      const voidedMoney = b.voidedMoney + voidCost(b, n);
      return { ...b, free, voided: b.voided + n, voidedMoney };
    }
  }
}

/** What has been earned, paid back or cancelled, in minor units. */
const gone = (b: Block): bigint => usageCost(b) + breakageCost(b) + b.refundedMoney + b.voidedMoney;

const EXITS: readonly Exit[] = ['burn', 'refund', 'void', 'expire'];

describe('what the credits of a block cost', () => {
  it('is its share to date, so that one credit after the other costs 33.33, 33.34 and 33.33', () => {
    let b = block(3n, 10_000n);
    const months: bigint[] = [];
    for (let month = 0; month < 3; month += 1) {
      const before = usageCost(b);
      b = leave(b, 'burn', 1n);
      months.push(usageCost(b) - before);
    }
    expect(months).toEqual([3333n, 3334n, 3333n]);
  });

  it('adds up to the whole price in every order of the ways in which three credits can leave', () => {
    for (const first of EXITS) {
      for (const second of EXITS) {
        for (const third of EXITS) {
          const end = [first, second, third].reduce(
            (b, how) => leave(b, how, 1n),
            block(3n, 10_000n),
          );
          expect(gone(end), `${first}, ${second}, ${third}`).toBe(10_000n);
          for (const part of [usageCost(end), breakageCost(end), end.refundedMoney]) {
            expect(part >= 0n && end.voidedMoney >= 0n).toBe(true);
          }
        }
      }
    }
  });

  it('gives back 600.00 for the 600 that are left of 1,000 for 1,000.00', () => {
    const b = leave(block(1000n, 100_000n), 'burn', 400n);
    expect(refundCost(b, 600n)).toBe(60_000n);
    expect(refundCost(b, 300n)).toBe(30_000n);
  });

  it('leaves what is burned at its cost where the rest is voided: 30 of 100 for 10.00 are 3.00', () => {
    const b = leave(leave(block(100n, 1000n), 'burn', 30n), 'void', 70n);
    expect([usageCost(b), b.voidedMoney]).toEqual([300n, 700n]);
    expect(unburnCost(b, 10n)).toBe(100n);
    expect(unburnCost(b, 30n)).toBe(300n);
  });

  it('takes for the last credits what the rounding of the others has left', () => {
    const exits: readonly Exit[] = ['refund', 'void', 'burn'];
    const cent = exits.reduce((b, how) => leave(b, how, 1n), block(3n, 1n));
    expect([cent.refundedMoney, cent.voidedMoney, usageCost(cent)]).toEqual([0n, 0n, 1n]);
    expect(unburnCost(cent, 1n)).toBe(1n);
  });

  it('gives nobody more than there is, where the rounding of the others took it', () => {
    const two = leave(leave(block(4n, 2n), 'burn', 1n), 'void', 1n);
    expect([usageCost(two), two.voidedMoney, refundCost(two, 1n), refundCost(two, 2n)]).toEqual([
      ...[1n, 1n, 0n, 0n],
    ]);
  });

  it('is nothing where nothing was paid', () => {
    const free = leave(leave(block(7n, 0n), 'burn', 3n), 'expire', 2n);
    expect([usageCost(free), breakageCost(free), refundCost(free, 2n), voidCost(free, 1n)]).toEqual(
      [...[0n, 0n, 0n, 0n]],
    );
  });

  it('breaks only the share of what expired while some of it is still held', () => {
    const held = { ...leave(block(3n, 10_000n), 'expire', 1n), free: 1n, held: 1n };
    expect(breakageCost(held)).toBe(3333n);
    expect(breakageCost({ ...held, free: 0n, held: 0n, expired: 3n })).toBe(10_000n);
  });

  it('closes at nothing after any exits, with usage within 1.1 minor units of exact', () => {
    const few = fc.bigInt({ min: 1n, max: 7n });
    const whole = fc.oneof(few, fc.bigInt({ min: 1n, max: 1000n }));
    const basis = fc.oneof(few, fc.bigInt({ min: 0n, max: 100_000n }));
    const exit = fc.record({ how: fc.constantFrom(...EXITS.slice(0, 3)), n: whole });
    const exits = fc.array(exit, { maxLength: 12 });
    fc.assert(
      fc.property(whole, basis, exits, fc.boolean(), (granted, price, list, expires) => {
        let b = block(granted, price);
        for (const { how, n } of list) {
          if (b.free === 0n) break;
          b = leave(b, how, n < b.free ? n : b.free);
          expect(gone(b) <= price).toBe(true);
          if (b.free > 0n) expectFair(b);
        }
        const last = list.at(-1)?.how ?? 'burn';
        if (b.free > 0n) b = leave(b, expires ? 'expire' : last, b.free);
        expect(gone(b)).toBe(price);
        expectFair(b);
      }),
      { numRuns: 40_000 },
    );
  }, 60_000);
});

/** |usage − basis × burned ÷ granted| ≤ 1.1 */
function expectFair(b: Block): void {
  const off = usageCost(b) * b.granted - b.basis * b.burned;
  expect((off < 0n ? -off : off) * 10n <= 11n * b.granted, JSON.stringify(b, text)).toBe(true);
}

const text = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value;
