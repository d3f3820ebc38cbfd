// What a read costs the storage, and what it may leave out for that.

import { beforeEach, describe, expect, test } from 'vitest';
import { InvalidInput, type Ledger, StorageUnavailable } from '../../../src/index.ts';
import { createLedgerWith, INSIDE } from '../../../src/ledger/create-ledger.ts';
import type { Keeping } from '../../../src/ledger/loading.ts';
import { memory } from '../../../src/storage/memory.ts';
import type { Storage } from '../../../src/storage/port.ts';

const units = { credit: { scale: 0 } } as const;
const rateCards = [
  {
    id: 'standard',
    version: 1,
    rates: {
      answer: { model: 'per-unit', price: { credit: '2' } },
      suite: { model: 'flat', price: '5', every: 'P1M' },
    },
  },
] as const;
const DAY = 86_400_000;

let now: number;
let calls: string[];
let base: ReturnType<typeof memory>;
let ledger: Ledger<{ units: typeof units; rateCards: typeof rateCards }>;
let other: typeof ledger;

/** A ledger as a process of its own, whose calls to the storage are noted. */
async function process(keeping: Partial<Keeping> = {}): Promise<typeof ledger> {
  const counting: Storage = {
    ...base,
    load: (account, ...rest) => {
      calls.push('load');
      return base.load(account, ...rest);
    },
    find: (account, keys) => {
      calls.push('find');
      return base.find(account, keys);
    },
    parts: (account, at, wanted) => {
      calls.push('parts');
      return base.parts(account, at, wanted);
    },
    operations: (account, after, limit) => {
      calls.push('operations');
      return base.operations(account, after, limit);
    },
  };
  const settings = { storage: counting, units, rateCards, clock: () => now };
  return createLedgerWith(settings, { ...INSIDE, ...keeping });
}

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1);
  calls = [];
  base = memory();
  [ledger, other] = [await process(), await process()];
  await ledger.open({ account: 'a', key: 'open' });
  await ledger.grant({ account: 'a', amount: 10, expiresAt: now + DAY, key: 'short' });
  await ledger.grant({ account: 'a', amount: 5, key: 'long' });
  calls = [];
});

describe('how fresh a balance is', () => {
  test('an exact one costs one call, on a cold account and on a known one', async () => {
    for (const asked of [other, other, ledger]) {
      calls = [];
      expect((await asked.balance({ account: 'a' })).available.toString()).toBe('15');
      expect(calls).toEqual(['load']);
    }
  });

  test('a cached one costs none, where the account is known, and says up to which operation it goes', async () => {
    await other.consume({ account: 'a', amount: 1, key: 'elsewhere' });
    calls = [];
    const cached = await ledger.balance({ account: 'a', freshness: 'cached' });
    expect([cached.available.toString(), cached.number, calls]).toEqual(['15', 3, []]);
    const exact = await ledger.balance({ account: 'a', freshness: 'exact' });
    expect([exact.available.toString(), exact.number]).toEqual(['14', 4]);
    calls = [];
    const again = await ledger.balance({ account: 'a', freshness: 'cached' });
    expect([again.available.toString(), again.number, calls]).toEqual(['14', 4, []]);
  });

  test('a cached one knows what this process wrote, and what time has brought', async () => {
    await ledger.consume({ account: 'a', amount: 3, key: 'own' });
    calls = [];
    const balance = async () =>
      (await ledger.balance({ account: 'a', freshness: 'cached' })).available.toString();
    expect(await balance()).toBe('12');
    now += 2 * DAY;
    expect(await balance()).toBe('5');
    expect(calls).toEqual([]);
  });

  test('a cached one of an account that is not known is exact', async () => {
    const balance = await other.balance({ account: 'a', freshness: 'cached' });
    expect([balance.available.toString(), calls]).toEqual(['15', ['load']]);
    await expect(other.balance({ account: 'b', freshness: 'cached' })).rejects.toThrow('b');
  });

  test('a cached one never tells of what a transaction has not committed', async () => {
    const undone = base.transaction(async (trx) => {
      await ledger.within(trx).consume({ account: 'a', amount: 9, key: 'undone' });
      const seen = await ledger.balance({ account: 'a', freshness: 'cached' });
      expect(seen.available.toString()).toBe('15');
      throw new Error('rolled back');
    });
    await expect(undone).rejects.toThrow('rolled back');
    const after = await ledger.balance({ account: 'a', freshness: 'cached' });
    expect(after.available.toString()).toBe('15');
  });

  test('quotes and entitlements take the same word', async () => {
    await ledger.consume({ account: 'a', feature: 'suite', quantity: 1, key: 'suite' });
    await other.consume({ account: 'a', amount: 4, key: 'elsewhere' });
    calls = [];
    const question = { do: 'consume', account: 'a', feature: 'answer', quantity: 1 } as const;
    expect((await ledger.quote(question, { freshness: 'cached' })).balance.toString()).toBe('8');
    const running = await ledger.entitlements({ account: 'a', freshness: 'cached' });
    expect(running.map(({ feature }) => feature)).toEqual(['suite']);
    expect(calls).toEqual([]);
    expect((await ledger.quote(question)).balance.toString()).toBe('4');
    expect((await ledger.entitlements({ account: 'a' })).length).toBe(1);
    expect(calls).toEqual(['load', 'load']);
  });

  test('an earlier instant, and a transaction, have no cached balance', async () => {
    const said = { account: 'a', freshness: 'cached' } as const;
    await expect(ledger.balance({ ...said, asOf: now })).rejects.toBeInstanceOf(InvalidInput);
    const inside = base.transaction((trx) => ledger.within(trx).balance(said));
    await expect(inside).rejects.toBeInstanceOf(InvalidInput);
    // @ts-expect-error: what isn't there is refused
    await expect(ledger.balance({ account: 'a', freshness: 'stale' })).rejects.toThrow('freshness');
  });
});

describe('which blocks a balance lists', () => {
  const listed = async (blocks?: 'live' | 'all' | 'none') =>
    (await ledger.balance({ account: 'a', ...(blocks && { blocks }) })).blocks.map(
      ({ block, state }) => `${block} ${state}`,
    );

  test('those with something left, in the order in which they were recorded', async () => {
    await ledger.grant({ account: 'a', amount: 1, priority: 1, key: 'third' });
    expect(await listed()).toEqual(['short open', 'long open', 'third open']);
    await ledger.consume({ account: 'a', amount: 1, key: 'use' });
    now += DAY;
    expect(await listed()).toEqual(['long open']);
    expect(await listed('all')).toEqual(['short expired', 'long open', 'third empty']);
    expect(await listed('none')).toEqual([]);
  });

  test('also where all that is left of one is held, or frozen', async () => {
    await ledger.hold({ account: 'a', amount: 12, key: 'hold' });
    expect(await listed()).toEqual(['short open', 'long open']);
    await ledger.capture({ account: 'a', hold: 'hold', amount: 12, key: 'capture' });
    expect(await listed()).toEqual(['long open']);
    await ledger.dispute({ account: 'a', block: 'long', state: 'open', key: 'dispute' });
    expect(await listed()).toEqual(['long frozen']);
  });

  test('none of them is asked of the storage, however many there were', async () => {
    const many = await process({ checkpointEvery: 10, wholeUpTo: 5, cachedParts: 10 });
    for (let turn = 0; turn < 40; turn += 1) {
      await many.grant({ account: 'a', amount: 1, priority: 1, key: `block ${turn}` });
      await many.consume({ account: 'a', amount: 1, key: `use ${turn}` });
    }
    await many.close();
    const cold = await process({ checkpointEvery: 10, wholeUpTo: 5, cachedParts: 10 });
    for (const freshness of ['exact', 'cached'] as const) {
      calls = [];
      const { blocks } = await cold.balance({ account: 'a', freshness });
      expect(blocks.map(({ block }) => block)).toEqual(['short', 'long']);
      expect(calls).toEqual(freshness === 'exact' ? ['load'] : []);
    }
    expect((await cold.balance({ account: 'a', blocks: 'all' })).blocks).toHaveLength(42);
    expect(calls).toContain('parts');
  });
});

test('a storage that does not answer is no verdict on an account', async () => {
  await ledger.consume({ account: 'a', amount: 1, key: 'usage' });
  await ledger.reverse({ account: 'a', of: 'usage', key: 'undone' });
  const sound = base;
  base = {
    ...sound,
    find: async () => {
      throw new StorageUnavailable('the line is cut');
    },
  };
  await expect(ledger.verify({ account: 'a' })).rejects.toThrow(StorageUnavailable);
  base = sound;
  expect(await ledger.verify({ account: 'a' })).toMatchObject({ ok: true });
});
