// What was spent and not settled before the hold ended: charged as far as the account has it, and never twice.
import { describe, expect, it } from 'vitest';
import { LeaseEnded } from '../../../src/index.ts';
import { stage } from './stage.ts';

describe('a settlement', () => {
  it('whose answer got lost is burned once', async () => {
    const { lease: take, until, line, history, standing } = await stage();
    const lease = await take();
    lease.spend(5);
    line.cutAfterNext();
    await expect(until(lease.settle())).rejects.toMatchObject({ outcome: 'unknown' });
    // More is spent meanwhile: it is no part of what is sent again.
    lease.spend(7);
    expect(lease.unsettled.toNumber()).toBe(12);
    line.mend();
    const receipts = await until(insist(() => lease.settle()));
    expect(receipts.map(({ charged }) => charged.toNumber())).toContain(7);
    await until(lease.end());
    expect(await history()).toEqual([
      'hold w 100',
      'capture w/settle/1 5',
      'capture w/settle/2 7',
      'release w/end',
    ]);
    expect(await standing()).toBe('988 available, 0 held');
  });

  it('waits for the one before it', async () => {
    const { lease: take, until, history } = await stage();
    const lease = await take();
    lease.spend(1);
    const first = lease.settle();
    lease.spend(2);
    const second = lease.settle();
    lease.spend(3);
    const end = lease.end();
    expect(() => lease.spend(4)).toThrow(LeaseEnded);
    await until(Promise.all([first, second, end]));
    // Each takes what there is when its turn comes.
    expect(await history()).toEqual(['hold w 100', 'capture w/settle/1 6', 'release w/end']);
  });
});

describe('what comes too late', () => {
  it('is charged as usage of the moment of its last spend', async () => {
    const { rival, lease: take, until, pass, line, history, standing } = await stage();
    const lease = await take({ for: 'PT5S', settleEveryMs: 1_000 });
    await pass(1_000);
    lease.spend(4);
    await pass(500);
    lease.spend(5);
    line.cut();
    await pass(21_000);
    expect(await standing()).toBe('1000 available, 0 held');
    line.mend();
    await pass(60_000);
    expect(await history()).toContain('consume w/settle/1/late 9');
    expect(await standing()).toBe('991 available, 0 held');
    const { entry, text } = await until(rival.explain({ account: 'acme', key: 'w/settle/1/late' }));
    expect(entry.occurredAt.toISOString()).toBe('2026-03-01T12:00:01.500Z');
    expect(text).toContain('It charges 2 spends of lease "w"');
    expect(lease.unsettled.toNumber()).toBe(0);
  });

  it('is charged as far as the account has it, and the rest is told', async () => {
    const { rival, lease: take, until, standing } = await stage();
    const lease = await take();
    lease.spend(90);
    await until(rival.release({ account: 'acme', hold: 'w', key: 'by hand' }));
    await until(rival.consume({ account: 'acme', amount: 960, key: 'meanwhile' }));
    await expect(until(lease.settle())).rejects.toMatchObject({
      code: 'lease-ended',
      ended: 'released',
      uncharged: '50',
    });
    expect(await standing()).toBe('0 available, 0 held');
    expect(lease.unsettled.toNumber()).toBe(0);
    expect(() => lease.spend(1)).toThrow(
      expect.objectContaining({ ended: 'released', uncharged: '0' }),
    );
    // It was told once; nothing is left to be done.
    expect(await until(lease.end())).toEqual([]);
  });

  it('is told with its reason where nothing of it can be charged', async () => {
    const { rival, lease: take, until } = await stage();
    const lease = await take();
    lease.spend(90);
    await until(rival.release({ account: 'acme', hold: 'w', key: 'by hand' }));
    await until(rival.consume({ account: 'acme', amount: 1_000, key: 'meanwhile' }));
    await expect(until(lease.end())).rejects.toMatchObject({
      uncharged: '90',
      cause: { code: 'insufficient-credits' },
    });
  });

  it('is not charged where that was asked for', async () => {
    const { rival, lease: take, until, standing } = await stage();
    const lease = await take({ late: 'forgo' });
    lease.spend(90);
    await until(rival.release({ account: 'acme', hold: 'w', key: 'by hand' }));
    await expect(until(lease.end())).rejects.toMatchObject({ uncharged: '90' });
    expect(await standing()).toBe('1000 available, 0 held');
  });

  it('is charged once, where the answer to that gets lost', async () => {
    const { rival, lease: take, until, line, history, standing } = await stage();
    const lease = await take();
    lease.spend(9);
    await until(rival.release({ account: 'acme', hold: 'w', key: 'by hand' }));
    line.cutAfterNext();
    await expect(until(lease.settle())).rejects.toMatchObject({ outcome: 'unknown' });
    line.mend();
    await until(insist(() => lease.settle()));
    await until(lease.end());
    expect(await history()).toEqual(['hold w 100', 'release by hand', 'consume w/settle/1/late 9']);
    expect(await standing()).toBe('991 available, 0 held');
  });
});

/** Until it is answered with something else than a fault. */
async function insist<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (error instanceof LeaseEnded) throw error;
    }
  }
}
