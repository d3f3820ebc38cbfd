// Credits that are held for one feature pay for no other.

import { expect, test } from 'vitest';
import { attempt, createLedger, memory } from '../../src/index.ts';

async function setUp() {
  const ledger = await createLedger({
    storage: memory(),
    units: { credit: { scale: 0 } },
    rateCards: [
      {
        id: 'standard',
        version: 1,
        rates: {
          answer: { model: 'per-unit', price: { credit: 1 } },
          search: { model: 'per-unit', price: { credit: 1 } },
        },
      },
    ],
  });
  const account = 'a';
  await ledger.open({ account, key: 'open' });
  const grant = { account, amount: 10 };
  await ledger.grant({ ...grant, features: ['answer'], key: 'for answers' });
  await ledger.grant({ ...grant, features: ['search'], key: 'for searches' });
  await ledger.grant({ ...grant, amount: 5, priority: 200, key: 'for all' });
  return { ledger, account };
}

test('a hold for answers is not captured for a search', async () => {
  const { ledger, account } = await setUp();
  await ledger.hold({ account, feature: 'answer', quantity: 5, key: 'h' });
  const capture = { account, hold: 'h', feature: 'search', quantity: 7, key: 'c' } as const;
  const outcome = await attempt(ledger.capture(capture));
  expect(outcome).toMatchObject({
    ok: false,
    refusal: { code: 'invalid-input', field: 'feature' },
  });
  expect((await ledger.capture({ account, hold: 'h', quantity: 5, key: 'c' })).split).toMatchObject(
    [{ block: 'for answers' }],
  );
});

test('above a hold for anything, the blocks of what it was used for pay too', async () => {
  const { ledger, account } = await setUp();
  await ledger.hold({ account, amount: 5, key: 'h' });
  const capture = { account, hold: 'h', feature: 'search', quantity: 7, key: 'c' } as const;
  const { split } = await ledger.capture(capture);
  expect(split.map(({ block, amount }) => `${amount} ${block}`)).toEqual([
    '5 for all',
    '2 for searches',
  ]);
});

test('a release says what it is of, also where it moved nothing', async () => {
  const { ledger, account } = await setUp();
  await ledger.hold({ account, amount: 5, key: 'h' });
  await ledger.capture({ account, hold: 'h', amount: 5, final: false, key: 'c' });
  const receipt = await ledger.release({ account, hold: 'h', key: 'r' });
  expect([receipt.unit, receipt.hold?.name, receipt.hold?.amount.toString()]).toEqual([
    'credit',
    'h',
    '0',
  ]);
});
