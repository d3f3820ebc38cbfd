// Every report by its name.

import { InvalidInput } from '../../errors.ts';
import { chartOf } from '../chart.ts';
import { ageing } from './ageing.ts';
import { costBasis } from './cost-basis.ts';
import { deferred } from './deferred.ts';
import { drillDown } from './drill-down.ts';
import { forecast } from './forecast.ts';
import { type ReportInput, readReportInput } from './input.ts';
import { journal } from './journal.ts';
import { promotional } from './promotional.ts';
import type { Report, ReportContext, ReportMaker } from './report.ts';
import { revenue } from './revenue.ts';
import { rpo } from './rpo.ts';
import { statement } from './statement.ts';
import { trialBalance } from './trial-balance.ts';
import { unbilled } from './unbilled.ts';
import { waterfall } from './waterfall.ts';

/** Name of a report. */
export type ReportName =
  | 'deferred'
  | 'waterfall'
  | 'forecast'
  | 'rpo'
  | 'ageing'
  | 'unbilled'
  | 'promotional'
  | 'cost-basis'
  | 'journal'
  | 'drill-down'
  | 'trial-balance'
  | 'revenue'
  | 'statement';

/** The reports (`docs/revenue.md §10`). */
export const REPORTS: Readonly<Record<ReportName, ReportMaker>> = {
  deferred,
  waterfall,
  forecast,
  rpo,
  ageing,
  unbilled,
  promotional,
  'cost-basis': costBasis,
  journal,
  'drill-down': drillDown,
  'trial-balance': trialBalance,
  revenue,
  statement,
};

/** A report by its name, ready to be told. Throws `InvalidInput` for a name that is none, and for what can't be asked of it. */
export function reportOf(
  name: string,
  input: ReportInput,
  context: Pick<ReportContext, 'book' | 'units'> & Partial<ReportContext>,
): Report {
  const { book, units, chart = chartOf(), reopened = () => 0 } = context;
  if (!isReport(name)) {
    const expected = Object.keys(REPORTS).join(', ');
    throw new InvalidInput({ field: 'report', expected, found: JSON.stringify(name) });
  }
  return REPORTS[name](readReportInput(input, book), { book, units, chart, reopened });
}

function isReport(name: string): name is ReportName {
  return Object.hasOwn(REPORTS, name);
}
