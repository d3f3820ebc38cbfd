// The transposed commitment through three years, at a hundredth of a dollar a credit: 800,000 of which
// 600,000 are used; the rolled rest and 600,000 with 200,000 of overage; then 1,000,000.
import { beforeAll, describe, expect, it } from 'vitest';
import { office, shown } from './office.ts';

const terms = {
  term: { starts: '2026-01-01T00:00:00Z', every: 'P1Y' },
  commitment: {
    amount: '800000',
    price: '8000.00',
    renewal: { rule: 'transposed', accept: 'automatic' },
  },
  rollover: { times: 1 },
  overage: { limit: 'unlimited', rate: 'same', settle: 'renewal' },
};

let books: Awaited<ReturnType<typeof office>>;
beforeAll(async () => {
  books = await office({}, { acme: { terms } });
  books.at('2026-06-10T00:00:00Z');
  await books.ledger.consume({ account: 'acme', key: 'y1', amount: 600_000 });
  books.at('2027-06-10T00:00:00Z');
  await books.ledger.consume({ account: 'acme', key: 'y2', amount: 1_000_000 });
  books.at('2028-02-10T00:00:00Z');
});

const years = { period: '2026-01', to: '2028-02' } as const;

it('rolls the liability forward', async () => {
  const rows = await books.report('deferred', years);
  const moved = shown(rows).filter(
    (row) => row['opening'] !== row['closing'] || row['rolledIn'] !== undefined,
  );
  expect(moved.map(({ currency, ...row }) => row)).toEqual([
    { period: '2026-01', billed: '8000.00', closing: '8000.00' },
    {
      ...{ period: '2026-06', opening: '8000.00', usage: '6000.00', closing: '2000.00' },
      inOpening: '6000.00',
    },
    {
      ...{ period: '2026-12', opening: '2000.00', rolledIn: '2000.00', rolledOut: '2000.00' },
      closing: '2000.00',
    },
    { period: '2027-01', opening: '2000.00', billed: '6000.00', closing: '8000.00' },
    { period: '2027-06', opening: '8000.00', usage: '8000.00', inOpening: '8000.00' },
    { period: '2028-01', billed: '10000.00', closing: '10000.00' },
  ]);
  const { length } = rows.filter(({ check }) => check === '0.00');
  expect(length).toBe(rows.length);
});

it('keeps the cohort of what rolled', async () => {
  const rows = await books.report('waterfall', { period: '2027-01', to: '2028-02' });
  expect(shown(rows)).toEqual([
    {
      ...{ cohort: '2026-01', currency: 'USD', booked: '8000.00', before: '6000.00' },
      ...{ '2027-06': '2000.00', recognised: '8000.00' },
    },
    {
      ...{ cohort: '2027-01', currency: 'USD', booked: '6000.00' },
      ...{ '2027-06': '6000.00', recognised: '6000.00' },
    },
    { cohort: '2028-01', currency: 'USD', booked: '10000.00', remaining: '10000.00' },
  ]);
});

it('shows overage as unbilled from its use to its invoice', async () => {
  const rows = await books.report('unbilled', years);
  const moved = shown(rows).filter((row) => row['opening'] !== row['closing']);
  expect(moved).toEqual([
    {
      ...{ period: '2027-06', currency: 'USD', earned: '2000.00' },
      ...{ closing: '2000.00', oldest: '2027-06' },
    },
    { period: '2028-01', currency: 'USD', opening: '2000.00', invoiced: '2000.00' },
  ]);
});

it('invoices the overage and the next commitment', async () => {
  const rows = await books.report('journal', { period: '2028-01' });
  expect(shown(rows, 'accountKey', 'debit', 'credit', 'cause')).toEqual([
    { accountKey: 'accounts_receivable', debit: '10000.00', cause: 'billed' },
    { accountKey: 'deferred.credits', credit: '10000.00', cause: 'billed' },
    { accountKey: 'accounts_receivable', debit: '2000.00', cause: 'invoiced' },
    { accountKey: 'unbilled_receivable', credit: '2000.00', cause: 'invoiced' },
  ]);
});

describe('what stands at the end of the first year', () => {
  const asked = { period: '2026-12' } as const;

  it('ages by its new expiry, and is as old as its first sale', async () => {
    const rows = await books.report('ageing', asked);
    expect(shown(rows)).toEqual([
      {
        ...{ period: '2026-12', currency: 'USD', unit: 'credit', band: '181-365', age: '181-365' },
        ...{ units: '200000', money: '2000.00', current: '2000.00' },
      },
    ]);
  });

  it('costs what it cost', async () => {
    const rows = await books.report('cost-basis', asked);
    expect(
      shown(rows, 'origin', 'rolledOut', 'remaining', 'basis', 'unitCost', 'deferred'),
    ).toEqual([
      { origin: '2026-01', rolledOut: '200000', basis: '8000.00', unitCost: '0.010000' },
      {
        ...{ origin: '2026-01', remaining: '200000', basis: '2000.00' },
        ...{ unitCost: '0.010000', deferred: '2000.00' },
      },
    ]);
  });
});

it('tells the customer what came and went', async () => {
  const rows = await books.report('statement', { ...years, account: 'acme' });
  const moved = shown(rows).filter((row) => row['opening'] === undefined || row['used']);
  expect(moved).toEqual([
    { period: '2026-01', unit: 'credit', bought: '800000', closing: '800000' },
    { period: '2026-01', currency: 'USD', paid: '8000.00' },
    {
      ...{ period: '2026-06', unit: 'credit', opening: '800000', used: '600000' },
      closing: '200000',
    },
    { period: '2027-01', currency: 'USD', paid: '6000.00' },
    {
      ...{ period: '2027-06', unit: 'credit', opening: '800000', used: '800000' },
      overage: '200000',
    },
    ...['06', '07', '08', '09', '10', '11', '12'].map((month) => ({
      ...{ period: `2027-${month}`, currency: 'USD', owed: '2000.00' },
    })),
    { period: '2028-01', unit: 'credit', bought: '1000000', closing: '1000000' },
    {
      ...{ period: '2028-01', currency: 'USD', paid: '10000.00' },
      invoiced: '2000.00',
    },
  ]);
});
