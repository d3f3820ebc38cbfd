// The files of one close: every report of the period as it was closed, the journal for each system
// that it goes to, and what two customers are sent. It formats; the book computes.

import {
  type BookReport,
  type Close,
  chartOf,
  csv,
  type FilePart,
  type JournalLine,
  type JournalSetup,
  json,
  netSuiteFiles,
  quickBooksFiles,
  type ReportInput,
  type ReportName,
  type RevenueBook,
  xeroFiles,
} from 'tallystick/revenue';
import { ACCOUNTS } from './catalogue.ts';

/** Name of a file under `reports/` → its text. */
export type Files = Map<string, string>;

/** What the company's general ledger wants to be told beside the figures. */
export const SETUP: JournalSetup = {
  accounts: ACCOUNTS,
  otherCustomer: 'Credit customers',
  quickbooks: { currency: true },
  netsuite: { subsidiary: 'Parent Company' },
};

/** Customers whose statements are sent: one with a month's contract, one who pays by the pack. */
const STATEMENTS = ['acorn-labs', 'tidal-robotics'];

const CHART = { chart: chartOf(ACCOUNTS) };

/** Reports that need nothing but a period. */
const REPORTS: readonly (readonly [
  file: string,
  name: ReportName,
  input?: Partial<ReportInput>,
])[] = [
  ['deferred', 'deferred'],
  ['waterfall', 'waterfall'],
  ['forecast', 'forecast'],
  ['rpo', 'rpo', { by: ['contract'] }],
  ['ageing', 'ageing'],
  ['unbilled', 'unbilled', { by: ['account'] }],
  ['promotional', 'promotional'],
  ['cost-basis', 'cost-basis'],
  ['trial-balance', 'trial-balance'],
  ['revenue', 'revenue', { by: ['kind'] }],
  ['late', 'revenue', { view: 'difference' }],
];

/** Everything that is kept of a close, in `folder`. */
export async function filesOfClose(
  book: RevenueBook,
  close: Close,
  folder: string,
): Promise<Files> {
  const { period } = close;
  const files: Files = new Map();
  files.set(`${folder}/close.json`, `${JSON.stringify(close, null, 2)}\n`);
  for (const [file, name, input] of REPORTS) {
    files.set(
      `${folder}/${file}.csv`,
      await csvOf(await book.report(name, { period, ...input }, CHART)),
    );
  }
  for (const account of STATEMENTS) {
    const statement = await book.report('statement', { period, account });
    files.set(`${folder}/statement-${account}.csv`, await csvOf(statement));
  }
  const journal = await book.report('journal', { period }, CHART);
  const lines = await all<JournalLine>(journal.rows as AsyncIterable<JournalLine>);
  files.set(`${folder}/journal.csv`, await text(csv(journal.columns, lines)));
  files.set(`${folder}/journal.json`, await text(json(journal.columns, lines)));
  for (const [name, content] of await systemFiles(lines)) files.set(`${folder}/${name}`, content);
  files.set(`${folder}/drill-down.csv`, await drillDown(book, period, lines));
  return files;
}

/** A report as a CSV file. */
export async function csvOf({ columns, rows }: BookReport): Promise<string> {
  return text(csv(columns, rows));
}

/** The journal as each system imports it. Xero's has no column for a currency, so that each has a file. */
async function systemFiles(lines: readonly JournalLine[]): Promise<Files> {
  const files: Files = new Map();
  const currencies = [...new Set(lines.map(({ currency }) => currency))];
  const add = async (name: string, parts: AsyncIterable<FilePart>): Promise<void> => {
    for await (const { file, text: part } of parts) {
      const path = `journal-${name}${file === 1 ? '' : `-${file}`}.csv`;
      files.set(path, (files.get(path) ?? '') + part);
    }
  };
  await add('quickbooks', quickBooksFiles(lines, SETUP));
  for (const currency of currencies) {
    const own = lines.filter((line) => line.currency === currency);
    await add(`xero-${currency}`, xeroFiles(own, SETUP));
  }
  await add('netsuite', netSuiteFiles(lines, SETUP));
  return files;
}

/** The first line of breakage, down to the operations behind it: what auditors ask for first. */
async function drillDown(
  book: RevenueBook,
  period: string,
  lines: readonly JournalLine[],
): Promise<string> {
  const ofRevenue = lines.filter(({ accountKey }) => accountKey.startsWith('revenue.'));
  const line = ofRevenue.find(({ cause }) => cause === 'breakage') ?? ofRevenue[0];
  if (line === undefined || line.drillRef === null) return '';
  return csvOf(
    await book.report('drill-down', { period, line: line.drillRef, level: 'operations' }),
  );
}

/** What comes, in a list. */
export async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const row of rows) list.push(row);
  return list;
}

async function text(chunks: AsyncIterable<string>): Promise<string> {
  return (await all(chunks)).join('');
}
