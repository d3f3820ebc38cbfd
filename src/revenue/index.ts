// What an account's operations mean for the books: the pure part (`docs/revenue.md`). To fold an account:
//
//   const sums = new PeriodSums('period');
//   const book = new Book(readBook({ timeZone: 'UTC' }), policyChanges);
//   const fold = new AccountFold({ book, units, closes: [], emit: (posting) => sums.add(posting) });
//   for (const operation of operations) fold.fold(operation);
//   fold.follow(now);
//   sums.at('2026-01').deferred;

export type { AccountClose, AccountState, Delivery, Emit } from './account-book.ts';
export type { BlockBook, Figures } from './block-book.ts';
export {
  Book,
  type BookDefinition,
  type BookInput,
  type PolicyChange,
  readBook,
  readPolicyChange,
} from './book.ts';
export type { BookCalendar, BookPeriod, CalendarInput } from './calendar.ts';
export {
  CHART_KEYS,
  type Chart,
  type ChartAccount,
  type ChartKey,
  chartOf,
  DEFAULT_CHART,
} from './chart.ts';
export { type CloseRecord, isSealed, type Reopening } from './close-record.ts';
export {
  addColumns,
  addPosting,
  type Column,
  type Columns,
  FLOWS,
  noColumns,
  recognisedOf,
  STOCKS,
} from './columns.ts';
export type { Rows } from './files/chunks.ts';
export { type CsvOptions, csv, type LineEnd } from './files/csv.ts';
export type { FileNote, FilePart, Notes } from './files/journals.ts';
export { type JsonOptions, json } from './files/json.ts';
export { netSuiteFiles } from './files/netsuite.ts';
export { quickBooksFiles } from './files/quickbooks.ts';
export type {
  JournalSetup,
  NetSuiteSetup,
  QuickBooksSetup,
  Tag,
  TagSource,
  XeroSetup,
} from './files/setup.ts';
export { xeroFiles } from './files/xero.ts';
export { AccountFold, type FoldContext } from './fold.ts';
export {
  externalIdOf,
  JOURNAL_COLUMNS,
  type JournalLine,
  journalLines,
  LINES_PER_BATCH,
} from './journal-line.ts';
export { PeriodSums } from './months.ts';
export {
  ACCOUNT_KEYS,
  type AccountKey,
  type Cause,
  ENTRY,
  type Item,
  type Posting,
} from './posting.ts';
export {
  DIMENSIONS,
  type Dimension,
  FORECASTS,
  type Forecast,
  type ReportInput,
  type View,
} from './reports/input.ts';
export type { Report, ReportContext } from './reports/report.ts';
export { REPORTS, type ReportName, reportOf } from './reports/reports.ts';
export { type AccountHead, type ItemStock, type Sink, stocksOf, type UnitMove } from './sink.ts';
export type { ReportColumn, ReportRow } from './table.ts';
