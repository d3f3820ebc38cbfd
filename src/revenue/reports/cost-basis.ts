// The cost basis of every block: what was paid for it, what of that is earned, gone or owed still. The
// cost of one credit is shown and never computed with (`docs/revenue.md §10`).

import { currencyExponent, formatMoney } from '../../quantity/money.ts';
import { scaleOf } from '../../quantity/units.ts';
import type { AccountState } from '../account-book.ts';
import type { AccountHead } from '../sink.ts';
import type { ReportColumn, ReportRow } from '../table.ts';
import type { BlockStanding } from './later.ts';
import { listPriceOf } from './list-price.ts';
import { allow, type ReportContext, type ReportMaker } from './report.ts';
import { Scope } from './scope.ts';
import { periodAfter, Standing } from './standing.ts';
import { quotientText, ratioText, unitCostText, unitsText } from './text.ts';

const UNITS: readonly (readonly [name: string, title: string])[] = [
  ['granted', 'Granted'],
  ['burned', 'Burned'],
  ['expired', 'Expired'],
  ['rolledOut', 'Rolled out'],
  ['refunded', 'Refunded'],
  ['voided', 'Voided'],
  ['remaining', 'Remaining'],
];

const MONEY: readonly (readonly [name: string, title: string])[] = [
  ['usage', 'Usage'],
  ['settled', 'Settled'],
  ['overTime', 'Over time'],
  ['breakage', 'Breakage'],
  ['refundedMoney', 'Refunded money'],
  ['voidedMoney', 'Voided money'],
  ['rolledMoney', 'Rolled money'],
  ['deferred', 'Deferred'],
  ['unbilled', 'Not billed yet'],
  ['check', 'Check'],
];

/** One row for each block. */
export const costBasis: ReportMaker = (asked, context) => {
  allow(asked, { by: ['account', 'contract', 'kind', 'block'] });
  const scope = new Scope({ ...asked, by: ['account', 'contract', 'kind', 'block'] });
  return {
    title: 'Cost basis',
    columns: [
      ...scope.columns(),
      { name: 'unit', title: 'Unit', holds: 'text' },
      { name: 'origin', title: 'Origin', holds: 'text' },
      { name: 'currency', title: 'Currency', holds: 'text' },
      ...UNITS.map(([name, title]): ReportColumn => ({ name, title, holds: 'units' })),
      { name: 'basis', title: 'Basis', holds: 'money' },
      { name: 'unitCost', title: 'Unit cost', holds: 'share' },
      { name: 'list', title: 'List', holds: 'share' },
      { name: 'discount', title: 'Discount %', holds: 'share' },
      ...MONEY.map(([name, title]): ReportColumn => ({ name, title, holds: 'money' })),
    ],
    reads: periodAfter(context.book, asked.to),
    to: scope.to,
    view: asked.view,
    isForecast: false,
    needsAll: true,
    sink: new CostBasis(scope, context),
  };
};

class CostBasis extends Standing {
  readonly #context: ReportContext;

  constructor(scope: Scope, context: ReportContext) {
    super(scope);
    this.#context = context;
  }

  *look(head: AccountHead, state: AccountState): Generator<ReportRow> {
    for (const standing of this.later.blocks(state)) {
      if (this.scope.covers(standing.item)) yield this.#row(head, standing);
    }
  }

  // Each row is given where its account is over.
  *finish(): Generator<ReportRow> {}

  #row({ account, currency }: AccountHead, standing: BlockStanding): ReportRow {
    const { block, item, places, basis, figures, refunded, voided, rolled } = standing;
    const { credits, unbilled } = standing;
    const { unit } = block;
    const { book, units } = this.#context;
    const list = listPriceOf(block, book);
    const scale = scaleOf(units, unit);
    const amount = (parts: bigint): string => unitsText(units, unit, parts);
    const money = (minor: bigint): string => formatMoney(minor, currency);
    const { usage, settled, delivered, breakage } = figures;
    const gone = usage + settled + delivered + breakage + refunded + voided + rolled;
    // The share that a list price of all that was granted is above what was paid.
    const full =
      list === null
        ? 0n
        : list.numerator * places.granted * 10n ** BigInt(currencyExponent(currency));
    const paid = list === null ? 0n : basis * list.denominator * 10n ** BigInt(scale);
    return {
      ...this.scope.texts(this.scope.dimensions(account, item, null)),
      ...{ unit, origin: item.cohort, currency },
      granted: amount(places.granted),
      burned: amount(places.burned),
      expired: amount(places.expired),
      rolledOut: amount(places.rolled),
      refunded: amount(places.refunded),
      voided: amount(places.voided),
      remaining: amount(places.free + places.held),
      basis: money(basis),
      unitCost: unitCostText({ money: basis, parts: places.granted }, { unit: scale, currency }),
      list: list === null ? null : ratioText(list),
      discount: quotientText((full - paid) * 100n, full, 2),
      usage: money(usage),
      settled: money(settled),
      overTime: money(delivered),
      breakage: money(breakage),
      refundedMoney: money(refunded),
      voidedMoney: money(voided),
      rolledMoney: money(rolled),
      deferred: money(credits),
      unbilled: money(unbilled),
      check: money(basis - gone - credits - unbilled),
    };
  }
}
