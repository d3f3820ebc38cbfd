// The naive ledger's debit as a function in the database: the same locks and the same rows in one
// trip. What a team writes when the trips of the naive ledger have become too slow.

import type pg from 'pg';

/** Makes the function, over the naive ledger's tables. */
export async function createFunction(pool: pg.Pool): Promise<void> {
  await pool.query(`
    create function naive_debit(of_account text, of_key text) returns numeric
    language plpgsql as $$
    declare
      had numeric;
      first bigint;
    begin
      select balance into had from naive_account where id = of_account for update;
      if had < 1 then raise exception 'too few credits'; end if;
      select id into first from naive_block where account = of_account and remaining > 0
        order by priority, expires_at, id limit 1;
      update naive_block set remaining = remaining - 1 where id = first;
      update naive_account set balance = had - 1 where id = of_account;
      insert into naive_entry (account, key, block, amount, balance)
        values (of_account, of_key, first, 1, had - 1);
      return had - 1;
    end $$`);
}

/** Takes one credit of an account. */
export async function debitByFunction(pool: pg.Pool, account: string, key: string): Promise<void> {
  await pool.query({
    name: 'naive-debit',
    text: 'select naive_debit($1, $2)',
    values: [account, key],
  });
}
