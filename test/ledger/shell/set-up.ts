// What the tests of the shell start from: a ledger over a memory, with an account that has credits.
import { createLedger, type Ledger } from '../../../src/index.ts';
import type { LedgerSettings } from '../../../src/ledger/api.ts';
import { MemoryTables, memory } from '../../../src/storage/memory.ts';
import type { Storage } from '../../../src/storage/port.ts';
import { createClock } from '../../../src/testing/clock.ts';
import {
  type TroubledStorage,
  troubled,
} from '../../../src/testing/conformance/ledger/troubled-storage.ts';

export const START = '2026-03-01T12:00:00Z';

export type TestLedger = Ledger<{ units: { credit: { scale: 0 } } }>;

export const over = (storage: Storage, settings: LedgerSettings = {}): Promise<TestLedger> =>
  createLedger({ storage, units: { credit: { scale: 0 } }, ...settings });

/** An account with so many credits, a ledger whose storage can be troubled, and a rival beside it. */
export async function scene({
  credits = '10',
  fenceMs = 0,
  expiresAt = null,
  ...settings
}: {
  credits?: string;
  fenceMs?: number;
  expiresAt?: string | null;
} & LedgerSettings = {}): Promise<{
  ledger: TestLedger;
  rival: TestLedger;
  storage: TroubledStorage;
  tables: MemoryTables;
  clock: ReturnType<typeof createClock>;
}> {
  const tables = new MemoryTables();
  const storage = troubled(memory(tables), fenceMs);
  const clock = createClock(START);
  const ledger = await over(storage, { clock: clock.now, ...settings });
  const rival = await over(memory(tables), { clock: clock.now, ...settings });
  await ledger.open({ account: 'acme', key: 'open' });
  await ledger.grant({ account: 'acme', amount: credits, key: 'grant', expiresAt });
  return { ledger, rival, storage, tables, clock };
}

export async function keysOf(ledger: TestLedger, account = 'acme'): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of ledger.history({ account })) keys.push(key);
  return keys;
}
