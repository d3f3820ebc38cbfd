// What a debit costs the server beside time: bytes of write-ahead log, and bytes on disk.

import type pg from 'pg';

/** Where the server's log stands, in bytes. */
export async function walPosition(pool: pg.Pool): Promise<bigint> {
  const { rows } = await pool.query<{ at: string }>(
    "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::text as at",
  );
  return BigInt(rows[0]?.at ?? 0);
}

/** Begins a new checkpoint, so that whole pages go into the log at a moment of our choosing. */
export async function checkpointNow(pool: pg.Pool): Promise<void> {
  await pool.query('checkpoint');
}

/** Bytes of the journal with its indexes for one operation, over the whole table. */
export async function bytesPerOperation(pool: pg.Pool, schema: string): Promise<number> {
  const { rows } = await pool.query<{ bytes: string }>(
    `select (pg_total_relation_size('${schema}.operation') / greatest(count(*), 1))::text as bytes
     from ${schema}.operation`,
  );
  return Number(rows[0]?.bytes ?? 0);
}
