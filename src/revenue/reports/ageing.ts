// The liability by when its credits end: units and money, current or not, and how old it is by its
// first sale, however often it has rolled (`docs/revenue.md §10`). Nothing may be overdue.

import type { Instant } from '../../calendar/instant.ts';
import { formatMoney } from '../../quantity/money.ts';
import { earnedAt } from '../../terms/ratable.ts';
import type { AccountState } from '../account-book.ts';
import { type BlockBook, endOf } from '../block-book.ts';
import type { Item } from '../posting.ts';
import type { AccountHead } from '../sink.ts';
import type { ReportRow } from '../table.ts';
import { BANDS, bandOf, isCurrent, spanBand } from './bands.ts';
import { Groups } from './groups.ts';
import type { BlockStanding } from './later.ts';
import { allow, type ReportContext, type ReportMaker } from './report.ts';
import { bySale } from './sales.ts';
import { Scope } from './scope.ts';
import { periodAfter, Standing, standsAt } from './standing.ts';
import { unitsText } from './text.ts';

/** The ageing of the liability. */
export const ageing: ReportMaker = (asked, context) => {
  allow(asked, { by: ['account', 'contract', 'kind', 'block'] });
  const scope = new Scope(asked);
  return {
    title: 'Ageing of deferred revenue by expiry',
    columns: [
      { name: 'period', title: 'At the end of', holds: 'text' },
      { name: 'currency', title: 'Currency', holds: 'text' },
      ...scope.columns(),
      { name: 'unit', title: 'Unit', holds: 'text' },
      { name: 'band', title: 'Days to expiry', holds: 'text' },
      { name: 'age', title: 'Days since sale', holds: 'text' },
      { name: 'units', title: 'Units', holds: 'units' },
      { name: 'money', title: 'Money', holds: 'money' },
      { name: 'current', title: 'Current', holds: 'money' },
      { name: 'nonCurrent', title: 'Non-current', holds: 'money' },
    ],
    reads: periodAfter(context.book, asked.to),
    to: scope.to,
    view: asked.view,
    isForecast: false,
    sink: new Ageing(scope, context),
  };
};

class Ageing extends Standing {
  readonly #context: ReportContext;
  #now: Instant = 0;
  readonly #sums = new Groups<{ units: bigint; money: bigint }>(() => ({ units: 0n, money: 0n }));

  constructor(scope: Scope, context: ReportContext) {
    super(scope);
    this.#context = context;
  }

  protected look(head: AccountHead, state: AccountState): readonly ReportRow[] {
    const { book } = this.#context;
    this.#now = standsAt(this.scope, state);
    const sold = sales(state);
    for (const standing of bySale(this.later.blocks(state))) {
      const { item, places, credits, basis } = standing;
      const units = basis === 0n ? 0n : places.free + places.held;
      if (units === 0n && credits === 0n) continue;
      const since = sold.get(item.contract) ?? standing.block.opened;
      this.#add(head, item, { band: this.#bandOf(standing), since, units, money: credits });
    }
    const at = this.#now - 1;
    const { ratable: method } = book.policiesAt(at);
    const rule = { method, zone: book.definition.timeZone, rounding: book.rounding };
    const terms = this.later.terms(state, (schedule) => earnedAt(schedule, at, rule));
    for (const { item, block, money, schedule } of terms) {
      // What has been delivered since was delivered soon.
      const band = schedule === null ? '0-30' : bandOf(schedule.ends, this.#now);
      const opened = block === null ? schedule?.starts : sold.get(item.contract);
      const since = Math.min(opened ?? block?.opened ?? this.#now, this.#now);
      this.#add(head, item, { band, since, units: 0n, money });
    }
    return [];
  }

  #bandOf({ block, places }: BlockStanding): string {
    const { freeze } = block;
    if (freeze !== null && freeze.since !== null) return 'frozen';
    const band = bandOf(endOf(block), this.#now);
    if (band !== 'overdue') return band;
    if (places.held > 0n && places.free === 0n) return 'held';
    if (block.finance.escheatable === true) return 'unclaimed';
    // Nothing is left that could be overdue: facts that were told out of order took it below zero.
    return places.free <= 0n ? spanBand(0) : band;
  }

  #add(
    { account, currency }: AccountHead,
    item: Item,
    of: {
      readonly band: string;
      readonly since: Instant;
      readonly units: bigint;
      readonly money: bigint;
    },
  ): void {
    if (!this.scope.covers(item)) return;
    const dimensions = this.scope.dimensions(account, item, null);
    const order = [BANDS.indexOf(of.band), BANDS.indexOf(spanBand(this.#now - of.since))];
    const sum = this.#sums.at([currency, ...dimensions, item.unit, ...order.map(String)]);
    sum.units += of.units;
    sum.money += of.money;
  }

  *finish(): Generator<ReportRow> {
    const { units } = this.#context;
    for (const { parts, sum } of this.#sums.take()) {
      const [currency = null, ...rest] = parts;
      const [unit = null, bandAt, ageAt] = rest.slice(this.scope.by.length);
      const band = BANDS[Number(bandAt)] ?? null;
      const money = (minor: bigint): string => formatMoney(minor, currency ?? '');
      const current = band !== null && isCurrent(band) ? sum.money : 0n;
      yield {
        ...{ period: this.scope.to, currency },
        ...this.scope.texts(rest),
        ...{ unit, band, age: BANDS[Number(ageAt)] ?? null },
        units: unit === null ? null : unitsText(units, unit, sum.units),
        money: money(sum.money),
        current: money(current),
        nonCurrent: money(sum.money - current),
      };
    }
  }
}

/** When each contract was sold first. */
function sales(state: AccountState): ReadonlyMap<string, Instant> {
  const sold = new Map<string, Instant>();
  for (const { contract, opened } of state.blocks.values() as Iterable<BlockBook>) {
    const known = sold.get(contract);
    if (known === undefined || opened < known) sold.set(contract, opened);
  }
  return sold;
}
