// A pool of the storage's own, made when it is first needed, and whom it finds at the other end.

import { spreadTables } from '../sql/postgres-sharded-schema.ts';
import type { PostgresDriver } from '../sql/postgres-storage.ts';
import { type PgPoolLike, pgDriver } from './pg-driver.ts';

/** A driver over a pool that ends with it. `pg` must be installed. */
export function ownPool(connectionString: string, preparedStatements?: boolean): PostgresDriver {
  let opening: Promise<PgPoolLike> | null = null;
  const open = async (): Promise<PgPoolLike> => {
    const { default: pg } = await import('pg');
    const pool = new pg.Pool({ connectionString, allowExitOnIdle: true });
    // An idle connection that the server closes is replaced by the pool; it isn't worth the process.
    pool.on('error', () => {});
    return pool;
  };
  return pgDriver(
    () => {
      opening ??= open();
      return opening;
    },
    async () => {
      const pool = await opening;
      opening = null;
      await pool?.end();
    },
    preparedStatements,
  );
}

/** The engine that has spread the tables at this address over servers; null where one server has them all. Throws `StorageUnavailable`. */
export async function shardedBy(
  connectionString: string,
  schema = 'tallystick',
): Promise<'citus' | null> {
  const driver = ownPool(connectionString);
  try {
    return (await spreadTables(driver.read, schema)).length > 0 ? 'citus' : null;
  } finally {
    await driver.close();
  }
}
