// A shop of long ago in a database of its own, and what the command says of it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../src/cli/main.ts';
import type { Terminal } from '../../src/cli/output.ts';
import { createLedger } from '../../src/ledger/create-ledger.ts';
import type { Storage } from '../../src/storage/port.ts';
import { sqlite } from '../../src/storage/sqlite/index.ts';

/** What a run of the command came to. */
export interface Run {
  readonly code: number;
  readonly said: string;
  readonly warned: string;
}

/** A folder that goes away again. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'tallystick-finance-'));
  return { path, remove: () => rm(path, { recursive: true }) };
}

/** Runs the command. */
export async function tallystick(args: readonly string[], terminal?: Terminal): Promise<Run> {
  let said = '';
  const warned: string[] = [];
  const code = await main(args, {
    say: (line) => {
      said += `${line}\n`;
    },
    write: async (text) => {
      said += text;
    },
    warn: (line) => warned.push(line),
    ...(terminal !== undefined && { terminal }),
  });
  return { code, said, warned: warned.join('\n') };
}

/**
 * Two customers buy three credits for 100.00 each in January 2024 and use one in January and one in
 * February; what is left lapses at the end of March.
 */
export async function furnish(storage: Storage): Promise<void> {
  let now = 0;
  const ledger = await createLedger({
    storage,
    units: { credit: { scale: 0 } },
    clock: () => now,
    book: { timeZone: 'UTC' },
  });
  const on = (date: string): void => {
    now = new Date(`${date}T12:00:00Z`).getTime();
  };
  for (const account of ['acme', 'globex']) {
    on('2024-01-05');
    await ledger.open({
      account,
      terms: { lateUsage: { within: 'P99Y' } },
      key: `open ${account}`,
    });
    await ledger.purchase({
      account,
      amount: 3,
      price: { amount: '100.00', currency: 'USD' },
      block: 'annual',
      expiresAt: '2024-04-01T00:00:00Z',
      key: 'buy',
    });
    on('2024-01-10');
    await ledger.consume({ account, amount: 1, key: 'one' });
    on('2024-02-10');
    await ledger.consume({ account, amount: 1, key: 'two' });
  }
  await ledger.close();
}

/** The shop in SQLite: where it is, and how a command is told so. */
export async function shopIn(folder: string): Promise<readonly string[]> {
  const url = join(folder, 'shop.db');
  await furnish(sqlite(url));
  return ['--storage', 'sqlite', '--url', url];
}
