// Lines of journals for tests of files, and what becomes of a file.
import { externalIdOf, type FilePart, type JournalLine } from '../../../src/revenue/index.ts';

/** A side of an entry: account key, debit, credit. */
type Side = readonly [key: string, debit: string | null, credit: string | null];

/** A journal of the book `main`, for January 2026 unless it says otherwise. */
export function journal(
  sides: readonly Side[],
  said: Partial<JournalLine> & { readonly batch?: number } = {},
): JournalLine[] {
  const { batch = 1, currency = 'USD', period = '2026-01', ...others } = said;
  const externalId = externalIdOf('main', period, currency, batch);
  return sides.map(([accountKey, debit, credit], index) => ({
    journalId: externalId.replaceAll('/', '-'),
    book: 'main',
    period,
    postingDate: '2026-01-31',
    lineNo: String(index + 1),
    accountKey,
    accountCode: 'as reported',
    accountName: 'as reported',
    debit,
    credit,
    currency,
    cause: 'usage',
    customer: null,
    contract: null,
    product: null,
    originPeriod: period,
    memo: null,
    externalId,
    drillRef: `${externalId}#${index + 1}`,
    ...others,
  }));
}

/** January of a seller of credits: 33.33 used up, 100.00 sold on invoice to acme. */
export const JANUARY: readonly JournalLine[] = [
  ...journal(
    [
      ['accounts_receivable', '100.00', null],
      ['deferred.credits', null, '100.00'],
    ],
    { customer: 'acme', contract: 'annual', cause: 'billed', memo: 'Billed: annual' },
  ),
  ...journal([
    ['deferred.credits', '33.33', null],
    ['revenue.usage', null, '33.33'],
  ]),
].map((line, index) => ({ ...line, lineNo: String(index + 1) }));

/** All that an export gives, as one text. */
export async function textOf(chunks: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += chunk;
  return text;
}

/** The files of an export, in their order. */
export async function filesOf(parts: AsyncIterable<FilePart>): Promise<string[]> {
  const files: string[] = [];
  for await (const { file, text } of parts) files[file - 1] = (files[file - 1] ?? '') + text;
  return files;
}
