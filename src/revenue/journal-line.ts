// One line of a journal as other systems get it: what they are told, in which order, under which
// number. How each of them wants it written is their adapter's (`files/`), and no adapter computes.

import type { Rows } from './files/chunks.ts';
import type { ReportColumn, ReportRow } from './table.ts';

/** The columns of the journal, in the order in which files have them (`docs/revenue.md §10`). */
export const JOURNAL_COLUMNS: readonly ReportColumn[] = [
  { name: 'journalId', title: 'Journal', holds: 'text' },
  { name: 'book', title: 'Book', holds: 'text' },
  { name: 'period', title: 'Period', holds: 'text' },
  { name: 'postingDate', title: 'Date', holds: 'date' },
  { name: 'lineNo', title: 'Line', holds: 'count' },
  { name: 'accountKey', title: 'Account', holds: 'text' },
  { name: 'accountCode', title: 'Code', holds: 'text' },
  { name: 'accountName', title: 'Name', holds: 'text' },
  { name: 'debit', title: 'Debit', holds: 'money' },
  { name: 'credit', title: 'Credit', holds: 'money' },
  { name: 'currency', title: 'Currency', holds: 'text' },
  { name: 'cause', title: 'Cause', holds: 'text' },
  { name: 'customer', title: 'Customer', holds: 'text' },
  { name: 'contract', title: 'Contract', holds: 'text' },
  { name: 'product', title: 'Product', holds: 'text' },
  { name: 'originPeriod', title: 'Origin', holds: 'text' },
  { name: 'memo', title: 'Memo', holds: 'text' },
  { name: 'externalId', title: 'External id', holds: 'text' },
  { name: 'drillRef', title: 'Drill-down', holds: 'text', isWhole: true },
];

/**
 * One line. The lines of a journal follow each other; they are of one period, one currency and one
 * batch, and their debits are their credits. A type and not an interface, so that it is a `ReportRow`.
 */
export type JournalLine = {
  /** Number of the journal, the same whenever it is exported: its external id with dashes. */
  readonly journalId: string;
  readonly book: string;
  /** Period of posting: `2026-01`. */
  readonly period: string;
  /** The period's last date in the book's zone: `2026-01-31`. */
  readonly postingDate: string;
  /** 1, 2, 3 … within the journal. */
  readonly lineNo: string;
  /** Key of the account in this library: `revenue.usage`. */
  readonly accountKey: string;
  /** Code and name of the account in the books that it goes to. */
  readonly accountCode: string;
  readonly accountName: string;
  /** Major units, above zero; null: the other side is meant. Exactly one of the two is null. */
  readonly debit: string | null;
  readonly credit: string | null;
  readonly currency: string;
  readonly cause: string | null;
  /** Account of the ledger; null where lines are summed over accounts. */
  readonly customer: string | null;
  readonly contract: string | null;
  readonly product: string | null;
  /** Period that the line belongs to; another than `period`: it became known late. */
  readonly originPeriod: string | null;
  readonly memo: string | null;
  /** `book/period/currency/batch`: importing twice books once. A period that was reopened has another one, `1.2`. */
  readonly externalId: string;
  /** What the drill-down is asked with. */
  readonly drillRef: string | null;
};

/**
 * Lines that one batch holds at most; a longer journal goes on in the next batch, each balanced in
 * itself, because systems refuse long imports and no file may end in the middle of a journal.
 */
export const LINES_PER_BATCH = 300;

/**
 * What tells a journal from all others: the external id of its lines. How often its period was reopened
 * is part of the batch, so that no importer takes a corrected journal for a repetition.
 */
export function externalIdOf(
  book: string,
  period: string,
  currency: string,
  batch: number,
  reopened = 0,
): string {
  const attempt = reopened === 0 ? '' : `.${reopened + 1}`;
  return `${book}/${period}/${currency}/${batch}${attempt}`;
}

/** Rows of the report `journal` as lines, for the files of general ledgers. */
export async function* journalLines(rows: Rows<ReportRow>): AsyncGenerator<JournalLine> {
  for await (const row of rows) {
    const text = (name: string) => row[name] ?? '';
    const maybe = (name: string) => row[name] ?? null;
    yield {
      journalId: text('journalId'),
      book: text('book'),
      period: text('period'),
      postingDate: text('postingDate'),
      lineNo: text('lineNo'),
      accountKey: text('accountKey'),
      accountCode: text('accountCode'),
      accountName: text('accountName'),
      debit: maybe('debit'),
      credit: maybe('credit'),
      currency: text('currency'),
      cause: maybe('cause'),
      customer: maybe('customer'),
      contract: maybe('contract'),
      product: maybe('product'),
      originPeriod: maybe('originPeriod'),
      memo: maybe('memo'),
      externalId: text('externalId'),
      drillRef: maybe('drillRef'),
    };
  }
}
