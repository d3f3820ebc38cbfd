// The library's figures beside the plain recomputation's, month by month and column by column.

import { actsAt } from '../../../src/account/operation.ts';
import { AccountFold, PeriodSums, recognisedOf } from '../../../src/revenue/index.ts';
import { COLUMNS, type Columns, Monthly } from '../model/monthly.ts';
import { endOfMonth } from '../model/months.ts';
import type { Told } from './histories.ts';
import { statedBook } from './stated.ts';

/** Figures as the library folds them, posted and by origin. */
function folded(told: Told): { readonly posted: PeriodSums; readonly origin: PeriodSums } {
  const { closes } = told.book();
  const [posted, origin] = [new PeriodSums('period'), new PeriodSums('origin')];
  const fold = new AccountFold({
    book: statedBook(told),
    units: told.till.units,
    closes: closes.map(({ period, head }) => ({ period, cut: head })),
    emit: (posting) => {
      posted.add(posting);
      origin.add(posting);
    },
  });
  for (const operation of told.till.operations) fold.fold(operation);
  fold.follow(told.till.now);
  return { posted, origin };
}

/** Whether something of a month, or of one before, was told when it was over: what it does to instalments is netted as things stood when it was told. */
function isToldLate({ till, history }: Told, month: string): boolean {
  const end = endOfMonth(month, history.book);
  return till.operations.some((operation) => operation.occurred < end && end <= actsAt(operation));
}

/** Where the two differ; nothing where they don't. */
export function differences(told: Told): string[] {
  const sums = folded(told);
  const journal = told.journal();
  const monthly = new Monthly(journal, told.till.now, told.till.operations);
  const found: string[] = [];
  for (const view of ['posted', 'origin'] as const) {
    const model = monthly.figures(view);
    const months = new Set([...model.keys(), ...sums[view].periods]);
    for (const month of [...months].sort()) {
      const ours = sums[view].at(month);
      const theirs: Columns | undefined = model.get(month);
      const all = { ...ours, recognised: recognisedOf(ours) };
      const isNetLate = journal.plans.length > 0 && isToldLate(told, month);
      const nets = [
        ours.deferred - ours.unbilled,
        (theirs?.deferred ?? 0n) - (theirs?.unbilled ?? 0n),
      ];
      if (isNetLate && nets[0] !== nets[1]) {
        found.push(`${view} ${month} net: ours ${nets[0]}, recomputed ${nets[1]}`);
      }
      for (const name of COLUMNS) {
        if (isNetLate && (name === 'deferred' || name === 'unbilled')) continue;
        const [own, other] = [all[name], theirs?.[name] ?? 0n];
        if (own !== other) found.push(`${view} ${month} ${name}: ours ${own}, recomputed ${other}`);
      }
    }
  }
  return found;
}
