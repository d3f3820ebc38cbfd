// Chance that is the same on every machine: whole numbers from a seed, and nothing else.

/** A die of its own. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed, 2_654_435_761) >>> 0;
  }

  /** A whole number from `least` to `most`, both included. */
  from(least: number, most: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return least + (((mixed ^ (mixed >>> 14)) >>> 0) % (most - least + 1));
  }

  /** True in so many of a hundred cases. */
  in100(cases: number): boolean {
    return this.from(1, 100) <= cases;
  }
}
