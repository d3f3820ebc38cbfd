// Journals as QuickBooks Online imports them: rows of one number are one journal, the side that isn't
// meant is blank and not 0, accounts are named and not numbered.

import type { JournalLine } from '../journal-line.ts';
import type { Rows } from './chunks.ts';
import { lineCell, numberCell } from './csv.ts';
import {
  customerOf,
  dateAs,
  type FilePart,
  filesOf,
  journalsOf,
  memoOf,
  type Notes,
  oneCurrency,
} from './journals.ts';
import { type JournalSetup, type Tag, tagOf } from './setup.ts';

/** What QuickBooks keeps of a journal's number. */
const LONGEST_NUMBER = 21;

/**
 * Journals as files for QuickBooks Online; account numbers are turned off there while importing.
 * Throws `InvalidInput` where a receivable line has no customer, or for a second currency without a
 * column for it (`docs/revenue.md §11`).
 */
export function quickBooksFiles(
  lines: Rows<JournalLine>,
  setup: JournalSetup = {},
  notes: Notes = () => {},
): AsyncGenerator<FilePart> {
  const {
    linesPerFile = Number.MAX_SAFE_INTEGER,
    currency = false,
    ...tags
  } = setup.quickbooks ?? {};
  const extra: [string, (line: JournalLine) => string][] = [];
  const tagged = (header: string, tag: Tag | undefined) => {
    if (tag !== undefined) extra.push([header, (line) => tagOf(tag, line)]);
  };
  tagged('Class', tags.class);
  tagged('Location', tags.location);
  if (currency) extra.push(['Currency', (line) => line.currency]);
  const check = currency
    ? () => {}
    : oneCurrency('narrow the journal to one, or turn quickbooks.currency on');
  return filesOf(
    journalsOf(lines, setup),
    {
      header: [
        ...['JournalNo', 'JournalDate', 'AccountName', 'Debits', 'Credits', 'Description', 'Name'],
        ...extra.map(([header]) => header),
      ],
      linesPerFile,
      lineEnd: setup.lineEnd,
      rows: (journal) => {
        check(journal);
        const { externalId } = journal[0];
        if (externalId.length > LONGEST_NUMBER) {
          notes({
            about: 'long-number',
            externalId,
            message: `QuickBooks keeps ${LONGEST_NUMBER} characters of a journal's number; give the book a shorter name`,
          });
        }
        return journal.map((line) => [
          lineCell(externalId),
          dateAs(line.postingDate, 'MM/DD/YYYY'),
          lineCell(line.accountName),
          numberCell(line.debit ?? ''),
          numberCell(line.credit ?? ''),
          lineCell(memoOf(line)),
          lineCell(customerOf(line, setup)),
          ...extra.map(([, value]) => lineCell(value(line))),
        ]);
      },
    },
    notes,
  );
}
