// What reports are asked for: views, what can't be asked, and what is told of overage.
import { describe, expect, it } from 'vitest';
import type { ReportInput } from '../../../src/revenue/index.ts';
import { office, shown, usd } from './office.ts';

async function late() {
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
  return books;
}

describe('50 credits of January that are told in February', () => {
  const both = { period: '2026-01', to: '2026-02' } as const;

  it('are February’s in the waterfall as closed, and January’s in the one that is restated', async () => {
    const books = await late();
    const told = async (view: 'as-closed' | 'restated', since: string | 0 = 0) =>
      shown(
        await books.report('waterfall', { ...both, view }, { since }),
        ...['2026-01', '2026-02', 'remaining'],
      );
    const closed = [{ '2026-01': '3.00', '2026-02': '2.50', remaining: '4.50' }];
    const restated = [{ '2026-01': '3.50', '2026-02': '2.00', remaining: '4.50' }];
    expect(await told('as-closed')).toEqual(closed);
    expect(await told('restated')).toEqual(restated);
    // What a close kept knows both.
    const since = '2026-02-03T00:00:00Z';
    expect([await told('as-closed', since), await told('restated', since)]).toEqual([
      closed,
      restated,
    ]);
  });

  it('change what stood at January’s end only where it is restated', async () => {
    const books = await late();
    const told = async (view: 'as-closed' | 'restated') => [
      ...shown(await books.report('cost-basis', { period: '2026-01', view }), 'burned', 'deferred'),
      ...shown(await books.report('ageing', { period: '2026-01', view }), 'units', 'money'),
    ];
    expect(await told('as-closed')).toEqual([
      { burned: '300', deferred: '7.00' },
      { units: '700', money: '7.00' },
    ]);
    expect(await told('restated')).toEqual([
      { burned: '350', deferred: '6.50' },
      { units: '650', money: '6.50' },
    ]);
  });

  it('have lines of their own in February’s journal', async () => {
    const rows = await (await late()).report('journal', { period: '2026-02' });
    expect(shown(rows, 'accountKey', 'debit', 'originPeriod', 'memo')).toEqual([
      ...[{ accountKey: 'deferred.credits', debit: '0.50' }, { accountKey: 'revenue.usage' }].map(
        (line) => ({ ...line, originPeriod: '2026-01', memo: 'Credits used, of 2026-01' }),
      ),
      ...[{ accountKey: 'deferred.credits', debit: '2.00' }, { accountKey: 'revenue.usage' }].map(
        (line) => ({ ...line, originPeriod: '2026-02', memo: 'Credits used' }),
      ),
    ]);
  });
});

it('takes off what credits paid for overage at what they cost, by cohort and as revenue', async () => {
  const terms = { overage: { limit: 'unlimited', rate: { price: '0.10' } } };
  const books = await office({}, { acme: { terms } });
  await books.ledger.consume({ account: 'acme', key: 'u', amount: 60 });
  books.at('2026-02-10T00:00:00Z');
  await books.ledger.purchase({ account: 'acme', key: 'p', amount: 120, price: usd('10.00') });
  const both = { period: '2026-01', to: '2026-02' } as const;
  expect(shown(await books.report('unbilled', both))).toEqual([
    {
      ...{ period: '2026-01', currency: 'USD', earned: '6.00', closing: '6.00' },
      oldest: '2026-01',
    },
    { period: '2026-02', currency: 'USD', opening: '6.00', earned: '-1.00', settled: '5.00' },
  ]);
  expect(shown(await books.report('waterfall', both))).toEqual([
    {
      ...{ cohort: '2026-02', currency: 'USD', booked: '10.00', returned: '5.00' },
      remaining: '5.00',
    },
  ]);
  const revenue = await books.report('revenue', { period: '2026-02' });
  expect(shown(revenue, 'overage', 'recognised')).toEqual([
    { overage: '-1.00', recognised: '-1.00' },
  ]);
});

it('keeps to one account, contract, kind or block where it is asked', async () => {
  const books = await office({}, { acme: {}, bolt: {} });
  for (const [account, block] of [
    ['acme', 'a'],
    ['acme', 'b'],
    ['bolt', 'a'],
  ] as const) {
    await books.ledger.purchase({ account, key: block, block, amount: 10, price: usd('1.00') });
  }
  const told = async (narrow: Omit<ReportInput, 'period'>) =>
    shown(await books.report('deferred', { period: '2026-01', ...narrow }), 'closing', 'block');
  expect(await told({})).toEqual([{ closing: '3.00' }]);
  expect(await told({ account: 'acme' })).toEqual([{ closing: '2.00' }]);
  expect(await told({ contract: 'a' })).toEqual([{ closing: '2.00' }]);
  expect(await told({ account: 'acme', by: ['block'] })).toEqual([
    { block: 'a', closing: '1.00' },
    { block: 'b', closing: '1.00' },
  ]);
  expect(await told({ block: 'b' })).toEqual([{ closing: '1.00' }]);
  expect(await told({ kind: 'promotional' })).toEqual([]);
  expect(await told({ currency: 'EUR' })).toEqual([]);
});

it('refuses what it cannot tell, and says which field it is', async () => {
  const books = await office();
  const line = '2026-01/USD/revenue.usage/usage/2026-01';
  const wrong: readonly (readonly [string, ReportInput, string])[] = [
    ['profit', { period: '2026-01' }, 'report'],
    ['deferred', { period: 'January' }, 'period'],
    ['deferred', { period: '2026-02', to: '2026-01' }, 'to'],
    ['deferred', { period: '1900-01', to: '2026-01' }, 'to'],
    ['deferred', { period: '2026-01', currency: 'COINS' }, 'currency'],
    ['deferred', { period: '2026-01', kind: 'gift' }, 'kind'],
    ['waterfall', { period: '2026-01', view: 'difference' }, 'view'],
    ['journal', { period: '2026-01', view: 'restated' }, 'view'],
    ['ageing', { period: '2026-01', by: ['product'] }, 'by'],
    ['trial-balance', { period: '2026-01', contract: 'p' }, 'contract'],
    ['unbilled', { period: '2026-01', by: ['block'] }, 'by'],
    ['forecast', { period: '2026-01', months: 0 }, 'months'],
    ['statement', { period: '2026-01' }, 'account'],
    ['drill-down', { period: '2026-01' }, 'line'],
    ['drill-down', { period: '2026-01', operation: 1 }, 'line'],
    // What a report has no use for isn't passed over: whoever says it means something by it.
    ['deferred', { period: '2026-01', forecast: 'at-expiry' }, 'forecast'],
    ['rpo', { period: '2026-01', months: 3 }, 'months'],
    ['forecast', { period: '2026-01', cancellable: ['p'] }, 'cancellable'],
    ['waterfall', { period: '2026-01', withoutShort: true }, 'withoutShort'],
    ['journal', { period: '2026-01', line }, 'line'],
    ['revenue', { period: '2026-01', level: 'items' }, 'level'],
    ['statement', { period: '2026-01', account: 'acme', operation: 1 }, 'operation'],
    ['drill-down', { period: '2026-01', line, operation: 1 }, 'operation'],
    ['drill-down', { period: '2026-01', line, by: ['account'] }, 'by'],
    ['drill-down', { period: '2026-02', line }, 'line'],
    [
      'drill-down',
      { period: '2026-01', account: 'acme', operation: 1, level: 'operations' },
      'level',
    ],
    ['deferred', { period: '2026-01', ...{ perriod: '2026-02' } }, 'perriod'],
  ];
  for (const [name, asked, field] of wrong) {
    const refused = { code: 'invalid-input', field };
    await expect(books.report(name, asked), `${name} ${field}`).rejects.toMatchObject(refused);
  }
});
