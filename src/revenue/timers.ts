// When things of an account's book do something by themselves: the earliest first, so that time goes on
// without asking every block and every plan at each of its steps. It knows no book.

import type { Instant } from '../calendar/instant.ts';

/** One instant for each number, in a heap. It may be too early, never too late: whoever takes it looks anew. */
export class Timers {
  readonly #at = new Map<number, Instant>();
  readonly #heap: (readonly [at: Instant, number: number])[] = [];

  /** Looks at it at an instant; an earlier one stands. */
  wake(number: number, at: Instant): void {
    const known = this.#at.get(number);
    if (known !== undefined && known <= at) return;
    this.#at.set(number, at);
    this.#push([at, number]);
  }

  /** Its instant; null: it has none. */
  of(number: number): Instant | null {
    return this.#at.get(number) ?? null;
  }

  /** The earliest of all; null: nothing has one. */
  get first(): readonly [at: Instant, number: number] | null {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      // An earlier one took its place.
      if (this.#at.get(first[1]) === first[0]) return first;
      this.#shift();
    }
    return null;
  }

  /** Takes away all up to an instant, it included. */
  *taken(until: Instant): Generator<number> {
    for (let { first } = this; first !== null && first[0] <= until; { first } = this) {
      this.drop();
      yield first[1];
    }
  }

  /** Takes the earliest away. */
  drop(): void {
    const { first } = this;
    if (first === null) return;
    this.#at.delete(first[1]);
    this.#shift();
  }

  #push(entry: readonly [Instant, number]): void {
    const heap = this.#heap;
    let index = heap.length;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || parent[0] <= entry[0]) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = entry;
  }

  #shift(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      let [child, other] = [heap[below], heap[below + 1]];
      if (child !== undefined && other !== undefined && other[0] < child[0]) {
        [child, other] = [other, child];
        below += 1;
      }
      if (child === undefined || child[0] >= last[0]) break;
      heap[index] = child;
      index = below;
    }
    heap[index] = last;
  }
}
