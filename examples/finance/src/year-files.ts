// The year in one folder for a workbook: one sheet a file, in the order of their numbers, and a page
// with charts that opens by itself.

import type { ReportInput, ReportName, ReportRow, RevenueBook } from 'tallystick/revenue';
import { csv } from 'tallystick/revenue';
import { ACCOUNTS } from './catalogue.ts';
import { all, type Files } from './close-files.ts';
import { page } from './page.ts';

const YEAR = { period: '2026-01', to: '2026-12' } as const;

/** Sheet, report, what of it, and what it answers. */
const SHEETS: readonly (readonly [string, ReportName, Partial<ReportInput>, string])[] = [
  ['1-deferred', 'deferred', YEAR, 'What we owed in service, month by month, and what moved it'],
  ['2-revenue', 'revenue', YEAR, 'What we earned, by cause'],
  ['3-revenue-by-kind', 'revenue', { ...YEAR, by: ['kind'] }, 'The same, by kind of credit'],
  ['4-waterfall', 'waterfall', YEAR, 'When what was sold in a month was earned'],
  ['5-forecast', 'forecast', {}, 'When what is left is expected to be earned (a forecast)'],
  ['6-rpo', 'rpo', {}, 'What is contracted and not earned yet'],
  ['7-ageing', 'ageing', {}, 'When what is left ends, and how old it is'],
  ['8-unbilled', 'unbilled', YEAR, 'What is earned and not invoiced'],
  ['9-promotional', 'promotional', YEAR, 'Credits that nobody paid for'],
  ['10-cost-basis', 'cost-basis', {}, 'Every block: what was paid for it, and where that went'],
  ['11-trial-balance', 'trial-balance', YEAR, 'Every account of the general ledger'],
  [
    '12-origin',
    'revenue',
    { ...YEAR, view: 'difference' },
    'What was posted late, and when it happened',
  ],
  ['13-customers', 'deferred', { ...YEAR, by: ['account'] }, 'The first sheet, by customer'],
];

/** A sheet's rows, as the page draws them. */
export type Sheets = ReadonlyMap<string, readonly ReportRow[]>;

/** The year's files. */
export async function filesOfYear(book: RevenueBook): Promise<Files> {
  const files: Files = new Map();
  const sheets = new Map<string, readonly ReportRow[]>();
  const { chartOf } = await import('tallystick/revenue');
  const chart = chartOf(ACCOUNTS);
  for (const [sheet, name, input] of SHEETS) {
    const asked = { period: '2026-12', ...input };
    const report = await book.report(name, asked, { chart });
    const rows = await all(report.rows);
    sheets.set(sheet, rows);
    files.set(`2026/${sheet}.csv`, (await all(csv(report.columns, rows))).join(''));
  }
  files.set('2026/README.md', readMe());
  files.set('2026/report.html', page(sheets, await book.closes()));
  return files;
}

function readMe(): string {
  const lines = SHEETS.map(([sheet, , , answers]) => `| \`${sheet}.csv\` | ${answers} |`);
  return `# 2026, for a workbook

One file a sheet, in this order. Amounts are numbers with a point and no thousands mark; each row names
its currency, and no sheet adds up currencies. \`report.html\` shows the same figures in charts.

| Sheet | What it answers |
| --- | --- |
${lines.join('\n')}
`;
}
