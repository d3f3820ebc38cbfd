// A growing list that shares structure with its earlier versions: an operation that touches one of
// 100,000 blocks copies a few short arrays, and the account before it stays as it was. Places may be
// empty, and cost nothing then.

const BITS = 5;
const WIDTH = 1 << BITS;
const MASK = WIDTH - 1;

type Node<T> = readonly (Node<T> | T | undefined)[];

/** An immutable list with indexes from 0. */
export class Sequence<T extends object> {
  readonly size: number;
  /** How many of its places aren't empty. */
  readonly count: number;
  readonly #root: Node<T>;
  /** Bits that the root's index takes its place from; 0 where the root holds items itself. */
  readonly #shift: number;

  private constructor(size: number, count: number, root: Node<T>, shift: number) {
    this.size = size;
    this.count = count;
    this.#root = root;
    this.#shift = shift;
  }

  static empty<T extends object>(): Sequence<T> {
    return new Sequence<T>(0, 0, [], 0);
  }

  /** So many places with nothing in them. */
  static holes<T extends object>(size: number): Sequence<T> {
    let shift = 0;
    while (size > 2 ** (shift + BITS)) shift += BITS;
    return new Sequence<T>(size, 0, [], shift);
  }

  at(index: number): T | undefined {
    if (index < 0 || index >= this.size) return undefined;
    let node: Node<T> | undefined = this.#root;
    for (let shift = this.#shift; shift > 0; shift -= BITS) {
      if (node === undefined) return undefined;
      node = node[(index >>> shift) & MASK] as Node<T> | undefined;
    }
    return node?.[index & MASK] as T | undefined;
  }

  with(index: number, item: T): Sequence<T> {
    if (index < 0 || index > this.size) throw new RangeError(`no place ${index} in a sequence`);
    if (index < this.size) {
      const count = this.count + (this.at(index) === undefined ? 1 : 0);
      const root = place(this.#root, this.#shift, index, item);
      return new Sequence(this.size, count, root, this.#shift);
    }
    const full = this.size === 2 ** (this.#shift + BITS);
    const shift = full ? this.#shift + BITS : this.#shift;
    const root: Node<T> = full ? [this.#root] : this.#root;
    const grown = place(root, shift, index, item);
    return new Sequence(this.size + 1, this.count + 1, grown, shift);
  }

  /** The same with so many places at least; those that are new are empty. */
  padded(size: number): Sequence<T> {
    if (size <= this.size) return this;
    let root = this.#root;
    let shift = this.#shift;
    for (; size > 2 ** (shift + BITS); shift += BITS) root = root.length === 0 ? root : [root];
    return new Sequence(size, this.count, root, shift);
  }

  /** The same with an empty place there. */
  without(index: number): Sequence<T> {
    if (this.at(index) === undefined) return this;
    const root = clear(this.#root, this.#shift, index) ?? [];
    return new Sequence(this.size, this.count - 1, root, this.#shift);
  }

  push(item: T): Sequence<T> {
    return this.with(this.size, item);
  }

  /** What is in it, in order; empty places are passed over. */
  present(): IterableIterator<T> {
    return present<T>(this.#root, this.#shift);
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.present();
  }

  /** Items that aren't the same object in `earlier`, with their indexes; skips what both share, and empty places. */
  changedSince(earlier: Sequence<T>): Generator<readonly [number, T]> {
    let before: Node<T> = earlier.#root;
    for (let shift = earlier.#shift; shift < this.#shift; shift += BITS) before = [before];
    return differences(this.#root, before, this.#shift, 0);
  }
}

function place<T>(node: Node<T> | undefined, shift: number, index: number, item: T): Node<T> {
  const copy = node === undefined ? [] : node.slice();
  const slot = (index >>> shift) & MASK;
  copy[slot] =
    shift === 0 ? item : place(copy[slot] as Node<T> | undefined, shift - BITS, index, item);
  return copy;
}

function clear<T>(node: Node<T> | undefined, shift: number, index: number): Node<T> | undefined {
  if (node === undefined) return undefined;
  const copy = node.slice();
  const slot = (index >>> shift) & MASK;
  copy[slot] =
    shift === 0 ? undefined : clear(copy[slot] as Node<T> | undefined, shift - BITS, index);
  return copy.every((child) => child === undefined) ? undefined : copy;
}

function* present<T>(node: Node<T>, shift: number): Generator<T> {
  for (const child of node) {
    if (child === undefined) continue;
    if (shift === 0) yield child as T;
    else yield* present(child as Node<T>, shift - BITS);
  }
}

function* differences<T>(
  now: Node<T>,
  before: Node<T> | undefined,
  shift: number,
  base: number,
): Generator<readonly [number, T]> {
  if (now === before) return;
  for (const [slot, child] of now.entries()) {
    const old = before?.[slot];
    if (child === old || child === undefined) continue;
    const index = base | (slot << shift);
    if (shift === 0) yield [index, child as T];
    else yield* differences(child as Node<T>, old as Node<T> | undefined, shift - BITS, index);
  }
}
