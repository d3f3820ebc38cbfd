// What a report is asked for: which periods, in which view, told apart by what, narrowed to what. It
// knows no report: one that can't tell its rows apart so says so itself.

import { InvalidInput } from '../../errors.ts';
import { currencyExponent } from '../../quantity/money.ts';
import { POLICY_KINDS } from '../../terms/policies.ts';
import type { Book } from '../book.ts';
import type { BookPeriod } from '../calendar.ts';

/** Which view of a period: by the period of posting; by the one in which things happened; or both, as a matrix. */
export type View = 'as-closed' | 'restated' | 'difference';

/** What rows can be told apart by, in the order of their columns. */
export const DIMENSIONS = ['account', 'contract', 'kind', 'block', 'product'] as const;

/** One of them. */
export type Dimension = (typeof DIMENSIONS)[number];

/** How what is left is expected to be used: as fast as in the last months, evenly up to its expiry, or not before it. */
export const FORECASTS = ['burn-rate', 'straight-line', 'at-expiry'] as const;

/** One of them. */
export type Forecast = (typeof FORECASTS)[number];

/** What a report is asked for; what is left out is not narrowed. */
export interface ReportInput {
  /** First period, `2026-01`; the last one is `to`. A report of what stands stands at the end of `to`. */
  readonly period: string;
  /** Default: the same period. */
  readonly to?: string;
  /** Default: `as-closed`. */
  readonly view?: View;
  /** What rows are told apart by, beside period and currency. Default: what the report says. */
  readonly by?: readonly Dimension[];
  readonly currency?: string;
  readonly account?: string;
  readonly contract?: string;
  readonly kind?: string;
  readonly block?: string;
  /** Of what is expected (waterfall, remaining obligations). Default: `burn-rate`. */
  readonly forecast?: Forecast;
  /** How many months a forecast tells apart, 1 to 120. Default: 12. */
  readonly months?: number;
  /** Of remaining obligations: contracts that the customer may cancel, and whether those of a year or less are left out. Default: none; false. */
  readonly cancellable?: readonly string[];
  readonly withoutShort?: boolean;
  /** Of the drill-down: the `drillRef` of a journal's line; its operations, or (the default) its items. */
  readonly line?: string;
  readonly level?: 'items' | 'operations';
  /** Of the drill-down, with `account`: the number of an operation; which lines it is in. */
  readonly operation?: number;
}

/** What only some reports are asked for. */
export const SPECIAL = [
  'forecast',
  'months',
  'cancellable',
  'withoutShort',
  'line',
  'level',
  'operation',
] as const;

const FIELDS: readonly string[] = [
  ...['period', 'to', 'view', 'by', 'currency', 'account', 'contract', 'kind', 'block'],
  ...SPECIAL,
];

/** What was asked, read and checked against the book's calendar. */
export interface Asked extends Omit<ReportInput, 'period' | 'to' | 'view' | 'by'> {
  readonly view: View;
  /** In the order of `DIMENSIONS`; null: the report's own. */
  readonly by: readonly Dimension[] | null;
  /** In their order; at least one. */
  readonly periods: readonly BookPeriod[];
  readonly from: BookPeriod;
  readonly to: BookPeriod;
}

const MOST_PERIODS = 600;

/** A report's input as it was given. Throws `InvalidInput` with the field that is wrong. */
export function readReportInput(input: ReportInput, { calendar }: Book): Asked {
  const { period, to = period, view = 'as-closed', by, ...narrow } = input;
  for (const field of Object.keys(input)) {
    if (FIELDS.includes(field)) continue;
    throw new InvalidInput({ field, expected: `no more than ${FIELDS.join(', ')}`, found: field });
  }
  const from = calendar.named(period, 'period');
  const last = calendar.named(to, 'to');
  if (last.starts < from.starts) {
    throw new InvalidInput({ field: 'to', expected: `${period} or later`, found: to });
  }
  const periods = [from];
  for (let next = from; next.name !== last.name; ) {
    next = calendar.after(next);
    periods.push(next);
    if (periods.length > MOST_PERIODS) {
      throw new InvalidInput({
        field: 'to',
        expected: `at most ${MOST_PERIODS} periods`,
        found: `${period} to ${to}`,
      });
    }
  }
  oneOf('view', view, ['as-closed', 'restated', 'difference']);
  for (const one of by ?? []) oneOf('by', one, DIMENSIONS);
  const { currency, kind, forecast, months } = narrow;
  if (currency !== undefined) currencyExponent(currency);
  if (kind !== undefined) oneOf('kind', kind, POLICY_KINDS);
  if (forecast !== undefined) oneOf('forecast', forecast, FORECASTS);
  if (months !== undefined && !(Number.isInteger(months) && months >= 1 && months <= 120)) {
    throw new InvalidInput({ field: 'months', expected: '1 to 120', found: String(months) });
  }
  const dimensions = by === undefined ? null : DIMENSIONS.filter((one) => by.includes(one));
  return { ...narrow, view, by: dimensions, periods, from, to: last };
}

function oneOf(field: string, found: string, allowed: readonly string[]): void {
  if (allowed.includes(found)) return;
  throw new InvalidInput({ field, expected: allowed.join(', '), found: JSON.stringify(found) });
}
