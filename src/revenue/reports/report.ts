// What every report is: columns, a sink that sums, and from when on it must be told of what happened.

import { InvalidInput } from '../../errors.ts';
import type { Units } from '../../quantity/units.ts';
import type { Book } from '../book.ts';
import type { Chart } from '../chart.ts';
import type { Sink } from '../sink.ts';
import type { ReportColumn, ReportRow } from '../table.ts';
import { type Asked, type Dimension, SPECIAL, type View } from './input.ts';

/** What reports are made with. */
export interface ReportContext {
  readonly book: Book;
  readonly units: Units;
  /** Codes and names of accounts. */
  readonly chart: Chart;
  /** How often a period was reopened. */
  readonly reopened: (period: string) => number;
}

/** One report, ready to be told. It is told once. */
export interface Report {
  readonly title: string;
  readonly columns: readonly ReportColumn[];
  /**
   * First period whose postings it must be told: each account begins with its book as it stood before
   * the first of them, or earlier. What is told too early or too late is left out by the report itself.
   */
  readonly reads: string;
  /** Last period that it looks at. */
  readonly to: string;
  readonly view: View;
  /** Whether rows are expectations, and no figures of a book. */
  readonly isForecast: boolean;
  /** Whether it tells of every block that ever was, those included that closes left out. Default: false. */
  readonly needsAll?: boolean;
  readonly sink: Sink<ReportRow>;
}

/** Makes a report of what was asked. Throws `InvalidInput` where it can't be asked so. */
export type ReportMaker = (asked: Asked, context: ReportContext) => Report;

/** Refuses what a report has no figures for. */
export function allow(
  asked: Asked,
  allowed: {
    readonly views?: readonly View[];
    readonly by?: readonly Dimension[];
    readonly narrow?: readonly ('contract' | 'kind' | 'block')[];
    readonly special?: readonly (typeof SPECIAL)[number][];
  },
): void {
  const { views = ['as-closed', 'restated'], by, narrow, special = [] } = allowed;
  if (!views.includes(asked.view)) refuse('view', views, asked.view);
  for (const one of asked.by ?? []) {
    if (by !== undefined && !by.includes(one)) refuse('by', by, one);
  }
  for (const field of SPECIAL) {
    const said = asked[field];
    if (said === undefined || said === false || special.includes(field)) continue;
    refuse(field, ['nothing'], said);
  }
  if (narrow === undefined) return;
  for (const field of ['contract', 'kind', 'block'] as const) {
    const said = asked[field];
    if (said !== undefined && !narrow.includes(field)) refuse(field, ['nothing'], said);
  }
}

/** Refuses what was said of a field. */
export function refuse(field: string, allowed: readonly string[], found: unknown): never {
  const expected = `${allowed.join(', ')} for this report`;
  throw new InvalidInput({ field, expected, found: JSON.stringify(found) });
}
