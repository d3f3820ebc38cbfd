// Lines as journals, and journals as files: a file never ends in the middle of a journal, a journal
// is never found twice, and what doesn't balance goes nowhere.

import { InvalidInput, InvariantBroken } from '../../errors.ts';
import { parseMoney } from '../../quantity/money.ts';
import { type ChartAccount, chartOf } from '../chart.ts';
import type { JournalLine } from '../journal-line.ts';
import { inChunks, type Rows } from './chunks.ts';
import { csvLine, LINE_ENDS, type LineEnd, lineCell } from './csv.ts';
import { type JournalSetup, saidOf } from './setup.ts';

/** Text of one of the files, counted from 1. Parts of a file follow each other. */
export interface FilePart {
  readonly file: number;
  readonly text: string;
}

/** Something that whoever imports the file ought to know. */
export interface FileNote {
  readonly about: 'rounding' | 'left-out' | 'long-journal' | 'long-number';
  readonly externalId: string;
  readonly message: string;
}

/** Takes notes. */
export type Notes = (note: FileNote) => void;

/** The lines of one journal. */
export type Journal = readonly [JournalLine, ...JournalLine[]];

/**
 * Lines that belong together, with the accounts' codes and names of the setup. Throws
 * `InvariantBroken` for a journal that doesn't balance or whose lines don't follow each other.
 */
export async function* journalsOf(
  lines: Rows<JournalLine>,
  setup: JournalSetup,
): AsyncGenerator<Journal> {
  const chart = new Map<string, ChartAccount>(Object.entries(chartOf(setup.accounts)));
  const seen = new Set<string>();
  let journal: [JournalLine, ...JournalLine[]] | null = null;
  for await (const line of lines) {
    const account = chart.get(line.accountKey);
    const named: JournalLine =
      account === undefined
        ? line
        : { ...line, accountCode: account.code, accountName: account.name };
    if (journal !== null && journal[0].externalId === line.externalId) {
      journal.push(named);
      continue;
    }
    if (journal !== null) yield balanced(journal);
    if (seen.has(line.externalId)) {
      throw new InvariantBroken(`journal ${line.externalId} goes on after another one`);
    }
    seen.add(line.externalId);
    journal = [named];
  }
  if (journal !== null) yield balanced(journal);
}

function balanced(journal: Journal): Journal {
  const { externalId, currency } = journal[0];
  let left = 0n;
  for (const { debit, credit, currency: own, accountKey } of journal) {
    if ((debit === null) === (credit === null) || own !== currency) {
      throw new InvariantBroken(`journal ${externalId}: a line of ${accountKey} has no one side`);
    }
    left += parseMoney(debit ?? '0', currency, 'debit');
    left -= parseMoney(credit ?? '0', currency, 'credit');
  }
  if (left !== 0n) throw new InvariantBroken(`journal ${externalId} doesn't balance`);
  return journal;
}

/** How one system wants its journals. */
export interface Adapter {
  readonly header: readonly string[];
  readonly linesPerFile: number;
  readonly lineEnd: LineEnd | undefined;
  /** The cells of each line, written. */
  readonly rows: (journal: Journal) => readonly (readonly string[])[];
}

/**
 * Journals as files, each with its header, split between journals where a file would pass the
 * adapter's lines. Without a journal: one file that holds the header alone.
 */
export async function* filesOf(
  journals: AsyncIterable<Journal>,
  { header, linesPerFile, lineEnd = 'lf', rows }: Adapter,
  notes: Notes,
): AsyncGenerator<FilePart> {
  const end = LINE_ENDS[lineEnd];
  const head = csvLine(header.map(lineCell), end);
  let file = 1;
  let lines = 0;
  let text = head;
  for await (const journal of journals) {
    const more = rows(journal);
    if (lines > 0 && lines + more.length > linesPerFile) {
      yield { file, text };
      file += 1;
      lines = 0;
      text = head;
    }
    lines += more.length;
    if (lines > linesPerFile) {
      notes({
        about: 'long-journal',
        externalId: journal[0].externalId,
        message: `${more.length} lines, more than the ${linesPerFile} of a file; it has a file of its own`,
      });
    }
    for await (const chunk of inChunks(written(more, end))) {
      yield { file, text: text + chunk };
      text = '';
    }
  }
  if (text !== '') yield { file, text };
}

async function* written(rows: readonly (readonly string[])[], end: string): AsyncGenerator<string> {
  for (const row of rows) yield csvLine(row, end);
}

/** The customer of a line, as the other system calls him; empty: nobody. Throws `InvalidInput` where a receivable has none. */
export function customerOf(line: JournalLine, setup: JournalSetup): string {
  const { customers, otherCustomer, receivables = ['accounts_receivable'] } = setup;
  if (line.customer !== null) return saidOf(customers, line.customer) ?? line.customer;
  if (!receivables.some((key) => key === line.accountKey)) return '';
  if (otherCustomer !== undefined) return otherCustomer;
  throw new InvalidInput({
    field: 'journal',
    expected:
      'a customer on each receivable line: ask for the journal by account, or state an otherCustomer',
    found: `${line.accountKey} over several accounts`,
  });
}

/** Refuses a second currency where the file has no place to name one. */
export function oneCurrency(whatToDo: string): (journal: Journal) => void {
  let first: string | null = null;
  return ([{ currency }]) => {
    first ??= currency;
    if (currency === first) return;
    throw new InvalidInput({
      field: 'currency',
      expected: `one currency in a file: ${whatToDo}`,
      found: `${first} and ${currency}`,
    });
  };
}

/** A date `2026-01-31` as others write it. */
export function dateAs(date: string, form: 'MM/DD/YYYY' | 'DD/MM/YYYY' | 'YYYY-MM-DD'): string {
  const [year = '', month = '', day = ''] = date.split('-');
  return form.replace('YYYY', year).replace('MM', month).replace('DD', day);
}

/** What a line says of itself. */
export function memoOf({ memo, cause, accountName }: JournalLine): string {
  return memo ?? cause ?? accountName;
}
