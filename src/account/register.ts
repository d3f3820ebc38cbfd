// Named things of an account, numbered from 1 in the order of their recording. A name is given once.

import { Sequence } from './sequence.ts';

interface Registered {
  readonly number: number;
  readonly name: string;
}

/** An immutable register; versions of one account share their index of names. */
export class Register<T extends Registered> {
  readonly items: Sequence<T>;
  // Shared between versions and only ever added to. Versions that went different ways may have given a
  // name different numbers, so that what is found counts only where the item there really bears it.
  readonly #numbers: Map<string, readonly number[]>;

  private constructor(items: Sequence<T>, numbers: Map<string, readonly number[]>) {
    this.items = items;
    this.#numbers = numbers;
  }

  static empty<T extends Registered>(): Register<T> {
    return new Register<T>(Sequence.empty<T>(), new Map());
  }

  get nextNumber(): number {
    return this.items.size + 1;
  }

  byNumber(number: number): T | undefined {
    return this.items.at(number - 1);
  }

  byName(name: string): T | undefined {
    for (const number of this.#numbers.get(name) ?? []) {
      const item = this.byNumber(number);
      if (item?.name === name) return item;
    }
    return undefined;
  }

  /** With this item added, or put in the place of the one with its number. */
  with(item: T): Register<T> {
    if (item.number === this.nextNumber) {
      const known = this.#numbers.get(item.name) ?? [];
      if (!known.includes(item.number)) this.#numbers.set(item.name, [...known, item.number]);
    }
    return new Register(this.items.with(item.number - 1, item), this.#numbers);
  }

  [Symbol.iterator](): Iterator<T> {
    return this.items[Symbol.iterator]();
  }
}
