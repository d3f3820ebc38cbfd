// What is measured on PostgreSQL, all of it interleaved: tallystick beside what bounds it.

import type pg from 'pg';
import { postgres } from '../../src/storage/postgres/index.ts';
import { createInserts, insertMany, insertOne } from './inserts.ts';
import { type BenchLedger, benchLedger, debit, keyOf, openAccounts } from './ledger.ts';
import { createNaive, naiveDebit } from './naive.ts';
import { createFunction, debitByFunction } from './plpgsql.ts';
import { zipf } from './random.ts';
import { NAMES } from './report.ts';
import type { Calls, Variant } from './rounds.ts';

const UNNEST_ROWS = 1_000;
const ACCOUNTS = 1_000;
const FEW: readonly number[] = [1, 16, 64];
const MANY: readonly number[] = [64, 1_024];

/** The variants by the table that they stand in. */
export interface OnPostgres {
  readonly ledger: BenchLedger;
  readonly hot: readonly Variant[];
  readonly many: readonly Variant[];
  readonly joined: readonly Variant[];
}

/** Opens the accounts and makes the baselines' tables. */
export async function onPostgres(pool: pg.Pool): Promise<OnPostgres> {
  const even = Array.from({ length: ACCOUNTS }, (_, index) => `account-${index}`);
  const hot = [...FEW, 256, 1_024].map((count) => `hot-${count}`);
  const accounts = [...hot, 'repeated', 'joined', 'open', ...even];
  const ledger = await benchLedger(postgres(pool));
  await openAccounts(ledger, accounts);
  await createNaive(pool, [...accounts, 'own', 'function']);
  await createFunction(pool);
  await debit(ledger, 'joined', 0);
  const row = await createInserts(pool, 'tallystick');
  const evenly = (turn: number): string => even[(turn * 7_919) % ACCOUNTS] ?? '';
  const place = zipf(1, ACCOUNTS);
  const unevenly = (): string => even[place()] ?? '';
  const over = (
    name: string,
    kind: string,
    pick: (turn: number) => string,
    call: (account: string, key: string) => Promise<unknown>,
  ): Calls[] =>
    MANY.map((callers) => ({
      name,
      callers,
      call: (turn) => call(pick(turn), `${kind}${callers}:${keyOf(turn)}`),
    }));
  const naive = (account: string, key: string): Promise<void> => naiveDebit(pool, account, key);
  const ours = (account: string, key: string): Promise<unknown> =>
    ledger.consume({ account, amount: 1, key });
  return {
    ledger,
    hot: [
      ...FEW.map((callers) => ({
        name: NAMES.naive,
        callers,
        call: (turn: number) => naiveDebit(pool, `hot-${callers}`, keyOf(turn)),
      })),
      ...FEW.map((callers) => ({
        name: NAMES.function,
        callers,
        call: (turn: number) => debitByFunction(pool, 'function', `${callers}:${keyOf(turn)}`),
      })),
      ...FEW.map((callers) => ({
        name: NAMES.insert,
        callers,
        call: (turn: number) => insertOne(pool, `hot-${callers}`, turn, row),
      })),
      {
        name: NAMES.unnest,
        callers: 1,
        operations: UNNEST_ROWS,
        call: (turn) => insertMany(pool, 'many', turn * UNNEST_ROWS, UNNEST_ROWS, row),
      },
      ...[...FEW, 256, 1_024].map((callers) => ({
        name: NAMES.ledger,
        callers,
        call: (turn: number) => debit(ledger, `hot-${callers}`, turn),
      })),
      { name: NAMES.repeated, callers: 64, call: (turn) => oftenAgain(ledger, turn) },
    ],
    many: [
      ...over(NAMES.naiveEven, 'even', evenly, naive),
      ...over(NAMES.even, 'even', evenly, ours),
      ...over(NAMES.naiveZipf, 'zipf', unevenly, naive),
      ...over(NAMES.zipf, 'zipf', unevenly, ours),
    ],
    joined: [
      {
        name: NAMES.naiveOne,
        callers: 1,
        call: (turn) => naiveDebit(pool, 'own', keyOf(turn)),
      },
      { name: NAMES.within, callers: 1, call: (turn) => debitWithin(pool, ledger, turn) },
    ],
  };
}

/** One debit in twenty repeats the key of an earlier one. */
function oftenAgain(ledger: BenchLedger, turn: number): Promise<unknown> {
  return debit(ledger, 'repeated', turn % 20 === 0 && turn > 1_001 ? turn - 1_001 : turn);
}

async function debitWithin(pool: pg.Pool, ledger: BenchLedger, turn: number): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await ledger.within(client).consume({ account: 'joined', amount: 1, key: keyOf(turn) });
    await client.query('commit');
  } finally {
    client.release();
  }
}
