// What may happen by itself in an account's book, the earliest first.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countUpTo } from '../../src/revenue/sorted.ts';
import { Timers } from '../../src/revenue/timers.ts';

const entries = fc.array(fc.tuple(fc.nat(20), fc.nat(1_000)), { maxLength: 200 });

describe('timers', () => {
  it('give every number once, at its earliest instant, in the order of these', () => {
    fc.assert(
      fc.property(entries, fc.nat(1_000), (woken, until) => {
        const timers = new Timers();
        const earliest = new Map<number, number>();
        for (const [number, at] of woken) {
          timers.wake(number, at);
          earliest.set(number, Math.min(at, earliest.get(number) ?? at));
        }
        const instants = [...timers.taken(until)].map((number) => earliest.get(number) ?? -1);
        const due = [...earliest.values()].filter((at) => at <= until);
        const left = [...earliest.values()].filter((at) => at > until);
        expect(instants).toEqual(due.sort((a, b) => a - b));
        expect(timers.first?.[0] ?? null).toBe(left.length === 0 ? null : Math.min(...left));
      }),
    );
  });
});

describe('a list that rises', () => {
  it('is counted up to a value, equal ones too', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), fc.nat(60), (values, most) => {
        const rising = values.sort((a, b) => a - b);
        const counted = rising.filter((value) => value <= most).length;
        expect(countUpTo(rising, most, (value) => value)).toBe(counted);
      }),
    );
  });
});
