// The ledger that an application writes in an afternoon: correct, and one transaction with six trips
// for every debit. It is what tallystick is held against.

import type pg from 'pg';

const BLOCKS = 10;

/** Makes the tables, and accounts with ten open blocks each. */
export async function createNaive(pool: pg.Pool, accounts: readonly string[]): Promise<void> {
  await pool.query(`
    create table naive_account (id text primary key, balance numeric not null);
    create table naive_block (
      id bigint generated always as identity primary key,
      account text not null references naive_account,
      remaining numeric not null check (remaining >= 0),
      priority integer not null,
      expires_at timestamptz
    );
    create index on naive_block (account, priority, expires_at, id) where remaining > 0;
    create table naive_entry (
      id bigint generated always as identity primary key,
      account text not null references naive_account,
      key text not null,
      block bigint not null,
      amount numeric not null,
      balance numeric not null,
      created_at timestamptz not null default now(),
      unique (account, key)
    )`);
  await pool.query('insert into naive_account select a, 10000000000 from unnest($1::text[]) a', [
    accounts,
  ]);
  await pool.query(
    `insert into naive_block (account, remaining, priority, expires_at)
     select a, 1000000000, 100, now() + n * interval '1 year'
     from unnest($1::text[]) a, generate_series(1, ${BLOCKS}) n`,
    [accounts],
  );
}

/** Takes one credit of an account, in burn order. */
export async function naiveDebit(pool: pg.Pool, account: string, key: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const { rows: found } = await client.query<{ balance: string }>(
      'select balance from naive_account where id = $1 for update',
      [account],
    );
    const balance = BigInt(found[0]?.balance ?? 0) - 1n;
    if (balance < 0n) throw new Error('too few credits');
    const { rows: blocks } = await client.query<{ id: string }>(
      `select id, remaining from naive_block where account = $1 and remaining > 0
       order by priority, expires_at, id limit ${BLOCKS}`,
      [account],
    );
    const block = blocks[0]?.id;
    await client.query('update naive_block set remaining = remaining - 1 where id = $1', [block]);
    await client.query('update naive_account set balance = $2 where id = $1', [account, balance]);
    await client.query(
      'insert into naive_entry (account, key, block, amount, balance) values ($1, $2, $3, 1, $4)',
      [account, key, block, balance],
    );
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}
