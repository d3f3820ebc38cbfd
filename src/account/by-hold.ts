// What is remembered of open holds, by their numbers. Of thousands that are open, a write copies a few
// short lists; what has ended leaves nothing behind.

import { Sequence } from './sequence.ts';

/** Immutable; in the order of the holds' numbers. */
export class ByHold<T extends { readonly hold: number }> {
  readonly #items: Sequence<T>;

  private constructor(items: Sequence<T>) {
    this.#items = items;
  }

  /** These, of which no two are of one hold. */
  static of<T extends { readonly hold: number }>(items: readonly T[]): ByHold<T> {
    let all = new ByHold<T>(Sequence.empty());
    for (const item of items) all = all.with(item);
    return all;
  }

  get(hold: number): T | undefined {
    return this.#items.at(hold);
  }

  with(item: T): ByHold<T> {
    return new ByHold(this.#items.padded(item.hold).with(item.hold, item));
  }

  without(hold: number): ByHold<T> {
    return new ByHold(this.#items.without(hold));
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.#items.present();
  }
}
