// What a lease does by itself: it settles, goes on, and ends.
import { describe, expect, it } from 'vitest';
import {
  IdempotencyConflict,
  LeaseEnded,
  LeaseSpent,
  StorageUnavailable,
} from '../../../src/index.ts';
import { createLedgerWith } from '../../../src/ledger/create-ledger.ts';
import { memory } from '../../../src/storage/memory.ts';
import { stage } from './stage.ts';

describe('a lease that nobody looks after', () => {
  it('settles what was spent, so long after the first spend', async () => {
    const { lease: take, pass, history } = await stage();
    const lease = await take({ settleEveryMs: 250 });
    await pass(5_000);
    lease.spend(1);
    await pass(249);
    lease.spend(2);
    expect(await history()).toEqual(['hold w 100']);
    await pass(2);
    expect(await history()).toEqual(['hold w 100', 'capture w/settle/1 3']);
    expect(lease.unsettled.toNumber()).toBe(0);
    // Nothing was spent since: nothing is settled.
    await pass(5_000);
    expect(await history()).toHaveLength(2);
  });

  it('settles at once what passes the bound, also while it is settling', async () => {
    const { lease: take, pass, history } = await stage();
    const lease = await take({ settleAbove: 10 });
    lease.spend(9);
    await pass(60);
    expect(await history()).toEqual(['hold w 100']);
    lease.spend(1);
    await Promise.resolve();
    await Promise.resolve();
    lease.spend(12);
    await pass(1);
    expect(lease.unsettled.toNumber()).toBe(0);
    expect((await history()).slice(1)).toEqual(['capture w/settle/1 10', 'capture w/settle/2 12']);
    lease.spend(3);
    await pass(60);
    expect(await history()).toHaveLength(3);
  });

  it('settles what was spent while it was settling', async () => {
    const { lease: take, line, pass, history } = await stage();
    const lease = await take({ settleEveryMs: 100 });
    lease.spend(1);
    line.cut();
    await pass(1_000);
    lease.spend(2);
    await pass(500);
    line.mend();
    await pass(1_200);
    expect((await history()).slice(1)).toEqual(['capture w/settle/1 1', 'capture w/settle/2 2']);
  });

  it('ends by itself with its time, and gives back what is left', async () => {
    const { lease: take, pass, history, standing } = await stage();
    const lease = await take({ for: 'PT10S' });
    lease.spend(7);
    await pass(9_999);
    expect(lease.isOpen).toBe(true);
    await pass(2);
    expect(lease.isOpen).toBe(false);
    expect(() => lease.spend(1)).toThrow(LeaseEnded);
    expect(await standing()).toBe('993 available, 0 held');
    expect(await history()).toEqual(['hold w 100', 'capture w/end 7']);
    // Its end was seen to: there is nothing left to do.
    expect(await lease.end()).toEqual([]);
  });

  it('tries again in the background until it is settled', async () => {
    const { lease: take, pass, history, line, problems } = await stage();
    const lease = await take({ settleEveryMs: 100 });
    lease.spend(5);
    line.cut();
    await pass(10_000);
    line.mend();
    await pass(2_000);
    expect(await history()).toEqual(['hold w 100', 'capture w/settle/1 5']);
    expect(problems.length).toBeGreaterThan(0);
    for (const [problem, error] of problems) {
      expect(problem).toContain('could not be settled');
      expect(error).toBeInstanceOf(StorageUnavailable);
    }
  });

  it('tries again in the background after its end', async () => {
    const { lease: take, pass, until, history, line, problems } = await stage();
    const lease = await take();
    lease.spend(5);
    line.cut();
    await expect(until(lease.end())).rejects.toBeInstanceOf(StorageUnavailable);
    expect(() => lease.spend(1)).toThrow(LeaseEnded);
    expect(lease.unsettled.toNumber()).toBe(5);
    await pass(10_000);
    line.mend();
    await pass(10_000);
    expect(await history()).toEqual(['hold w 100', 'capture w/end 5']);
    expect(problems.length).toBeGreaterThan(0);
    expect(lease.unsettled.toNumber()).toBe(0);
  });

  it('is settled and ended with its ledger', async () => {
    const { ledger, lease: take, until, history, standing } = await stage();
    const lease = await take({ settleEveryMs: 1_000 });
    const idle = await take({ key: 'idle' });
    lease.spend(5);
    await until(ledger.close());
    expect(await standing()).toBe('995 available, 0 held');
    expect((await history()).sort()).toEqual([
      'capture w/end 5',
      'hold idle 100',
      'hold w 100',
      'release idle/end',
    ]);
    expect(() => idle.spend(1)).toThrow(expect.objectContaining({ ended: 'closed' }));
    await expect(ledger.lease({ account: 'acme', amount: 1, key: 'late' })).rejects.toMatchObject({
      code: 'storage-unavailable',
    });
  });

  it('tells what its ledger could not settle when it was closed', async () => {
    const { ledger, lease: take, until, line, problems } = await stage();
    const lease = await take();
    lease.spend(5);
    line.cut();
    await until(ledger.close());
    expect(problems).toHaveLength(1);
    expect(lease.unsettled.toNumber()).toBe(5);
  });
});

describe('a lease whose clock stands still', () => {
  it('is over all the same: no clock prolongs it', async () => {
    const { lease: take, pass } = await stage(1_000, 'stands');
    const lease = await take({ for: 'PT10S' });
    await pass(9_990);
    lease.spend(1);
    await pass(20);
    expect(() => lease.spend(1)).toThrow(expect.objectContaining({ ended: 'time' }));
  });

  it('is over while nothing else gets to run in its process', async () => {
    let elapsed = 0;
    const timers = { elapsedMs: () => elapsed, schedule: () => () => {}, random: () => 0 };
    const ledger = await createLedgerWith(
      { storage: memory(), units: { credit: { scale: 0 } }, clock: () => 0 },
      { timers, checkpointEvery: 512 },
    );
    await ledger.open({ account: 'acme', key: 'open' });
    await ledger.grant({ account: 'acme', amount: 100, key: 'grant' });
    const lease = await ledger.lease({ account: 'acme', amount: 100, for: 'PT10S', key: 'w' });
    elapsed = 9_999;
    lease.spend(1);
    elapsed = 10_000;
    expect(() => lease.spend(1)).toThrow(LeaseEnded);
  });

  it('counts the time of what was found again from when it was first asked for', async () => {
    const { lease: take, line, pass } = await stage(1_000, 'stands');
    const lease = await take({ refillBelow: 20, for: 'PT10S' });
    line.cutAfterNext();
    lease.spend(81);
    await pass(4_000);
    line.mend();
    lease.spend(1);
    await pass(500);
    expect(lease.left.toNumber()).toBe(100);
    await pass(5_400);
    expect(lease.isOpen).toBe(true);
    await pass(200);
    expect(lease.isOpen).toBe(false);
  });
});

describe('a lease that is refilled', () => {
  it('takes as much again once it runs low, and gives back the rest of the last', async () => {
    const { lease: take, pass, until, history, standing } = await stage();
    const lease = await take({ refillBelow: 20 });
    lease.spend(80);
    await pass(1);
    expect(lease.left.toNumber()).toBe(20);
    lease.spend(5);
    await pass(10);
    expect(lease.left.toNumber()).toBe(100);
    expect(await history()).toEqual(['hold w 100', 'hold w/refill/1 100', 'capture w/end 85']);
    lease.spend(95);
    await pass(10);
    lease.spend(60);
    expect([lease.spent.toNumber(), lease.unsettled.toNumber()]).toEqual([240, 60]);
    await until(lease.end());
    expect(await standing()).toBe('760 available, 0 held');
    expect((await history()).slice(3)).toEqual([
      'hold w/refill/2 100',
      'capture w/refill/1/end 95',
      'capture w/refill/2/end 60',
    ]);
  });

  it('goes on with what it has where the account has too little, and asks again', async () => {
    const { ledger, lease: take, pass, until, history, problems } = await stage(120);
    const lease = await take({ refillBelow: 50 });
    lease.spend(60);
    await pass(10);
    expect(lease.left.toNumber()).toBe(40);
    lease.spend(30);
    expect(() => lease.spend(30)).toThrow(LeaseSpent);
    await until(ledger.grant({ account: 'acme', amount: 500, key: 'more' }));
    lease.spend(1);
    await pass(1_100);
    lease.spend(1);
    await pass(10);
    expect(lease.left.toNumber()).toBe(100);
    expect(problems).toEqual([]);
    expect(await history()).toContain('hold w/refill/1 100');
  });

  it('tells that its next key was used by somebody else', async () => {
    const { ledger, lease: take, pass, until, problems } = await stage();
    await until(ledger.consume({ account: 'acme', amount: 1, key: 'w/refill/1' }));
    const lease = await take({ refillBelow: 20 });
    lease.spend(81);
    await pass(10);
    expect(problems).toEqual([
      ['lease "w" of account "acme": it could not be refilled', expect.any(IdempotencyConflict)],
    ]);
    lease.spend(19);
  });

  it('is renewed ahead of its end while it is in use, and not while it is idle', async () => {
    const { lease: take, pass, history } = await stage();
    const lease = await take({ refillBelow: 20, for: 'PT20S' });
    lease.spend(1);
    await pass(15_010);
    expect(await history()).toEqual(['hold w 100', 'hold w/refill/1 100', 'capture w/end 1']);
    expect(lease.left.toNumber()).toBe(100);
    await pass(19_000);
    expect(lease.isOpen).toBe(true);
    await pass(1_500);
    expect(lease.isOpen).toBe(false);
    expect((await history()).slice(3)).toEqual(['release w/refill/1/end']);
  });

  it('is not refilled for a spend that is larger than all of it', async () => {
    const { lease: take, pass, history } = await stage();
    const lease = await take({ refillBelow: 20 });
    expect(() => lease.spend(101)).toThrow(LeaseSpent);
    await pass(100);
    expect(await history()).toEqual(['hold w 100']);
  });

  it('finds again what it has taken, where the answer to a refill got lost', async () => {
    const { lease: take, pass, until, history, line, standing } = await stage();
    const lease = await take({ refillBelow: 20 });
    line.cutAfterNext();
    lease.spend(81);
    await pass(6_000);
    line.mend();
    lease.spend(1);
    await pass(100);
    expect(lease.left.toNumber()).toBe(100);
    await until(lease.end());
    expect(await history()).toEqual([
      'hold w 100',
      'hold w/refill/1 100',
      'capture w/end 82',
      'release w/refill/1/end',
    ]);
    expect(await standing()).toBe('918 available, 0 held');
  });
});

describe('a lease whose taking went wrong', () => {
  it('is found again by the same call, and spent from for the rest of its time', async () => {
    const { ledger, line, until, history } = await stage();
    const input = { account: 'acme', amount: 100, key: 'w', settleEveryMs: null } as const;
    line.cutAfterNext();
    await expect(until(ledger.lease(input))).rejects.toMatchObject({ outcome: 'unknown' });
    line.mend();
    const lease = await until(insist(() => ledger.lease(input)));
    expect(lease.isOpen).toBe(true);
    lease.spend(100);
    await until(lease.end());
    expect(await history()).toEqual(['hold w 100', 'capture w/end 100']);
  });

  it('is over where it was found again too late', async () => {
    const { ledger, line, until, pass, standing } = await stage();
    const input = { account: 'acme', amount: 100, key: 'w', for: 'PT5S' } as const;
    line.cutAfterNext();
    await expect(until(ledger.lease(input))).rejects.toMatchObject({ outcome: 'unknown' });
    await pass(5_000);
    line.mend();
    const again = insist(() => ledger.lease(input));
    await expect(until(again)).rejects.toMatchObject({ code: 'lease-ended', ended: 'time' });
    expect(await standing()).toBe('1000 available, 0 held');
  });

  it('is nobody else’s', async () => {
    const { ledger, rival, line, until } = await stage();
    const input = { account: 'acme', amount: 100, key: 'w' } as const;
    line.cutAfterNext();
    await expect(until(ledger.lease(input))).rejects.toMatchObject({ outcome: 'unknown' });
    await expect(until(rival.lease(input))).rejects.toBeInstanceOf(IdempotencyConflict);
  });
});

/** Until it is answered. */
async function insist<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof StorageUnavailable)) throw error;
    }
  }
}
