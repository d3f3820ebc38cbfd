// From a line of the journal down to operations, and back.
import { expect, it } from 'vitest';
import { parseMoney } from '../../../src/quantity/money.ts';
import type { ReportRow } from '../../../src/revenue/index.ts';
import { office, shown, usd } from './office.ts';

async function january() {
  const books = await office({}, { acme: {}, bolt: {} });
  for (const account of ['acme', 'bolt']) {
    for (const block of ['a', 'b']) {
      await books.ledger.purchase({ account, key: block, block, amount: 3, price: usd('100.00') });
    }
    for (const key of ['1', '2']) await books.ledger.consume({ account, key, amount: 2 });
  }
  await books.ledger.reverse({ account: 'bolt', key: 'r', of: '2', amount: 1 });
  return books;
}

const sum = (rows: readonly ReportRow[], field: string): bigint =>
  rows.reduce((all, row) => all + parseMoney(row[field] ?? '0', 'USD', field), 0n);

it('shows the blocks behind a line, and the operations behind them', async () => {
  const books = await january();
  const line = '2026-01/USD/revenue.usage/usage/2026-01';
  const items = await books.report('drill-down', { period: '2026-01', line });
  const fields = ['account', 'item', 'before', 'after', 'delta', 'amount', 'operations'];
  expect(shown(items, ...fields)).toEqual([
    ...[
      { account: 'acme', item: 'a', after: '100.00', delta: '100.00', amount: '-100.00' },
      { account: 'acme', item: 'b', after: '33.33', delta: '33.33', amount: '-33.33' },
      { account: 'bolt', item: 'a', after: '100.00', delta: '100.00', amount: '-100.00' },
      { account: 'bolt', item: 'b' },
    ].map((row, index) => ({ ...row, operations: index === 1 ? '1' : '2' })),
  ]);
  const operations = await books.report('drill-down', {
    ...{ period: '2026-01', line, level: 'operations', account: 'bolt' },
  });
  expect(
    shown(operations, 'item', 'operation', 'key', 'units', 'before', 'after', 'amount'),
  ).toEqual([
    { item: 'a', operation: '4', key: '1', units: '2', after: '66.67', amount: '-66.67' },
    {
      ...{ item: 'a', operation: '5', key: '2', units: '1', before: '66.67', after: '100.00' },
      amount: '-33.33',
    },
    { item: 'b', operation: '5', key: '2', units: '1', after: '33.33', amount: '-33.33' },
    { item: 'b', operation: '6', key: 'r', units: '-1', before: '33.33', amount: '33.33' },
  ]);
});

it('adds up at each step, for every line, however lines are told apart', async () => {
  const books = await january();
  for (const by of [[], ['account'], ['account', 'block']] as const) {
    const lines = await books.report('journal', { period: '2026-01', by });
    for (const { drillRef, debit, credit } of lines) {
      const asked = { period: '2026-01', line: drillRef ?? '' };
      const whole =
        sum([{ debit: debit ?? '0' }], 'debit') - sum([{ credit: credit ?? '0' }], 'credit');
      expect(sum(await books.report('drill-down', asked), 'amount')).toBe(whole);
      const operations = await books.report('drill-down', { ...asked, level: 'operations' });
      expect(sum(operations, 'amount')).toBe(whole);
    }
  }
});

it('finds the lines that an operation is in', async () => {
  const books = await january();
  const asked = { period: '2026-01', by: ['account'], account: 'acme', operation: 5 } as const;
  const rows = await books.report('drill-down', asked);
  const lines = await books.report('journal', { period: '2026-01', by: ['account'] });
  expect(shown(rows, 'line', 'item', 'accountKey', 'amount')).toEqual([
    ...[
      { item: 'a', accountKey: 'deferred.credits', amount: '33.33' },
      { item: 'a', accountKey: 'revenue.usage', amount: '-33.33' },
      { item: 'b', accountKey: 'deferred.credits', amount: '33.33' },
      { item: 'b', accountKey: 'revenue.usage', amount: '-33.33' },
    ].map((row) => ({
      ...row,
      line: `2026-01/USD/${row.accountKey}/usage/2026-01?account=acme`,
    })),
  ]);
  for (const { line } of rows) expect(lines.map(({ drillRef }) => drillRef)).toContain(line);
});

it.each([
  'nothing',
  '2026-01/USD/revenue.usage/usage',
  '2026-01/USD/revenue.lies/usage/2026-01',
  '2026-01/USD/revenue.usage/usage/2026-01?planet=mars',
  '2026-01/USD/revenue.usage/usage/2026-01?account=%E0',
])('refuses a line that is none: %s', async (line) => {
  const books = await january();
  await expect(books.report('drill-down', { period: '2026-01', line })).rejects.toMatchObject({
    code: 'invalid-input',
  });
});
