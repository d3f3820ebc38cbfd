// Compares what the books were to show with what they show, month by month.

import { formatMoney } from '../../quantity/money.ts';
import { recognisedOf } from '../../revenue/columns.ts';
import type { PeriodSums } from '../../revenue/months.ts';
import { type Difference, named } from './exact.ts';
import { type Expectations, REVENUE_FIGURES, type RevenueSaid } from './scenario.ts';
import type { StoryFigures } from './story-book.ts';

/** Whether an expectation speaks of the books. */
export function speaksOfBooks(expect: Expectations | undefined): boolean {
  return (expect?.revenue ?? expect?.restated) !== undefined;
}

/** Compares the figures that are named; a month in which nothing happened has zeros. */
export function compareRevenue(expect: Expectations, figures: StoryFigures): Difference[] {
  return (['revenue', 'restated'] as const).flatMap((view) =>
    compareMonths(view, expect[view] ?? {}, figures[view], figures.currency),
  );
}

function compareMonths(
  view: string,
  expected: RevenueSaid,
  sums: PeriodSums,
  currency: string,
): Difference[] {
  return Object.entries(expected).flatMap(([month, said]) => {
    const columns = sums.at(month);
    const found = { ...columns, recognised: recognisedOf(columns) };
    return REVENUE_FIGURES.flatMap((figure) =>
      named(`${view}.${month}.${figure}`, said[figure], formatMoney(found[figure], currency)),
    );
  });
}
