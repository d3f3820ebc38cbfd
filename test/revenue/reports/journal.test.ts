// Journal and trial balance, by hand.
import { expect, it } from 'vitest';
import { parseMoney } from '../../../src/quantity/money.ts';
import type { ReportRow } from '../../../src/revenue/index.ts';
import { office, shown, usd } from './office.ts';

const LINE = ['lineNo', 'accountKey', 'debit', 'credit', 'cause', 'originPeriod', 'customer'];

/** Debits less credits of each journal. */
function balances(rows: readonly ReportRow[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { externalId, debit, credit, currency } of rows) {
    const [id, code] = [externalId ?? '', currency ?? ''];
    const side = (text: string | null | undefined): bigint => parseMoney(text ?? '0', code, 'side');
    sums.set(id, (sums.get(id) ?? 0n) + side(debit) - side(credit));
  }
  return sums;
}

async function quarter() {
  const books = await office();
  await books.ledger.purchase({
    ...{ account: 'acme', key: 'p', block: 'p', amount: 100, price: usd('10.00') },
    ...{ paid: false, expiresAt: '2026-03-01T00:00:00Z' },
  });
  await books.ledger.consume({ account: 'acme', key: 'a', amount: 30 });
  books.at('2026-02-10T00:00:00Z');
  await books.ledger.reverse({ account: 'acme', key: 'r', of: 'a', amount: 10 });
  books.at('2026-03-05T00:00:00Z');
  return books;
}

it('has a line for each account and cause, and turns the side of what is below zero', async () => {
  const books = await quarter();
  const rows = await books.report('journal', { period: '2026-01', to: '2026-02' });
  expect(shown(rows, ...LINE)).toEqual([
    ...[
      { lineNo: '1', accountKey: 'accounts_receivable', debit: '10.00', cause: 'billed' },
      { lineNo: '2', accountKey: 'deferred.credits', credit: '10.00', cause: 'billed' },
      { lineNo: '3', accountKey: 'deferred.credits', debit: '3.00', cause: 'usage' },
      { lineNo: '4', accountKey: 'revenue.usage', credit: '3.00', cause: 'usage' },
    ].map((line) => ({ ...line, originPeriod: '2026-01' })),
    ...[
      { lineNo: '1', accountKey: 'revenue.usage', debit: '1.00', cause: 'usage' },
      { lineNo: '2', accountKey: 'deferred.credits', credit: '1.00', cause: 'usage' },
      { lineNo: '3', accountKey: 'deferred.credits', debit: '8.00', cause: 'breakage' },
      { lineNo: '4', accountKey: 'revenue.breakage', credit: '8.00', cause: 'breakage' },
    ].map((line) => ({ ...line, originPeriod: '2026-02' })),
  ]);
  expect(rows[4]).toEqual({
    ...{ journalId: 'main-2026-02-USD-1', externalId: 'main/2026-02/USD/1', book: 'main' },
    ...{ period: '2026-02', postingDate: '2026-02-28', lineNo: '1', currency: 'USD' },
    ...{ accountKey: 'revenue.usage', accountCode: '4000', accountName: 'Revenue:Usage' },
    ...{ debit: '1.00', credit: null, cause: 'usage', memo: 'Credits used' },
    ...{ customer: null, contract: null, product: null, originPeriod: '2026-02' },
    drillRef: '2026-02/USD/revenue.usage/usage/2026-02',
  });
  expect([...balances(rows)]).toEqual([
    ['main/2026-01/USD/1', 0n],
    ['main/2026-02/USD/1', 0n],
  ]);
});

it('takes access that is invoiced for a receivable, as it does a purchase', async () => {
  const books = await office();
  const access = { account: 'acme', ends: '2026-07-01T00:00:00Z', price: usd('600.00') };
  await books.ledger.sellAccess({ ...access, key: 'a', access: 'support', paid: false });
  await books.ledger.sellAccess({ ...access, key: 'b', access: 'platform' });
  const rows = await books.report('journal', { period: '2026-01', by: ['contract'] });
  const sold = rows.filter(({ cause }) => cause === 'billed');
  expect(shown(sold, 'accountKey', 'debit', 'credit', 'contract')).toEqual([
    { accountKey: 'cash', debit: '600.00', contract: 'platform' },
    { accountKey: 'deferred.term', credit: '600.00', contract: 'platform' },
    { accountKey: 'accounts_receivable', debit: '600.00', contract: 'support' },
    { accountKey: 'deferred.term', credit: '600.00', contract: 'support' },
  ]);
});

it('pays back what was paid of a debt that a void left, and leaves no receivable below zero', async () => {
  const books = await office();
  const { ledger } = books;
  await ledger.purchase({
    account: 'acme',
    key: 'p',
    block: 'p',
    amount: 100,
    price: usd('100.00'),
  });
  await ledger.consume({ account: 'acme', key: 'u', amount: 30 });
  await ledger.void({ account: 'acme', key: 'v', block: 'p', spent: 'owed' });
  await ledger.settle({ account: 'acme', key: 's' });
  const { due } = await ledger.reverse({ account: 'acme', key: 'r', of: 'u', amount: 10 });
  expect(due?.amount.toFixed(2)).toBe('10.00');
  const rows = await books.report('trial-balance', { period: '2026-01' });
  expect(shown(rows, 'accountKey', 'closing')).toEqual([
    { accountKey: 'cash', closing: '20.00' },
    { accountKey: 'accounts_receivable' },
    { accountKey: 'deferred.credits' },
    { accountKey: 'revenue.usage', closing: '-20.00' },
  ]);
});

it('takes what a void leaves owed at cost, with what a hold keeps, for a receivable', async () => {
  const books = await office({
    policies: { breakage: { method: 'remote-dormancy', after: 'P10D' } },
  });
  const { ledger } = books;
  const pack = { account: 'acme', key: 'p', block: 'p', amount: 100, price: usd('100.00') };
  await ledger.purchase(pack);
  await ledger.hold({ account: 'acme', key: 'h', hold: 'h', amount: 30 });
  await ledger.hold({ account: 'acme', key: 'i', hold: 'i', amount: 10 });
  books.at('2026-01-20T00:00:00Z');
  // Use of it had become remote: this earns nothing, and is owed all the same.
  await ledger.consume({ account: 'acme', key: 'u', amount: 20 });
  await ledger.void({ account: 'acme', key: 'v', block: 'p', spent: 'owed' });
  const standing = async () =>
    shown(await books.report('trial-balance', { period: '2026-01' }), 'accountKey', 'closing');
  expect((await standing()).slice(0, 2)).toEqual([
    { accountKey: 'cash' },
    { accountKey: 'accounts_receivable', closing: '60.00' },
  ]);
  await ledger.capture({ account: 'acme', key: 'c', hold: 'h', amount: 25 });
  await ledger.release({ account: 'acme', key: 'r', hold: 'i' });
  expect((await ledger.balance({ account: 'acme' })).owedMoney.amount.toFixed(2)).toBe('45.00');
  expect((await standing()).slice(0, 2)).toEqual([
    { accountKey: 'cash' },
    { accountKey: 'accounts_receivable', closing: '45.00' },
  ]);
});

it('goes on in another batch before a system would refuse it, each balanced', async () => {
  const books = await office();
  for (let number = 0; number < 200; number += 1) {
    const block = `b${String(number).padStart(3, '0')}`;
    await books.ledger.purchase({
      ...{ account: 'acme', key: block, block, amount: 10, price: usd('1.00') },
    });
  }
  const rows = await books.report('journal', { period: '2026-01', by: ['account', 'block'] });
  expect(rows.map(({ externalId }) => externalId)).toEqual([
    ...Array.from({ length: 300 }, () => 'main/2026-01/USD/1'),
    ...Array.from({ length: 100 }, () => 'main/2026-01/USD/2'),
  ]);
  expect(rows[300]?.['lineNo']).toBe('1');
  expect([...balances(rows).values()]).toEqual([0n, 0n]);
});

it('keeps currencies in journals of their own, and accounts apart where it is asked', async () => {
  const books = await office({}, { acme: {}, bolt: { currency: 'KWD' } });
  await books.ledger.purchase({ account: 'acme', key: 'p', amount: 10, price: usd('1.00') });
  await books.ledger.purchase({
    ...{ account: 'bolt', key: 'p', amount: 3 },
    price: { amount: '1.000', currency: 'KWD' },
  });
  await books.ledger.consume({ account: 'bolt', key: 'u', amount: 1 });
  const rows = await books.report('journal', { period: '2026-01', by: ['account'] });
  expect(shown(rows, 'externalId', 'accountKey', 'debit', 'credit', 'customer')).toEqual([
    ...[
      { accountKey: 'cash', debit: '1.000' },
      { accountKey: 'deferred.credits', credit: '1.000' },
      { accountKey: 'deferred.credits', debit: '0.333' },
      { accountKey: 'revenue.usage', credit: '0.333' },
    ].map((line) => ({ ...line, externalId: 'main/2026-01/KWD/1', customer: 'bolt' })),
    ...[
      { accountKey: 'cash', debit: '1.00' },
      { accountKey: 'deferred.credits', credit: '1.00' },
    ].map((line) => ({ ...line, externalId: 'main/2026-01/USD/1', customer: 'acme' })),
  ]);
});

it('balances the accounts of the general ledger, from the beginning as from a close', async () => {
  const books = await quarter();
  const asked = { period: '2026-02', to: '2026-03' };
  const rows = await books.report('trial-balance', asked);
  expect(shown(rows, 'period', 'accountKey', 'opening', 'debit', 'credit', 'closing')).toEqual([
    ...[
      { accountKey: 'accounts_receivable', opening: '10.00', closing: '10.00' },
      { accountKey: 'deferred.credits', opening: '-7.00', debit: '8.00', credit: '1.00' },
      { accountKey: 'revenue.usage', opening: '-3.00', debit: '1.00', closing: '-2.00' },
      { accountKey: 'revenue.breakage', credit: '8.00', closing: '-8.00' },
    ].map((line) => ({ ...line, period: '2026-02' })),
    ...[
      { accountKey: 'accounts_receivable', opening: '10.00', closing: '10.00' },
      { accountKey: 'revenue.usage', opening: '-2.00', closing: '-2.00' },
      { accountKey: 'revenue.breakage', opening: '-8.00', closing: '-8.00' },
    ].map((line) => ({ ...line, period: '2026-03' })),
  ]);
  expect(await books.report('trial-balance', asked, { since: '2026-02-05T00:00:00Z' })).toEqual(
    rows,
  );
});

it('takes a refund of what was never paid off the receivable, and no cash', async () => {
  const books = await office();
  const { ledger } = books;
  await ledger.purchase({
    ...{ account: 'acme', key: 'p', block: 'p', amount: 100, price: usd('10.00'), paid: false },
  });
  await ledger.sellAccess({
    ...{ account: 'acme', key: 's', access: 's', price: usd('50.00'), paid: false },
    ...{ starts: '2026-01-01T00:00:00Z', ends: '2027-01-01T00:00:00Z' },
  });
  await ledger.consume({ account: 'acme', key: 'a', amount: 30 });
  await ledger.refund({ account: 'acme', key: 'q', block: 'p' });
  await ledger.refund({ account: 'acme', key: 'r', block: 'p', used: usd('1.00') });
  books.at('2026-02-01T00:00:00Z');
  await ledger.refund({ account: 'acme', key: 't', access: 's', money: usd('50.00') });
  const trial = await books.report('trial-balance', { period: '2026-02' });
  // 3.00 were used and 1.00 of that is given back: 2.00 are owed, and nothing of the access.
  expect(shown(trial, 'accountKey', 'closing')).toContainEqual({
    ...{ accountKey: 'accounts_receivable', closing: '2.00' },
  });
  expect(trial.map(({ accountKey }) => accountKey)).not.toContain('cash');
});
