import { describe, expect, test } from 'vitest';
import { memory } from '../../../src/storage/memory.ts';
import type { Storage } from '../../../src/storage/port.ts';
import { NotAScenario, runScenario } from '../../../src/testing/index.ts';

const sale = { at: '2026-01-01T00:00:00Z', do: 'purchase', block: 'a', amount: '3', price: '1.00' };
const use = { at: '2026-01-31T20:00:00Z', do: 'consume', amount: '1' };
const march = { at: '2026-03-01T00:00:00Z', do: 'look' };

async function failuresOf(steps: unknown[], more = {}, storage: Storage = memory()) {
  return (await runScenario({ scenario: 's', ...more, steps }, { storage })).failures;
}

describe('what the books show is compared month by month, as closed and restated', () => {
  test.each([
    ['revenue', { '2026-01': { usage: '0.34' } }, 'revenue.2026-01.usage', '0.34', '0.33'],
    ['revenue', { '2026-02': { deferred: '1' } }, 'revenue.2026-02.deferred', '1', '0.67'],
    ['restated', { '2026-01': { billed: '2' } }, 'restated.2026-01.billed', '2', '1.00'],
    ['revenue', { '2025-12': { billed: '1' } }, 'revenue.2025-12.billed', '1', '0.00'],
  ])('%s of %j', async (view, said, path, expected, actual) => {
    const look = { ...march, expect: { [view]: said } };
    expect(await failuresOf([sale, use, look])).toEqual([{ step: 2, path, expected, actual }]);
  });

  test('as things stand after that step, and not later', async () => {
    const before = { ...sale, expect: { revenue: { '2026-01': { usage: '0', deferred: '1' } } } };
    expect(await failuresOf([before, use])).toEqual([]);
  });

  test('a look that brings figures about records nothing', async () => {
    const storage = memory();
    const ends = { ...sale, expiresAt: '2026-02-01T00:00:00Z' };
    const look = { ...march, expect: { revenue: { '2026-01': { breakage: '1.00' } } } };
    expect(await failuresOf([ends, look], {}, storage)).toEqual([]);
    const heads = await storage.heads(null, 10);
    expect(heads.find(({ account }) => account.startsWith('scenario:'))?.number).toBe(2);
  });
});

describe('what is decided about a book may be refused', () => {
  const close = { at: '2026-02-01T00:00:00Z', do: 'close', period: '2026-01' };
  test.each([
    ['a month that is not over', { ...close, at: '2026-01-31T23:59:59.999Z' }, 'not-due'],
    ['a month of no calendar', { ...close, period: '2026-00' }, 'invalid-input'],
    ['a policy of nothing', { at: close.at, do: 'policy' }, 'invalid-input'],
    [
      'a policy of a block that nobody opened',
      { at: close.at, do: 'policy', block: 'b', breakage: 'at-expiry' },
      'unknown-block',
    ],
  ])('%s', async (_, step, refused) => {
    expect(await failuresOf([sale, { ...step, expect: { refused } }])).toEqual([]);
    expect(await failuresOf([sale, step])).toEqual([
      { step: 1, path: 'refused', expected: null, actual: expect.stringContaining(refused) },
    ]);
  });
});

test('books that can not show figures fail the expectation, and say why', async () => {
  const look = { ...march, expect: { revenue: { '2026-01': { billed: '1' } } } };
  const more = { account: { currency: 'EUR' }, book: { currency: 'USD' } };
  // A purchase states its rate or is refused; what a plan allocates goes by the newest, and here is none.
  const plan = { at: sale.at, do: 'grant', block: 'plan', amount: '1', basis: '1.00' };
  expect(await failuresOf([plan, look], more)).toEqual([
    { step: 1, path: 'revenue', expected: 'figures', actual: expect.stringContaining('fxRate') },
  ]);
});

test('a close whose record was changed is a failure of the last step', async () => {
  const storage = memory();
  const forged = new Proxy(storage, {
    get: (target, property) =>
      property === 'operations'
        ? async (account: string, after: number, limit: number) => {
            const all = await target.operations(account, after, limit);
            return all.map((one) => ({
              ...one,
              body: one.body.replace('"closedBy":"eve"', '"closedBy":"ada"'),
            }));
          }
        : Reflect.get(target, property, target),
  });
  const close = { at: '2026-02-01T00:00:00Z', do: 'close', period: '2026-01', by: 'eve' };
  expect(await failuresOf([sale, use, close])).toEqual([]);
  const actual = expect.stringContaining('the hash does not fit');
  expect(await failuresOf([sale, use, close], {}, forged)).toEqual([
    { step: 2, path: 'close', expected: 'ok', actual },
  ]);
});

test('a book is opened only for a story that speaks of one', async () => {
  const storage = memory();
  await failuresOf([sale, use], {}, storage);
  expect(await storage.heads(null, 10)).toHaveLength(1);
  await failuresOf([sale, use], { book: { rounding: 'half-even' } }, storage);
  expect(await storage.heads(null, 10)).toHaveLength(3);
});

test('what is wrong with the book is wrong with the file', async () => {
  const run = (book: object) => failuresOf([sale], { book });
  await expect(run({ timeZone: 'Europe/Atlantis' })).rejects.toThrow(NotAScenario);
  await expect(run({ timeZone: 'Europe/Atlantis' })).rejects.toThrow('book.timeZone: ');
  await expect(run({ currency: 'XXXX' })).rejects.toThrow('currency');
});
