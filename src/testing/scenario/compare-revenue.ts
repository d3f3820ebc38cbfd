// Compares what the books were to show with what they show, month by month.

import type { PeriodFigures } from '../../books/api.ts';
import { type Difference, named } from './exact.ts';
import { type Expectations, REVENUE_FIGURES } from './scenario.ts';
import type { StoryBook } from './story-book.ts';

const VIEWS = [
  ['revenue', 'asClosed'],
  ['restated', 'restated'],
] as const;

/** Compares the figures that are named; a month in which nothing happened has zeros. */
export async function compareRevenue(expect: Expectations, book: StoryBook): Promise<Difference[]> {
  const months = VIEWS.flatMap(([view]) => Object.keys(expect[view] ?? {})).sort();
  const [first, last] = [months[0], months.at(-1)];
  if (first === undefined || last === undefined) return [];
  const found = await book.figures(first, last);
  return VIEWS.flatMap(([view, shown]) =>
    Object.entries(expect[view] ?? {}).flatMap(([month, said]) => {
      const row = found.find(({ period }) => period === month);
      return REVENUE_FIGURES.flatMap((figure) =>
        named(`${view}.${month}.${figure}`, said[figure], shownIn(row, shown, figure)),
      );
    }),
  );
}

function shownIn(
  row: PeriodFigures | undefined,
  view: 'asClosed' | 'restated',
  figure: (typeof REVENUE_FIGURES)[number],
): string {
  return row?.[view][figure] ?? '0';
}
