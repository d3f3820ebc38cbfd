// Reports of what stands at the end of a period, by hand: cost basis, ageing, remaining obligations.
import { expect, it } from 'vitest';
import { office, shown, usd } from './office.ts';

it('shows what a million of credits for seven hundred thousand costs, and never computes with it', async () => {
  const books = await office({ listPrice: '1.00' });
  await books.ledger.purchase({
    ...{ account: 'acme', key: 'p', block: 'deal', amount: 1_000_000, price: usd('700000.00') },
    expiresAt: '2027-01-01T00:00:00Z',
  });
  books.at('2026-01-20T00:00:00Z');
  await books.ledger.consume({ account: 'acme', key: 'u', amount: 250_000 });
  books.at('2026-02-20T00:00:00Z');
  await books.ledger.consume({ account: 'acme', key: 'v', amount: 100_000 });
  const [row] = await books.report('cost-basis', { period: '2026-01' });
  expect(row).toEqual({
    ...{ account: 'acme', contract: 'deal', kind: 'purchased', block: 'deal', unit: 'credit' },
    ...{ origin: '2026-01', currency: 'USD', granted: '1000000', burned: '250000' },
    ...{ expired: '0', rolledOut: '0', refunded: '0', voided: '0', remaining: '750000' },
    ...{ basis: '700000.00', unitCost: '0.700000', list: '1.000000', discount: '30.00' },
    ...{ usage: '175000.00', settled: '0.00', overTime: '0.00', breakage: '0.00' },
    ...{ refundedMoney: '0.00', voidedMoney: '0.00', rolledMoney: '0.00' },
    ...{ deferred: '525000.00', unbilled: '0.00', check: '0.00' },
  });
});

it('divides what cannot be divided to six places, in yen and in dinars', async () => {
  const books = await office({}, { fils: { currency: 'KWD' }, yen: { currency: 'JPY' } });
  await books.ledger.purchase({
    ...{ account: 'fils', key: 'p', block: 'p', amount: 90 },
    price: { amount: '8400.000', currency: 'KWD' },
  });
  await books.ledger.purchase({
    ...{ account: 'yen', key: 'p', block: 'p', amount: 3 },
    price: { amount: '100', currency: 'JPY' },
  });
  await books.ledger.consume({ account: 'yen', key: 'u', amount: 1 });
  const rows = await books.report('cost-basis', { period: '2026-01' });
  expect(shown(rows, 'account', 'basis', 'unitCost', 'usage', 'deferred', 'list')).toEqual([
    { account: 'fils', basis: '8400.000', unitCost: '93.333333', deferred: '8400.000' },
    { account: 'yen', basis: '100', unitCost: '33.333333', usage: '33', deferred: '67' },
  ]);
});

it('ages the liability by its expiry, and what never ends apart', async () => {
  const books = await office();
  const ends = {
    soon: '2026-02-20T00:00:00Z',
    spring: '2026-05-01T00:00:00Z',
    late: '2027-06-01T00:00:00Z',
  };
  for (const [block, expiresAt] of Object.entries(ends)) {
    await books.ledger.purchase({
      ...{ account: 'acme', key: block, block, amount: 100, price: usd('10.00'), expiresAt },
    });
  }
  await books.ledger.purchase({
    ...{ account: 'acme', key: 'ever', block: 'ever', amount: 50, price: usd('4.00') },
  });
  await books.ledger.grant({ account: 'acme', key: 'gift', amount: 1000 });
  books.at('2026-02-15T00:00:00Z');
  await books.ledger.consume({ account: 'acme', key: 'u', amount: 60 });
  // The month isn't over: it stands as of now.
  const february = await books.report('ageing', { period: '2026-02' });
  expect(shown(february)).toEqual([
    ...[
      { band: '0-30', units: '40', money: '4.00', current: '4.00' },
      { band: '31-90', units: '100', money: '10.00', current: '10.00' },
      { band: 'over 365', units: '100', money: '10.00', nonCurrent: '10.00' },
      { band: 'never', units: '50', money: '4.00', nonCurrent: '4.00' },
    ].map((row) => ({ period: '2026-02', currency: 'USD', unit: 'credit', age: '31-90', ...row })),
  ]);
  const january = await books.report('ageing', { period: '2026-01' });
  expect(shown(january, 'band', 'age', 'units', 'money')).toEqual([
    { band: '0-30', age: '31-90', units: '100', money: '10.00' },
    { band: '31-90', age: '31-90', units: '100', money: '10.00' },
    { band: 'over 365', age: '31-90', units: '100', money: '10.00' },
    { band: 'never', age: '31-90', units: '50', money: '4.00' },
  ]);
});

it('calls what a hold keeps past its end, and what must be kept for its owner, by their names', async () => {
  const books = await office();
  const january = { price: usd('10.00'), expiresAt: '2026-01-20T00:00:00Z' };
  await books.ledger.purchase({ account: 'acme', key: 'h', block: 'h', amount: 100, ...january });
  await books.ledger.hold({ account: 'acme', key: 'hold', amount: 40 });
  await books.ledger.purchase({
    ...{ account: 'acme', key: 'e', block: 'e', amount: 10, ...january },
    escheatable: true,
  });
  books.at('2026-02-10T00:00:00Z');
  const rows = await books.report('ageing', { period: '2026-01' });
  expect(shown(rows, 'band', 'units', 'money')).toEqual([
    { band: 'held', units: '40', money: '4.00' },
    { band: 'unclaimed', money: '10.00' },
  ]);
  // What nobody can claim any more is a liability, and no service that is owed.
  const asked = { period: '2026-01', by: ['contract'] } as const;
  expect(
    shown(await books.report('rpo', asked), 'contract', 'billed', 'excludedUnclaimed', 'total'),
  ).toEqual([
    { contract: 'e', billed: '10.00', excludedUnclaimed: '10.00' },
    { contract: 'h', billed: '4.00', total: '4.00' },
  ]);
});

it('counts what is committed and not billed among the obligations, and no overage', async () => {
  const books = await office({}, { acme: { terms: { overage: { limit: 'unlimited' } } } });
  await books.ledger.purchase({
    ...{ account: 'acme', key: 'p', block: 'year', amount: 1200, price: usd('1200.00') },
    expiresAt: '2027-01-01T00:00:00Z',
    billing: { every: 'P1M', amount: usd('100.00'), starts: '2026-01-01T00:00:00Z' },
  });
  await books.ledger.consume({ account: 'acme', key: 'u', amount: 40 });
  books.at('2026-02-15T00:00:00Z');
  await books.ledger.consume({ account: 'acme', key: 'v', amount: 200 });
  const told = async (period: string, more = {}) =>
    shown(await books.report('rpo', { period, forecast: 'at-expiry', ...more }));
  const row = { currency: 'USD', account: 'acme', contract: 'year', method: 'at-expiry' };
  expect(await told('2026-01')).toEqual([
    {
      ...{ ...row, period: '2026-01', billed: '60.00', unbilled: '1100.00' },
      ...{ total: '1160.00', within12: '1160.00' },
    },
  ]);
  // In February 240 are used and 200 are billed: 40 are an asset, and the rest is net of it.
  expect(await told('2026-02')).toEqual([
    { ...row, period: '2026-02', unbilled: '960.00', total: '960.00', within12: '960.00' },
  ]);
  expect(await told('2026-02', { cancellable: ['year'] })).toEqual([
    { ...row, period: '2026-02', unbilled: '960.00', excludedCancellable: '960.00' },
  ]);
  expect(await told('2026-02', { withoutShort: true })).toEqual([
    { ...row, period: '2026-02', unbilled: '960.00', excludedShort: '960.00' },
  ]);
  const [unbilled] = shown(await books.report('unbilled', { period: '2026-02' }));
  expect(unbilled).toEqual({
    ...{ period: '2026-02', currency: 'USD', netted: '40.00', closing: '40.00' },
    oldest: '2026-02',
  });
});

it('calls nothing overdue of which nothing is left, though facts out of order take it below zero', async () => {
  const books = await office();
  const { ledger } = books;
  await ledger.purchase({
    ...{ account: 'acme', key: 'p', block: 'p', amount: 3, price: usd('100.00') },
    expiresAt: '2026-02-01T00:00:00Z',
  });
  await ledger.consume({ account: 'acme', key: 'u', amount: 3 });
  books.at('2026-02-02T00:00:00Z');
  await ledger.reverse({ account: 'acme', key: 'r', of: 'u' });
  await ledger.consume({
    ...{ account: 'acme', key: 'late', amount: 3, occurredAt: '2026-01-20T00:00:00Z' },
  });
  const rows = await books.report('ageing', { period: '2026-01' });
  expect(shown(rows, 'band', 'units', 'money')).toEqual([{ band: '0-30', money: '-100.00' }]);
});
