// Journals as NetSuite imports them: amounts of two decimals behind ten digits. Where a currency has
// more places, each line is rounded and one more line, told of, keeps the journal balanced: the only
// figures that a file has of its own.

import { InvalidInput } from '../../errors.ts';
import { currencyExponent, parseMoney } from '../../quantity/money.ts';
import { divideRounded } from '../../quantity/rounding.ts';
import { chartOf } from '../chart.ts';
import type { JournalLine } from '../journal-line.ts';
import type { Rows } from './chunks.ts';
import { lineCell, numberCell } from './csv.ts';
import {
  customerOf,
  dateAs,
  type FilePart,
  filesOf,
  type Journal,
  journalsOf,
  memoOf,
  type Notes,
} from './journals.ts';
import { type JournalSetup, tagOf } from './setup.ts';

const PLACES = 2;
const MOST_DIGITS = 10;
const FEWEST_LINES = 2;

/**
 * Journals as files for NetSuite; the external id stops a second import. A journal of which nothing
 * but hundredths of a unit is left is left out, with a note. Throws `InvalidInput` for an amount
 * beyond NetSuite's digits, and where a receivable line has no customer (`docs/revenue.md §11`).
 */
export function netSuiteFiles(
  lines: Rows<JournalLine>,
  setup: JournalSetup = {},
  notes: Notes = () => {},
): AsyncGenerator<FilePart> {
  const {
    subsidiary = '',
    exchangeRates = {},
    account = 'number',
    dates = 'MM/DD/YYYY',
    lineMemo = 'Memo',
    linesPerFile = Number.MAX_SAFE_INTEGER,
    ...tags
  } = setup.netsuite ?? {};
  const accountCell = ({ accountCode, accountName }: JournalLine): string => {
    if (account === 'name') return accountName;
    return account === 'number' ? accountCode : `${accountCode} ${accountName}`;
  };
  return filesOf(
    twoPlaces(journalsOf(lines, setup), setup, notes),
    {
      header: [
        ...['External ID', 'Date', 'Subsidiary', 'Currency', 'Exchange Rate', 'Memo'],
        ...['Account', 'Debit', 'Credit', 'Name', 'Department', 'Class', 'Location', lineMemo],
      ],
      linesPerFile,
      lineEnd: setup.lineEnd,
      rows: (journal) =>
        journal.map((line) => [
          lineCell(line.externalId),
          dateAs(line.postingDate, dates),
          lineCell(subsidiary),
          lineCell(line.currency),
          numberCell(exchangeRates[line.currency] ?? ''),
          lineCell(`Revenue ${line.book} ${line.period}`),
          lineCell(accountCell(line)),
          numberCell(line.debit ?? ''),
          numberCell(line.credit ?? ''),
          lineCell(customerOf(line, setup)),
          lineCell(tagOf(tags.department, line)),
          lineCell(tagOf(tags.class, line)),
          lineCell(tagOf(tags.location, line)),
          lineCell(memoOf(line)),
        ]),
    },
    notes,
  );
}

async function* twoPlaces(
  journals: AsyncIterable<Journal>,
  setup: JournalSetup,
  notes: Notes,
): AsyncGenerator<Journal> {
  for await (const journal of journals) {
    const { currency, externalId } = journal[0];
    const exact = currencyExponent(currency) <= PLACES;
    const [first, ...others] = exact ? journal : rounded(journal, setup, notes);
    if (first === undefined || others.length + 1 < FEWEST_LINES) {
      notes({
        about: 'left-out',
        externalId,
        message: 'left out: with two decimals nothing is left of its amounts',
      });
      continue;
    }
    const fitting: Journal = [first, ...others];
    for (const line of fitting) refuseLong(line);
    yield fitting;
  }
}

function rounded(journal: Journal, setup: JournalSetup, notes: Notes): JournalLine[] {
  const [{ currency, externalId }] = journal;
  const divisor = 10n ** BigInt(currencyExponent(currency) - PLACES);
  const cents = (amount: string | null): bigint =>
    amount === null
      ? 0n
      : divideRounded(parseMoney(amount, currency, 'amount'), divisor, 'half-away-from-zero');
  let left = 0n;
  const lines: JournalLine[] = [];
  for (const line of journal) {
    const [debit, credit] = [cents(line.debit), cents(line.credit)];
    left += debit - credit;
    if (debit !== 0n || credit !== 0n) {
      lines.push({ ...line, debit: twoDecimals(debit), credit: twoDecimals(credit) });
    }
  }
  if (left === 0n) return lines;
  const [debit, credit] = left < 0n ? [-left, 0n] : [0n, left];
  const { code, name } = chartOf(setup.accounts).rounding;
  const amount = twoDecimals(debit + credit);
  notes({
    about: 'rounding',
    externalId,
    message: `${currency} has more than two decimals: a line of ${amount} on ${code} ${name} (${left < 0n ? 'debit' : 'credit'}) keeps it balanced`,
  });
  lines.push({
    ...journal[0],
    lineNo: String(journal.length + 1),
    accountKey: 'rounding',
    accountCode: code,
    accountName: name,
    debit: twoDecimals(debit),
    credit: twoDecimals(credit),
    cause: 'rounding',
    customer: null,
    contract: null,
    product: null,
    originPeriod: null,
    memo: 'Rounding to two decimals',
    drillRef: null,
  });
  return lines;
}

/** Hundredths as text; null: none. */
function twoDecimals(cents: bigint): string | null {
  if (cents === 0n) return null;
  const digits = cents.toString().padStart(PLACES + 1, '0');
  return `${digits.slice(0, -PLACES)}.${digits.slice(-PLACES)}`;
}

function refuseLong({ debit, credit, accountKey, externalId }: JournalLine): void {
  const amount = debit ?? credit ?? '';
  const [whole = ''] = amount.split('.');
  if (whole.length <= MOST_DIGITS) return;
  throw new InvalidInput({
    field: 'journal',
    expected: `amounts of at most ${MOST_DIGITS} digits before the point: NetSuite takes no larger one`,
    found: `${amount} on ${accountKey} in ${externalId}`,
  });
}
