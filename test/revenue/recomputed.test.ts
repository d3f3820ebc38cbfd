// What must hold of any account's figures, on the plain recomputation of test/revenue/model.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histories, Told } from './histories/histories.ts';
import { broken } from './model/rules.ts';

const runs = Number(process.env['TALLYSTICK_RUNS'] ?? 100);

describe('the figures of random histories, computed anew at each month’s end', () => {
  it('keep every rule of the books', () => {
    const done = new Map<string, number>();
    fc.assert(
      fc.property(histories, (history) => {
        const told = new Told(history);
        for (const [name, n] of told.done) done.set(name, (done.get(name) ?? 0) + n);
        expect(broken(told.journal(), told.till.now)).toEqual([]);
      }),
      { numRuns: runs },
    );
    if (process.env['TALLYSTICK_RUNS'] !== undefined) console.log(done);
  });
});
