// Credits in the memory of processes: what is leased is nobody else's, what was settled is burned once,
// and what a process leaves open comes back.

import { InsufficientCredits, StorageUnavailable } from '../../../errors.ts';
import type { Lease } from '../../../ledger/lease-input.ts';
import { mustEqual } from '../check.ts';
import { ready } from '../journal-writer.ts';
import type { ConformanceCase } from '../target.ts';
import {
  balanceOf,
  fund,
  type KitLedger,
  ledgerOn,
  ledgerOver,
  mustVerify,
  nth,
  startClock,
  twoLedgers,
} from './ledgers.ts';
import { handedOn } from './troubled-storage.ts';

const LEASES = 12;
const LEASED = 10;
const GRANTED = 75;

/** Cases of leases by name. */
export const ledgerLeaseCases: Readonly<Record<string, ConformanceCase>> = {
  'processes that lease from one account spend what it has, and no more': async (target) => {
    const ledgers = await twoLedgers(target);
    await fund(ledgers[0], 'acme', String(GRANTED));
    const taken = await Promise.all(
      Array.from({ length: LEASES }, (_, number) => leaseOrNull(nth(ledgers, number), number)),
    );
    const leases = taken.filter((lease) => lease !== null);
    mustEqual(leases.length, Math.floor(GRANTED / LEASED), 'as many leases as there are credits');
    await Promise.all(
      leases.map(async (lease, number) => {
        lease.spend(LEASED - 3);
        await lease.settle();
        // Some have nothing left to settle, and one has all of it back.
        lease.spend(number % 3);
        await lease.end();
      }),
    );
    const spent = leases.reduce((sum, lease) => sum + lease.spent.toNumber(), 0);
    mustEqual(
      await balanceOf(ledgers[1], 'acme'),
      [String(GRANTED - spent), '0'],
      'what was spent is burned, and the rest is back',
    );
    await mustVerify(ledgers[1], 'acme');
  },

  'a process that is cut off loses its lease at its end, and what it had not settled is charged late':
    async (target) => {
      const clock = startClock();
      const sound = await ready(target);
      let isCut = false;
      const line = handedOn(sound, {
        append: async (groups) => {
          if (isCut) throw new StorageUnavailable('the storage is away');
          return sound.append(groups);
        },
      });
      const cutOff = await ledgerOver(line, { clock: clock.now, deadlineMs: 20 });
      const other = await ledgerOn(target, { clock: clock.now });
      await fund(other, 'acme', '100');
      const input = { account: 'acme', amount: 60, key: 'worker/1', settleEveryMs: null } as const;
      const lease = await cutOff.lease({ ...input, onProblem: () => {} });
      lease.spend(20);
      await lease.settle();
      lease.spend(15);
      isCut = true;
      const failed = await lease.settle().then(
        () => null,
        (error: unknown) => error instanceof StorageUnavailable,
      );
      mustEqual(failed, true, 'nobody hears of it');
      mustEqual(await balanceOf(other, 'acme'), ['40', '40'], 'the rest is held');
      clock.advance('PT75S');
      mustEqual(await balanceOf(other, 'acme'), ['80', '0'], 'it is back when the hold has ended');
      await other.consume({ account: 'acme', amount: 70, key: 'meanwhile' });
      isCut = false;
      const uncharged = await lease.end().then(
        () => 'none',
        (error: unknown) => (error instanceof Error ? Reflect.get(error, 'uncharged') : error),
      );
      mustEqual(uncharged, '5', 'as much of it is charged as there is');
      mustEqual(await balanceOf(other, 'acme'), ['0', '0'], 'and no more');
      await mustVerify(other, 'acme');
    },
};

async function leaseOrNull(ledger: KitLedger, number: number): Promise<Lease | null> {
  const key = `worker/${number}`;
  try {
    return await ledger.lease({ account: 'acme', amount: LEASED, key, settleEveryMs: null });
  } catch (error) {
    if (error instanceof InsufficientCredits) return null;
    throw error;
  }
}
