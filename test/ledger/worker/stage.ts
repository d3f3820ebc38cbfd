// What the tests of the worker start from: a ledger over a memory with a clock to turn, accounts whose
// balances set off alerts, and timers that wait for nobody.
import type { Ledger, LedgerNotice } from '../../../src/index.ts';
import { createLedger } from '../../../src/index.ts';
import { MemoryTables, memory } from '../../../src/storage/memory.ts';
import type { Storage } from '../../../src/storage/port.ts';
import { createClock } from '../../../src/testing/clock.ts';

export const START = '2026-03-01T12:00:00.000Z';

export type StageLedger = Ledger<{ units: { credit: { scale: 0 } } }>;

export interface Stage {
  readonly ledger: StageLedger;
  readonly tables: MemoryTables;
  readonly clock: ReturnType<typeof createClock>;
  /** Another process on the same rows. */
  readonly another: (over?: (sound: Storage) => Storage) => Promise<StageLedger>;
}

export async function stage(over: (sound: Storage) => Storage = (sound) => sound): Promise<Stage> {
  const tables = new MemoryTables();
  const clock = createClock(START);
  const another: Stage['another'] = (wrap = (sound) => sound) =>
    createLedger({
      storage: wrap(memory(tables)),
      units: { credit: { scale: 0 } },
      clock: clock.now,
    });
  return { ledger: await another(over), tables, clock, another };
}

/** An account with 100 credits that has set off an alert at each of these balances, one after the other. */
export async function alerted(
  ledger: StageLedger,
  account: string,
  below: readonly number[] = [90],
): Promise<void> {
  const thresholds = below.map(String);
  await ledger.open({ account, key: 'open', terms: { alerts: { below: thresholds } } });
  await ledger.grant({ account, amount: 100, key: 'grant' });
  let left = 100;
  for (const [index, threshold] of below.entries()) {
    await ledger.consume({ account, amount: left - threshold, key: `use ${index}` });
    left = threshold;
  }
}

/** What a notice says, in short. */
export function said(notice: LedgerNotice): string {
  return `${notice.account} ${String(notice.data['alert'] ?? notice.type)}`;
}

export interface Gate {
  readonly passed: Promise<void>;
  open(): void;
}

/** Something to wait at. */
export function gate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, open: resolve };
}

/** Everything that comes. */
export async function all<T>(coming: AsyncIterable<T>): Promise<T[]> {
  const come: T[] = [];
  for await (const one of coming) come.push(one);
  return come;
}
