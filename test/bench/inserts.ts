// What PostgreSQL can take at all: rows like tallystick's own, with the same columns and indexes,
// inserted without a question asked.

import type pg from 'pg';

/** A row as a debit of tallystick leaves it. */
export interface SampleRow {
  readonly kind: string;
  readonly body: string;
  readonly hash: Buffer;
}

/** Makes an empty table with the columns and indexes of the journal, and gives a row out of it. */
export async function createInserts(pool: pg.Pool, schema: string): Promise<SampleRow> {
  await pool.query(`create table bare_operation (like ${schema}.operation including all)`);
  const { rows } = await pool.query<SampleRow>(
    `select kind, body, hash from ${schema}.operation where kind = 'consume' limit 1`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the journal has no debit to take after');
  return row;
}

/** One row in a transaction of its own: the floor under every ledger that writes one row a debit. */
export async function insertOne(
  pool: pg.Pool,
  account: string,
  number: number,
  row: SampleRow,
): Promise<void> {
  await pool.query({
    name: 'bare-insert',
    text: `insert into bare_operation (account, number, key, kind, occurred, recorded, body, hash)
           values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    values: [account, number, keyOf(number), row.kind, Date.now(), Date.now(), row.body, row.hash],
  });
}

/** Many rows in one statement: the ceiling over every ledger that groups its commits. */
export async function insertMany(
  pool: pg.Pool,
  account: string,
  first: number,
  count: number,
  row: SampleRow,
): Promise<void> {
  const now = Date.now();
  const all = <T>(value: T): T[] => Array.from({ length: count }, () => value);
  const numbers = Array.from({ length: count }, (_, index) => first + index);
  await pool.query({
    name: 'unnest-insert',
    text: `insert into bare_operation (account, number, key, kind, occurred, recorded, body, hash)
           select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::bigint[],
             $6::bigint[], $7::text[], $8::bytea[])`,
    values: [
      all(account),
      numbers,
      numbers.map(keyOf),
      all(row.kind),
      all(now),
      all(now),
      all(row.body),
      all(row.hash),
    ],
  });
}

function keyOf(number: number): string {
  return `usage:${String(number).padStart(12, '0')}`;
}
