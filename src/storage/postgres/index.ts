// The storage on PostgreSQL, from 14 on, and what belongs to its setting up: the pool or Kysely that
// reaches it, handles of other libraries' transactions, and the schema as SQL.

import { InvalidInput } from '../../errors.ts';
import type { Storage } from '../port.ts';
import { shardedStorage } from '../sql/postgres-sharded.ts';
import {
  type PostgresDriver,
  type PostgresOptions,
  postgresStorage,
} from '../sql/postgres-storage.ts';
import { isKyselyDatabase, type KyselyDatabase, kyselyDriver } from './kysely-driver.ts';
import { ownPool } from './own-pool.ts';
import { type PgPoolLike, pgDriver } from './pg-driver.ts';

export type { CompiledText, KyselyLike } from '../kysely.ts';
export type { QueryHandle } from '../sql/postgres-conversation.ts';
export type { PostgresOptions } from '../sql/postgres-storage.ts';
export {
  type DrizzleSql,
  type DrizzleTransaction,
  fromDrizzle,
  fromKnex,
  fromPrisma,
  type KnexTransaction,
  type PrismaTransaction,
} from './handles.ts';
export type { KyselyDatabase } from './kysely-driver.ts';
export { migrationSql, type SqlDialect } from './migration-sql.ts';
export type { PgClientLike, PgPoolLike } from './pg-driver.ts';

/**
 * Keeps accounts in PostgreSQL: through a `pg` pool (one trip for an append), a connection string (a
 * pool of its own, for which `pg` must be installed), or your Kysely (four trips for an append; its
 * plugins don't apply). What you pass stays open. Works behind a pooler in transaction mode, also where
 * that keeps no prepared statements.
 *
 * The journal refuses UPDATE, DELETE and TRUNCATE by triggers. Where the application isn't the owner of
 * the schema, grants say the same in a way that no session setting gets around:
 *
 * ```sql
 * grant usage on schema tallystick to app;
 * grant select, insert on tallystick.account, tallystick.operation to app;
 * grant update on tallystick.account to app; -- for its row locks; nothing ever updates it
 * grant select, insert, update, delete on tallystick.metadata, tallystick.checkpoint,
 *   tallystick.part, tallystick.due, tallystick.notice to app;
 * grant select on tallystick.migration to app;
 * grant select on tallystick.entry, tallystick.block_now, tallystick.balance to support; -- people
 * ```
 *
 * With asynchronous replication a failover can lose acknowledged writes, as it can for anything else in
 * that database. Throws `InvalidInput` for a schema that isn't a plain name, and for a
 * Kysely transaction.
 */
export function postgres(
  source: string | PgPoolLike | KyselyDatabase,
  options: PostgresOptions = {},
): Storage {
  // On a sharded engine the statements have as many shapes as they have rows.
  const prepare = options.preparedStatements ?? options.sharded === undefined;
  if (typeof source === 'string') return storageOver(ownPool(source, prepare), options);
  if (isKyselyDatabase(source) && source.isTransaction) {
    throw new InvalidInput({
      field: 'source',
      expected: 'a pool, a connection string, or a Kysely that is not a transaction',
      found: 'a Kysely transaction; join it with ledger.within',
    });
  }
  if (isKyselyDatabase(source)) return storageOver(kyselyDriver(source), options);
  const driver = pgDriver(
    async () => source,
    async () => {},
    prepare,
  );
  return storageOver(driver, options);
}

function storageOver(driver: PostgresDriver, options: PostgresOptions): Storage {
  const { sharded } = options;
  if (sharded === undefined) return postgresStorage('postgres', driver, options);
  if (sharded !== 'citus') {
    throw new InvalidInput({ field: 'sharded', expected: 'citus', found: String(sharded) });
  }
  return shardedStorage(driver, options);
}
