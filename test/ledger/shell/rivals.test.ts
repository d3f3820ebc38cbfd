import { describe, expect, it } from 'vitest';
import { Rivals } from '../../../src/ledger/rivals.ts';

describe('rivals at an account', () => {
  let now = 0;
  const rivals = (): Rivals =>
    new Rivals({ elapsedMs: () => now, schedule: () => () => {}, random: () => 0.5 });

  it('are due once a process has had its turn, and no more once it gave way', () => {
    const met = rivals();
    met.took(10);
    expect(met.areDue('acme')).toBe(false);
    met.met('acme');
    now += 119;
    expect(met.areDue('acme')).toBe(false);
    now += 1;
    expect([met.areDue('acme'), met.areDue('globex')]).toEqual([true, false]);
    const way = met.giveWay('acme');
    expect(way).toBe(24);
    now += way;
    expect(met.areDue('acme')).toBe(false);
    now += 120;
    expect(met.areDue('acme')).toBe(true);
  });

  it('are forgotten where none is met for a while', () => {
    const met = rivals();
    met.took(10);
    met.met('acme');
    now += 999;
    expect(met.areDue('acme')).toBe(true);
    now += 1;
    expect(met.areDue('acme')).toBe(false);
  });
});
