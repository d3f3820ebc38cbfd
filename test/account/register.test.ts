import { describe, expect, it } from 'vitest';
import { Register } from '../../src/account/register.ts';

interface Thing {
  readonly number: number;
  readonly name: string;
  readonly amount: bigint;
}

const thing = (number: number, name: string, amount = 0n): Thing => ({ number, name, amount });
const register = (...names: string[]): Register<Thing> =>
  names.reduce((all, name) => all.with(thing(all.nextNumber, name)), Register.empty<Thing>());

describe('a register', () => {
  it('numbers from 1 in the order of recording and finds by number and by name', () => {
    const two = register('a', 'b');
    expect(two.nextNumber).toBe(3);
    expect(two.byNumber(2)).toEqual(thing(2, 'b'));
    expect(two.byName('a')).toEqual(thing(1, 'a'));
    expect([two.byNumber(0), two.byNumber(3), two.byName('c')]).toEqual([
      ...[undefined, undefined, undefined],
    ]);
    expect([...two].map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('changes one item and leaves the version before as it was', () => {
    const before = register('a', 'b');
    const after = before.with(thing(1, 'a', 5n));
    expect(before.byName('a')?.amount).toBe(0n);
    expect(after.byName('a')?.amount).toBe(5n);
    expect(after.byName('b')).toBe(before.byName('b'));
  });

  it('knows no name of a version that went another way', () => {
    const trunk = register('a');
    const one = trunk.with(thing(2, 'x'));
    const other = trunk.with(thing(2, 'y')).with(thing(3, 'z'));
    expect(trunk.byName('x')).toBeUndefined();
    expect(one.byName('y')).toBeUndefined();
    expect(one.byName('z')).toBeUndefined();
    expect(other.byName('x')).toBeUndefined();
  });

  it('finds a name that another version has given another number', () => {
    const trunk = register('a');
    const one = trunk.with(thing(2, 'x'));
    const other = trunk.with(thing(2, 'y')).with(thing(3, 'x'));
    expect(one.byName('x')).toEqual(thing(2, 'x'));
    expect(other.byName('x')).toEqual(thing(3, 'x'));
  });

  it('lets names be what they want to be', () => {
    const odd = register('__proto__', 'constructor', 'toString');
    expect(odd.byName('__proto__')).toEqual(thing(1, '__proto__'));
    expect(odd.byName('hasOwnProperty')).toBeUndefined();
  });
});
