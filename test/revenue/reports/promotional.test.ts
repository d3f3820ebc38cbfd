// Credits that nobody paid for: 5,000 at sign-up, of which 3,000 are used and 2,000 lapse.
import { expect, it } from 'vitest';
import { office, shown, usd } from './office.ts';

async function coins(promotional: 'net' | 'gross') {
  const books = await office({ listPrice: '0.01', policies: { promotional } });
  await books.ledger.grant({
    ...{ account: 'acme', key: 'g', block: 'welcome', amount: 5000 },
    ...{ kind: 'promotional', expiresAt: '2026-03-01T00:00:00Z' },
  });
  await books.ledger.consume({ account: 'acme', key: 'a', amount: 1999 });
  books.at('2026-02-10T00:00:00Z');
  await books.ledger.consume({ account: 'acme', key: 'b', amount: 1001 });
  books.at('2026-03-02T00:00:00Z');
  return books;
}

const quarter = { period: '2026-01', to: '2026-03' } as const;
const row = { currency: 'USD', kind: 'promotional', unit: 'credit' };

it('shows nothing in the books, and what it would have cost, where they are net', async () => {
  const books = await coins('net');
  expect(shown(await books.report('promotional', quarter))).toEqual([
    { ...row, period: '2026-01', granted: '5000', used: '1999', listValue: '19.99' },
    { ...row, period: '2026-02', used: '1001', expired: '2000', listValue: '10.01' },
  ]);
  for (const name of ['deferred', 'revenue', 'journal', 'trial-balance']) {
    expect(await books.report(name, quarter)).toEqual([]);
  }
});

it('shows 30.00 of revenue and 30.00 of contra where they are gross, and no liability', async () => {
  const books = await coins('gross');
  expect(
    shown(await books.report('promotional', quarter), 'listValue', 'gross', 'contra', 'net'),
  ).toEqual([
    { listValue: '19.99', gross: '19.99', contra: '19.99' },
    { listValue: '10.01', gross: '10.01', contra: '10.01' },
  ]);
  expect(shown(await books.report('revenue', quarter))).toEqual([
    { period: '2026-01', currency: 'USD', usage: '19.99', promotional: '19.99' },
    { period: '2026-02', currency: 'USD', usage: '10.01', promotional: '10.01' },
  ]);
  expect(shown(await books.report('deferred', quarter))).toEqual([
    { period: '2026-01', currency: 'USD', promotional: '19.99' },
    { period: '2026-02', currency: 'USD', promotional: '10.01' },
  ]);
});

it('takes goodwill off revenue when it is given, and earns it when it is used', async () => {
  const books = await office({ policies: { goodwill: 'deferral' } });
  await books.ledger.purchase({ account: 'acme', key: 'p', amount: 100, price: usd('10.00') });
  await books.ledger.grant({
    ...{ account: 'acme', key: 'g', amount: 50, kind: 'goodwill' },
    ...{ expiresAt: '2026-06-01T00:00:00Z' },
  });
  await books.ledger.consume({ account: 'acme', key: 'u', amount: 20 });
  const [goodwill] = shown(await books.report('promotional', { period: '2026-01' }));
  expect(goodwill).toEqual({
    ...{ period: '2026-01', currency: 'USD', kind: 'goodwill', unit: 'credit' },
    ...{ granted: '50', used: '20', released: '2.00', contra: '5.00', net: '-3.00' },
  });
  expect(shown(await books.report('revenue', { period: '2026-01', by: ['kind'] }))).toEqual([
    {
      ...{ period: '2026-01', currency: 'USD', kind: 'goodwill' },
      ...{ usage: '2.00', goodwill: '5.00', recognised: '-3.00' },
    },
  ]);
});
