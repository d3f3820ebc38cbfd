// Journals as Xero imports manual journals: one signed amount, debits above zero; lines of the same
// narration and date are one journal; accounts by code, and the name of the rate that means no tax.

import { InvalidInput } from '../../errors.ts';
import { type JournalLine, LINES_PER_BATCH } from '../journal-line.ts';
import type { Rows } from './chunks.ts';
import { lineCell, numberCell } from './csv.ts';
import {
  dateAs,
  type FilePart,
  filesOf,
  journalsOf,
  memoOf,
  type Notes,
  oneCurrency,
} from './journals.ts';
import { type JournalSetup, tagOf } from './setup.ts';

const MOST_TRACKING = 2;

/**
 * Journals as files for Xero, of 300 lines at most. The narration is the external id. Throws
 * `InvalidInput` for a second currency: Xero's manual journals have the organisation's own
 * (`docs/revenue.md §11`).
 */
export function xeroFiles(
  lines: Rows<JournalLine>,
  setup: JournalSetup = {},
  notes: Notes = () => {},
): AsyncGenerator<FilePart> {
  const {
    taxRate = 'Tax Exempt',
    tracking = [],
    linesPerFile = LINES_PER_BATCH,
  } = setup.xero ?? {};
  if (tracking.length > MOST_TRACKING) {
    throw new InvalidInput({
      field: 'xero.tracking',
      expected: `at most ${MOST_TRACKING} categories`,
      found: String(tracking.length),
    });
  }
  const check = oneCurrency('narrow the journal to one');
  const categories = [...tracking, null, null].slice(0, MOST_TRACKING);
  return filesOf(
    journalsOf(lines, setup),
    {
      header: [
        ...['*Narration', '*Date', 'Description', '*AccountCode', '*TaxRate', '*Amount'],
        ...['TrackingName1', 'TrackingOption1', 'TrackingName2', 'TrackingOption2'],
      ],
      linesPerFile,
      lineEnd: setup.lineEnd,
      rows: (journal) => {
        check(journal);
        return journal.map((line) => [
          lineCell(line.externalId),
          dateAs(line.postingDate, 'DD/MM/YYYY'),
          lineCell(memoOf(line)),
          lineCell(line.accountCode),
          lineCell(taxRate),
          numberCell(line.debit ?? `-${line.credit}`),
          ...categories.flatMap((category) => {
            const option = tagOf(category?.option, line);
            return option === '' ? ['', ''] : [lineCell(category?.name ?? ''), lineCell(option)];
          }),
        ]);
      },
    },
    notes,
  );
}
