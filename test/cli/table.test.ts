import { expect, test } from 'vitest';
import type { Terminal } from '../../src/cli/output.ts';
import { tableLines } from '../../src/cli/table.ts';
import type { ReportColumn, ReportRow } from '../../src/revenue/index.ts';

const COLUMNS: readonly ReportColumn[] = [
  { name: 'period', title: 'Period', holds: 'text' },
  { name: 'currency', title: 'Currency', holds: 'text' },
  { name: 'account', title: 'Account', holds: 'text' },
  { name: 'usage', title: 'Usage', holds: 'money' },
  { name: 'fx', title: 'FX', holds: 'money' },
  { name: 'cost', title: 'Unit cost', holds: 'money', adds: false },
];

const row = (account: string, usage: string, more: ReportRow = {}): ReportRow => ({
  ...{ period: '2026-01', currency: 'USD', account, usage, fx: '0.00', cost: '0.010000' },
  ...more,
});

async function table(rows: readonly ReportRow[], terminal?: Terminal): Promise<string[]> {
  async function* each(): AsyncGenerator<ReportRow> {
    yield* rows;
  }
  const lines: string[] = [];
  for await (const line of tableLines(COLUMNS, each(), terminal)) lines.push(line);
  return lines;
}

const wide: Terminal = { width: 100, isStyled: false };

test('numbers stand at the right as they are, with sums by period and currency of what adds up', async () => {
  expect(await table([row('acme', '-1234567.89'), row('globex', '0.10')], wide)).toEqual([
    'Period   Currency  Account        Usage    FX  Unit cost',
    '─'.repeat(56),
    '2026-01  USD       acme     -1234567.89  0.00   0.010000',
    '2026-01  USD       globex          0.10  0.00   0.010000',
    '─'.repeat(56),
    '2026-01  USD       Total    -1234567.79  0.00',
  ]);
});

test('currencies are never added up', async () => {
  const yen = { currency: 'JPY', fx: '0', cost: null };
  const lines = await table([row('a', '1.00'), row('a', '10', yen), row('b', '20', yen)]);
  expect(lines.slice(-2).map((line) => line.split(/ +/).slice(0, 4))).toEqual([
    ['2026-01', 'USD', 'Total', '1.00'],
    ['2026-01', 'JPY', 'Total', '30'],
  ]);
});

test('rows that stand alone need no sum, and no rows are said to be none', async () => {
  expect(await table([row('acme', '1.00')])).toHaveLength(3);
  expect(await table([])).toEqual(['no rows']);
});

test('a narrow terminal has no room for zeros, then none for long names, and figures stay whole', async () => {
  const long = 'a customer with a name that never seems to end';
  const at = async (width: number) => table([row(long, '1.00')], { width, isStyled: false });
  expect((await at(84)).join('\n')).toContain(long);
  expect((await at(84)).at(-1)).toBe('0 throughout: FX');
  const narrow = await at(56);
  expect(narrow[2]).toMatch(/^2026-01 {2}USD {7}a customer.*… {3}1\.00 {3}0\.010000$/);
  for (const line of narrow.slice(0, 3)) expect(line.length).toBeLessThanOrEqual(56);
  const blocks = await at(40);
  expect(blocks).toContain('Unit cost  0.010000');
  expect(blocks).toContain('Usage          1.00');
});

test('bold is for terminals that show it', async () => {
  const [header = ''] = await table([row('acme', '1.00')], { width: 100, isStyled: true });
  expect(header.startsWith('\x1b[1m')).toBe(true);
});

test('names move no cursor, colour nothing and keep their direction', async () => {
  const lines = await table([row('\x1b[31mred\r\n\u202Eevil\u0000\u0007', '1.00')], wide);
  expect(lines.join('')).not.toMatch(/\p{Cc}|\u202E/u);
  expect(lines.join('')).toContain('red');
});

test('wide characters take two cells, so that columns stay in line', async () => {
  const lines = await table([row('日本', '1.00'), row('🚀', '1.00'), row('é', '1.00')], wide);
  const [japan = '', rocket = '', accent = ''] = lines.slice(2);
  expect([japan, rocket, accent].map((line) => line.indexOf('1.00'))).toEqual([27, 29, 29]);
});

test('a hundred thousand rows pass by: the first thousand say how wide columns are', async () => {
  let made = 0;
  let lines = 0;
  let aheadAtMost = 0;
  async function* rows(): AsyncGenerator<ReportRow> {
    for (; made < 100_000; made += 1) yield row(`account ${made % 10}`, '1.00');
  }
  let last = '';
  for await (const line of tableLines(COLUMNS, rows(), wide)) {
    lines += 1;
    aheadAtMost = Math.max(aheadAtMost, made - lines);
    last = line;
  }
  expect(lines).toBe(100_004);
  expect(aheadAtMost).toBeLessThan(1_001);
  expect(last).toContain('100000.00');
});

test('figures that come later and are longer stay whole, and so do names where nobody counts characters', async () => {
  const rows = [
    ...Array.from({ length: 1_000 }, () => row('acme', '1.00')),
    row('a customer of another length', '12345678901234.56'),
  ];
  const lines = await table(rows, { width: 60, isStyled: false });
  expect(lines.at(-3)).toContain('12345678901234.56');
  expect(lines.at(-1)).toContain('12345678902234.56');
  expect((await table(rows)).at(-3)).toContain('a customer of another length');
});

test('what every row says is said once where that saves the table', async () => {
  const rows = [row('acme', '1.00', { fx: '5.00' }), row('globex', '2.00', { fx: '6.00' })];
  expect(await table(rows, { width: 45, isStyled: false })).toEqual([
    'throughout: Period 2026-01, Currency USD',
    '',
    'Account  Usage     FX  Unit cost',
    '─'.repeat(32),
    'acme      1.00   5.00   0.010000',
    'globex    2.00   6.00   0.010000',
    '─'.repeat(32),
    'Total     3.00  11.00',
  ]);
});
