// The roll-forward of deferred revenue: what was owed to customers, what came, what left and why, what
// is owed now (`docs/revenue.md §10`). One row for each period, currency and whatever else is asked.

import { formatMoney } from '../../quantity/money.ts';
import type { AccountState } from '../account-book.ts';
import type { Item, Posting } from '../posting.ts';
import { type AccountHead, type Sink, stocksOf } from '../sink.ts';
import type { ReportColumn, ReportRow } from '../table.ts';
import { Groups, type Parts } from './groups.ts';
import { allow, type ReportMaker } from './report.ts';
import {
  addFlow,
  addFlows,
  earnedIn,
  type Flows,
  isStill,
  netFlow,
  noFlows,
} from './roll-forward.ts';
import { itemKey, Scope } from './scope.ts';

const FLOWS: readonly (readonly [name: keyof Flows, title: string])[] = [
  ['billed', 'Billed'],
  ['goodwill', 'Goodwill'],
  ['modification', 'Modification'],
  ['rolledIn', 'Rolled in'],
  ['rolledOut', 'Rolled out'],
  ['usage', 'Usage'],
  ['settled', 'Settled'],
  ['ratable', 'Ratable'],
  ['breakage', 'Breakage'],
  ['refunded', 'Refunded'],
  ['voided', 'Voided'],
  ['netted', 'Netted'],
];

const COLUMNS: readonly ReportColumn[] = [
  { name: 'opening', title: 'Opening', holds: 'money' },
  ...FLOWS.map(([name, title]): ReportColumn => ({ name, title, holds: 'money' })),
  { name: 'fx', title: 'FX', holds: 'money' },
  { name: 'closing', title: 'Closing', holds: 'money' },
  { name: 'term', title: 'Of which term', holds: 'money' },
  { name: 'inOpening', title: 'Earned of opening', holds: 'money' },
  { name: 'late', title: 'Of earlier periods', holds: 'money' },
  { name: 'promotional', title: 'Promotional, gross', holds: 'money' },
  { name: 'check', title: 'Check', holds: 'money' },
];

/** The liability's roll-forward. */
export const deferred: ReportMaker = (asked) => {
  allow(asked, { views: ['as-closed', 'restated', 'difference'] });
  const scope = new Scope(asked);
  const origin: readonly ReportColumn[] =
    asked.view === 'difference' ? [{ name: 'origin', title: 'Origin', holds: 'text' }] : [];
  return {
    title: 'Deferred revenue roll-forward',
    columns: [
      { name: 'period', title: 'Period', holds: 'text' },
      ...origin,
      { name: 'currency', title: 'Currency', holds: 'text' },
      ...scope.columns(),
      ...COLUMNS,
    ],
    reads: scope.from,
    to: scope.to,
    view: asked.view,
    isForecast: false,
    sink: asked.view === 'difference' ? new DeferredMatrix(scope) : new Deferred(scope),
  };
};

const NOTHING: Readonly<Flows> = noFlows();

/** An item's liability at the start of what was asked, and its flows since. */
interface ItemSums {
  readonly item: Item;
  /** Null beside another product: a liability has no product, its use has one. */
  readonly product: string | null;
  deferred: bigint;
  term: bigint;
  readonly periods: Map<string, Flows>;
}

/** What one row shows. */
interface Line {
  opening: bigint;
  closing: bigint;
  term: bigint;
  inOpening: bigint;
  readonly flows: Flows;
}

class Deferred implements Sink<ReportRow> {
  readonly #scope: Scope;
  readonly #isByProduct: boolean;
  readonly #lines = new Groups<Line>(() => ({
    ...{ opening: 0n, closing: 0n, term: 0n, inOpening: 0n },
    flows: noFlows(),
  }));
  #head: AccountHead | null = null;
  #items = new Map<string, ItemSums>();

  constructor(scope: Scope) {
    this.#scope = scope;
    this.#isByProduct = scope.by.includes('product');
  }

  begin(head: AccountHead, opening: AccountState | null): void {
    this.#head = this.#scope.isOf(head) ? head : null;
    this.#items = new Map();
    if (this.#head === null || opening === null) return;
    for (const { item, deferred, term } of stocksOf(opening)) {
      if (!this.#scope.covers(item)) continue;
      const sums = this.#sumsOf(item, null);
      sums.deferred += deferred;
      sums.term += term;
    }
  }

  post(posting: Posting): void {
    const { item } = posting;
    const date = this.#scope.dateOf(posting);
    if (this.#head === null || date > this.#scope.to || !this.#scope.covers(item)) return;
    const stock = this.#sumsOf(item, null);
    const sums = this.#isByProduct ? this.#sumsOf(item, posting.product) : stock;
    if (date < this.#scope.from) {
      const before = noFlows();
      addFlow(before, posting);
      stock.deferred += before.deferred;
      stock.term += before.term;
      return;
    }
    addFlow(flowsOf(sums, date), posting);
    if (sums === stock) return;
    // Its use has a product; the liability that it lowers has none.
    const flows = flowsOf(sums, date);
    const owed = flowsOf(stock, date);
    owed.deferred += flows.deferred;
    owed.term += flows.term;
    flows.deferred = 0n;
    flows.term = 0n;
  }

  *end(): Generator<ReportRow> {
    if (this.#head === null) return;
    for (const { name } of this.#scope.asked.periods) this.#close(this.#head, name);
    if (this.#scope.isByAccount) yield* this.finish();
  }

  *finish(): Generator<ReportRow> {
    for (const { parts, sum } of this.#lines.take()) yield this.#row(parts, sum);
  }

  /** Adds one period of all items to the rows, and goes on to the next. */
  #close({ account, currency }: AccountHead, period: string): void {
    const opening = [...this.#items.values()];
    const ofOpening = earnedOfOpening(opening, period);
    for (const [index, sums] of opening.entries()) {
      const { item, product, deferred, term } = sums;
      const flows = sums.periods.get(period) ?? NOTHING;
      sums.deferred += flows.deferred;
      sums.term += flows.term;
      if (deferred === 0n && term === 0n && isStill(flows)) continue;
      const dimensions = this.#scope.dimensions(account, item, product);
      const line = this.#lines.at([period, currency, ...dimensions]);
      line.opening += deferred;
      line.closing += sums.deferred;
      line.term += sums.term;
      line.inOpening += ofOpening[index] ?? 0n;
      addFlows(line.flows, flows);
    }
  }

  #sumsOf(item: Item, product: string | null): ItemSums {
    const key = product === null ? itemKey(item) : `${itemKey(item)} ${product}`;
    const known = this.#items.get(key);
    if (known !== undefined) return known;
    const fresh = { item, product, deferred: 0n, term: 0n, periods: new Map() };
    this.#items.set(key, fresh);
    return fresh;
  }

  #row(parts: Parts, { opening, closing, term, inOpening, flows }: Line): ReportRow {
    const [period = null, currency = null, ...dimensions] = parts;
    const money = (amount: bigint): string => formatMoney(amount, currency ?? '');
    // A product has revenue and no liability: that is told where none is named.
    const stock = (amount: bigint): string | null =>
      this.#isByProduct && dimensions.at(-1) !== null ? null : money(amount);
    return {
      ...{ period, currency },
      ...this.#scope.texts(dimensions),
      opening: stock(opening),
      ...flowTexts(flows, money),
      closing: stock(closing),
      term: stock(term),
      inOpening: money(inOpening),
      late: money(flows.late),
      promotional: money(flows.promotional),
      check: this.#isByProduct ? null : money(closing - opening - netFlow(flows)),
    };
  }
}

/** Flows by the period that they belong to and the one in which they were posted. */
class DeferredMatrix implements Sink<ReportRow> {
  readonly #scope: Scope;
  readonly #lines = new Groups<Flows>(noFlows);
  #head: AccountHead | null = null;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  begin(head: AccountHead): void {
    this.#head = this.#scope.isOf(head) ? head : null;
  }

  post(posting: Posting): void {
    const { item, origin, period, product, currency } = posting;
    const { from, to } = this.#scope;
    const isWithin = (name: string): boolean => from <= name && name <= to;
    if (this.#head === null || !(isWithin(origin) || isWithin(period))) return;
    if (!this.#scope.covers(item)) return;
    const dimensions = this.#scope.dimensions(this.#head.account, item, product);
    addFlow(this.#lines.at([period, origin, currency, ...dimensions]), posting);
  }

  *end(): Generator<ReportRow> {
    if (this.#head !== null && this.#scope.isByAccount) yield* this.finish();
  }

  *finish(): Generator<ReportRow> {
    for (const { parts, sum } of this.#lines.take()) {
      const [period = null, origin = null, currency = null, ...dimensions] = parts;
      const money = (amount: bigint): string => formatMoney(amount, currency ?? '');
      yield {
        ...{ period, origin, currency },
        ...this.#scope.texts(dimensions),
        opening: null,
        ...flowTexts(sum, money),
        ...{ closing: null, term: null, inOpening: null },
        late: money(sum.late),
        promotional: money(sum.promotional),
        check: null,
      };
    }
  }
}

function flowTexts(flows: Flows, money: (amount: bigint) => string): Record<string, string> {
  const texts = FLOWS.map(([name]) => [name, money(flows[name])]);
  // A liability that credits will pay is never measured anew, so no rate of exchange changes it.
  return { ...Object.fromEntries(texts), fx: money(0n) };
}

function flowsOf(sums: ItemSums, period: string): Flows {
  const known = sums.periods.get(period);
  if (known !== undefined) return known;
  const fresh = noFlows();
  sums.periods.set(period, fresh);
  return fresh;
}

/**
 * Revenue of a period that was in the liability when it began (606-10-50-8(b)): of each contract what
 * it earned, at most what it owed then, with what came from other contracts and without what went to
 * them. Told of its items in their order, by their places in the list.
 */
function earnedOfOpening(items: readonly ItemSums[], period: string): readonly bigint[] {
  const owed = new Map<string, bigint>();
  for (const { item, deferred, periods } of items) {
    const flows = periods.get(period);
    const moved = flows === undefined ? 0n : flows.rolledIn - flows.rolledOut;
    owed.set(item.contract, (owed.get(item.contract) ?? 0n) + deferred + moved);
  }
  const earned = new Map<string, bigint>();
  for (const { item, periods } of items) {
    const flows = periods.get(period);
    if (flows === undefined) continue;
    earned.set(item.contract, (earned.get(item.contract) ?? 0n) + earnedIn(flows));
  }
  let all = items.reduce((sum, { deferred }) => sum + deferred, 0n);
  const left = new Map<string, bigint>();
  for (const [contract, most] of owed) {
    const part = least(all, least(most, earned.get(contract) ?? 0n));
    left.set(contract, part);
    if (part > 0n) all -= part;
  }
  return items.map(({ item, periods }) => {
    const flows = periods.get(period);
    const open = left.get(item.contract) ?? 0n;
    if (flows === undefined || open <= 0n) return 0n;
    const part = least(earnedIn(flows), open);
    if (part <= 0n) return 0n;
    left.set(item.contract, open - part);
    return part;
  });
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
