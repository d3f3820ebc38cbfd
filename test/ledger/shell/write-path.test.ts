import { describe, expect, it } from 'vitest';
import { StorageUnavailable } from '../../../src/index.ts';
import { memory } from '../../../src/storage/memory.ts';
import type { AppendGroup, AppendOutcome } from '../../../src/storage/port.ts';
import { handedOn } from '../../../src/testing/conformance/ledger/troubled-storage.ts';
import { keysOf, over, START, scene } from './set-up.ts';

const refused = new StorageUnavailable('a constraint of the owner objects', {
  outcome: 'not-applied',
  retryable: false,
});

/** A storage that can't hold a group with such a key. */
function picky(tables: Parameters<typeof memory>[0], key: string): ReturnType<typeof handedOn> {
  const sound = memory(tables);
  return handedOn(sound, {
    append: async (groups) => {
      const isHeld = (group: AppendGroup): boolean =>
        group.operations.every((operation) => operation.key !== key);
      const told = await sound.append(groups.filter(isHeld));
      return groups.map(
        (group): AppendOutcome => (isHeld(group) ? (told.shift() ?? 'moved') : refused),
      );
    },
  });
}

describe('the write path', () => {
  it('rejects the one call whose rows the storage refuses, and no other of its account', async () => {
    const { tables, clock } = await scene();
    const ledger = await over(picky(tables, 'bad'), { clock: clock.now, deadlineMs: 500 });
    const consume = (key: string) => ledger.consume({ account: 'acme', amount: '1', key });
    const [a, bad, b] = await Promise.allSettled([consume('a'), consume('bad'), consume('b')]);
    expect(bad).toEqual({ status: 'rejected', reason: refused });
    expect([a?.status, b?.status]).toEqual(['fulfilled', 'fulfilled']);
    expect(await keysOf(ledger)).toEqual(['open', 'grant', 'a', 'b']);
  });

  it('takes up an append whose fault came as its outcome', async () => {
    const { tables, clock } = await scene();
    const sound = memory(tables);
    let faults = 0;
    const storage = handedOn(sound, {
      append: async (groups) => {
        faults += 1;
        if (faults > 1) return sound.append(groups);
        await sound.append(groups);
        return groups.map(() => new StorageUnavailable('cut off', { outcome: 'unknown' }));
      },
    });
    const ledger = await over(storage, { clock: clock.now });
    const receipt = await ledger.consume({ account: 'acme', amount: '4', key: 'usage' });
    expect([receipt.replayed, `${receipt.balance}`]).toEqual([false, '6']);
  });

  it('replays what a rival has written since the account was cached', async () => {
    const { ledger, rival } = await scene({ credits: '1' });
    await ledger.balance({ account: 'acme' });
    await rival.grant({ account: 'acme', amount: '50', key: 'more' });
    const first = await rival.consume({ account: 'acme', amount: '40', key: 'usage' });
    const [again, new_] = await Promise.all([
      ledger.consume({ account: 'acme', amount: '40', key: 'usage' }),
      ledger.consume({ account: 'acme', amount: '2', key: 'next' }),
    ]);
    expect([again.replayed, again.hash]).toEqual([true, first.hash]);
    expect(again.balance.toString()).toBe('11');
    expect(new_.balance.toString()).toBe('9');
  });

  it('replays an operation that is committed between the reads of account and key', async () => {
    const { rival, tables, clock } = await scene({ credits: '1' });
    const sound = memory(tables);
    const slow = handedOn(sound, {
      find: async (account, keys) => {
        await rival.grant({ account: 'acme', amount: '50', key: 'more' });
        await rival.consume({ account: 'acme', amount: '40', key: 'usage' });
        return sound.find(account, keys);
      },
    });
    const ledger = await over(slow, { clock: clock.now });
    const consume = { account: 'acme', amount: '40', key: 'usage' };
    expect((await ledger.consume(consume)).replayed).toBe(true);
    const other = await over(slow, { clock: clock.now });
    expect((await other.quote({ do: 'consume', ...consume })).replayed).toBe(true);
  });

  it('replays an operation that is committed between the reads of key and account', async () => {
    const { rival, tables, clock } = await scene({ credits: '40' });
    const sound = memory(tables);
    const consume = { account: 'acme', amount: '40', key: 'usage' };
    let answered = (): void => {};
    const slow = handedOn(sound, {
      find: async (account, keys) => {
        const found = await sound.find(account, keys);
        answered();
        return found;
      },
      load: async (account, after) => {
        await Promise.race([
          new Promise<void>((resolve) => {
            answered = resolve;
          }),
          new Promise((resolve) => setTimeout(resolve, 20)),
        ]);
        await rival.consume(consume);
        return sound.load(account, after);
      },
    });
    const quick = await over(slow, { clock: clock.now });
    const two = [{ account: 'acme', amount: '1', key: 'other' }, consume] as const;
    const [other, twin] = await Promise.allSettled(two.map((each) => quick.consume(each)));
    expect(other?.status).toBe('rejected');
    expect(twin).toMatchObject({ status: 'fulfilled', value: { replayed: true } });
  });

  it("keeps an account's calls in their order, whatever becomes of the first batch", async () => {
    const { ledger, storage } = await scene({ credits: '100', batchBound: 2 });
    storage.trouble('busy');
    const keys = ['a', 'b', 'c', 'd', 'e'];
    const calls = keys.map((key) => ledger.consume({ account: 'acme', amount: '1', key }));
    await new Promise((resolve) => setTimeout(resolve, 0));
    calls.push(ledger.consume({ account: 'acme', amount: '1', key: 'f' }));
    await Promise.all(calls);
    expect((await keysOf(ledger)).slice(2)).toEqual([...keys, 'f']);
  });

  it('replays with the balance of today, counting what became effective meanwhile', async () => {
    const { ledger, clock } = await scene();
    const effectiveAt = '2026-03-01T13:00:00Z';
    await ledger.grant({
      account: 'acme',
      amount: '5',
      key: 'later',
      occurredAt: START,
      effectiveAt,
    });
    const usage = { account: 'acme', amount: '1', key: 'usage' };
    expect((await ledger.consume(usage)).balance.toString()).toBe('9');
    clock.set('2026-03-01T14:00:00Z');
    expect((await ledger.balance({ account: 'acme' })).available.toString()).toBe('14');
    expect((await ledger.consume(usage)).balance.toString()).toBe('14');
  });

  it('tells of a fault in a sweep', async () => {
    const { tables, clock } = await scene({ expiresAt: '2026-03-01T13:00:00Z' });
    clock.set('2026-03-01T14:00:00Z');
    const storage = handedOn(memory(tables), {
      append: async (groups) => groups.map(() => refused),
    });
    const ledger = await over(storage, { clock: clock.now });
    await expect(ledger.sweep({ account: 'acme' })).rejects.toBe(refused);
  });

  it('answers what is stored, whatever becomes of the checkpoint behind it', async () => {
    const { tables, clock } = await scene({ credits: '1000' });
    const storage = handedOn(memory(tables), {
      checkpoint: () => {
        throw new Error('no checkpoint today');
      },
    });
    const ledger = await over(storage, { clock: clock.now });
    const usages = Array.from({ length: 600 }, (_, index) => ({
      do: 'consume' as const,
      account: 'acme',
      amount: '1',
      key: `usage ${index}`,
    }));
    const outcomes = await ledger.batch(usages);
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    expect((await ledger.balance({ account: 'acme' })).available.toString()).toBe('400');
  });

  it('waits at its end for the checkpoint that it writes', async () => {
    const { tables, clock } = await scene({ credits: '1000' });
    const sound = memory(tables);
    const told: string[] = [];
    const storage = handedOn(sound, {
      checkpoint: async (account, base, next) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        told.push('checkpoint');
        return sound.checkpoint(account, base, next);
      },
      close: async () => void told.push('closed'),
    });
    const ledger = await over(storage, { clock: clock.now });
    await ledger.batch(
      Array.from({ length: 600 }, (_, index) => ({
        do: 'consume' as const,
        account: 'acme',
        amount: '1',
        key: `usage ${index}`,
      })),
    );
    await ledger.close();
    expect(told).toEqual(['checkpoint', 'closed']);
  });
});
