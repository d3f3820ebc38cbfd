// The waterfall forward, by hand: expectations that add up to what is deferred.
import { describe, expect, it } from 'vitest';
import { office, shown, usd } from './office.ts';

async function threeMonths() {
  const books = await office();
  await books.ledger.purchase({
    ...{ account: 'acme', key: 'p', block: 'p', amount: 1000, price: usd('100.01') },
    expiresAt: '2026-07-01T00:00:00Z',
  });
  for (const month of ['01', '02', '03']) {
    books.at(`2026-${month}-15T00:00:00Z`);
    await books.ledger.consume({ account: 'acme', key: month, amount: 90 });
  }
  books.at('2026-04-01T00:00:00Z');
  return books;
}

const row = { cohort: '2026-01', currency: 'USD' };

describe('730 credits of 73.01 are left at the end of March, and end with June', () => {
  it('goes on as fast as in the last three months, and what is left then breaks', async () => {
    // 270 in 90 days are 3 a day: 90 in April, 93 in May, 90 in June, and 457 lapse.
    const books = await threeMonths();
    const rows = await books.report('forecast', { period: '2026-03', months: 4 });
    expect(shown(rows)).toEqual([
      {
        ...{ ...row, remaining: '73.01', method: 'burn-rate' },
        ...{ '2026-04': '9.00', '2026-05': '9.30', '2026-06': '9.00', breakage: '45.71' },
      },
    ]);
  });

  it('is spread evenly over its days', async () => {
    // 30, 31 and 30 days of 91.
    const books = await threeMonths();
    const asked = { period: '2026-03', months: 2, forecast: 'straight-line' } as const;
    const rows = await books.report('forecast', asked);
    expect(shown(rows)).toEqual([
      {
        ...{ ...row, remaining: '73.01', method: 'straight-line' },
        ...{ '2026-04': '24.07', '2026-05': '24.87', later: '24.07' },
      },
    ]);
  });

  it('is not expected before it lapses', async () => {
    const books = await threeMonths();
    const asked = { period: '2026-03', months: 1, forecast: 'at-expiry' } as const;
    expect(shown(await books.report('forecast', asked))).toEqual([
      { ...row, remaining: '73.01', breakage: '73.01', method: 'at-expiry' },
    ]);
  });
});

it('uses what ends first before what never ends, and says of that only what it knows', async () => {
  const books = await office();
  await books.ledger.purchase({
    ...{ account: 'acme', key: 'ever', block: 'ever', amount: 100, price: usd('50.00') },
  });
  await books.ledger.purchase({
    ...{ account: 'acme', key: 'p', block: 'p', amount: 62, price: usd('31.00') },
    expiresAt: '2026-02-01T00:00:00Z',
  });
  await books.ledger.consume({ account: 'acme', key: 'u', amount: 62 });
  books.at('2026-02-01T00:00:00Z');
  // 62 in the 31 days since it opened: 56 in February, and of the last 44 all in March.
  const rows = await books.report('forecast', { period: '2026-01', months: 1 });
  expect(shown(rows)).toEqual([
    { ...row, remaining: '50.00', '2026-02': '28.00', never: '22.00', method: 'burn-rate' },
  ]);
});

it('knows exactly what time delivers', async () => {
  const books = await office();
  await books.ledger.sellAccess({
    ...{ account: 'acme', key: 's', access: 'support', price: usd('50.00') },
    ...{ starts: '2026-01-01T00:00:00Z', ends: '2027-01-01T00:00:00Z' },
  });
  books.at('2026-02-01T00:00:00Z');
  const rows = await books.report('forecast', { period: '2026-01', months: 2 });
  // 31, 59 and 90 days of 365: 4.25, 8.08 and 12.33 to date.
  expect(shown(rows)).toEqual([
    {
      ...{ ...row, remaining: '45.75', '2026-02': '3.83', '2026-03': '4.25' },
      ...{ later: '37.67', method: 'burn-rate' },
    },
  ]);
});

describe('facts that are told out of order', () => {
  it('leave a month’s end below zero, and its forecast adds up to that', async () => {
    const books = await office();
    books.at('2026-01-02T00:00:00Z');
    const { ledger } = books;
    await ledger.purchase({ account: 'acme', key: 'p', amount: 3, price: usd('100.00') });
    books.at('2026-01-05T00:00:00Z');
    await ledger.consume({ account: 'acme', key: 'u', amount: 3 });
    books.at('2026-02-02T00:00:00Z');
    await ledger.reverse({ account: 'acme', key: 'r', of: 'u' });
    await ledger.consume({
      ...{ account: 'acme', key: 'late', amount: 3, occurredAt: '2026-01-20T00:00:00Z' },
    });
    for (const forecast of ['burn-rate', 'straight-line', 'at-expiry'] as const) {
      const rows = await books.report('forecast', { period: '2026-01', months: 1, forecast });
      expect(shown(rows)).toEqual([
        { ...row, remaining: '-100.00', never: '-100.00', method: forecast },
      ]);
    }
  });

  it('are told of what is billed and not used, though as much is used and not billed', async () => {
    const books = await office();
    await books.ledger.purchase({
      ...{ account: 'acme', key: 'p', block: 'p', amount: 10, price: usd('10.00') },
      billing: { every: 'P1M', amount: usd('3.00') },
    });
    books.at('2026-02-10T00:00:00Z');
    await books.ledger.consume({
      ...{ account: 'acme', key: 'late', amount: 10, occurredAt: '2026-01-20T00:00:00Z' },
    });
    const [owed] = await books.report('deferred', { period: '2026-01' });
    const told = await books.report('forecast', { period: '2026-01', months: 1 });
    const remaining = told.map((one) => one['remaining']).join();
    expect(remaining || '0.00').toBe(owed?.['closing']);
  });
});

it('splits what is billed of a block by largest remainder, as all of it', async () => {
  const books = await office();
  await books.ledger.purchase({
    ...{ account: 'acme', key: 'p', block: 'p', amount: 3, price: usd('1.00') },
    ...{ expiresAt: '2026-05-02T00:00:00Z' },
    billing: { every: 'P1M', amount: usd('0.50') },
  });
  books.at('2026-02-01T00:00:00Z');
  // 28, 31, 30 and 1 of 90 days: 0.311, 0.344, 0.333 and 0.011 of the whole; half of it is billed.
  const asked = { period: '2026-01', months: 3, forecast: 'straight-line' } as const;
  expect(shown(await books.report('forecast', asked))).toEqual([
    {
      ...{ ...row, remaining: '0.50', method: 'straight-line' },
      ...{ '2026-02': '0.16', '2026-03': '0.17', '2026-04': '0.17' },
    },
  ]);
});
