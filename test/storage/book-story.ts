// One story of a book over some accounts, to be told to every storage: the same closes, the same rows.

import { openBook } from '../../src/books/index.ts';
import { createLedger } from '../../src/index.ts';
import type { Storage } from '../../src/storage/port.ts';
import { createClock } from '../../src/testing/index.ts';

export const UNITS = { credit: { scale: 0 } };

const NAMES = ['zeta', 'Alpha', 'émile', 'e', 'a b', '𝒳', '\uffee', 'beta', 'gamma', 'delta'];
const usd = (amount: string) => ({ amount, currency: 'USD' });

/** Tells the story, and gives all that the book shows. */
export async function toldBook(storage: Storage): Promise<unknown> {
  const clock = createClock('2026-01-01T00:00:00Z');
  const definition = { timeZone: 'Pacific/Auckland', policies: { promotional: 'gross' as const } };
  const options = { storage, units: UNITS, clock: clock.now };
  const ledger = await createLedger({
    ...{ ...options, book: { ...definition, listPrice: '0.02' } },
    migrate: false,
  });
  const book = await openBook({ ...options, book: { ...definition, listPrice: '0.020' } });
  for (const [index, account] of NAMES.entries()) {
    await ledger.open({ account, key: 'open', currency: index % 3 === 0 ? 'JPY' : 'USD' });
    const price = index % 3 === 0 ? { amount: '1000', currency: 'JPY' } : usd('10.00');
    await ledger.purchase({
      ...{ account, key: 'sale', block: 'sale', amount: 999, price },
      expiresAt: '2026-03-01T00:00:00Z',
      bonus: { amount: 50, block: 'bonus' },
    });
    await ledger.grant({ account, key: 'gift', amount: 20, kind: 'promotional' });
    clock.advance('PT1H');
  }
  const usage = async (month: string, key: string, occurredAt?: string): Promise<void> => {
    clock.set(`2026-${month}-10T00:00:00Z`);
    await ledger.batch(
      NAMES.map((account, index) => ({
        ...{ do: 'consume' as const, account, key, amount: 7 + index * 13 },
        ...(occurredAt !== undefined && { occurredAt }),
      })),
    );
  };
  await usage('01', 'january');
  await ledger.sellAccess({
    ...{ account: 'beta', key: 'access', access: 'desk', price: usd('120.00') },
    ends: '2026-12-31T00:00:00Z',
  });
  await book.changePolicy({
    ...{ key: 'estimate', by: 'ada', reason: 'history of three years' },
    policies: { breakage: { purchased: { method: 'proportional', expected: '0.2' } } },
  });
  await usage('02', 'february');
  await book.close({ period: '2026-01', by: 'ada' });
  await usage('02', 'late', '2026-01-20T00:00:00Z');
  clock.set('2026-04-01T00:00:00Z');
  const march = await book.close({ period: '2026-03', by: 'ada' });
  await book.reopen({ period: '2026-03', by: 'bob', reason: 'a sale was missing' });
  const again = await book.close({ period: '2026-03', by: 'ada' });
  const shown: unknown[] = [march, again, await book.closes(), await book.figures()];
  const asked = [
    ['deferred', {}],
    ['deferred', { view: 'restated', by: ['account', 'block'] }],
    ['deferred', { view: 'difference' }],
    ['journal', { by: ['contract'] }],
    ['trial-balance', {}],
  ] as const;
  for (const [name, how] of asked) {
    const { rows, columns } = await book.report(name, { period: '2026-01', to: '2026-03', ...how });
    shown.push(name, columns);
    for await (const row of rows) shown.push(row);
  }
  shown.push(await book.verify());
  return JSON.parse(JSON.stringify(shown)) as unknown;
}

/** Many accounts that bought and used a little in January; it is February. */
export async function manyAccounts(storage: Storage, count: number): Promise<void> {
  const clock = createClock('2026-01-05T00:00:00Z');
  const ledger = await createLedger({ storage, units: UNITS, clock: clock.now, book: {} });
  const names = Array.from(
    { length: count },
    (_, index) => `acct-${String(index).padStart(5, '0')}`,
  );
  await ledger.batch(
    names.flatMap((account) => [
      { do: 'open' as const, account, key: 'open' },
      { do: 'purchase' as const, account, key: 'sale', amount: 100, price: usd('1.00') },
      { do: 'consume' as const, account, key: 'use', amount: 40 },
    ]),
  );
}
