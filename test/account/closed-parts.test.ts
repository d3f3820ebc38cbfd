import { describe, expect, it } from 'vitest';
import { PartMissing } from '../../src/account/missing.ts';
import { Register } from '../../src/account/register.ts';
import { Sequence } from '../../src/account/sequence.ts';

interface Thing {
  readonly number: number;
  readonly name: string;
}

function thing(number: number, name = `thing ${number}`): Thing {
  return { number, name };
}

function missing(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    if (error instanceof PartMissing) return [error.wanted, error.base];
    throw error;
  }
  return 'nothing';
}

describe('a sequence with empty places', () => {
  it('holds what is put into it, and costs nothing for the rest', () => {
    let sequence = Sequence.holes<Thing>(1_000_000);
    expect([sequence.size, sequence.count, [...sequence.present()]]).toEqual([1_000_000, 0, []]);
    sequence = sequence.with(999_999, thing(2)).with(3, thing(1)).push(thing(3));
    expect([sequence.size, sequence.count]).toEqual([1_000_001, 3]);
    expect([...sequence].map(({ number }) => number)).toEqual([1, 2, 3]);
    expect([sequence.at(2), sequence.at(1_000_000)?.number]).toEqual([undefined, 3]);
  });

  it('grows past every width, also where nothing is in it', () => {
    for (const size of [0, 1, 31, 32, 33, 1_023, 1_024, 1_025, 32_768]) {
      const grown = Sequence.holes<Thing>(size).push(thing(1)).push(thing(2));
      expect([grown.at(size)?.number, grown.at(size + 1)?.number, grown.size]).toEqual([
        ...[1, 2, size + 2],
      ]);
    }
  });

  it('says what changed, and not what was emptied', () => {
    let before = Sequence.empty<Thing>();
    for (let n = 0; n < 40; n += 1) before = before.push(thing(n));
    const after = before.without(3).without(35).with(7, thing(70)).push(thing(40));
    expect([...after.changedSince(before)].map(([index]) => index)).toEqual([7, 40]);
    expect([...after.changedSince(Sequence.empty())]).toHaveLength(after.count);
    expect([before.count, after.count]).toEqual([40, 39]);
    expect(after.without(3)).toBe(after);
  });
});

describe('a register of which not all is in memory', () => {
  const some = Register.left<Thing>('hold', 5, 90).supplied([thing(2), thing(4)]);

  it('interrupts whoever needs what it has not', () => {
    expect(missing(() => some.byNumber(3))).toEqual([{ kind: 'hold', id: 3 }, 90]);
    expect(missing(() => some.byName('thing 3'))).toEqual([{ kind: 'hold', name: 'thing 3' }, 90]);
    expect(missing(() => [...some])).toEqual([{ kind: 'hold', all: true }, 90]);
    expect([some.byNumber(2)?.name, some.byName('thing 4')?.number]).toEqual(['thing 2', 4]);
    expect([some.byNumber(0), some.byNumber(6), some.peek(3)]).toEqual([
      ...[undefined, undefined, undefined],
    ]);
  });

  it('numbers on, and knows what came since', () => {
    const more = some.with(thing(6));
    expect([more.nextNumber, more.byName('thing 6')?.number, more.isWhole]).toEqual([7, 6, false]);
    expect([...more.present()].map(({ number }) => number)).toEqual([2, 4, 6]);
  });

  it('remembers that nothing bears a name, until something does', () => {
    const asked = Register.left<Thing>('hold', 1, 90);
    asked.lacks(['new']);
    expect(asked.byName('new')).toBeUndefined();
    const named = asked.with(thing(2, 'new'));
    expect(named.byName('new')?.number).toBe(2);
    const gone = named.without([2], 91);
    expect(missing(() => gone.byName('new'))).not.toBe('nothing');
    expect(gone.base).toBe(91);
  });

  it('keeps what is newer than the checkpoint', () => {
    const newer = some.with({ number: 2, name: 'thing 2' });
    expect(newer.supplied([thing(2)])).toBe(newer);
  });

  it('forgets names that are kept in vain', () => {
    let all = Register.empty<Thing>('hold');
    for (let n = 1; n <= 2_000; n += 1) all = all.with(thing(n));
    const few = all.without(
      Array.from({ length: 1_990 }, (_, n) => n + 1),
      7,
    );
    expect(few.byName('thing 1999')?.number).toBe(1_999);
    expect(missing(() => few.byName('thing 5'))).toEqual([{ kind: 'hold', name: 'thing 5' }, 7]);
    // The version before still has them.
    expect(all.byName('thing 5')?.number).toBe(5);
  });
});
