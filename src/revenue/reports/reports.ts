// Every report by its name.

import { InvalidInput } from '../../errors.ts';
import { chartOf } from '../chart.ts';
import { deferred } from './deferred.ts';
import { type ReportInput, readReportInput } from './input.ts';
import { journal } from './journal.ts';
import type { Report, ReportContext, ReportMaker } from './report.ts';
import { trialBalance } from './trial-balance.ts';

/** Name of a report. */
export type ReportName = 'deferred' | 'journal' | 'trial-balance';

/** The reports (`docs/revenue.md §10`). */
export const REPORTS: Readonly<Record<ReportName, ReportMaker>> = {
  deferred,
  journal,
  'trial-balance': trialBalance,
};

/** A report by its name, ready to be told. Throws `InvalidInput` for a name that is none, and for what can't be asked of it. */
export function reportOf(
  name: string,
  input: ReportInput,
  context: Omit<ReportContext, 'chart'> & Partial<Pick<ReportContext, 'chart'>>,
): Report {
  const { book, units, chart = chartOf() } = context;
  if (!isReport(name)) {
    const expected = Object.keys(REPORTS).join(', ');
    throw new InvalidInput({ field: 'report', expected, found: JSON.stringify(name) });
  }
  return REPORTS[name](readReportInput(input, book), { book, units, chart });
}

function isReport(name: string): name is ReportName {
  return Object.hasOwn(REPORTS, name);
}
