import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByHold } from '../../src/account/by-hold.ts';

const numbers = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40_000 }));
const changes = fc.array(fc.tuple(numbers, fc.nat(3)), { maxLength: 60, size: 'max' });

test('what is remembered by hold is what a map would remember, and no version changes another', () => {
  fc.assert(
    fc.property(changes, (all) => {
      const expected = new Map<number, number>();
      let kept = ByHold.of<{ hold: number; value: number }>([]);
      for (const [hold, value] of all) {
        const [before, was] = [kept, [...kept]];
        kept = value === 0 ? kept.without(hold) : kept.with({ hold, value });
        if (value === 0) expected.delete(hold);
        else expected.set(hold, value);
        expect([...before]).toEqual(was);
        expect(kept.get(hold)?.value).toBe(expected.get(hold));
      }
      const sorted = [...expected].sort(([a], [b]) => a - b);
      expect([...kept]).toEqual(sorted.map(([hold, value]) => ({ hold, value })));
      for (const [hold] of all) expect(kept.get(hold)?.value).toBe(expected.get(hold));
      expect([...ByHold.of([...kept])]).toEqual([...kept]);
      expect(kept.get(1_000_000)).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});
