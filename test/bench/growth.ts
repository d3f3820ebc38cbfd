// What a debit costs when an account has become old and wide: the same debits on an account with few
// blocks and a short journal, and on one with very many of both.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type pg from 'pg';
import { postgres } from '../../src/storage/postgres/index.ts';
import { type BenchLedger, benchLedger, debit, grantBlocks } from './ledger.ts';
import { median, type Variant } from './rounds.ts';

/** An account of a size. */
export interface Size {
  readonly account: string;
  readonly blocks: number;
  readonly operations: number;
}

/** What it costs to know an account. */
export interface Known extends Size {
  /** Milliseconds of the first balance of a process that has never seen it. */
  readonly coldMs: number;
  /** Kilobytes of heap that a process spends on it after that. */
  readonly heapKb: number;
}

/** Names of the accounts that are held against each other. */
export const SMALLEST = 'small';
export const LARGEST = 'large';

/** Small and large, as the goal has them; smaller by far in the quick form. */
export function sizes(quick: boolean): readonly Size[] {
  const [blocks, operations] = quick ? [5_000, 30_000] : [100_000, 1_000_000];
  return [
    { account: SMALLEST, blocks: 10, operations: 1_000 },
    { account: 'wide', blocks, operations: blocks + 1_000 },
    { account: 'old', blocks: 10, operations },
    { account: LARGEST, blocks, operations },
  ];
}

/** Opens each account and writes its history, through the ledger like anybody's. */
export async function build(
  pool: pg.Pool,
  all: readonly Size[],
  tell: (line: string) => void,
): Promise<void> {
  const ledger = await benchLedger(postgres(pool));
  for (const { account, blocks, operations } of all) {
    tell(`growth: ${account}, ${blocks} blocks and ${operations} operations`);
    await grantBlocks(ledger, account, blocks);
    await debitMany(ledger, account, operations - blocks - 1);
  }
  await ledger.close();
}

async function debitMany(ledger: BenchLedger, account: string, count: number): Promise<void> {
  let turn = 0;
  const caller = async (): Promise<void> => {
    while (turn < count) {
      turn += 1;
      await debit(ledger, account, -turn);
    }
  };
  await Promise.all(Array.from({ length: 1_024 }, caller));
}

/**
 * Debits on each, one at a time and in company. Each has a ledger of its own that knows it already: two
 * of the largest don't fit into the memory of one, and every round would begin with loading.
 */
export function variants(
  ledgers: ReadonlyMap<string, BenchLedger>,
  all: readonly Size[],
): Variant[] {
  return [1, 64].flatMap((callers) =>
    all.map(({ account }) => ({
      name: account,
      callers,
      call: async (turn: number) => {
        const ledger = ledgers.get(account);
        if (ledger === undefined) throw new Error(`no ledger for "${account}"`);
        return debit(ledger, account, turn * 2 + (callers === 1 ? 1 : 0));
      },
    })),
  );
}

/** Loads each account cold, a few times. */
export async function loadCold(pool: pg.Pool, all: readonly Size[]): Promise<Known[]> {
  const collect = garbageCollector();
  const known: Known[] = [];
  for (const size of all) {
    const times: number[] = [];
    const heaps: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const ledger = await benchLedger(postgres(pool));
      collect();
      const heap = process.memoryUsage().heapUsed;
      const start = performance.now();
      await ledger.balance({ account: size.account });
      times.push(performance.now() - start);
      collect();
      heaps.push((process.memoryUsage().heapUsed - heap) / 1_024);
      await ledger.close();
    }
    known.push({ ...size, coldMs: median(times), heapKb: Math.max(0, median(heaps)) });
  }
  return known;
}

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('this Node shows no garbage collector');
  return () => void collect();
}
