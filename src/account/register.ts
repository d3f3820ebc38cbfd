// Named things of an account, numbered from 1 in the order of their recording. A name is given once.

import { Sequence } from './sequence.ts';

interface Registered {
  readonly number: number;
  readonly name: string;
}

/** An immutable register; versions of one account share their index of names. */
export class Register<T extends Registered> {
  readonly items: Sequence<T>;
  // Shared between versions and only ever added to. A version that was given up may have left names
  // behind, so that what is found counts only where the item there really bears the name.
  readonly #numbers: Map<string, number>;

  private constructor(items: Sequence<T>, numbers: Map<string, number>) {
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
    const item = this.byNumber(this.#numbers.get(name) ?? 0);
    return item?.name === name ? item : undefined;
  }

  /** With this item added, or put in the place of the one with its number. */
  with(item: T): Register<T> {
    if (item.number === this.nextNumber) this.#numbers.set(item.name, item.number);
    return new Register(this.items.with(item.number - 1, item), this.#numbers);
  }

  [Symbol.iterator](): Iterator<T> {
    return this.items[Symbol.iterator]();
  }
}
