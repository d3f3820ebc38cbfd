// Sums by what rows are told apart by. It holds as much as there are different rows, however many
// accounts they come from, and gives them in an order that doesn't depend on who came first.

/** What tells one row from another, in the order by which rows are sorted. */
export type Parts = readonly (string | null)[];

/** Sums by parts. */
export class Groups<Sum> {
  readonly #make: () => Sum;
  readonly #sums = new Map<string, { readonly parts: Parts; readonly sum: Sum }>();

  constructor(make: () => Sum) {
    this.#make = make;
  }

  /** The sum of these parts; a fresh one where there is none yet. */
  at(parts: Parts): Sum {
    const key = JSON.stringify(parts);
    const known = this.#sums.get(key);
    if (known !== undefined) return known.sum;
    const sum = this.#make();
    this.#sums.set(key, { parts, sum });
    return sum;
  }

  /** All of them, sorted; nothing is kept. */
  take(): { readonly parts: Parts; readonly sum: Sum }[] {
    const all = [...this.#sums.values()].sort((a, b) => compareParts(a.parts, b.parts));
    this.#sums.clear();
    return all;
  }
}

/** Part by part, by code units; what has none goes first. */
function compareParts(a: Parts, b: Parts): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] ?? null;
    if (left === right) continue;
    if (left === null || (right !== null && left < right)) return -1;
    return 1;
  }
  return 0;
}
