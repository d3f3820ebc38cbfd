// The waterfall forward: when the liability of each cohort is expected to be earned, month by month,
// at its expiry, or nobody knows. Expectations, that add up to the liability exactly.

import { formatMoney } from '../../quantity/money.ts';
import type { AccountState } from '../account-book.ts';
import type { AccountHead } from '../sink.ts';
import type { ReportColumn, ReportRow } from '../table.ts';
import { Forward, horizonOf } from './forward.ts';
import { Groups } from './groups.ts';
import type { Outlook } from './outlook.ts';
import { allow, type ReportMaker } from './report.ts';
import { Scope } from './scope.ts';

/** Remaining by month in which it is expected. */
export const forecast: ReportMaker = (asked, context) => {
  allow(asked, {
    by: ['account', 'contract', 'kind', 'block'],
    special: ['forecast', 'months'],
  });
  const scope = new Scope(asked);
  const horizon = horizonOf(scope, context, { of: 'billed', months: asked.months ?? 12 });
  return {
    title: 'Expected revenue of what is deferred',
    columns: [
      { name: 'cohort', title: 'Cohort', holds: 'text' },
      { name: 'currency', title: 'Currency', holds: 'text' },
      ...scope.columns(),
      { name: 'remaining', title: 'Remaining', holds: 'money' },
      ...horizon.months.map(({ name }): ReportColumn => ({ name, title: name, holds: 'money' })),
      { name: 'later', title: 'Later', holds: 'money' },
      { name: 'breakage', title: 'At expiry', holds: 'money' },
      { name: 'never', title: 'Never-expiring', holds: 'money' },
      { name: 'method', title: 'Forecast', holds: 'text' },
    ],
    reads: horizon.reads,
    to: scope.to,
    view: asked.view,
    isForecast: true,
    sink: new Forecast(scope, context, horizon),
  };
};

interface Line {
  remaining: bigint;
  readonly months: bigint[];
  later: bigint;
  breakage: bigint;
  never: bigint;
}

class Forecast extends Forward {
  readonly #lines = new Groups<Line>(() => ({
    ...{ remaining: 0n, later: 0n, breakage: 0n, never: 0n },
    months: this.horizon.months.map(() => 0n),
  }));

  protected expect(
    { account, currency }: AccountHead,
    _state: AccountState,
    { item, billed, expected }: Outlook,
  ): void {
    // What is committed and not billed isn't deferred: remaining obligations have it.
    if (billed === 0n) return;
    const dimensions = this.scope.dimensions(account, item, null);
    const line = this.#lines.at([item.cohort, currency, ...dimensions]);
    line.remaining += billed;
    const { months, later, breakage, never } = expected;
    for (const [index, part] of months.entries()) {
      line.months[index] = (line.months[index] ?? 0n) + part;
    }
    line.later += later;
    line.breakage += breakage;
    line.never += never;
  }

  *finish(): Generator<ReportRow> {
    const { months, method } = this.horizon;
    for (const { parts, sum } of this.#lines.take()) {
      const [cohort = null, currency = null, ...dimensions] = parts;
      const money = (minor: bigint): string => formatMoney(minor, currency ?? '');
      yield {
        ...{ cohort, currency },
        ...this.scope.texts(dimensions),
        remaining: money(sum.remaining),
        ...Object.fromEntries(months.map(({ name }, at) => [name, money(sum.months[at] ?? 0n)])),
        later: money(sum.later),
        breakage: money(sum.breakage),
        never: money(sum.never),
        method,
      };
    }
  }
}
