import { describe, expect, it } from 'vitest';
import { chain } from '../../../src/account/canonical.ts';
import { AccountBusy, HoldEnded, InvalidInput, StorageUnavailable } from '../../../src/index.ts';
import { memory } from '../../../src/storage/memory.ts';
import { handedOn } from '../../../src/testing/conformance/ledger/troubled-storage.ts';
import { keysOf, over, scene } from './set-up.ts';

describe('withHold', () => {
  it('refuses a key that leaves no room for the keys made of it, before anything is held', async () => {
    const { ledger } = await scene();
    const key = 'k'.repeat(250);
    let worked = false;
    const call = ledger.withHold({ account: 'acme', amount: '5', key }, () => {
      worked = true;
    });
    await expect(call).rejects.toBeInstanceOf(InvalidInput);
    expect(worked).toBe(false);
    expect(await keysOf(ledger)).toEqual(['open', 'grant']);
  });

  it('does no work for a hold that has ended already', async () => {
    const { ledger } = await scene();
    const input = { account: 'acme', amount: '5', key: 'answer' };
    const failing = ledger.withHold(input, () => {
      throw new Error('the model is down');
    });
    await expect(failing).rejects.toThrow('the model is down');
    let worked = false;
    const again = ledger.withHold(input, (hold) => {
      worked = true;
      hold.capture('3');
    });
    await expect(again).rejects.toBeInstanceOf(HoldEnded);
    expect(worked).toBe(false);
  });

  it('finds what was captured when the whole call is tried again', async () => {
    const { ledger } = await scene();
    const input = { account: 'acme', amount: '5', key: 'answer' };
    const work = (hold: { capture(actual: string): void }) => hold.capture('3');
    const first = await ledger.withHold(input, work);
    const again = await ledger.withHold(input, work);
    expect([again.receipt.replayed, again.receipt.hash]).toEqual([true, first.receipt.hash]);
    expect((await ledger.balance({ account: 'acme' })).available.toString()).toBe('7');
  });
});

describe('within', () => {
  it('refuses options that say nothing', async () => {
    const { ledger, tables } = await scene();
    const consume = { account: 'acme', amount: '1', key: 'usage' };
    await memory(tables).transaction(async (transaction) => {
      for (const options of [
        { accounts: ['a\0b'] },
        { accounts: ['\ud800'] },
        { accounts: ['x'.repeat(256)] },
        { deadlineMs: Number.NaN },
        { deadlineMs: -1 },
      ]) {
        const call = async () => ledger.within(transaction, options).consume(consume);
        await expect(call()).rejects.toBeInstanceOf(InvalidInput);
      }
    });
  });

  it('believes nothing of a transaction that was taken back, through whichever handle it was read', async () => {
    const { tables, clock } = await scene();
    const storage = memory(tables);
    // Two wrappers of one transaction, which don't say that they are one.
    const wrapped = handedOn(storage, {
      join: async (handle) => {
        const joined = await storage.join(handle);
        return {
          identity: {},
          lock: (account) => joined.lock(account),
          load: (account, after) => joined.load(account, after),
          parts: (account, base, wanted) => joined.parts(account, base, wanted),
          find: (account, keys) => joined.find(account, keys),
          append: (group) => joined.append(group),
        };
      },
    });
    const ledger = await over(wrapped, { clock: clock.now });
    const rival = await over(memory(tables), { clock: clock.now });
    await ledger.balance({ account: 'acme' });
    const takenBack = storage.transaction(async (transaction) => {
      await ledger.within(transaction).consume({ account: 'acme', amount: '4', key: 'inside' });
      await ledger.within(transaction).balance({ account: 'acme' });
      throw new Error('the application changes its mind');
    });
    await expect(takenBack).rejects.toThrow('changes its mind');
    const balance = await ledger.balance({ account: 'acme' });
    expect(balance.available.toString()).toBe('10');
    await ledger.consume({ account: 'acme', amount: '9', key: 'outside' });
    expect(await keysOf(ledger)).toEqual(['open', 'grant', 'outside']);

    const again = storage.transaction(async (transaction) => {
      await ledger.within(transaction).grant({ account: 'acme', amount: '4', key: 'inside' });
      await ledger.within(transaction).grant({ account: 'acme', amount: '4', key: 'inside too' });
      await ledger.within(transaction).balance({ account: 'acme' });
      throw new Error('the application changes its mind');
    });
    await expect(again).rejects.toThrow('changes its mind');
    await rival.consume({ account: 'acme', amount: '1', key: 'usage' });
    const undone = await ledger.reverse({ account: 'acme', of: 'usage', key: 'undo' });
    expect(undone.balance.toString()).toBe('1');
  });

  it('tells a fault of the storage as it is', async () => {
    const { tables, clock } = await scene();
    const storage = memory(tables);
    const fault = new StorageUnavailable('a constraint of the owner objects', { retryable: false });
    const refusing = handedOn(storage, {
      join: async (handle) => {
        const joined = await storage.join(handle);
        return {
          identity: joined.identity,
          lock: (account) => joined.lock(account),
          load: (account, after) => joined.load(account, after),
          parts: (account, base, wanted) => joined.parts(account, base, wanted),
          find: (account, keys) => joined.find(account, keys),
          append: async () => fault,
        };
      },
    });
    const ledger = await over(refusing, { clock: clock.now });
    await storage.transaction(async (transaction) => {
      const inside = ledger.within(transaction);
      await expect(inside.consume({ account: 'acme', amount: '1', key: 'k' })).rejects.toBe(fault);
    });
  });

  it('may be tried again in the same transaction after an account was busy', async () => {
    const { ledger, tables } = await scene();
    const storage = memory(tables);
    let free: (() => void) | undefined;
    const other = storage.transaction(async (transaction) => {
      await (await storage.join(transaction)).lock('acme');
      await new Promise<void>((resolve) => {
        free = resolve;
      });
    });
    await storage.transaction(async (transaction) => {
      const inside = ledger.within(transaction, { accounts: ['acme'], deadlineMs: 20 });
      const consume = { account: 'acme', amount: '1', key: 'usage' };
      await expect(inside.consume(consume)).rejects.toBeInstanceOf(AccountBusy);
      free?.();
      await other;
      await inside.consume(consume);
    });
    expect(await keysOf(ledger)).toEqual(['open', 'grant', 'usage']);
  });
});

describe('verify', () => {
  it('names a line whose body was replaced and hashed anew', async () => {
    const { tables, clock } = await scene();
    const sound = memory(tables);
    for (const body of ['not json', 'null', '{}', '[]', '{"input":{},"moves":7}']) {
      const forged = handedOn(sound, {
        operations: async (...args) =>
          (await sound.operations(...args)).map((operation, index, all) => {
            if (operation.number !== 2) return operation;
            return { ...operation, body, hash: chain(all[index - 1]?.hash ?? '', operation, body) };
          }),
      });
      const ledger = await over(forged, { clock: clock.now });
      expect(await ledger.verify({ account: 'acme' })).toMatchObject({ ok: false, number: 2 });
    }
  });
});
