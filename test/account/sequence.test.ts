import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sequence } from '../../src/account/sequence.ts';

interface Item {
  readonly value: number;
}

const item = (value: number): Item => ({ value });

function filled(size: number): Sequence<Item> {
  let sequence = Sequence.empty<Item>();
  for (let value = 0; value < size; value += 1) sequence = sequence.push(item(value));
  return sequence;
}

const values = (sequence: Sequence<Item>): number[] => [...sequence].map(({ value }) => value);
const range = (size: number): number[] => Array.from({ length: size }, (_, value) => value);

// One before, at and after each size at which the tree grows by a level.
const SIZES = [0, 1, 31, 32, 33, 1023, 1024, 1025, 32_767, 32_768, 32_769, 40_000];

describe('a sequence', () => {
  it('keeps its items in order at every size, and has none beyond', { timeout: 60_000 }, () => {
    for (const size of SIZES) {
      const sequence = filled(size);
      expect(sequence.size).toBe(size);
      expect(values(sequence)).toEqual(range(size));
      expect([sequence.at(-1), sequence.at(size), sequence.at(size + 1024)]).toEqual([
        ...[undefined, undefined, undefined],
      ]);
    }
  });

  it('refuses a place that would leave a gap', () => {
    expect(() => filled(3).with(4, item(4))).toThrow(RangeError);
    expect(() => filled(3).with(-1, item(4))).toThrow(RangeError);
  });

  it('tells exactly what changed, across the sizes at which it grows', { timeout: 60_000 }, () => {
    for (const size of SIZES.filter((each) => each > 0)) {
      for (const more of [0, 1, 2, 1025]) {
        const before = filled(size);
        let after = before;
        for (let value = 0; value < more; value += 1) after = after.push(item(size + value));
        const touched = [...new Set([0, size >>> 1, size - 1])].sort((a, b) => a - b);
        for (const index of touched) after = after.with(index, item(-1 - index));
        const changed = [...after.changedSince(before)];
        const expected = [...touched, ...range(more).map((value) => size + value)];
        expect(changed.map(([index]) => index)).toEqual(expected);
        for (const [index, found] of changed) expect(after.at(index)).toBe(found);
        expect(values(before)).toEqual(range(size));
        expect([...before.changedSince(before)]).toEqual([]);
        expect([...after.changedSince(after)]).toEqual([]);
      }
    }
  });

  it('calls an item changed where it was put back as another object, and not where it is the same', () => {
    const before = filled(100);
    const same = before.at(50) ?? item(0);
    expect([...before.with(50, same).changedSince(before)]).toEqual([]);
    expect([...before.with(50, item(50)).changedSince(before)]).toEqual([[50, item(50)]]);
  });

  it('is an array in all that it does, and no later version changes an earlier one', {
    timeout: 60_000,
  }, () => {
    const edits = fc.array(fc.tuple(fc.nat({ max: 1100 }), fc.integer()), { maxLength: 40 });
    const sizes = fc.constantFrom(0, 1, 30, 32, 1000, 1023, 1024);
    fc.assert(
      fc.property(sizes, edits, fc.nat({ max: 40 }), (size, list, pick) => {
        let sequence = filled(size);
        let array = range(size).map(item);
        const versions: { sequence: Sequence<Item>; array: Item[] }[] = [{ sequence, array }];
        for (const [place, value] of list) {
          const index = place % (array.length + 1);
          const put = item(value);
          sequence = sequence.with(index, put);
          array = array.toSpliced(index, 1, put);
          versions.push({ sequence, array });
        }
        for (const version of versions) expect([...version.sequence]).toEqual(version.array);
        const earlier = versions[pick % versions.length] ?? { sequence, array };
        const changed = [...sequence.changedSince(earlier.sequence)].map(([index]) => index);
        const before = [...earlier.sequence];
        const expected = [...sequence].flatMap((now, index) =>
          now === before[index] ? [] : [index],
        );
        expect(changed).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });
});
