// Rows as JSON: one array, or an object a line. Every value is text, so that no reader makes a float
// of an amount.

import type { ReportColumn, ReportRow } from '../table.ts';
import { inChunks, type Rows } from './chunks.ts';

/** How a JSON file is written. */
export interface JsonOptions {
  /** One object a line instead of an array. Default: false. */
  readonly lines?: boolean;
}

/**
 * Rows as JSON, fields in the order of the columns: amounts in major units with the currency's places
 * and units as strings, what a row doesn't have as null (`docs/revenue.md §11`).
 */
export function json(
  columns: readonly ReportColumn[],
  rows: Rows<ReportRow>,
  { lines = false }: JsonOptions = {},
): AsyncGenerator<string> {
  return inChunks(lines ? jsonLines(columns, rows) : jsonArray(columns, rows));
}

async function* jsonLines(
  columns: readonly ReportColumn[],
  rows: Rows<ReportRow>,
): AsyncGenerator<string> {
  for await (const row of rows) yield `${object(columns, row)}\n`;
}

async function* jsonArray(
  columns: readonly ReportColumn[],
  rows: Rows<ReportRow>,
): AsyncGenerator<string> {
  let last: string | null = null;
  for await (const row of rows) {
    yield last === null ? '[\n' : `${last},\n`;
    last = object(columns, row);
  }
  yield last === null ? '[]\n' : `${last}\n]\n`;
}

function object(columns: readonly ReportColumn[], row: ReportRow): string {
  // Written by hand: of an object, JSON.stringify would put columns named `2026` before all others.
  const fields = columns.map(
    ({ name }) => `${JSON.stringify(name)}:${JSON.stringify(row[name] ?? null)}`,
  );
  return `{${fields.join(',')}}`;
}
