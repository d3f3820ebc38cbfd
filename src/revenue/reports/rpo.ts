// Remaining performance obligations: what is contracted and not earned, billed or not, and when it is
// expected. Use beyond the balance is variable and never among them (`docs/revenue.md §10`).

import { parseDuration } from '../../calendar/duration.ts';
import { addBounded } from '../../calendar/zone.ts';
import { formatMoney } from '../../quantity/money.ts';
import type { AccountState } from '../account-book.ts';
import { endOf } from '../block-book.ts';
import type { AccountHead } from '../sink.ts';
import type { ReportRow } from '../table.ts';
import type { Expected } from './expectation.ts';
import { Forward, horizonOf } from './forward.ts';
import { Groups } from './groups.ts';
import type { Outlook } from './outlook.ts';
import { allow, type ReportMaker } from './report.ts';
import { Scope } from './scope.ts';

const YEAR = parseDuration('P1Y', 'term');

/** Two years are told apart by month, because what expires must land in its own. */
const MONTHS = 24;

/** Remaining performance obligations by contract. */
export const rpo: ReportMaker = (asked, context) => {
  allow(asked, {
    by: ['account', 'contract', 'kind'],
    special: ['forecast', 'cancellable', 'withoutShort'],
  });
  const scope = new Scope(asked, ['account', 'contract']);
  const horizon = horizonOf(scope, context, { of: 'contracted', months: MONTHS });
  return {
    title: 'Remaining performance obligations',
    columns: [
      { name: 'period', title: 'At the end of', holds: 'text' },
      { name: 'currency', title: 'Currency', holds: 'text' },
      ...scope.columns(),
      { name: 'billed', title: 'Billed, undelivered', holds: 'money' },
      { name: 'unbilled', title: 'Committed, unbilled', holds: 'money' },
      { name: 'excludedShort', title: 'Excluded: a year or less', holds: 'money' },
      { name: 'excludedCancellable', title: 'Excluded: cancellable', holds: 'money' },
      { name: 'excludedUnclaimed', title: 'Excluded: lapsed, unclaimed', holds: 'money' },
      { name: 'total', title: 'Total', holds: 'money' },
      { name: 'within12', title: 'Within 12 months', holds: 'money' },
      { name: 'within24', title: '13 to 24 months', holds: 'money' },
      { name: 'beyond', title: 'Beyond 24 months', holds: 'money' },
      { name: 'method', title: 'Method', holds: 'text' },
    ],
    reads: horizon.reads,
    to: scope.to,
    view: asked.view,
    isForecast: true,
    sink: new Obligations(scope, context, horizon),
  };
};

interface Line {
  billed: bigint;
  unbilled: bigint;
  short: bigint;
  cancellable: bigint;
  unclaimed: bigint;
  readonly bands: [within12: bigint, within24: bigint, beyond: bigint];
}

class Obligations extends Forward {
  readonly #lines = new Groups<Line>(() => ({
    ...{ billed: 0n, unbilled: 0n, short: 0n, cancellable: 0n, unclaimed: 0n },
    bands: [0n, 0n, 0n],
  }));

  protected expect(
    { account, currency }: AccountHead,
    state: AccountState,
    outlook: Outlook,
  ): void {
    const { item, billed, unbilled, isUnclaimed } = outlook;
    const { asked } = this.scope;
    const dimensions = this.scope.dimensions(account, item, null);
    const line = this.#lines.at([currency, ...dimensions]);
    line.billed += billed;
    line.unbilled += unbilled;
    if (isUnclaimed) {
      // A liability still, of which nothing is left to deliver.
      line.unclaimed += billed + unbilled;
    } else if (asked.cancellable?.includes(item.contract) === true) {
      line.cancellable += billed + unbilled;
    } else if (asked.withoutShort === true && isShort(state, outlook)) {
      line.short += billed + unbilled;
    } else {
      for (const [index, money] of this.#bandsOf(outlook).entries()) {
        line.bands[index] = (line.bands[index] ?? 0n) + money;
      }
    }
  }

  /** By use in its month; what is left at its expiry then; what nobody can say, beyond. */
  #bandsOf({ block, expected }: Outlook): [bigint, bigint, bigint] {
    const { months } = this.horizon;
    const bands: [bigint, bigint, bigint] = [0n, 0n, expected.later + expected.never];
    for (const [index, money] of expected.months.entries()) bands[index < 12 ? 0 : 1] += money;
    bands[bandOf(expected, block === null ? null : endOf(block), months)] += expected.breakage;
    return bands;
  }

  *finish(): Generator<ReportRow> {
    const { to } = this.scope;
    for (const { parts, sum } of this.#lines.take()) {
      const [currency = null, ...dimensions] = parts;
      const { billed, unbilled, short, cancellable, unclaimed, bands } = sum;
      const money = (minor: bigint): string => formatMoney(minor, currency ?? '');
      yield {
        ...{ period: to, currency },
        ...this.scope.texts(dimensions),
        billed: money(billed),
        unbilled: money(unbilled),
        excludedShort: money(short),
        excludedCancellable: money(cancellable),
        excludedUnclaimed: money(unclaimed),
        total: money(billed + unbilled - short - cancellable - unclaimed),
        within12: money(bands[0]),
        within24: money(bands[1]),
        beyond: money(bands[2]),
        method: this.horizon.method,
      };
    }
  }
}

function bandOf(
  { breakage }: Expected,
  expires: number | null,
  months: readonly { readonly ends: number }[],
): 0 | 1 | 2 {
  const index = months.findIndex(({ ends }) => expires !== null && expires <= ends);
  if (breakage === 0n || index < 0) return 2;
  return index < 12 ? 0 : 1;
}

/** Whether a contract's whole time, from its sale to its end, is a year or less. */
function isShort(state: AccountState, { item, block }: Outlook): boolean {
  if (block === null) {
    const sold = state.deliveries.find(
      (delivery) => delivery.block === null && delivery.item.name === item.name,
    );
    return sold !== undefined && isWithinYear(sold.schedule.starts, sold.schedule.ends, state);
  }
  let first = block;
  for (const other of state.blocks.values()) {
    if (other.contract === block.contract && other.number < first.number) first = other;
  }
  return first.expires !== null && isWithinYear(first.effective, first.expires, state);
}

function isWithinYear(starts: number, ends: number, { timeZone }: AccountState): boolean {
  return ends <= addBounded(starts, YEAR, timeZone);
}
