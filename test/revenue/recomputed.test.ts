// The figures of random histories, computed a second time from the rules alone (test/revenue/model): they
// keep every rule of the books, and they are the library's. `npm run revenue:check` does many more.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differences } from './histories/compared.ts';
import { everyday, histories, Told } from './histories/histories.ts';
import { broken } from './model/rules.ts';

const runs = Number(process.env['TALLYSTICK_RUNS'] ?? 100);

describe('the figures of random histories', () => {
  it('keep every rule of the books where each month’s end is computed anew', () => {
    const done = new Map<string, number>();
    fc.assert(
      fc.property(histories, (history) => {
        const told = new Told(history);
        for (const [name, n] of told.done) done.set(name, (done.get(name) ?? 0) + n);
        expect(broken(told.journal(), told.till.now)).toEqual([]);
      }),
      { numRuns: runs, seed: 606 },
    );
    // Histories that are refused at every turn would prove nothing.
    for (const name of ['consume', 'reverse', 'refund', 'void', 'sellAccess', 'policy', 'close']) {
      expect(done.get(`${name} ok`) ?? 0, name).toBeGreaterThan(0);
    }
  });

  it('are the library’s, month by month, as closed and restated', () => {
    fc.assert(
      fc.property(fc.oneof(everyday, histories), (history) => {
        expect(differences(new Told(history))).toEqual([]);
      }),
      { numRuns: 2 * runs, seed: 606 },
    );
  });
});
