// Named things of an account, numbered from 1 in the order of their recording. A name is given once.
// Those that are over may be left in the account's checkpoint: to ask for one of them throws.

import { type PartKind, PartMissing } from './missing.ts';
import { Sequence } from './sequence.ts';

interface Registered {
  readonly number: number;
  readonly name: string;
}

// Shared between versions and only ever added to. Versions that went different ways may have given a
// name different numbers, so that what is found counts only where the item there really bears it.
interface Names {
  readonly numbers: Map<string, readonly number[]>;
  /** Names that nothing bears which isn't in memory. */
  readonly absent: Set<string>;
}

/** Old names are cleared away once so many of them are kept in vain. */
const STALE_NAMES = 256;

/** An immutable register; versions of one account share their index of names. */
export class Register<T extends Registered> {
  readonly items: Sequence<T>;
  /** Number of the checkpoint that has what isn't in memory. */
  readonly base: number;
  readonly #kind: PartKind | null;
  readonly #names: Names;

  private constructor(items: Sequence<T>, kind: PartKind | null, names: Names, base: number) {
    this.items = items;
    this.base = base;
    this.#kind = kind;
    this.#names = names;
  }

  /** Nothing yet. `kind` says what a checkpoint calls its items; without one it is always whole. */
  static empty<T extends Registered>(kind: PartKind | null = null): Register<T> {
    return new Register<T>(Sequence.empty<T>(), kind, noNames(), 0);
  }

  /** So many items, all of them left in the checkpoint with this number. */
  static left<T extends Registered>(kind: PartKind, size: number, base: number): Register<T> {
    return new Register<T>(Sequence.holes<T>(size), kind, noNames(), base);
  }

  get nextNumber(): number {
    return this.items.size + 1;
  }

  /** Whether every item is in memory. */
  get isWhole(): boolean {
    return this.items.count === this.items.size;
  }

  /** Throws `PartMissing`. */
  byNumber(number: number): T | undefined {
    const item = this.items.at(number - 1);
    if (item === undefined && number > 0 && number < this.nextNumber) this.#miss({ id: number });
    return item;
  }

  /** The item with this number, where it is in memory. */
  peek(number: number): T | undefined {
    return this.items.at(number - 1);
  }

  /** Throws `PartMissing`. */
  byName(name: string): T | undefined {
    for (const number of this.#names.numbers.get(name) ?? []) {
      const item = this.byNumber(number);
      if (item?.name === name) return item;
    }
    if (!this.isWhole && !this.#names.absent.has(name)) this.#miss({ name });
    return undefined;
  }

  /** With this item added, or put in the place of the one with its number. */
  with(item: T): Register<T> {
    if (item.number === this.nextNumber) this.#remember(item);
    return this.#of(this.items.with(item.number - 1, item));
  }

  /** With items out of the checkpoint; where one is in memory already, that is the newer one. */
  supplied(items: Iterable<T>): Register<T> {
    let all = this.items;
    for (const item of items) {
      if (all.at(item.number - 1) !== undefined) continue;
      this.#remember(item);
      all = all.with(item.number - 1, item);
    }
    return all === this.items ? this : this.#of(all);
  }

  /** Remembers that none of the items in the checkpoint has one of these names. */
  lacks(names: Iterable<string>): void {
    for (const name of names) this.#names.absent.add(name);
  }

  /** The same without these items in memory: the checkpoint with the number `base` has them. */
  without(numbers: Iterable<number>, base: number): Register<T> {
    let { items } = this;
    for (const number of numbers) {
      const item = items.at(number - 1);
      if (item === undefined) continue;
      this.#names.absent.delete(item.name);
      items = items.without(number - 1);
    }
    const isStale = this.#names.numbers.size > 2 * items.count + STALE_NAMES;
    const next = new Register(items, this.#kind, isStale ? noNames() : this.#names, base);
    if (isStale) for (const item of items.present()) next.#remember(item);
    return next;
  }

  /** Those in memory, which are all that are open, in the order of their numbers. */
  present(): Iterable<T> {
    return this.items.present();
  }

  /** All of them. Throws `PartMissing`. */
  [Symbol.iterator](): Iterator<T> {
    if (!this.isWhole) this.#miss({ all: true });
    return this.items.present();
  }

  #of(items: Sequence<T>): Register<T> {
    return new Register(items, this.#kind, this.#names, this.base);
  }

  #remember(item: T): void {
    const { numbers } = this.#names;
    const known = numbers.get(item.name) ?? [];
    if (!known.includes(item.number)) numbers.set(item.name, [...known, item.number]);
  }

  #miss(which: { readonly id: number } | { readonly name: string } | { readonly all: true }): void {
    if (this.#kind !== null) throw new PartMissing({ kind: this.#kind, ...which }, this.base);
  }
}

function noNames(): Names {
  return { numbers: new Map(), absent: new Set() };
}
