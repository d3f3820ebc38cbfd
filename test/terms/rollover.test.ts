import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutParts } from '../../src/quantity/ratio.ts';
import { readRollover, rollable, rollsAnything } from '../../src/terms/rollover.ts';

const read = (input: Parameters<typeof readRollover>[0]) => readRollover(input, 'rollover');

describe('how much of a block rolls', () => {
  it('is the share of what has come, at most the cap, cut to the scale', () => {
    const left = (come: bigint) => ({ granted: 100n, come, rolled: 0n });
    expect(rollable(read({}), left(77n), 0)).toBe(77n);
    expect(rollable(read({ share: '0.5' }), left(77n), 0)).toBe(38n);
    expect(rollable(read({ share: '0.333' }), left(77n), 2)).toBe(25n);
    expect(rollable(read({ cap: '12.5' }), left(77n), 0)).toBe(12n);
    expect(rollable(read({ cap: '0.5' }), left(77n), 2)).toBe(50n);
    expect(rollable(read({ cap: { share: '0.255' } }), left(77n), 0)).toBe(25n);
    expect(rollable(read({ cap: { share: '0.255' }, share: '0.1' }), left(77n), 0)).toBe(7n);
  });

  it('is the same in one go as in pieces, whatever came when', () => {
    const shares = fc.integer({ min: 0, max: 1000 }).map((n) => String(n / 1000));
    const pieces = fc.array(fc.bigInt({ min: 1n, max: 10n ** 12n }), { minLength: 1 });
    const caps = fc.option(fc.nat().map(String), { nil: undefined });
    fc.assert(
      fc.property(shares, caps, pieces, (share, cap, all) => {
        const terms = read({ share, ...(cap !== undefined && { cap }) });
        let [come, rolled] = [0n, 0n];
        for (const piece of all) {
          come += piece;
          const more = rollable(terms, { granted: come, come, rolled }, 0);
          rolled += more < piece ? more : piece;
        }
        expect(rolled).toBe(rollable(terms, { granted: come, come, rolled: 0n }, 0));
      }),
    );
  });

  it('is nothing by a share, a cap or a number of times of nothing', () => {
    expect(rollsAnything(read({}))).toBe(true);
    for (const nothing of [
      { share: 0 },
      { cap: 0 },
      { cap: { share: 0 } },
      { poolCap: 0 },
      { times: 0 },
    ]) {
      expect([nothing, rollsAnything(read(nothing))]).toEqual([nothing, false]);
    }
  });

  it('reads a cap at the scale of a unit, and cuts what that can not hold', () => {
    expect(cutParts('12.345', 2)).toBe(1234n);
    expect(cutParts('12', 3)).toBe(12_000n);
    expect(() => read({ share: '1.01' })).toThrow('share');
    expect(() => read({ share: '-0.5' })).toThrow('share');
    expect(() => read({ cap: '-1' })).toThrow('cap');
  });
});
