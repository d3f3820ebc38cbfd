// Revenue by cause: each account of revenue and what reduces it, by period and whatever else is asked,
// the product that was used among it (`docs/revenue.md §10`).

import { formatMoney } from '../../quantity/money.ts';
import type { AccountKey, Posting } from '../posting.ts';
import type { AccountHead, Sink } from '../sink.ts';
import type { ReportColumn, ReportRow } from '../table.ts';
import { amountOn } from './drill-ref.ts';
import { Groups } from './groups.ts';
import { allow, type ReportMaker } from './report.ts';
import { Scope } from './scope.ts';

/** Columns that add up to what is recognised, each an account of the general ledger. */
const COLUMNS: readonly (readonly [name: string, title: string, account: AccountKey])[] = [
  ['usage', 'Usage', 'revenue.usage'],
  ['ratable', 'Ratable', 'revenue.ratable'],
  ['breakage', 'Breakage', 'revenue.breakage'],
  ['overage', 'Overage', 'revenue.overage'],
  ['promotional', 'Contra promotional', 'contra_revenue.promotional'],
  ['goodwill', 'Contra goodwill', 'contra_revenue.goodwill'],
  ['refunds', 'Contra refunds', 'contra_revenue.refund'],
];

/** The first of those that reduce revenue. */
const CONTRA = 4;

/** Revenue by cause, product and kind. */
export const revenue: ReportMaker = (asked) => {
  allow(asked, { views: ['as-closed', 'restated', 'difference'] });
  const scope = new Scope(asked);
  const origin: readonly ReportColumn[] =
    asked.view === 'difference' ? [{ name: 'origin', title: 'Origin', holds: 'text' }] : [];
  return {
    title: 'Revenue',
    columns: [
      { name: 'period', title: 'Period', holds: 'text' },
      ...origin,
      { name: 'currency', title: 'Currency', holds: 'text' },
      ...scope.columns(),
      ...COLUMNS.map(([name, title]): ReportColumn => ({ name, title, holds: 'money' })),
      { name: 'recognised', title: 'Recognised', holds: 'money' },
    ],
    reads: scope.from,
    to: scope.to,
    view: asked.view,
    isForecast: false,
    sink: new Revenue(scope),
  };
};

class Revenue implements Sink<ReportRow> {
  readonly #scope: Scope;
  readonly #isMatrix: boolean;
  readonly #lines = new Groups<bigint[]>(() => COLUMNS.map(() => 0n));
  #head: AccountHead | null = null;

  constructor(scope: Scope) {
    this.#scope = scope;
    this.#isMatrix = scope.asked.view === 'difference';
  }

  begin(head: AccountHead): void {
    this.#head = this.#scope.isOf(head) ? head : null;
  }

  post(posting: Posting): void {
    const { item, currency, product, period, origin, debit, credit } = posting;
    if (this.#head === null || !this.#isAsked(posting) || !this.#scope.covers(item)) return;
    if (!COLUMNS.some(([, , key]) => key === debit || key === credit)) return;
    const dimensions = this.#scope.dimensions(this.#head.account, item, product);
    const when = this.#isMatrix ? [period, origin] : [this.#scope.dateOf(posting)];
    const line = this.#lines.at([...when, currency, ...dimensions]);
    for (const [index, [, , key]] of COLUMNS.entries()) {
      const amount = amountOn(posting, key);
      line[index] = (line[index] ?? 0n) + (index < CONTRA ? -amount : amount);
    }
  }

  #isAsked(posting: Posting): boolean {
    const { from, to } = this.#scope;
    const isWithin = (name: string): boolean => from <= name && name <= to;
    if (this.#isMatrix) return isWithin(posting.period) || isWithin(posting.origin);
    return isWithin(this.#scope.dateOf(posting));
  }

  *end(): Generator<ReportRow> {
    if (this.#head !== null && this.#scope.isByAccount) yield* this.finish();
  }

  *finish(): Generator<ReportRow> {
    for (const { parts, sum } of this.#lines.take()) {
      const [period = null, ...more] = parts;
      const [origin = null, ...rest] = this.#isMatrix ? more : [null, ...more];
      const [currency = null, ...dimensions] = rest;
      const money = (minor: bigint): string => formatMoney(minor, currency ?? '');
      const recognised = sum.reduce(
        (all, amount, at) => all + (at < CONTRA ? amount : -amount),
        0n,
      );
      yield {
        period,
        ...(this.#isMatrix && { origin }),
        currency,
        ...this.#scope.texts(dimensions),
        ...Object.fromEntries(COLUMNS.map(([name], at) => [name, money(sum[at] ?? 0n)])),
        recognised: money(recognised),
      };
    }
  }
}
