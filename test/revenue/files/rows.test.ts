import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  csv,
  JOURNAL_COLUMNS,
  type JournalLine,
  json,
  quickBooksFiles,
  type ReportColumn,
  type ReportRow,
  xeroFiles,
} from '../../../src/revenue/index.ts';
import { JANUARY, journal, textOf } from './lines.ts';
import { strictCsv } from './strict-csv.ts';

const COLUMNS: readonly ReportColumn[] = [
  { name: 'account', title: 'Account', holds: 'text' },
  { name: 'deferred', title: 'Deferred', holds: 'money' },
  { name: 'on', title: 'On', holds: 'date' },
];

test('a report as CSV: a header, exact amounts, ISO dates, nothing for what is not there', async () => {
  const rows = [
    { account: 'acme', deferred: '-1234567.89', on: '2026-01-31' },
    { account: '-55.56', deferred: null, on: null },
  ];
  expect(await textOf(csv(COLUMNS, rows))).toBe(
    `account,deferred,on\nacme,-1234567.89,2026-01-31\n'-55.56,,\n`,
  );
  expect(await textOf(csv(COLUMNS, rows, { lineEnd: 'crlf' }))).toBe(
    `account,deferred,on\r\nacme,-1234567.89,2026-01-31\r\n'-55.56,,\r\n`,
  );
  expect(await textOf(csv(COLUMNS, []))).toBe('account,deferred,on\n');
});

test('what a column of numbers holds by mistake is text, and no formula either', async () => {
  const rows = [{ account: 'acme', deferred: '=1+1', on: '@x' }];
  expect(await textOf(csv(COLUMNS, rows))).toBe(`account,deferred,on\nacme,'=1+1,'@x\n`);
});

test('whatever a name is, a strict reader gets it back, an apostrophe before what a spreadsheet would run', async () => {
  const name = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('=1', '+1', '-1', '@a', '\ta', '\ra', '"', ',', '\r\n', '🚀', ''),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(name), async (names) => {
      const rows = names.map((account) => ({ account, deferred: '1.00', on: null }));
      const read = strictCsv(await textOf(csv(COLUMNS, rows)), '\n').slice(1);
      expect(read.map(([account]) => account)).toEqual(
        names.map((account) => account.replaceAll('\0', '\u{FFFD}').replace(/^[=+\-@\t\r]/, `'$&`)),
      );
    }),
  );
});

test('a report as JSON: an array, or an object a line; amounts are strings', async () => {
  const rows = [
    { account: 'acme "A"', deferred: '0.10', on: '2026-01-31' },
    { account: 'globex', deferred: '-2.00' },
  ];
  const array = await textOf(json(COLUMNS, rows));
  expect(array).toBe(
    '[\n{"account":"acme \\"A\\"","deferred":"0.10","on":"2026-01-31"},\n{"account":"globex","deferred":"-2.00","on":null}\n]\n',
  );
  expect(JSON.parse(array)).toHaveLength(2);
  const lines = await textOf(json(COLUMNS, rows, { lines: true }));
  expect(
    lines
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(JSON.parse(array));
  expect(await textOf(json(COLUMNS, []))).toBe('[]\n');
  expect(await textOf(json(COLUMNS, [], { lines: true }))).toBe('');
});

test('columns that are named by month keep their order in JSON', async () => {
  const columns: readonly ReportColumn[] = ['cohort', '2', '1'].map((name) => ({
    name,
    title: name,
    holds: 'text',
  }));
  const row: ReportRow = { cohort: 'c', '1': 'one', '2': 'two' };
  expect(await textOf(json(columns, [row], { lines: true }))).toBe(
    '{"cohort":"c","2":"two","1":"one"}\n',
  );
});

test('the journal as CSV has every column, and reads back as it was', async () => {
  const [header = [], ...records] = strictCsv(await textOf(csv(JOURNAL_COLUMNS, JANUARY)), '\n');
  expect(header.join(' ')).toBe(
    'journalId book period postingDate lineNo accountKey accountCode accountName debit credit currency cause customer contract product originPeriod memo externalId drillRef',
  );
  const read = records.map((record) =>
    Object.fromEntries(header.map((name, index) => [name, record[index] || null])),
  );
  expect(read).toEqual(JANUARY);
});

test('a hundred thousand rows come in pieces: what is read ahead stays small', async () => {
  let made = 0;
  let aheadAtMost = 0;
  let written = 0;
  function* rows(): Generator<JournalLine> {
    for (let batch = 1; batch <= 50_000; batch += 1) {
      for (const line of journal(
        [
          ['deferred.credits', '1.00', null],
          ['revenue.usage', null, '1.00'],
        ],
        { batch, customer: 'acme' },
      )) {
        made += 1;
        yield line;
      }
    }
  }
  for await (const text of csv(JOURNAL_COLUMNS, rows())) {
    written += text.split('\n').length - 1;
    aheadAtMost = Math.max(aheadAtMost, made - written);
  }
  expect([made, written]).toEqual([100_000, 100_001]);
  expect(aheadAtMost).toBeLessThan(500);

  for (const files of [quickBooksFiles, xeroFiles]) {
    let longest = 0;
    let lines = 0;
    for await (const { text } of files(rows())) {
      longest = Math.max(longest, text.length);
      lines += text.split('\n').length - 1;
    }
    expect(lines).toBeGreaterThan(100_000);
    expect(longest).toBeLessThan(100_000);
  }
});
