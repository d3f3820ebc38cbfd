// Postings by period: what flowed in each, and what stood at its end.

import { addColumns, addPosting, type Columns, noColumns, STOCKS } from './columns.ts';
import type { Posting } from './posting.ts';

/** Sums postings by the period in which they are posted, or by the one in which they happened. */
export class PeriodSums {
  readonly #by: 'period' | 'origin';
  readonly #sums = new Map<string, Columns>();

  constructor(by: 'period' | 'origin') {
    this.#by = by;
  }

  add(posting: Posting): void {
    const name = posting[this.#by];
    let columns = this.#sums.get(name);
    if (columns === undefined) {
      columns = noColumns();
      this.#sums.set(name, columns);
    }
    addPosting(columns, posting);
  }

  /** Names of the periods that have anything, in their order. */
  get periods(): string[] {
    return [...this.#sums.keys()].sort();
  }

  /** A period's flows, and what stands at its end. */
  at(period: string): Columns {
    const columns = { ...(this.#sums.get(period) ?? noColumns()) };
    const before = noColumns();
    for (const [name, sum] of this.#sums) if (name < period) addColumns(before, sum);
    for (const stock of STOCKS) columns[stock] += before[stock];
    return columns;
  }
}
