import { describe, expect, it } from 'vitest';
import { readCheckpoint, writeCheckpoint } from '../../src/account/checkpoint.ts';
import { readUnits } from '../../src/quantity/units.ts';
import { Engine, plain } from '../engine/engine.ts';
import { START } from '../engine/histories.ts';

const DAY = 86_400_000;

function engine(): Engine {
  const order = ['priority', 'expiry'];
  const setup = { units: 1, scale: 2, grain: 1n, order, lateHours: 720, graceHours: null };
  return new Engine(setup);
}

/** What a checkpoint of the account gives. */
function restored(from: Engine): Engine['account'] {
  return readCheckpoint('acme', writeCheckpoint(from.account, null, from.units), from.units);
}

const grant = { do: 'grant', unit: 'u0', basis: 0n } as const;
const usage = { do: 'consume', unit: 'u0' } as const;

describe('an account that was read from a checkpoint', () => {
  it('gives late usage what its blocks have lost since', () => {
    const acme = engine();
    acme.do(START, { ...grant, key: 'g', block: 'gone', amount: 500n, expiresAt: START + DAY });
    acme.do(START + 2 * DAY, 'sweep');
    acme.resume(restored(acme));
    const late = { ...usage, key: 'c', amount: 200n, occurredAt: START + 1 };
    expect(acme.do(START + 2 * DAY, late).told).toMatchObject({ split: ['2 of gone'] });
  });

  it('lets end what was still open, holds before blocks', () => {
    const acme = engine();
    const ends = { expiresAt: START + DAY };
    acme.do(START, { ...grant, key: 'g', block: 'b', amount: 500n, ...ends });
    acme.do(START, { do: 'hold', key: 'h', hold: 'h', unit: 'u0', amount: 200n, ...ends });
    acme.resume(restored(acme));
    const { after, operations } = acme.do(START + DAY, 'sweep');
    expect(operations.map(({ kind }) => kind)).toEqual(['release', 'expire']);
    expect(after.blocks.byName('b')).toMatchObject({ free: 0n, held: 0n, expired: 500n });
  });

  it('knows what was undone, so that nothing is undone twice', () => {
    const acme = engine();
    acme.do(START, { ...grant, key: 'g', block: 'b', amount: 500n });
    acme.do(START, { ...usage, key: 'c', amount: 300n });
    acme.do(START, { do: 'reverse', key: 'r', of: 'c', amount: 200n });
    acme.resume(restored(acme));
    const { told } = acme.do(START, { do: 'reverse', key: 's', of: 'c', amount: 200n });
    expect(told).toMatchObject({ code: 'over-reversal', facts: { left: '1' } });
  });

  it('has the same amounts where its unit was given more places since', () => {
    const acme = engine();
    acme.do(START, { ...grant, key: 'g', block: 'b', amount: 500n });
    acme.do(START, { do: 'hold', key: 'h', hold: 'h', unit: 'u0', amount: 150n });
    const text = writeCheckpoint(acme.account, null, acme.units);
    const finer = readCheckpoint('acme', text, readUnits({ u0: { scale: 5 } }));
    expect(finer.blocks.byName('b')).toMatchObject({ granted: 500_000n, held: 150_000n });
    expect(finer.holds.byName('h')).toMatchObject({ amount: 150_000n });
  });

  it('is the same as one of many blocks, changed here and there', () => {
    const acme = engine();
    for (let n = 0; n < 1100; n += 1) {
      acme.do(START, { ...grant, key: `g${n}`, block: `g${n}`, amount: 100n, priority: n % 7 });
    }
    const since = acme.account;
    acme.do(START, { ...usage, key: 'c', amount: 12_345n });
    const delta = writeCheckpoint(acme.account, since, acme.units);
    expect(delta.parts).toHaveLength(124);
    expect(plain(restored(acme))).toEqual(plain(acme.account));
  });
});
