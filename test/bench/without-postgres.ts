// What is measured without PostgreSQL: the engine by itself, and the storages that live in the process.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory } from '../../src/index.ts';
import { sqlite } from '../../src/storage/sqlite/index.ts';
import { BareEngine, type BenchLedger, benchLedger, debit, openAccounts } from './ledger.ts';
import { NAMES } from './report.ts';
import { type Effort, type Measured, measure, type Variant } from './rounds.ts';

const ENGINE_RUN = 256;
const SPENDS = 10_000;

/** Measures all of it. */
export async function measureElsewhere(
  effort: Effort,
  tell: (line: string) => void,
): Promise<Measured[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-bench-'));
  const engine = new BareEngine();
  const commands = engine.read(0, ENGINE_RUN);
  const inMemory = await benchLedger(memory());
  const onFile = await benchLedger(sqlite(join(folder, 'credits.db')));
  for (const ledger of [inMemory, onFile])
    await openAccounts(ledger, ['hot-1', 'hot-64', 'hot-1024', 'leased']);
  const lease = await inMemory.lease({
    account: 'leased',
    amount: 1_000_000_000,
    for: 'PT1H',
    key: 'lease',
  });
  const stored = (name: string, ledger: BenchLedger): Variant[] =>
    [1, 64, 1_024].map((callers) => ({
      name,
      callers,
      call: (turn) => debit(ledger, `hot-${callers}`, turn),
    }));
  try {
    return await measure(
      [
        {
          name: NAMES.engine,
          callers: 1,
          operations: ENGINE_RUN,
          call: async () => engine.decide(commands),
        },
        {
          name: NAMES.engineAndDoor,
          callers: 1,
          operations: ENGINE_RUN,
          call: async (turn) => engine.decide(engine.read(turn * ENGINE_RUN, ENGINE_RUN)),
        },
        {
          name: NAMES.lease,
          callers: 1,
          operations: SPENDS,
          call: async () => {
            for (let spends = 0; spends < SPENDS; spends += 1) lease.spend(1);
          },
        },
        ...stored(NAMES.memory, inMemory),
        ...stored(NAMES.sqlite, onFile),
      ],
      effort,
      tell,
    );
  } finally {
    await inMemory.close();
    await onFile.close();
    rmSync(folder, { recursive: true });
  }
}
