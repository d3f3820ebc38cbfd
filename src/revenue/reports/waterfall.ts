// The waterfall: what each cohort brought in and what of it was earned in each month, until what
// remains. The months before the first that is asked come from what the account's book keeps.

import { formatMoney } from '../../quantity/money.ts';
import type { AccountState } from '../account-book.ts';
import { type ContractHistory, earnedPeriods, History } from '../history.ts';
import type { Item, Posting } from '../posting.ts';
import type { AccountHead, Sink } from '../sink.ts';
import type { ReportColumn, ReportRow } from '../table.ts';
import { Groups } from './groups.ts';
import { allow, type ReportMaker } from './report.ts';
import { Scope } from './scope.ts';
import { periodAfter } from './standing.ts';

/** Cohorts by month of recognition. */
export const waterfall: ReportMaker = (asked, { book }) => {
  allow(asked, { by: ['account', 'contract', 'kind'], narrow: ['contract', 'kind'] });
  const scope = new Scope(asked);
  return {
    title: 'Revenue waterfall',
    columns: [
      { name: 'cohort', title: 'Cohort', holds: 'text' },
      { name: 'currency', title: 'Currency', holds: 'text' },
      ...scope.columns(),
      { name: 'booked', title: 'Booked', holds: 'money' },
      { name: 'transferred', title: 'Transferred', holds: 'money' },
      { name: 'returned', title: 'Returned', holds: 'money' },
      { name: 'before', title: `Before ${scope.from}`, holds: 'money' },
      ...asked.periods.map(({ name }): ReportColumn => ({ name, title: name, holds: 'money' })),
      { name: 'recognised', title: 'Recognised to date', holds: 'money' },
      { name: 'remaining', title: 'Remaining', holds: 'money' },
    ],
    reads: periodAfter(book, asked.to),
    to: scope.to,
    view: asked.view,
    isForecast: false,
    sink: new Waterfall(scope),
  };
};

interface Line {
  booked: bigint;
  transferred: bigint;
  returned: bigint;
  before: bigint;
  readonly months: bigint[];
}

class Waterfall implements Sink<ReportRow> {
  readonly #scope: Scope;
  readonly #lines = new Groups<Line>(() => ({
    ...{ booked: 0n, transferred: 0n, returned: 0n, before: 0n },
    months: this.#scope.asked.periods.map(() => 0n),
  }));
  #head: AccountHead | null = null;
  #history: History = new History();

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  begin(head: AccountHead, opening: AccountState | null): void {
    this.#head = this.#scope.isOf(head) ? head : null;
    this.#history = opening?.history.copy() ?? new History();
  }

  post(posting: Posting): void {
    if (this.#head === null || this.#scope.dateOf(posting) > this.#scope.to) return;
    this.#history.add(posting);
  }

  *end(): Generator<ReportRow> {
    if (this.#head === null) return;
    for (const contract of this.#history.contracts()) this.#add(this.#head, contract);
    if (this.#scope.isByAccount) yield* this.finish();
  }

  #add({ account, currency }: AccountHead, past: ContractHistory): void {
    const { contract, kind, cohort, booked, transferred, returned, earned } = past;
    const item: Item = { what: 'block', name: contract, unit: null, kind, contract, cohort };
    if (!this.#scope.covers(item)) return;
    const dimensions = this.#scope.dimensions(account, item, null);
    const line = this.#lines.at([cohort, currency, ...dimensions]);
    line.booked += booked;
    line.transferred += transferred;
    line.returned += returned;
    const { periods } = this.#scope.asked;
    for (const [key, amount] of earned) {
      const [origin, period] = earnedPeriods(key);
      const date = this.#scope.dateOf({ origin, period });
      const index = periods.findIndex(({ name }) => name === date);
      if (index < 0) line.before += amount;
      else line.months[index] = (line.months[index] ?? 0n) + amount;
    }
  }

  *finish(): Generator<ReportRow> {
    const { periods } = this.#scope.asked;
    for (const { parts, sum } of this.#lines.take()) {
      const [cohort = null, currency = null, ...dimensions] = parts;
      const { booked, transferred, returned, before, months } = sum;
      const money = (minor: bigint): string => formatMoney(minor, currency ?? '');
      const recognised = months.reduce((all, month) => all + month, before);
      yield {
        ...{ cohort, currency },
        ...this.#scope.texts(dimensions),
        booked: money(booked),
        transferred: money(transferred),
        returned: money(returned),
        before: money(before),
        ...Object.fromEntries(periods.map(({ name }, at) => [name, money(months[at] ?? 0n)])),
        recognised: money(recognised),
        remaining: money(booked + transferred - returned - recognised),
      };
    }
  }
}
