// A growing list that shares structure with its earlier versions: an operation that touches one of
// 100,000 blocks copies a few short arrays, and the account before it stays as it was.

const BITS = 5;
const WIDTH = 1 << BITS;
const MASK = WIDTH - 1;

type Node<T> = readonly (Node<T> | T)[];

/** An immutable list with indexes from 0. */
export class Sequence<T extends object> {
  readonly size: number;
  readonly #root: Node<T>;
  /** Bits that the root's index takes its place from; 0 where the root holds items itself. */
  readonly #shift: number;

  private constructor(size: number, root: Node<T>, shift: number) {
    this.size = size;
    this.#root = root;
    this.#shift = shift;
  }

  static empty<T extends object>(): Sequence<T> {
    return new Sequence<T>(0, [], 0);
  }

  at(index: number): T | undefined {
    if (index < 0 || index >= this.size) return undefined;
    let node = this.#root;
    for (let shift = this.#shift; shift > 0; shift -= BITS) {
      node = node[(index >>> shift) & MASK] as Node<T>;
    }
    return node[index & MASK] as T;
  }

  with(index: number, item: T): Sequence<T> {
    if (index < 0 || index > this.size) throw new RangeError(`no place ${index} in a sequence`);
    if (index < this.size) {
      return new Sequence(this.size, place(this.#root, this.#shift, index, item), this.#shift);
    }
    const full = this.size === 1 << (this.#shift + BITS);
    const shift = full ? this.#shift + BITS : this.#shift;
    const root: Node<T> = full ? [this.#root] : this.#root;
    return new Sequence(this.size + 1, place(root, shift, index, item), shift);
  }

  push(item: T): Sequence<T> {
    return this.with(this.size, item);
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let index = 0; index < this.size; index += 1) {
      const item = this.at(index);
      if (item !== undefined) yield item;
    }
  }

  /** Items that aren't the same object in `earlier`, with their indexes; skips what both share. */
  *changedSince(earlier: Sequence<T>): Generator<readonly [number, T]> {
    if (earlier.#shift === this.#shift) {
      yield* differences(this.#root, earlier.#root, this.#shift, 0);
      return;
    }
    for (let index = 0; index < this.size; index += 1) {
      const item = this.at(index);
      if (item !== undefined && item !== earlier.at(index)) yield [index, item];
    }
  }
}

function place<T>(node: Node<T> | undefined, shift: number, index: number, item: T): Node<T> {
  const copy = node === undefined ? [] : node.slice();
  const slot = (index >>> shift) & MASK;
  copy[slot] =
    shift === 0 ? item : place(copy[slot] as Node<T> | undefined, shift - BITS, index, item);
  return copy;
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
    if (child === old) continue;
    const index = base | (slot << shift);
    if (shift === 0) yield [index, child as T];
    else yield* differences(child as Node<T>, old as Node<T> | undefined, shift - BITS, index);
  }
}
