// Credits that nobody paid for: how many were given, used and lost, what they would have cost, and what
// that did to revenue (`docs/revenue.md §5` and §10).

import { formatMoney } from '../../quantity/money.ts';
import type { AccountState } from '../account-book.ts';
import type { BlockBook } from '../block-book.ts';
import type { Item, Posting } from '../posting.ts';
import type { AccountHead, Sink, UnitMove } from '../sink.ts';
import type { ReportRow } from '../table.ts';
import { amountOn } from './drill-ref.ts';
import { Groups } from './groups.ts';
import { listed, listPriceOf } from './list-price.ts';
import { allow, type ReportContext, type ReportMaker } from './report.ts';
import { Scope } from './scope.ts';
import { unitsText } from './text.ts';

/** Promotional and goodwill credits. */
export const promotional: ReportMaker = (asked, context) => {
  allow(asked, { by: ['account', 'contract', 'kind', 'block'] });
  const scope = new Scope(asked, ['kind']);
  return {
    title: 'Promotional and goodwill credits',
    columns: [
      { name: 'period', title: 'Period', holds: 'text' },
      { name: 'currency', title: 'Currency', holds: 'text' },
      ...scope.columns(),
      { name: 'unit', title: 'Unit', holds: 'text' },
      { name: 'granted', title: 'Granted', holds: 'units' },
      { name: 'used', title: 'Used', holds: 'units' },
      { name: 'expired', title: 'Expired', holds: 'units' },
      { name: 'listValue', title: 'List value used', holds: 'money' },
      { name: 'gross', title: 'Gross', holds: 'money' },
      { name: 'released', title: 'Earned of basis', holds: 'money' },
      { name: 'contra', title: 'Contra', holds: 'money' },
      { name: 'net', title: 'Net', holds: 'money' },
    ],
    reads: scope.from,
    to: scope.to,
    view: asked.view,
    isForecast: false,
    sink: new Promotional(scope, context),
  };
};

/** Parts, and minor units. */
interface Flow {
  granted: bigint;
  used: bigint;
  expired: bigint;
  listValue: bigint;
  gross: bigint;
  released: bigint;
  contra: bigint;
}

class Promotional implements Sink<ReportRow> {
  readonly #scope: Scope;
  readonly #context: ReportContext;
  readonly #lines = new Groups<Flow>(noFlow);
  #head: AccountHead | null = null;
  /** By name of the block, by period: all that was told, whenever it was. */
  #blocks = new Map<string, { readonly item: Item; readonly flows: Map<string, Flow> }>();

  constructor(scope: Scope, context: ReportContext) {
    this.#scope = scope;
    this.#context = context;
  }

  begin(head: AccountHead): void {
    this.#head = this.#scope.isOf(head) ? head : null;
    this.#blocks = new Map();
  }

  moved(move: UnitMove): void {
    const { item, from, to, amount } = move;
    if (this.#head === null || !this.#covers(item)) return;
    const flow = this.#flowOf(item, this.#scope.dateOf(move));
    if (from === 'issued') flow.granted += amount;
    if (to === 'burned') flow.used += amount;
    if (from === 'burned') flow.used -= amount;
    if (to === 'expired') flow.expired += amount;
    if (from === 'expired') flow.expired -= amount;
  }

  post(posting: Posting): void {
    const { item, cause, amount } = posting;
    if (this.#head === null || !this.#covers(item)) return;
    const flow = this.#flowOf(item, this.#scope.dateOf(posting));
    if (cause === 'promotional') flow.gross += amount;
    flow.contra += amountOn(posting, 'contra_revenue.promotional');
    flow.contra += amountOn(posting, 'contra_revenue.goodwill');
    if (cause === 'usage' || cause === 'ratable' || cause === 'breakage') flow.released += amount;
  }

  #covers(item: Item): boolean {
    const isGiven = item.kind === 'promotional' || item.kind === 'goodwill';
    return isGiven && this.#scope.covers(item);
  }

  #flowOf(item: Item, date: string): Flow {
    let block = this.#blocks.get(item.name);
    if (block === undefined) {
      block = { item, flows: new Map() };
      this.#blocks.set(item.name, block);
    }
    let flow = block.flows.get(date);
    if (flow === undefined) {
      flow = noFlow();
      block.flows.set(date, flow);
    }
    return flow;
  }

  *end(state: AccountState): Generator<ReportRow> {
    if (this.#head === null) return;
    const { account, currency } = this.#head;
    const { from, to } = this.#scope;
    for (const block of state.blocks.values()) {
      const told = this.#blocks.get(block.name);
      if (told === undefined) continue;
      this.#price(block, told.flows, currency);
      for (const [date, flow] of told.flows) {
        if (date < from || date > to) continue;
        // What rolled was given before.
        if (block.kind === 'rollover') flow.granted = 0n;
        const dimensions = this.#scope.dimensions(account, told.item, null);
        add(this.#lines.at([date, currency, ...dimensions, told.item.unit]), flow);
      }
    }
    if (this.#scope.isByAccount) yield* this.finish();
  }

  /** What was used at list price: a difference of two figures to date, so that slices add up. */
  #price(block: BlockBook, flows: ReadonlyMap<string, Flow>, currency: string): void {
    const { book, units } = this.#context;
    const price = listPriceOf(block, book);
    if (price === null) return;
    const of = { unit: block.unit, currency, units, book };
    let used = block.burned;
    for (const flow of flows.values()) used -= flow.used;
    for (const [, flow] of [...flows].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const before = listed(price, used, of);
      used += flow.used;
      flow.listValue = listed(price, used, of) - before;
    }
  }

  *finish(): Generator<ReportRow> {
    const { units } = this.#context;
    for (const { parts, sum } of this.#lines.take()) {
      const [period = null, currency = null, ...rest] = parts;
      const unit = rest.at(-1) ?? null;
      const money = (minor: bigint): string => formatMoney(minor, currency ?? '');
      const amount = (many: bigint): string | null =>
        unit === null ? null : unitsText(units, unit, many);
      yield {
        ...{ period, currency },
        ...this.#scope.texts(rest),
        unit,
        granted: amount(sum.granted),
        used: amount(sum.used),
        expired: amount(sum.expired),
        listValue: money(sum.listValue),
        gross: money(sum.gross),
        released: money(sum.released),
        contra: money(sum.contra),
        net: money(sum.gross + sum.released - sum.contra),
      };
    }
  }
}

function noFlow(): Flow {
  return {
    ...{ granted: 0n, used: 0n, expired: 0n },
    ...{ listValue: 0n, gross: 0n, released: 0n, contra: 0n },
  };
}

function add(sum: Flow, more: Flow): void {
  sum.granted += more.granted;
  sum.used += more.used;
  sum.expired += more.expired;
  sum.listValue += more.listValue;
  sum.gross += more.gross;
  sum.released += more.released;
  sum.contra += more.contra;
}
