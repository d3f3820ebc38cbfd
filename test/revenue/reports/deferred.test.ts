// The roll-forward of deferred revenue, by hand.
import { expect, it } from 'vitest';
import { office, shown, usd } from './office.ts';

it('opens with what stood, takes off what was used and lapsed, and closes with what is left', async () => {
  const books = await office();
  await books.ledger.purchase({
    ...{ account: 'acme', key: 'p', block: 'p', amount: 100, price: usd('10.00') },
    expiresAt: '2026-03-01T00:00:00Z',
  });
  await books.ledger.consume({ account: 'acme', key: 'a', amount: 30 });
  books.at('2026-02-10T00:00:00Z');
  await books.ledger.consume({ account: 'acme', key: 'b', amount: 20 });
  books.at('2026-03-05T00:00:00Z');
  const rows = await books.report('deferred', { period: '2026-01', to: '2026-03' });
  expect(shown(rows)).toEqual([
    { period: '2026-01', currency: 'USD', billed: '10.00', usage: '3.00', closing: '7.00' },
    {
      ...{ period: '2026-02', currency: 'USD', opening: '7.00', usage: '2.00' },
      ...{ breakage: '5.00', inOpening: '7.00' },
    },
  ]);
});

it('shows a late fact in the month in which it is posted, or in its own, or in both', async () => {
  const books = await office();
  await books.ledger.purchase({ account: 'acme', key: 'p', amount: 1000, price: usd('10.00') });
  await books.ledger.consume({ account: 'acme', key: 'a', amount: 300 });
  books.at('2026-02-01T12:00:00Z');
  await books.close('2026-01');
  books.at('2026-02-02T00:00:00Z');
  await books.ledger.consume({
    ...{ account: 'acme', key: 'b', amount: 50 },
    occurredAt: '2026-01-31T00:00:00Z',
  });
  await books.ledger.consume({ account: 'acme', key: 'c', amount: 200 });
  const both = { period: '2026-01', to: '2026-02' } as const;
  const told = async (view: 'as-closed' | 'restated' | 'difference') =>
    shown(await books.report('deferred', { ...both, view }), 'period', 'origin', 'usage', 'late');
  expect(await told('as-closed')).toEqual([
    { period: '2026-01', usage: '3.00' },
    { period: '2026-02', usage: '2.50', late: '0.50' },
  ]);
  expect(await told('restated')).toEqual([
    { period: '2026-01', usage: '3.50', late: '0.50' },
    { period: '2026-02', usage: '2.00' },
  ]);
  expect(await told('difference')).toEqual([
    { period: '2026-01', origin: '2026-01', usage: '3.00' },
    { period: '2026-02', origin: '2026-01', usage: '0.50', late: '0.50' },
    { period: '2026-02', origin: '2026-02', usage: '2.00' },
  ]);
});

it('tells the same from what a close kept as from the beginning', async () => {
  const books = await office({}, { acme: {}, bolt: { currency: 'JPY' } });
  await books.ledger.purchase({ account: 'acme', key: 'p', amount: 3, price: usd('100.00') });
  await books.ledger.purchase({
    ...{ account: 'bolt', key: 'p', amount: 3 },
    price: { amount: '100', currency: 'JPY' },
  });
  await books.ledger.consume({ account: 'acme', key: 'a', amount: 1 });
  books.at('2026-02-10T00:00:00Z');
  await books.ledger.consume({ account: 'acme', key: 'b', amount: 1 });
  await books.ledger.consume({ account: 'bolt', key: 'b', amount: 1 });
  const february = { period: '2026-02', by: ['account'] } as const;
  const rows = await books.report('deferred', february, { since: '2026-02-01T00:00:00Z' });
  expect(rows).toEqual(await books.report('deferred', february));
  expect(shown(rows, 'account', 'currency', 'opening', 'usage', 'closing', 'check')).toEqual([
    { account: 'acme', currency: 'USD', opening: '66.67', usage: '33.34', closing: '33.33' },
    { account: 'bolt', currency: 'JPY', opening: '100', usage: '33', closing: '67' },
  ]);
});
