import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLedger } from '../../src/ledger/create-ledger.ts';
import { sqlite } from '../../src/storage/sqlite/index.ts';
import { tallystick, temporaryFolder } from './shop.ts';

let folder = { path: '', remove: async () => {} };
let place: readonly string[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  const url = join(folder.path, 'sales.db');
  place = ['--storage', 'sqlite', '--url', url];
  const starts = Date.UTC(2023, 0, 1);
  let now = starts;
  const ledger = await createLedger({
    storage: sqlite(url),
    units: { credit: { scale: 0 } },
    clock: () => now,
  });
  await ledger.open({ account: 'nobody', key: 'open' });
  await ledger.open({
    account: 'acme',
    terms: {
      term: { starts: '2023-01-01T00:00:00Z', every: 'P1Y' },
      commitment: { amount: 1_000_000, price: '1000000.00', renewal: { rule: 'none' } },
      commission: { share: '0.7', rate: '0.1' },
    },
    key: 'open',
  });
  now = Date.UTC(2023, 5, 1);
  await ledger.consume({ account: 'acme', amount: 500_000, key: 'half' });
  await ledger.close();
});

afterAll(() => folder.remove());

test('a row for each term of each contract: paid up front, earned, to be settled', async () => {
  const config = join(folder.path, 'sellers.json');
  await writeFile(config, JSON.stringify({ sellers: { acme: 'Ann' } }));
  const { code, said } = await tallystick([
    ...['commission', '--format', 'json', '--accounts-config', config, '--units', 'credit=0'],
    ...place,
  ]);
  expect(code).toBe(0);
  expect(JSON.parse(said)[0]).toEqual({
    rep: 'Ann',
    contract: 'acme',
    term: '0',
    starts: '2023-01-01',
    ends: '2024-01-01',
    currency: 'USD',
    commitment: '1000000.00',
    share: '0.7',
    rate: '0.1',
    upfront: '70000.00',
    paidOn: '2023-01-01',
    consumed: '500000.00',
    earned: '50000.00',
    settlement: '-20000.00',
    status: 'to settle',
  });
});

test('of one account only, and of an account that is not there', async () => {
  const units = ['--units', 'credit=0'];
  const nobody = await tallystick(['commission', 'nobody', ...units, ...place]);
  expect([nobody.code, nobody.said]).toEqual([0, expect.stringContaining('no rows')]);
  const missing = await tallystick(['commission', 'missing', ...units, ...place]);
  expect([missing.code, missing.warned]).toEqual([2, 'tallystick: no account "missing"']);
});
