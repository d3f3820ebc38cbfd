// What a ledger remembers of callers' transactions: what others committed, and nothing of what the
// caller himself may still roll back.

import { expect, test } from 'vitest';
import { createLedger } from '../../../src/index.ts';
import { memory } from '../../../src/storage/memory.ts';
import type { Storage } from '../../../src/storage/port.ts';

async function setUp() {
  const storage = memory();
  const loads: (number | undefined)[] = [];
  const counting: Storage = {
    ...storage,
    join: async (handle, options) => {
      const joined = await storage.join(handle, options);
      return {
        identity: joined.identity,
        lock: (account) => joined.lock(account),
        parts: (account, base, wanted) => joined.parts(account, base, wanted),
        find: (account, keys) => joined.find(account, keys),
        append: (group) => joined.append(group),
        load: (account, after) => {
          loads.push(after);
          return joined.load(account, after);
        },
      };
    },
  };
  const ledger = await createLedger({ storage: counting, units: { credit: { scale: 0 } } });
  await ledger.open({ account: 'a', key: 'open' });
  await ledger.grant({ account: 'a', amount: 10_000, key: 'grant' });
  const other = await createLedger({ storage: counting, units: { credit: { scale: 0 } } });
  return { storage, ledger, other, loads };
}

test('an account that is only ever charged inside transactions is read once', async () => {
  const { storage, other, loads } = await setUp();
  for (let index = 0; index < 20; index += 1) {
    await storage.transaction((trx) =>
      other.within(trx).consume({ account: 'a', amount: 1, key: `k${index}` }),
    );
  }
  expect(loads).toEqual([undefined]);
  expect((await other.balance({ account: 'a' })).available.toString()).toBe('9980');
});

test('after others have written, only what they wrote is read', async () => {
  const { storage, ledger, other, loads } = await setUp();
  const charge = (key: string) =>
    storage.transaction((trx) => other.within(trx).consume({ account: 'a', amount: 1, key }));
  await charge('first');
  await ledger.consume({ account: 'a', amount: 1, key: 'outside' });
  loads.length = 0;
  expect((await charge('second')).balance.toString()).toBe('9997');
  expect(loads).toEqual([2]);
});

test('what a transaction wrote and rolled back was never believed', async () => {
  const { storage, ledger, other } = await setUp();
  const undone = storage.transaction(async (trx) => {
    const joined = other.within(trx);
    await joined.consume({ account: 'a', amount: 4_000, key: 'undone' });
    expect((await joined.balance({ account: 'a' })).available.toString()).toBe('6000');
    expect((await joined.consume({ account: 'a', amount: 1, key: 'two' })).number).toBe(4);
    throw new Error('the caller changes his mind');
  });
  await expect(undone).rejects.toThrow('changes his mind');
  for (const each of [other, ledger]) {
    expect((await each.balance({ account: 'a' })).available.toString()).toBe('10000');
  }
  const receipt = await other.consume({ account: 'a', amount: 10_000, key: 'undone' });
  expect(receipt.replayed).toBe(false);
  expect(await other.verify({ account: 'a' })).toMatchObject({ ok: true, operations: 3 });
});

test('what is referred to is looked for in what is stored, not in what was rolled back', async () => {
  const { storage, ledger } = await setUp();
  const undone = storage.transaction(async (trx) => {
    await ledger.within(trx).consume({ account: 'a', amount: 1, key: 'undone' });
    throw new Error('the caller changes his mind');
  });
  await expect(undone).rejects.toThrow('changes his mind');
  await storage.transaction(async (trx) => {
    // Bears the number of the one that is gone.
    const elsewhere = await createLedger({ storage, units: { credit: { scale: 0 } } });
    await elsewhere.within(trx).consume({ account: 'a', amount: 5, key: 'kept' });
    const inside = ledger.within(trx);
    const receipt = await inside.reverse({ account: 'a', of: 'kept', key: 'reverse' });
    expect(receipt.balance.toString()).toBe('10000');
  });
  expect(await ledger.verify({ account: 'a' })).toMatchObject({ ok: true, operations: 4 });
});
