// What is earned and not invoiced: overage, and use beyond what instalments have billed; what became
// of it, and since when the oldest of it waits (`docs/revenue.md §10`).

import { formatMoney } from '../../quantity/money.ts';
import type { AccountState } from '../account-book.ts';
import { type Waiting, wait } from '../history.ts';
import type { Posting } from '../posting.ts';
import { type AccountHead, type Sink, stocksOf } from '../sink.ts';
import type { ReportRow } from '../table.ts';
import { Groups } from './groups.ts';
import { allow, type ReportMaker } from './report.ts';
import { Scope } from './scope.ts';

/** The receivable's roll-forward. */
export const unbilled: ReportMaker = (asked) => {
  allow(asked, { by: ['account'], narrow: [] });
  const scope = new Scope(asked);
  return {
    title: 'Unbilled receivable',
    columns: [
      { name: 'period', title: 'Period', holds: 'text' },
      { name: 'currency', title: 'Currency', holds: 'text' },
      ...scope.columns(),
      { name: 'opening', title: 'Opening', holds: 'money' },
      { name: 'earned', title: 'Earned', holds: 'money' },
      { name: 'netted', title: 'Beyond instalments', holds: 'money' },
      { name: 'invoiced', title: 'Invoiced', holds: 'money' },
      { name: 'settled', title: 'Settled in credits', holds: 'money' },
      { name: 'writtenOff', title: 'Written off', holds: 'money' },
      { name: 'closing', title: 'Closing', holds: 'money' },
      { name: 'oldest', title: 'Oldest', holds: 'text' },
    ],
    reads: scope.from,
    to: scope.to,
    view: asked.view,
    isForecast: false,
    sink: new Unbilled(scope),
  };
};

/** What flowed in one period; and what came to wait or went, as it was recorded. */
interface Flow {
  earned: bigint;
  netted: bigint;
  invoiced: bigint;
  settled: bigint;
  readonly waits: Waiting;
}

interface Line extends Omit<Flow, 'waits'> {
  opening: bigint;
  closing: bigint;
  oldest: string | null;
}

class Unbilled implements Sink<ReportRow> {
  readonly #scope: Scope;
  readonly #lines = new Groups<Line>(() => ({
    ...{ opening: 0n, earned: 0n, netted: 0n, invoiced: 0n, settled: 0n, closing: 0n },
    oldest: null,
  }));
  #head: AccountHead | null = null;
  #standing = 0n;
  #waiting: Waiting = [];
  #flows = new Map<string, Flow>();

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  begin(head: AccountHead, opening: AccountState | null): void {
    this.#head = this.#scope.isOf(head) ? head : null;
    this.#flows = new Map();
    const stocks = opening === null ? [] : stocksOf(opening);
    this.#standing = stocks.reduce((sum, stock) => sum + stock.unbilled, 0n);
    this.#waiting = (opening?.history.unbilled ?? []).map(([period, amount]) => [period, amount]);
  }

  post(posting: Posting): void {
    const { cause, amount, origin } = posting;
    const date = this.#scope.dateOf(posting);
    if (this.#head === null || date > this.#scope.to) return;
    // All that was before is one: it waits in the order in which it was recorded, as a close kept it.
    const name = date < this.#scope.from ? '' : date;
    const flow = this.#flows.get(name) ?? noFlow();
    this.#flows.set(name, flow);
    switch (cause) {
      case 'overage':
      case 'released':
        flow.earned += amount;
        break;
      case 'netting':
        flow.netted += amount;
        break;
      case 'invoiced':
      case 'settled':
        flow[cause] += amount;
        break;
      default:
        return;
    }
    // What credits paid leaves as overage at its rate; at what price they paid makes nothing older.
    if (cause === 'settled' || cause === 'released') return;
    flow.waits.push([origin, cause === 'invoiced' ? -amount : amount]);
  }

  *end(): Generator<ReportRow> {
    if (this.#head === null) return;
    const { account, currency } = this.#head;
    this.#go('');
    for (const { name } of this.#scope.asked.periods) {
      const opening = this.#standing;
      const flow = this.#go(name);
      const closing = this.#standing;
      const isNothing = opening === 0n && (flow.earned | flow.invoiced | flow.netted) === 0n;
      if (isNothing && flow.settled === 0n) continue;
      const line = this.#lines.at([name, currency, ...this.#scope.by.map(() => account)]);
      line.opening += opening;
      line.closing += closing;
      for (const one of ['earned', 'netted', 'invoiced', 'settled'] as const)
        line[one] += flow[one];
      const oldest = this.#waiting[0]?.[0];
      if (closing === 0n || oldest === undefined) continue;
      if (line.oldest === null || oldest < line.oldest) line.oldest = oldest;
    }
    if (this.#scope.isByAccount) yield* this.finish();
  }

  /** Goes over one period. */
  #go(date: string): Flow {
    const flow = this.#flows.get(date) ?? noFlow();
    const { earned, netted, invoiced, settled, waits } = flow;
    this.#standing += earned + netted - invoiced - settled;
    for (const [origin, amount] of waits) wait(this.#waiting, origin, amount);
    return flow;
  }

  *finish(): Generator<ReportRow> {
    for (const { parts, sum } of this.#lines.take()) {
      const [period = null, currency = null, ...dimensions] = parts;
      const money = (minor: bigint): string => formatMoney(minor, currency ?? '');
      yield {
        ...{ period, currency },
        ...this.#scope.texts(dimensions),
        opening: money(sum.opening),
        earned: money(sum.earned),
        netted: money(sum.netted),
        invoiced: money(sum.invoiced),
        settled: money(sum.settled),
        // Nothing writes a receivable off as yet: the column is there for whoever adds it up.
        writtenOff: money(0n),
        closing: money(sum.closing),
        oldest: sum.oldest,
      };
    }
  }
}

function noFlow(): Flow {
  return { earned: 0n, netted: 0n, invoiced: 0n, settled: 0n, waits: [] };
}
