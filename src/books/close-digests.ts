// The digests of a close: over each account's newest operation, over the roll-forward by account and
// period, and over the journal's sums. The same figures give the same bytes on every storage.

import { createHash, type Hash } from 'node:crypto';
import { formatMoney } from '../quantity/money.ts';
import { addPosting, type Columns, FLOWS, noColumns, STOCKS } from '../revenue/columns.ts';
import type { Posting } from '../revenue/posting.ts';
import type { ItemStock } from '../revenue/sink.ts';
import type { KeptAccount } from './cut-pages.ts';

/** Takes what a close shows, account by account in the order of their names. */
export class CloseDigests {
  readonly #since: string | null;
  readonly #period: string;
  readonly #cut: Hash = createHash('sha256');
  readonly #figures: Hash = createHash('sha256');
  readonly #lines = new Map<string, { readonly currency: string; amount: bigint }>();
  readonly #periods = new Map<string, Columns>();
  #before: Columns = noColumns();
  #accounts = 0;

  /** Periods from `since` (null: from the first) to `period` are those that are closed. */
  constructor(since: string | null, period: string) {
    this.#since = since;
    this.#period = period;
  }

  begin(opening: readonly ItemStock[]): void {
    this.#periods.clear();
    this.#before = noColumns();
    for (const { deferred, term, unbilled } of opening) {
      this.#before.deferred += deferred;
      this.#before.term += term;
      this.#before.unbilled += unbilled;
    }
  }

  post(posting: Posting): void {
    const { period, currency, cause, debit, credit, amount } = posting;
    if (period > this.#period) return;
    if (this.#since !== null && period < this.#since) {
      addPosting(this.#before, posting);
      return;
    }
    const columns = this.#periods.get(period) ?? noColumns();
    this.#periods.set(period, columns);
    addPosting(columns, posting);
    const line = JSON.stringify([period, currency, debit, credit, cause]);
    const sum = this.#lines.get(line);
    if (sum === undefined) this.#lines.set(line, { currency, amount });
    else sum.amount += amount;
  }

  end({ account, number, hash }: KeptAccount, currency: string): void {
    this.#accounts += 1;
    this.#cut.update(`${JSON.stringify([account, number, hash])}\n`);
    const stands = { ...this.#before };
    const names = new Set(this.#periods.keys()).add(this.#period);
    for (const period of [...names].sort()) {
      const columns = this.#periods.get(period) ?? noColumns();
      for (const stock of STOCKS) stands[stock] += columns[stock];
      const figures = [
        ...FLOWS.map((flow) => columns[flow]),
        ...STOCKS.map((stock) => stands[stock]),
      ];
      if (figures.every((figure) => figure === 0n)) continue;
      const texts = figures.map((figure) => formatMoney(figure, currency));
      this.#figures.update(`${JSON.stringify([account, currency, period, ...texts])}\n`);
    }
  }

  /** How many accounts there were, and the digests of all. */
  finish(): {
    readonly accounts: number;
    readonly cut: string;
    readonly figures: string;
    readonly journal: string;
  } {
    const journal = createHash('sha256');
    for (const line of [...this.#lines.keys()].sort()) {
      const { currency, amount } = this.#lines.get(line) ?? { currency: '', amount: 0n };
      if (amount !== 0n) journal.update(`${line} ${formatMoney(amount, currency)}\n`);
    }
    return {
      accounts: this.#accounts,
      cut: this.#cut.digest('hex'),
      figures: this.#figures.digest('hex'),
      journal: journal.digest('hex'),
    };
  }
}
