// Rows as comma-separated text (RFC 4180), the same bytes for the same rows. Spreadsheets run what
// looks like a formula, so text that would be one gets an apostrophe; numbers stay numbers.

import type { ReportColumn, ReportRow } from '../table.ts';
import { inChunks, type Rows } from './chunks.ts';

/** How lines end. */
export type LineEnd = 'lf' | 'crlf';

/** How a CSV file is written. */
export interface CsvOptions {
  /** Default: `lf`. */
  readonly lineEnd?: LineEnd;
}

/** What stands at the end of a line. */
export const LINE_ENDS: Readonly<Record<LineEnd, string>> = { lf: '\n', crlf: '\r\n' };

const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d+(?:\.\d+)?$/;
const NEEDS_QUOTES = /[",\r\n]/;

/**
 * Rows as CSV: UTF-8 text without a mark at its beginning, a header always, `.` before decimals,
 * nothing between thousands, dates as `2026-01-31`. Chunks come as rows come, so that a file of any
 * length needs little memory (`docs/revenue.md §11`).
 */
export function csv(
  columns: readonly ReportColumn[],
  rows: Rows<ReportRow>,
  { lineEnd = 'lf' }: CsvOptions = {},
): AsyncGenerator<string> {
  return inChunks(csvLines(columns, rows, LINE_ENDS[lineEnd]));
}

async function* csvLines(
  columns: readonly ReportColumn[],
  rows: Rows<ReportRow>,
  end: string,
): AsyncGenerator<string> {
  yield csvLine(
    columns.map(({ name }) => textCell(name)),
    end,
  );
  for await (const row of rows) {
    yield csvLine(
      columns.map(({ name, holds }) => cell(row[name] ?? null, holds)),
      end,
    );
  }
}

/** Cells that are written already, as one line. A lone empty cell is quoted, else its line would be none. */
export function csvLine(cells: readonly string[], end: string): string {
  return (cells.length === 1 && cells[0] === '' ? '""' : cells.join(',')) + end;
}

function cell(value: string | null, holds: ReportColumn['holds']): string {
  if (value === null) return '';
  return holds === 'text' ? textCell(value) : numberCell(value);
}

/** A number, a date: as it is, as long as it is one. */
export function numberCell(value: string): string {
  return NUMBER.test(value) ? value : textCell(value);
}

/** A text: no formula, and quoted where it must be. NUL ends a file for some readers and is replaced. */
export function textCell(value: string): string {
  const text = value.includes('\0') ? value.replaceAll('\0', '\u{FFFD}') : value;
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A text on one line: the importers of other systems read a file line by line. */
export function lineCell(value: string): string {
  return textCell(value.replaceAll(/[\r\n\t\u2028\u2029]+/g, ' ').trim());
}
