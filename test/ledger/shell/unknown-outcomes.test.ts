import { describe, expect, it } from 'vitest';
import {
  AccountBusy,
  InsufficientCredits,
  InvariantBroken,
  StorageUnavailable,
} from '../../../src/index.ts';
import { memory } from '../../../src/storage/memory.ts';
import { handedOn, troubled } from '../../../src/testing/conformance/ledger/troubled-storage.ts';
import { keysOf, over, scene } from './set-up.ts';

describe('an append whose outcome nobody knows', () => {
  it('is settled by its key: one effect, and the caller gets it as his own', async () => {
    const { ledger, storage } = await scene();
    storage.trouble('lost');
    const receipt = await ledger.consume({ account: 'acme', amount: '4', key: 'usage' });
    expect([receipt.replayed, `${receipt.charged}`, `${receipt.balance}`]).toEqual([
      false,
      '4',
      '6',
    ]);
    expect(await keysOf(ledger)).toEqual(['open', 'grant', 'usage']);
  });

  it('belongs to one of its twins, and is a replay to the others', async () => {
    const { ledger, storage } = await scene();
    storage.trouble('lost');
    const receipts = await Promise.all(
      Array.from({ length: 8 }, () =>
        ledger.consume({ account: 'acme', amount: '4', key: 'usage' }),
      ),
    );
    expect(receipts.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(receipts.map(({ hash }) => hash)).size).toBe(1);
  });

  it('is not refused as long as it may still arrive', async () => {
    const { ledger, rival, storage } = await scene({ fenceMs: 60_000, deadlineMs: 100 });
    storage.trouble('late', () => rival.sweep({ account: 'acme' }));
    const usage = ledger.consume({ account: 'acme', amount: '4', key: 'usage' });
    await usage;
    await storage.arrive();
    expect(await keysOf(ledger)).toEqual(['open', 'grant', 'usage']);
  });

  it('is asked for after the account was read, or its own arrival would look like a rival', async () => {
    const { storage, tables, clock } = await scene({ credits: '10' });
    // The find is answered, then the late append arrives, then the account is read.
    let found: (() => void) | undefined;
    const gap = new Promise<void>((resolve) => {
      found = resolve;
    });
    let late = false;
    const between = handedOn(storage, {
      find: async (account, keys) => {
        const operations = await storage.find(account, keys);
        if (late) {
          await storage.arrive();
          found?.();
        }
        return operations;
      },
      load: async (account, after) => {
        if (late) await Promise.race([gap, new Promise((resolve) => setTimeout(resolve, 20))]);
        return storage.load(account, after);
      },
    });
    const ledger = await over(between, { clock: clock.now });
    await ledger.balance({ account: 'acme' });
    storage.trouble('late');
    late = true;
    const receipt = await ledger.consume({ account: 'acme', amount: '10', key: 'usage' });
    expect(receipt.charged.toString()).toBe('10');
    expect(tables.accounts.get('acme')?.head.number).toBe(3);
  });

  it('stays unknown where a second attempt may still arrive, though the first is fenced', async () => {
    const { ledger, rival, storage, clock } = await scene({
      fenceMs: 60_000,
      deadlineMs: 100,
      expiresAt: '2026-03-01T13:00:00Z',
    });
    await rival.grant({ account: 'acme', amount: '1', key: 'warm' });
    await ledger.balance({ account: 'acme' });
    const rivalWrites = async (): Promise<void> => {
      await rival.grant({
        account: 'acme',
        amount: '1',
        key: 'rival',
        expiresAt: '2026-03-01T13:00:00Z',
      });
    };
    const late = troubled(handedOn(storage), 60_000);
    const own = await over(late, { clock: clock.now, deadlineMs: 100 });
    await own.balance({ account: 'acme' });
    let appends = 0;
    const script = handedOn(late, {
      append: async (groups) => {
        appends += 1;
        if (appends === 1) {
          late.trouble('late');
          await late.append(groups).catch(() => {});
          await rivalWrites();
          throw new StorageUnavailable('no answer', { outcome: 'unknown' });
        }
        if (appends === 2) {
          late.trouble('late');
          clock.set('2026-03-01T14:00:00Z');
        }
        return late.append(groups);
      },
    });
    const caller = await over(script, { clock: clock.now, deadlineMs: 100 });
    await caller.balance({ account: 'acme' });
    const error = await caller
      .consume({ account: 'acme', amount: '10', key: 'usage' })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StorageUnavailable);
    expect(error).toMatchObject({ outcome: 'unknown' });
  });

  it('stays unknown where the account is busy afterwards', async () => {
    const { ledger, storage } = await scene({ fenceMs: 60_000, deadlineMs: 40 });
    storage.trouble('late', ...Array.from({ length: 100 }, () => 'busy' as const));
    const error = await ledger
      .consume({ account: 'acme', amount: '4', key: 'usage' })
      .catch((thrown: unknown) => thrown);
    expect(error).not.toBeInstanceOf(AccountBusy);
    expect(error).toMatchObject({ code: 'storage-unavailable', outcome: 'unknown' });
  });

  it('is found also by a clock that has become wrong: to give an answer again decides nothing', async () => {
    const { ledger, storage, clock } = await scene();
    const usage = { account: 'acme', amount: '4', key: 'usage' };
    storage.trouble('lost');
    await ledger.consume(usage);
    clock.advance(-3_600_000);
    const again = await ledger.consume(usage);
    expect([again.replayed, `${again.balance}`]).toEqual([true, '6']);
    await expect(ledger.consume({ ...usage, key: 'new' })).rejects.toThrow('behind');
  });

  it("is not refused inside a caller's transaction either", async () => {
    const { ledger, storage, tables, clock } = await scene({
      fenceMs: 60_000,
      deadlineMs: 30,
      expiresAt: '2026-03-01T13:00:00Z',
    });
    const usage = { account: 'acme', amount: '4', key: 'usage' };
    storage.trouble('late', ...Array.from({ length: 100 }, () => 'away' as const));
    await expect(ledger.consume(usage)).rejects.toMatchObject({ outcome: 'unknown' });
    clock.set('2026-03-01T14:00:00Z');
    await memory(tables).transaction(async (transaction) => {
      const inside = ledger.within(transaction);
      await expect(inside.consume(usage)).rejects.toMatchObject({ outcome: 'unknown' });
      await expect(inside.consume({ ...usage, key: 'other' })).rejects.toBeInstanceOf(
        InsufficientCredits,
      );
    });
    await storage.arrive();
    expect(await keysOf(ledger)).toEqual(['open', 'grant', 'usage']);
  });

  it('is refused for good once its number is taken', async () => {
    const { ledger, rival, storage } = await scene({ fenceMs: 60_000, deadlineMs: 5_000 });
    storage.trouble('late', async () => {
      await rival.consume({ account: 'acme', amount: '10', key: 'rival' });
    });
    const error = await ledger
      .consume({ account: 'acme', amount: '4', key: 'usage' })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InsufficientCredits);
    expect(await storage.arrive()).toEqual(['moved']);
  });
});

describe('a storage that fails before anything is written', () => {
  it('is tried again until the deadline, and then told as not applied', async () => {
    const { ledger, storage } = await scene({ deadlineMs: 40 });
    storage.trouble('away');
    await ledger.consume({ account: 'acme', amount: '4', key: 'usage' });
    storage.trouble(...Array.from({ length: 100 }, () => 'away' as const));
    const error = await ledger
      .consume({ account: 'acme', amount: '4', key: 'other' })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'storage-unavailable', outcome: 'not-applied' });
  });

  it('is told as the bug that it is where an invariant broke', async () => {
    const { tables, clock } = await scene();
    const broken = handedOn(memory(tables), {
      append: async () => {
        throw new InvariantBroken('an account stands twice in one append');
      },
    });
    const ledger = await over(broken, { clock: clock.now });
    await expect(
      ledger.consume({ account: 'acme', amount: '4', key: 'usage' }),
    ).rejects.toBeInstanceOf(InvariantBroken);
  });
});
